"""Which weeks of a year are of which rotation. Plain."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta


def monday_of(day: date) -> date:
    """The Monday of the week of ``day``."""
    return day - timedelta(days=day.weekday())


def alternated(
    first: date, last: date, letters: Sequence[str], *, leave_out: Collection[date] = ()
) -> Iterator[tuple[date, str]]:
    """(Monday, letter) for each week from that of ``first`` to that of ``last``, both inclusive, the letters in turn.

    Mondays in ``leave_out`` (holidays) get none and do not count.
    """
    monday, turn = monday_of(first), 0
    while monday <= last:
        if monday not in leave_out:
            yield monday, letters[turn % len(letters)]
            turn += 1
        monday += timedelta(days=7)
