"""Values of a row as the ledger keeps them: JSON that every column's kind survives. Plain."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any


def told(value: Any) -> Any:
    """``value`` as JSON: instants in UTC and days are written as ISO 8601, marked with what they are."""
    if isinstance(value, datetime):
        return {"instant": value.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return value


def untold(value: Any) -> Any:
    """The value that ``told`` wrote."""
    if isinstance(value, dict) and set(value) == {"instant"}:
        return datetime.fromisoformat(value["instant"])
    if isinstance(value, dict) and set(value) == {"day"}:
        return date.fromisoformat(value["day"])
    return value
