"""The calendar as a picture: a lane for each actor, a numbered mark for each event, the gate's closings beneath. Plain.

Everything is in percent of one axis, so that the words keep their size on a telephone; the numbers are those of the table's rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.campaign.calendar import ACTOR_NAMES, Actor, Event, State
from app.schoolyear import local_day
from app.web.axis import Axis
from app.words import N_, Words

#: Beside the first and the last event, and how far off today may lie and still be drawn.
MARGIN, NEAR = timedelta(days=6), timedelta(days=75)
#: Two marks in one row are at least so far apart, in percent: a finger's width on a telephone.
APART = 9.0
#: Height of a row of marks, in CSS pixels.
ROW = 30

#: The look's state of an event, by its own.
EVENT_LOOKS: dict[State, str] = {
    State.OPEN: "waiting",
    State.RUNNING: "running",
    State.DONE: "done",
    State.SKIPPED: "info",
    State.LATE: "failed",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """An event in its lane: ``at`` in percent, ``y`` in pixels; ``left`` and ``width`` of its period, where it has one."""

    number: int
    event: Event
    at: float
    y: int
    left: float
    width: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """The events of one actor; ``height`` in pixels."""

    actor: Actor
    label: str
    height: int
    marks: tuple[Mark, ...]


def axis_of(events: Iterable[Event], zone: ZoneInfo, now: datetime) -> Axis | None:
    """The time that the picture shows; None for a calendar without a date."""
    dated = [(begins, event.ends(zone) or begins) for event in events if (begins := event.begins(zone)) is not None]
    if not dated:
        return None
    start, end = min(begins for begins, _end in dated), max(ends for _begin, ends in dated)
    if start - NEAR <= now <= end + NEAR:
        start, end = min(start, now), max(end, now)
    return Axis(start - MARGIN, end + MARGIN)


def lanes(events: Sequence[Event], axis: Axis, zone: ZoneInfo) -> list[Lane]:
    """The lanes with something in them; ``events`` in the order in which they are numbered, from 1."""
    by_actor: dict[Actor, list[tuple[int, Event]]] = {}
    for number, event in enumerate(events, 1):
        if event.begins(zone) is not None:
            by_actor.setdefault(event.actor, []).append((number, event))
    found = []
    for actor in Actor:
        if actor in by_actor:
            marks, rows = _packed(by_actor[actor], axis, zone)
            found.append(Lane(actor=actor, label=ACTOR_NAMES[actor], height=rows * ROW, marks=marks))
    return found


def _packed(numbered: Sequence[tuple[int, Event]], axis: Axis, zone: ZoneInfo) -> tuple[tuple[Mark, ...], int]:
    """Each mark in the first row in which it touches none before it."""
    free: list[float] = []
    marks = []
    for number, event in numbered:
        begins, ends = event.begins(zone), event.ends(zone)
        if begins is None:
            continue
        left, width = axis.segment(begins, ends or begins)
        # A mark never leaves the picture.
        at = min(max(left, APART / 2), 100 - APART / 2)
        row = next((row for row, until in enumerate(free) if at >= until), len(free))
        until = max(at + APART, left + width + APART / 2)
        free[row : row + 1] = [until]
        marks.append(Mark(number=number, event=event, at=at, y=row * ROW + ROW // 2, left=left, width=width))
    return tuple(marks), max(len(free), 1)


def when(event: Event, zone: ZoneInfo) -> Words:
    """The date of an event, as a table tells it."""
    if event.at is not None and event.until is not None and event.until > event.at:
        if event.starts_whole and event.ends_whole:
            last = local_day(event.until - timedelta(microseconds=1), zone)
            return Words(N_("du %(first)s au %(last)s inclus"), first=local_day(event.at, zone), last=last)
        return Words(N_("du %(start)s au %(end)s"), start=event.at, end=event.until, zone=zone.key)
    if event.at is not None:
        return Words(N_("%(at)s"), at=event.at, zone=zone.key)
    if event.earliest is not None and event.latest is not None:
        if event.earliest == event.latest:
            return Words(N_("%(day)s"), day=event.earliest)
        return Words(N_("entre le %(first)s et le %(last)s"), first=event.earliest, last=event.latest)
    if event.latest is not None:
        return Words(N_("au plus tard le %(day)s"), day=event.latest)
    if event.earliest is not None:
        return Words(N_("à partir du %(day)s"), day=event.earliest)
    return Words(N_("sans date"))
