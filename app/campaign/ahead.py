"""What a calendar writes ahead: closings into the gate, stops into the feeds (GATE-2, CAL-3, CAL-10). Plain.

Nothing has to happen at the instant itself, so a worker that sleeps closes late nothing and opens early nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.campaign.calendar import Event, EventKind, State, by_key
from app.campaign.order import PORTAL
from app.gate.windows import Bound, Limits, WindowKind
from app.profiles import FAMILIES, Profile
from app.schoolyear import local_day, start_of_day

#: How far a school may move the end of the families' window from the first day (GATE-4).
WEEK = timedelta(days=7)
#: No limit on what a school may choose.
FREE = Limits()
#: Events in these states close what they say.
_COUNTING = (State.OPEN, State.RUNNING, State.LATE, State.DONE)


@dataclass(frozen=True, kw_only=True)
class Closing:
    """A window that an event asks of the gate, for each school of the campaign or for the whole project."""

    kind: WindowKind
    start: Bound
    end: Bound | None
    profiles: frozenset[Profile] = frozenset()
    limits: Limits = FREE
    holds: bool = False


def closing(event: Event, events: Iterable[Event], zone: ZoneInfo, *, last_day: date | None = None) -> Closing | None:
    """The window that ``event`` asks for; None for an event that closes nothing.

    A maintenance holds until its run is green (GATE-14). A chain of a primary school closes each school when it begins, not
    before (CAL-10). ``last_day`` of year N limits what schools may choose (GATE-4), as the first day does.
    """
    if event.at is None or event.state not in _COUNTING:
        return None
    if event.kind == EventKind.STEPS and not event.chain:
        end = None if event.until is None else Bound(instant=event.until)
        return Closing(kind=WindowKind.MAINTENANCE, start=Bound(instant=event.at), end=end, holds=True)
    if event.kind != EventKind.FAMILIES or event.until is None:
        return None
    first = by_key(list(events)).get("first-day")
    day = None if first is None or first.at is None else local_day(first.at, zone)
    return Closing(
        kind=WindowKind.PROFILES,
        start=Bound(day=local_day(event.at, zone)) if event.starts_whole else Bound(instant=event.at),
        end=Bound(day=last_of(event, zone)) if event.ends_whole else Bound(instant=event.until),
        profiles=FAMILIES,
        limits=FREE
        if day is None
        else Limits(earliest_start=last_day, latest_start=day, earliest_end=day - WEEK, latest_end=day + WEEK),
    )


def last_of(event: Event, zone: ZoneInfo) -> date | None:
    """The last day, inclusive, of an event that ends with a whole day."""
    return None if event.until is None else local_day(event.until - timedelta(microseconds=1), zone)


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Imports of a target are stopped; ``ends`` None: until somebody resumes."""

    target: str
    starts: datetime
    ends: datetime | None


def stops(event: Event, events: Iterable[Event], zone: ZoneInfo) -> list[Stop]:
    """What a pause's event stops: each target until its own resumption, the portal's directory until step 4 at the latest (CAL-3)."""
    if event.kind != EventKind.PAUSE or event.at is None or event.state not in _COUNTING:
        return []
    found = []
    others = [one for one in events if one.state != State.SKIPPED and one.key != event.key]
    for target in event.targets:
        moments = [moment for one in others if (moment := _resumes(one, target, zone)) is not None]
        later = [moment for moment in moments if moment > event.at]
        found.append(Stop(target=target, starts=event.at, ends=min(later, default=None)))
    return found


def _resumes(event: Event, target: str, zone: ZoneInfo) -> datetime | None:
    if event.kind == EventKind.RESUME and target in event.targets:
        return event.at
    if event.kind == EventKind.OPERATION and target in event.targets and event.earliest is not None:
        return start_of_day(event.earliest, zone)
    if event.kind == EventKind.STEPS and 4 in event.steps and target == PORTAL:
        return event.at
    return None


def with_ends(events: Iterable[Event], zone: ZoneInfo) -> list[Event]:
    """The same events, a pause ending where the last of what it stops resumes."""
    known = list(events)
    found = []
    for event in known:
        if event.kind == EventKind.PAUSE:
            ends = [stop.ends for stop in stops(event, known, zone)]
            event = replace(event, until=max((e for e in ends if e), default=None) if None not in ends else None)
        found.append(event)
    return found
