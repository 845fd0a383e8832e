"""Months of a blog and the marks between its pages. Plain."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from app.schoolyear import start_of_day

#: As many months as are offered; older ones stay reachable page by page.
MOST_MONTHS = 24
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_MARK = re.compile(r"(\d{1,17})-(\d{1,12})")


def month_of(text: str) -> date | None:
    """The first day of the month written '2026-03'; None for anything else."""
    found = _MONTH.fullmatch(text)
    return date(int(found[1]), int(found[2]), 1) if found and 1990 < int(found[1]) < 2200 else None


def following(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def span(month: date, zone: str) -> tuple[datetime, datetime]:
    """The month's beginning and end as instants, in ``zone``."""
    where = ZoneInfo(zone)
    return start_of_day(month, where), start_of_day(following(month), where)


def months_between(first: datetime, last: datetime, zone: str) -> list[date]:
    """The months from ``last`` back to ``first``, at most ``MOST_MONTHS`` of them."""
    where = ZoneInfo(zone)
    oldest = first.astimezone(where).date().replace(day=1)
    month = last.astimezone(where).date().replace(day=1)
    found: list[date] = []
    while month >= oldest and len(found) < MOST_MONTHS:
        found.append(month)
        month = date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
    return found


def mark(published_at: datetime, number: int) -> str:
    """Where a page ended, for the address of the next: microseconds since 1970 and the article's number."""
    return f"{int((published_at - _EPOCH).total_seconds() * 1_000_000)}-{number}"


def unmarked(text: str) -> tuple[datetime, int] | None:
    """What ``mark`` wrote; None for anything else."""
    found = _MARK.fullmatch(text)
    if found is None:
        return None
    try:
        return datetime.fromtimestamp(int(found[1]) / 1_000_000, UTC), int(found[2])
    except (OverflowError, ValueError, OSError):
        return None


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
