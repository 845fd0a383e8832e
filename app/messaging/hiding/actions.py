"""Hiding an entry from a profile, and showing it again. Never commits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from app.audit.actions import Actor, record
from app.db import db
from app.messaging.models import HiddenEntry
from app.profiles import Profile


def hide(
    school_id: int,
    viewer: Profile,
    *,
    profile: Profile | None = None,
    function_code: str | None = None,
    person_id: int | None = None,
    former: bool = False,
    by: Actor,
    now: datetime,
) -> None:
    """Hide one entry (a profile, a function, a person, or those who have left) from ``viewer``. Twice is once."""
    named: dict[str, Any] = {
        "profile": profile.value if profile is not None else None,
        "function_code": function_code,
        "person_id": person_id,
        "former": former,
    }
    same = [HiddenEntry.school_id == school_id, HiddenEntry.viewer == viewer.value]
    for name, value in named.items():
        column = getattr(HiddenEntry, name)
        same.append(column.is_(None) if value is None else column == value)
    if db.session.scalar(select(HiddenEntry.id).where(*same)) is not None:
        return
    db.session.add(HiddenEntry(school_id=school_id, viewer=viewer, hidden_at=now, **named))
    after = {"viewer": viewer.value, **{name: value for name, value in named.items() if value}}
    record("entry.hidden", by=by, now=now, subject=("school", school_id), school_id=school_id, after=after)


def show_again(entry: HiddenEntry, *, by: Actor, now: datetime) -> None:
    """Show a hidden entry again."""
    before = {"viewer": entry.viewer, "profile": entry.profile, "function": entry.function_code}
    subject = ("school", entry.school_id)
    record("entry.shown", by=by, now=now, subject=subject, school_id=entry.school_id, before=before)
    db.session.execute(delete(HiddenEntry).where(HiddenEntry.id == entry.id))
