"""School years N and N+1, inclusive days, and the wall time of a school's zone (GATE-3, CAL-12).

Wall-clock days become instants here and nowhere else. Instants are aware UTC datetimes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from app.words import N_, Words

#: Where French schools stand (CAL-12): the project's zone is Europe/Paris unless it is set otherwise.
SCHOOL_ZONES: dict[str, str] = {
    "Europe/Paris": N_("France métropolitaine"),
    "America/Guadeloupe": N_("Guadeloupe"),
    "America/Martinique": N_("Martinique"),
    "America/Cayenne": N_("Guyane"),
    "Indian/Reunion": N_("La Réunion"),
    "Indian/Mayotte": N_("Mayotte"),
    "America/Miquelon": N_("Saint-Pierre-et-Miquelon"),
    "America/St_Barthelemy": N_("Saint-Barthélemy"),
    "America/Marigot": N_("Saint-Martin"),
    "Pacific/Noumea": N_("Nouvelle-Calédonie"),
    "Pacific/Wallis": N_("Wallis-et-Futuna"),
    "Pacific/Tahiti": N_("Polynésie française"),
}


def zone_of(name: str) -> ZoneInfo:
    """The IANA zone called ``name``. Raises ``ValueError`` for an unknown name."""
    if name not in SCHOOL_ZONES and name not in available_timezones():
        raise ValueError(name)
    return ZoneInfo(name)


class NoSuchHour(ValueError):
    """A wall hour that daylight saving skips in that zone; ``words`` says which and what to do."""

    def __init__(self, wall: datetime, zone: ZoneInfo) -> None:
        self.words = Words(
            N_("L’heure %(hour)s n’existe pas le %(day)s : on passe à l’heure d’été. Choisissez une autre heure."),
            hour=wall.strftime("%H:%M"),
            day=wall.date(),
            zone=str(zone),
        )
        super().__init__(str(self.words))


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """The UTC instant of a naive wall-clock datetime in ``zone``.

    An hour that comes twice (autumn) is read as its first occurrence. Raises ``NoSuchHour`` for an hour that is skipped.
    """
    local = wall.replace(tzinfo=zone, fold=0)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != wall:
        raise NoSuchHour(wall, zone)
    return instant


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of ``day`` in ``zone`` (UTC). Where midnight is skipped, the first hour that exists."""
    wall = datetime.combine(day, time.min)
    try:
        return instant_of(wall, zone)
    except NoSuchHour:
        # Clocks that move at midnight: read with the old offset, the skipped hour is the instant of the change itself.
        return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which ``day``, inclusive, is over in ``zone``: midnight of the next day (GATE-3)."""
    return start_of_day(day + timedelta(days=1), zone)


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The day in ``zone`` to which ``instant`` belongs."""
    return instant.astimezone(zone).date()


@dataclass(frozen=True, kw_only=True, order=True)
class YearName:
    """A school year, named by the civil year in which it begins: 2026 is 2026-2027."""

    begins: int

    def __str__(self) -> str:
        return f"{self.begins}-{self.begins + 1}"

    @property
    def previous(self) -> YearName:
        return YearName(begins=self.begins - 1)

    @property
    def following(self) -> YearName:
        return YearName(begins=self.begins + 1)
