"""What ``setup`` is told about the two school years, and whether it holds together (CAL-12). Plain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from app.errors import Misused
from app.gate.windows import Limits
from app.schoolyear import instant_of, zone_of
from app.words import N_, Words

#: GATE-2: the families' window ends on the pupils' first day at this hour unless set otherwise.
OPENING_HOUR = time(8, 0)


@dataclass(frozen=True, kw_only=True)
class Anchors:
    """The days from which a rollover is reckoned; days of the project's zone.

    ``year`` is the civil year in which N+1 begins; ``first_day`` and ``teachers_first_day`` belong to N+1, ``last_day`` and
    ``holidays_from`` to N. ``families_from``: the first day of the families' window, None for no such window.
    """

    year: int
    first_day: date
    teachers_first_day: date | None = None
    last_day: date | None = None
    holidays_from: date | None = None
    families_from: date | None = None

    def check(self) -> None:
        """Raise ``Misused``, naming the option, for the first thing that does not hold together."""
        if self.first_day.year != self.year:
            raise Misused(
                Words(N_("La rentrée du %(day)s n’est pas dans l’année %(year)s."), day=self.first_day, year=self.year),
                hint=Words(N_("--year nomme l’année civile où commence la nouvelle année scolaire.")),
                field="first-day",
            )
        for name, day in (
            ("teachers-first-day", self.teachers_first_day),
            ("last-day", self.last_day),
            ("holidays-from", self.holidays_from),
            ("families-from", self.families_from),
        ):
            if day is not None and day > self.first_day:
                raise Misused(
                    Words(
                        N_("--%(option)s, le %(day)s, vient après la rentrée des élèves, le %(first)s."),
                        option=name,
                        day=day,
                        first=self.first_day,
                    ),
                    field=name,
                )
        if self.last_day is not None and self.holidays_from is not None and self.holidays_from < self.last_day:
            raise Misused(
                Words(
                    N_("Les vacances commenceraient le %(day)s, avant le dernier jour de classe, le %(last)s."),
                    day=self.holidays_from,
                    last=self.last_day,
                ),
                field="holidays-from",
            )

    def opening(self, zone: str) -> datetime:
        """The instant (UTC) at which families come in: 8:00 of the pupils' first day in ``zone``."""
        return instant_of(datetime.combine(self.first_day, OPENING_HOUR), zone_of(zone))

    def limits(self) -> Limits:
        """What schools may choose for the families' window (GATE-4): its end within a week of the first day."""
        return Limits(
            earliest_start=self.last_day,
            latest_start=self.first_day,
            earliest_end=date.fromordinal(self.first_day.toordinal() - 7),
            latest_end=date.fromordinal(self.first_day.toordinal() + 7),
        )
