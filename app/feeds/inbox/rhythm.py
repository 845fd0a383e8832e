"""On which days a delivery is expected, and which one has not come (S4-6). Plain.

The academy sends the delta of Monday to Thursday on the next morning and Saturday's complete delivery on Monday; there is none of
Friday. That is only the usual rhythm: the project sets its own. Days and hours are the project's, arrivals machine time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.schoolyear import NoSuchHour, instant_of, local_day, start_of_day
from app.words import N_

#: Weekday of arrival (Monday is 0) -> is it a complete delivery?
USUAL: Mapping[int, bool] = {0: True, 1: False, 2: False, 3: False, 4: False}
#: The hour by which it is there.
USUAL_HOUR = 12
#: How far back a missing delivery is told.
LOOKED_BACK = timedelta(days=10)

#: What schools are told of a correction (S4-6).
DELAY = N_("Une correction faite dans SIECLE ou dans ONDE se voit ici au bout de deux à trois jours.")

KINDS: Mapping[bool, str] = {True: N_("livraison complète"), False: N_("livraison partielle")}


@dataclass(frozen=True, kw_only=True)
class Expected:
    """A delivery that is expected on ``day`` before ``due_at``; ``arrived`` says whether it has come."""

    source: str
    day: date
    complete: bool
    due_at: datetime
    arrived: bool

    def late(self, now: datetime) -> bool:
        """Should it have been there by ``now``?"""
        return not self.arrived and now > self.due_at


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """The deliveries of a source: weekday of arrival -> complete or not; the hour; since when each weekday has been so."""

    source: str
    days: Mapping[int, bool]
    hour: int
    since: Mapping[int, datetime]


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """A delivery that came: when, and whether it was complete."""

    at: datetime
    complete: bool


def expected(
    rhythm: Rhythm,
    arrivals: Sequence[Arrived],
    stops: Iterable[tuple[datetime, datetime | None]],
    now: datetime,
    zone: ZoneInfo,
) -> list[Expected]:
    """The deliveries of the last days and of today, oldest first.

    A complete delivery makes up for every one before it; a delta only for its own day. What falls in a stop of the imports
    (``stops``: start, end or None) is not expected.
    """
    today = local_day(now, zone)
    first = local_day(now - LOOKED_BACK, zone)
    held = list(stops)
    found = []
    for number in range((today - first).days + 1):
        day = first + timedelta(days=number)
        if day.weekday() not in rhythm.days or day <= local_day(rhythm.since[day.weekday()], zone):
            continue
        complete = rhythm.days[day.weekday()]
        starts, due_at = start_of_day(day, zone), _hour_of(day, rhythm.hour, zone)
        if any(start <= due_at and (end is None or end > starts) for start, end in held):
            continue
        ends = start_of_day(day + timedelta(days=1), zone)
        came = any(one.at >= starts and (one.complete or (not complete and one.at < ends)) for one in arrivals)
        found.append(Expected(source=rhythm.source, day=day, complete=complete, due_at=due_at, arrived=came))
    return found


def _hour_of(day: date, hour: int, zone: ZoneInfo) -> datetime:
    try:
        return instant_of(datetime.combine(day, time(hour)), zone)
    except NoSuchHour:
        return start_of_day(day, zone) + timedelta(hours=hour)
