"""The dated events of a campaign: who acts, what fires, what may still be changed, what waits for somebody (CAL-1, CAL-8, CHECK-3).

Plain. Days belong to the zone named beside them, instants are aware UTC datetimes of portal time. An event has an earliest and
a latest day (inclusive, either may be open) and, once decided, an instant; what the portal does itself has one from the start,
except what nobody may promise (CAL-7).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from app.schoolyear import end_of_day, local_day, start_of_day
from app.words import N_, Words


class Actor(StrEnum):
    """Who does it. NOBODY is for what only informs."""

    ACADEMY = "academy"
    ACADEMY_IT = "academy-it"
    SCHOOL = "school"
    OPERATOR = "operator"
    OWNER = "owner"
    DEPARTMENT = "department"
    PORTAL = "portal"
    NOBODY = "nobody"


ACTOR_NAMES: dict[Actor, str] = {
    Actor.ACADEMY: N_("académie"),
    Actor.ACADEMY_IT: N_("DSI académique"),
    Actor.SCHOOL: N_("établissement"),
    Actor.OPERATOR: N_("exploitant"),
    Actor.OWNER: N_("porteur du projet"),
    Actor.DEPARTMENT: N_("département"),
    Actor.PORTAL: N_("le portail"),
    Actor.NOBODY: N_("pour information"),
}


class EventKind(StrEnum):
    """What an event is, and so what happens when its instant comes.

    OPERATION is tracked, by whoever does it; INFORMATION only told. COURSE begins by itself without anything to do then.
    WARNING and REMINDER are those to managers of groups (S3-4). FAMILIES and STEPS close the gate, which is written ahead;
    PAUSE and RESUME are written ahead into the feeds. FIRST_DAY is an anchor.
    """

    OPERATION = "operation"
    INFORMATION = "information"
    COURSE = "course"
    MESSAGE = "message"
    WARNING = "warning"
    REMINDER = "reminder"
    DUE = "due"
    DRY_RUN = "dry-run"
    PAUSE = "pause"
    RESUME = "resume"
    STEPS = "steps"
    FAMILIES = "families"
    FIRST_DAY = "first-day"


KIND_NAMES: dict[EventKind, str] = {
    EventKind.OPERATION: N_("opération hors du portail"),
    EventKind.INFORMATION: N_("information"),
    EventKind.COURSE: N_("le portail, de lui-même"),
    EventKind.MESSAGE: N_("message"),
    EventKind.WARNING: N_("avertissement aux gestionnaires de groupes"),
    EventKind.REMINDER: N_("rappel aux gestionnaires de groupes"),
    EventKind.DUE: N_("alerte : l’annuaire est attendu"),
    EventKind.DRY_RUN: N_("passage à blanc"),
    EventKind.PAUSE: N_("arrêt des imports"),
    EventKind.RESUME: N_("reprise des imports"),
    EventKind.STEPS: N_("maintenance et étapes"),
    EventKind.FAMILIES: N_("fermeture aux familles"),
    EventKind.FIRST_DAY: N_("rentrée"),
}
#: What takes rows away: found late it waits for a click (G18).
DESTRUCTIVE = frozenset({EventKind.STEPS})
#: What lasts until an announced end.
LASTING = frozenset({EventKind.STEPS, EventKind.FAMILIES, EventKind.PAUSE, EventKind.COURSE})
#: What somebody does and notes (CHECK-3).
TRACKED = frozenset({EventKind.OPERATION})


class State(StrEnum):
    """How far an event is. SKIPPED: its instant had passed before it was written, or somebody dropped it; LATE waits for a click."""

    OPEN = "open"
    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"
    LATE = "late"


STATE_NAMES: dict[State, str] = {
    State.OPEN: N_("à venir"),
    State.RUNNING: N_("en cours"),
    State.DONE: N_("fait"),
    State.SKIPPED: N_("sans objet"),
    State.LATE: N_("en retard, attend une décision"),
}


@dataclass(frozen=True, kw_only=True)
class Event:
    """An event as it stands in a campaign's calendar.

    ``until`` is the announced end of what lasts. ``starts_whole`` and ``ends_whole``: the start, the end is a whole day of each
    school's own zone, inclusive (GATE-3). ``steps`` are those that it runs, ``targets`` the feeds that it stops or resumes.
    ``tied`` names what it keeps its distance from: 'first-day', 'teachers', 'last-day', 'holidays' or 'event:<key>'; ``end_tied``
    likewise for ``until``. ``chain``: each school runs for itself, behind its own closure (CAL-10).
    """

    id: int = 0
    key: str
    kind: EventKind
    title: str
    actor: Actor
    automatic: bool = False
    earliest: date | None = None
    latest: date | None = None
    at: datetime | None = None
    until: datetime | None = None
    starts_whole: bool = False
    ends_whole: bool = False
    steps: tuple[int, ...] = ()
    targets: tuple[str, ...] = ()
    chain: bool = False
    tied: str = ""
    end_tied: str = ""
    state: State = State.OPEN
    fired_at: datetime | None = None
    done_at: datetime | None = None
    note: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def waits(self) -> bool:
        """Is it still to come, or waiting for somebody?"""
        return self.state in (State.OPEN, State.LATE)

    @property
    def tracked(self) -> bool:
        """Does somebody note that it is done? A school's operation is noted by each school."""
        return self.kind in TRACKED

    def begins(self, zone: ZoneInfo) -> datetime | None:
        """Its first instant: the fixed one, else the beginning of its earliest day (or of the latest, where that stands alone)."""
        if self.at is not None:
            return self.at
        day = self.earliest or self.latest
        return None if day is None else start_of_day(day, zone)

    def ends(self, zone: ZoneInfo) -> datetime | None:
        """When it is over: its announced end, its instant, else the end of its latest day; None: open."""
        if self.until is not None:
            return self.until
        if self.at is not None:
            return self.at
        return None if self.latest is None else end_of_day(self.latest, zone)


def in_order(events: Iterable[Event], zone: ZoneInfo) -> list[Event]:
    """By beginning; what has no date comes last."""
    return sorted(events, key=lambda e: ((b := e.begins(zone)) is None, b.timestamp() if b else 0.0, e.id, e.key))


def editable(event: Event, now: datetime, zone: ZoneInfo) -> bool:
    """May its date still be changed? Every date may until it has passed; what never fired may be set again."""
    if event.state in (State.RUNNING, State.DONE):
        return event.kind == EventKind.FAMILIES and event.until is not None and event.until > now
    if event.state in (State.SKIPPED, State.LATE):
        return True
    over = event.ends(zone)
    return over is None or over > now or (event.automatic and event.fired_at is None and event.kind in DESTRUCTIVE)


def due(events: Iterable[Event], now: datetime) -> list[Event]:
    """What the portal is to do now: automatic, decided, not done, its instant come; the oldest first."""
    found = [e for e in events if e.automatic and e.state == State.OPEN and e.at is not None and e.at <= now]
    return sorted(found, key=lambda e: (e.at.timestamp() if e.at else 0.0, e.id))


def too_late(event: Event, now: datetime, allowed: timedelta) -> bool:
    """Is it a destructive event that is found later than ``allowed`` after its instant (G18)?"""
    return event.kind in DESTRUCTIVE and event.at is not None and now - event.at > allowed


def coming(events: Iterable[Event], now: datetime) -> list[datetime]:
    """The instants ahead at which the portal acts, each once, in order."""
    return sorted({e.at for e in events if e.automatic and e.state == State.OPEN and e.at is not None and e.at > now})


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An event that waits for somebody, and why. ``urgent``: its time has passed."""

    event: Event
    words: Words
    urgent: bool


#: How long before its date a step's event is named among what needs somebody.
AHEAD = timedelta(days=7)


def needs_somebody(events: Iterable[Event], now: datetime, zone: ZoneInfo) -> list[Waiting]:
    """What waits for a person: operations begun or overdue, steps that come within a week or were found late.

    What waits for a decision first, then what is overdue, each by date. ``zone`` is the campaign's.
    """
    found = [
        Waiting(event=event, words=why[0], urgent=why[1])
        for event in in_order(events, zone)
        if (why := _why(event, now, zone)) is not None
    ]
    return sorted(found, key=lambda one: (one.event.state != State.LATE, not one.urgent))


def _why(event: Event, now: datetime, zone: ZoneInfo) -> tuple[Words, bool] | None:
    title, actor = Words(event.title), Words(ACTOR_NAMES[event.actor])
    begins, ends = event.begins(zone), event.ends(zone)
    told: dict[str, Any] = {"title": title, "actor": actor, "zone": zone.key}
    if event.state == State.LATE:
        if event.fired_at is not None and event.note:
            return Words(N_("« %(title)s » attend votre décision. %(why)s"), why=event.note, **told), True
        sentence = N_("« %(title)s » n’a pas été lancé à son heure, %(at)s : il attend votre décision.")
        return Words(sentence, at=event.at, **told), True
    if event.state != State.OPEN:
        return None
    if event.tracked:
        if ends is not None and ends <= now:
            last = local_day(ends - timedelta(microseconds=1), zone)
            return Words(
                N_("« %(title)s » (%(actor)s) devait être fait le %(day)s au plus tard."), day=last, **told
            ), True
        if begins is not None and begins <= now:
            if event.latest is None:
                return Words(N_("« %(title)s » (%(actor)s) est à faire."), **told), False
            return Words(N_("« %(title)s » (%(actor)s) est à faire d’ici le %(day)s."), day=event.latest, **told), False
        return None
    if event.kind in DESTRUCTIVE and event.at is not None and now < event.at <= now + AHEAD:
        return Words(
            N_("« %(title)s » est prévu %(at)s : le plan doit être approuvé avant."), at=event.at, **told
        ), False
    return None


def later(moment: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The same hour of the wall of ``zone`` some days later, or earlier for a negative number (CAL-12)."""
    wall = moment.astimezone(zone).replace(tzinfo=None) + timedelta(days=days)
    return wall.replace(tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True, kw_only=True)
class Dates:
    """New dates of an event, whole: the instant and announced end of what the portal does, the days of what others do."""

    at: datetime | None = None
    until: datetime | None = None
    starts_whole: bool = False
    ends_whole: bool = False
    earliest: date | None = None
    latest: date | None = None

    @classmethod
    def of(cls, event: Event) -> Dates:
        """Those that an event has."""
        return cls(**{name: getattr(event, name) for name in cls.__dataclass_fields__})


def redated(event: Event, dates: Dates, zone: ZoneInfo) -> Event:
    """The event with other dates; a period of one single day goes with the instant, unless the days were changed too."""
    new = replace(event, **{name: getattr(dates, name) for name in Dates.__dataclass_fields__})
    same_days = (new.earliest, new.latest) == (event.earliest, event.latest)
    if dates.at is not None and same_days and event.earliest is not None and event.earliest == event.latest:
        day = local_day(dates.at, zone)
        new = replace(new, earliest=day, latest=day)
    return new


def by_key(events: Sequence[Event]) -> dict[str, Event]:
    """The events by their key."""
    return {event.key: event for event in events}
