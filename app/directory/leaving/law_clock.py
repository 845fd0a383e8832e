"""When the law's clock starts for somebody who has left, and the days that follow from it. Plain (LAW-1, S4-4, ACCT-6, CAL-9).

Days are those of the project's zone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

#: Whoever is warned late still has so long.
LEAST_NOTICE = timedelta(days=7)
#: Where a year's last day is not known, it is taken to end so long before the month in which the next one begins.
_SUMMER = timedelta(days=62)


@dataclass(frozen=True, kw_only=True)
class YearDays:
    """A school year, named by the civil year in which it begins, with the pupils' first and last day as far as they are known."""

    begins: int
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, kw_only=True)
class Delays:
    """Days after the clock's start: the warning, the end of access, and the last of the days on which the data may be kept."""

    warned: int
    disabled: int
    erased: int


@dataclass(frozen=True, kw_only=True)
class Dates:
    """At the beginning of these days somebody is warned, loses access, is erased."""

    warned_on: date
    disabled_on: date
    erased_on: date


def clock_start(left_on: date, years: Sequence[YearDays], fed_on: Mapping[int, date]) -> date | None:
    """The first day of the law's clock for somebody who left on ``left_on``; None while it waits.

    In the middle of a school year it is the day of leaving. Between two years it waits for the first complete feed of the new
    one (``fed_on``: the day by the year's name) and is never before the first of the month in which that one begins: 1 September,
    or the local equivalent (CAL-12).
    """
    known = sorted((year for year in years if year.first_day is not None), key=lambda year: year.begins)
    if not known:
        return None
    for year, following in zip(known, [*known[1:], None], strict=True):
        if year.first_day is not None and left_on < year.first_day:
            earliest, fed = year.first_day.replace(day=1), fed_on.get(year.begins)
            return None if fed is None else max(earliest, fed, left_on)
        if following is None or following.first_day is None:
            break
        end = year.last_day or following.first_day.replace(day=1) - _SUMMER
        if left_on <= end:
            return left_on
    last = known[-1].last_day
    # The next year's dates are not known yet: after the last day the clock waits for them.
    return None if last is not None and left_on > last else left_on


def dates(clock_from: date, delays: Delays) -> Dates:
    """The days that follow from the clock's start. Nothing is later than the last: ``erased`` counts the first day too."""
    erased_on = clock_from + timedelta(days=delays.erased - 1)
    disabled_on = min(clock_from + timedelta(days=delays.disabled), erased_on)
    return Dates(
        warned_on=min(clock_from + timedelta(days=delays.warned), disabled_on),
        disabled_on=disabled_on,
        erased_on=erased_on,
    )


def latest_pause(first_day: date) -> date:
    """The last day to which notices may wait (S4-4): the middle of the month of the pupils' first day, 15 September.

    Where the year begins later in its month (CAL-12), as long after the first day as that is at home: two weeks.
    """
    middle = first_day.replace(day=15)
    return middle if first_day.day < 15 else first_day + timedelta(days=14)


def waits(ahead: Dates, paused_until: date | None, today: date) -> bool:
    """Does the notice of somebody with these days wait on ``today``?

    Never so long that they would be warned less than a week before they lose access: the law's days do not move.
    """
    return paused_until is not None and today <= paused_until and paused_until + LEAST_NOTICE < ahead.disabled_on


def as_warned(ahead: Dates, today: date) -> Dates:
    """The days of somebody who is warned on ``today``: access ends a week later at the earliest, never after the erasure."""
    return replace(ahead, disabled_on=max(ahead.disabled_on, min(today + LEAST_NOTICE, ahead.erased_on)))
