"""A picture's axis of time: instants as percentages, and the days written under it.

Plain. The macro ``strips`` draws what is computed here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app import wording

SHORT_MONTHS = {
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Tick:
    """A day under the axis; ``minor`` ones give way on a narrow screen."""

    at: float
    label: str
    minor: bool


@dataclass(frozen=True, slots=True)
class Axis:
    """The time from ``start`` to ``end``, aware instants. Raises ValueError for naive ones or an empty span."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("an axis needs aware instants")
        if self.end <= self.start:
            raise ValueError("an axis must end after it starts")

    def at(self, instant: datetime) -> float:
        """Where ``instant`` lies, in percent of the axis; what lies outside is at its nearer end."""
        share = (instant - self.start) / (self.end - self.start)
        return round(min(max(share, 0.0), 1.0) * 100, 3)

    def holds(self, instant: datetime) -> bool:
        """Is ``instant`` on the axis?"""
        return self.start <= instant <= self.end

    def segment(self, start: datetime, end: datetime) -> tuple[float, float]:
        """Where the period from ``start`` to ``end`` begins and how wide it is, in percent, cut at the axis's ends."""
        left = self.at(start)
        return left, round(self.at(end) - left, 3)

    def ticks(self, zone: ZoneInfo, language: str = "fr") -> tuple[Tick, ...]:
        """The days to write, at their midnight in ``zone``: months for a long axis, else half months, else weeks, else days.

        At most about a dozen; at most three that are not ``minor``: what a telephone has room for.
        """
        length = self.end - self.start
        if length > timedelta(days=150):
            days = self._days(zone, lambda day: day.day == 1)
        elif length > timedelta(days=45):
            days = self._days(zone, lambda day: day.day in (1, 15))
        elif length > timedelta(days=14):
            days = self._days(zone, lambda day: day.weekday() == 0)
        else:
            days = self._days(zone, lambda _day: True)
        shown = days[:: -(-len(days) // 14) or 1]
        kept = -(-len(shown) // 3) or 1
        return tuple(
            Tick(at=at, label=_label(day, language, length), minor=number % kept != 0)
            for number, (day, at) in enumerate(shown)
        )

    def _days(self, zone: ZoneInfo, wanted: Callable[[date], bool]) -> list[tuple[date, float]]:
        day = self.start.astimezone(zone).date()
        found: list[tuple[date, float]] = []
        while True:
            midnight = datetime.combine(day, time(), zone)
            if midnight > self.end:
                return found
            # The last stretch is left free: a word that begins there would be cut.
            if midnight >= self.start and wanted(day) and self.at(midnight) < 96:
                found.append((day, self.at(midnight)))
            day += timedelta(days=1)


def _label(day: date, language: str, length: timedelta) -> str:
    month = SHORT_MONTHS[language][day.month - 1]
    number = "1er" if language == "fr" and day.day == 1 else str(day.day)
    if length > timedelta(days=150):
        return f"{month} {day.year}" if day.month == 1 else month
    if length > timedelta(days=45):
        return f"{number} {month}"
    dot = "." if language == "fr" else ""
    return f"{wording.WEEKDAYS[language][day.weekday()][:3]}{dot} {number} {month}"
