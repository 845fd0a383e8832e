"""Windows and amendments as the audit tells them: before and after, as JSON values. Days and instants in ISO 8601."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from app.gate.windows import Limits
from app.profiles import Profile

_SAME_NAME = ("kind", "profiles", "message", "holds")
_LIMITS = tuple(Limits.__slots__)


def written(value: date | datetime | None) -> str | None:
    """A day or an instant as text."""
    return None if value is None else value.isoformat()


def in_order(profiles: Iterable[Profile]) -> list[str]:
    """The names of profiles in the order in which they are always told."""
    concerned = set(profiles)
    return [profile.value for profile in Profile if profile in concerned]


def window_written(row: Any) -> dict[str, Any]:
    """What a window's row says, by the names of its columns."""
    facts = {name: getattr(row, name) for name in _SAME_NAME}
    facts |= {"start": written(row.start_day or row.start_at), "end": written(row.end_day or row.end_at)}
    return facts | {name: written(getattr(row, name)) for name in ("next_news", "ended_at", *_LIMITS)}


def amendment_written(row: Any) -> dict[str, Any]:
    """What an amendment's row says."""
    return {
        "school": row.school_id,
        "level": row.level,
        "class": row.class_id,
        "start": written(row.start_day or row.start_at),
        "end": written(row.end_day or row.end_at),
        "message": row.message,
        "by_operator": row.by_operator,
    }
