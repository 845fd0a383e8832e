"""The calendar of the school year 2025-2026 in zone B: its school days, and the instants of its hours. Plain."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache

from app.schoolyear import instant_of, zone_of

BEGINS = 2025
FIRST, LAST = date(2025, 9, 1), date(2026, 7, 4)
#: The day on which the year is looked at: what comes after it has not happened yet.
TODAY = date(2026, 7, 2)
#: Days without school, both ends inclusive.
HOLIDAYS = (
    (date(2025, 10, 18), date(2025, 11, 2)),
    (date(2025, 12, 20), date(2026, 1, 4)),
    (date(2026, 2, 14), date(2026, 3, 1)),
    (date(2026, 4, 11), date(2026, 4, 26)),
)
PUBLIC_HOLIDAYS = frozenset(
    {
        date(2025, 11, 11), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 14), date(2026, 5, 15),
        date(2026, 5, 25),
    }
)  # fmt: skip
#: First and last day of each term.
TERMS = (
    (date(2025, 9, 1), date(2025, 11, 30)),
    (date(2025, 12, 1), date(2026, 3, 15)),
    (date(2026, 3, 16), LAST),
)
#: The hours at which lessons begin.
HOURS = ((8, 0), (9, 0), (10, 10), (11, 10), (13, 30), (14, 30), (15, 40))
LESSON = timedelta(minutes=55)


def is_school_day(day: date) -> bool:
    """Do pupils have lessons on ``day``? Never on Saturdays and Sundays."""
    if day.weekday() > 4 or not FIRST <= day <= LAST or day in PUBLIC_HOLIDAYS:
        return False
    return not any(first <= day <= last for first, last in HOLIDAYS)


@cache
def school_days() -> tuple[date, ...]:
    """Every school day of the year, in order."""
    days = (FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1))
    return tuple(day for day in days if is_school_day(day))


@cache
def weeks() -> tuple[tuple[date, ...], ...]:
    """The school days, week by week, in order."""
    found: dict[date, list[date]] = {}
    for day in school_days():
        found.setdefault(day - timedelta(days=day.weekday()), []).append(day)
    return tuple(tuple(days) for days in found.values())


@cache
def next_school_day(day: date, least: int = 1) -> date:
    """The first school day that comes at least ``least`` days after ``day``; the year's last one beyond it."""
    wanted = day + timedelta(days=least)
    return next((one for one in school_days() if one >= wanted), school_days()[-1])


@cache
def term_of(day: date) -> int:
    """The position of the term to which ``day`` belongs: 0, 1 or 2."""
    return next((at for at, (_first, last) in enumerate(TERMS) if day <= last), len(TERMS) - 1)


@cache
def at(day: date, hour: int = 8, minute: int = 0, zone: str = "Europe/Paris") -> datetime:
    """The UTC instant of a wall hour in ``zone``."""
    return instant_of(datetime.combine(day, time(hour, minute)), zone_of(zone))


@cache
def in_month(month: int, day: int) -> date:
    """The day of that month in the school year; of September to December in its first civil year."""
    return date(BEGINS if month > 8 else BEGINS + 1, month, day)
