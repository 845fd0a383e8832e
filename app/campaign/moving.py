"""A preset's days, and where they fall in another summer or another zone (CAL-4, CAL-12). Plain.

A preset is written with the days of its own source. A *tied* day is a distance from an anchor of the school's year. A *fixed* day
keeps its day and month as long as the new year's anchor beside it lies where the source's did, give or take a week; where it
does not (an academy that begins in August or February) it keeps its distance from that anchor, since mid-July means 'a week
after the end of the year' there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from app.campaign.calendar import Actor, Event, EventKind, State
from app.schoolyear import NoSuchHour, end_of_day, instant_of, start_of_day

#: As far an anchor wanders from year to year in one place.
SAME_SEASON = timedelta(days=7)
#: The hours at which the portal's own events stand unless a preset says otherwise.
MORNING, EVENING, EARLY, OPENING = time(9), time(20), time(6), time(8)
HOURS: Mapping[EventKind, time] = {
    EventKind.MESSAGE: MORNING,
    EventKind.WARNING: MORNING,
    EventKind.REMINDER: MORNING,
    EventKind.DUE: MORNING,
    EventKind.DRY_RUN: EVENING,
    EventKind.STEPS: EVENING,
    EventKind.FAMILIES: EVENING,
    EventKind.PAUSE: EARLY,
    EventKind.RESUME: EARLY,
    EventKind.COURSE: EARLY,
    EventKind.FIRST_DAY: OPENING,
}


class Anchor(StrEnum):
    """What days are reckoned from. 'First day' is the pupils'."""

    LAST_DAY = "last-day"
    HOLIDAYS = "holidays"
    TEACHERS = "teachers"
    FIRST_DAY = "first-day"


@dataclass(frozen=True, kw_only=True)
class Anchors:
    """The four days of a rollover: the last day of year N, the start of the holidays, the teachers' and the pupils' first day."""

    last_day: date
    holidays: date
    teachers: date
    first_day: date

    def __getitem__(self, anchor: Anchor) -> date:
        found: date = getattr(self, anchor.value.replace("-", "_"))
        return found


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day of a preset: ``days`` after ``anchor``, or a ``month`` and ``day`` near it, or ``days`` after the event ``after``."""

    anchor: Anchor
    days: int = 0
    month: int = 0
    day: int = 0
    after: str = ""

    @property
    def tied(self) -> str:
        """What it keeps its distance from, as events say it; empty for a fixed day."""
        return f"event:{self.after}" if self.after else "" if self.month else self.anchor.value


def tied(anchor: Anchor, days: int = 0) -> Day:
    """A day that keeps its distance from an anchor."""
    return Day(anchor=anchor, days=days)


def fixed(month: int, day: int, near: Anchor = Anchor.FIRST_DAY) -> Day:
    """A day of the calendar; ``near``: the anchor that it follows to another season."""
    return Day(anchor=near, month=month, day=day)


def after(key: str, days: int) -> Day:
    """A day some days after (or before) the earliest day of another event."""
    return Day(anchor=Anchor.FIRST_DAY, days=days, after=key)


Span = tuple[Day | None, Day | None]


@dataclass(frozen=True, kw_only=True)
class Planned:
    """An event of a preset. ``span``: its earliest and latest day. ``hour``: of an automatic event, where not its kind's.

    ``whole``: it begins with a whole day. ``end`` and ``end_hour``: the announced end of what lasts; without an hour it is that
    whole day, inclusive. ``undated``: the portal's own, but nobody promises an instant (CAL-7).
    """

    key: str
    title: str
    actor: Actor
    kind: EventKind
    span: Span
    automatic: bool = False
    hour: time | None = None
    whole: bool = False
    end: Day | None = None
    end_hour: time | None = None
    undated: bool = False
    steps: tuple[int, ...] = ()
    targets: tuple[str, ...] = ()
    chain: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A calendar of CAL-4. ``events`` express its source exactly; ``beside`` adds what every campaign tracks (CAL-11, EXT).

    ``kind`` of school: 'secondary' or 'primary' (CAL-10). ``anchors`` are the source's own. ``variants``: names of other
    choices in the source, each with the events that differ.
    """

    name: str
    title: str
    kind: str
    anchors: Anchors
    events: tuple[Planned, ...]
    beside: tuple[Planned, ...] = ()
    variants: Mapping[str, tuple[Planned, ...]] = field(default_factory=dict)


def span(earliest: Day, latest: Day | None = None) -> Span:
    """A period in days; with one day, that day alone."""
    return earliest, latest if latest is not None else earliest


def moved(preset: Preset, to: Anchors, zone: ZoneInfo, *, variant: str = "", beside: bool = True) -> list[Event]:
    """The preset's events in a year with the anchors ``to``, in ``zone`` (CAL-12), in the preset's order.

    With its own anchors every date is the source's. Raises ``KeyError`` for an unknown variant.
    """
    others = {planned.key: planned for planned in preset.variants[variant]} if variant else {}
    planned = [others.get(one.key, one) for one in preset.events] + (list(preset.beside) if beside else [])
    known: dict[str, date] = {}
    found: dict[str, Event] = {}
    # An event that follows another one comes after it, wherever it stands in the source's table.
    for one in sorted(planned, key=lambda one: bool(one.span[0] and one.span[0].after)):
        event = _dated(one, preset.anchors, to, zone, known)
        found[one.key] = event
        if (day := event.earliest or event.latest) is not None:
            known[one.key] = day
    return [found[one.key] for one in planned]


def day_in(day: Day, source: Anchors, to: Anchors, known: Mapping[str, date]) -> date:
    """Where a preset's ``day`` falls; ``known``: the earliest days of the events already placed."""
    if day.after:
        return known[day.after] + timedelta(days=day.days)
    if not day.month:
        return to[day.anchor] + timedelta(days=day.days)
    anchor = source[day.anchor]
    expected = anchor.replace(year=to[day.anchor].year)
    drift = to[day.anchor] - expected
    here = date(to[day.anchor].year, day.month, day.day)
    return here if abs(drift) <= SAME_SEASON else here + drift


def _dated(one: Planned, source: Anchors, to: Anchors, zone: ZoneInfo, known: Mapping[str, date]) -> Event:
    earliest, latest = (None if day is None else day_in(day, source, to, known) for day in one.span)
    event = Event(
        key=one.key,
        kind=one.kind,
        title=one.title,
        actor=one.actor,
        automatic=one.automatic,
        earliest=earliest,
        latest=latest,
        starts_whole=one.whole,
        ends_whole=one.end is not None and one.end_hour is None,
        steps=one.steps,
        targets=one.targets,
        chain=one.chain,
        tied=one.span[0].tied if one.span[0] is not None else "",
        end_tied=one.end.tied if one.end is not None else "",
        details=dict(one.more),
    )
    decided = earliest or latest
    if (one.automatic or one.kind == EventKind.FIRST_DAY) and not one.undated and decided is not None:
        hour = one.hour if one.hour is not None else HOURS[one.kind]
        event = replace(event, at=start_of_day(decided, zone) if one.whole else at_hour(decided, hour, zone))
    if one.end is not None:
        # What follows itself ends so many days after it begins.
        last = day_in(one.end, source, to, {**known, one.key: decided} if decided is not None else known)
        until = end_of_day(last, zone) if one.end_hour is None else at_hour(last, one.end_hour, zone)
        event = replace(event, until=until)
    return event


def at_hour(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """That hour of the wall of ``zone`` as an instant; an hour that daylight saving skips becomes the next one."""
    wall = datetime.combine(day, hour)
    try:
        return instant_of(wall, zone)
    except NoSuchHour:
        return instant_of(wall + timedelta(hours=1), zone)


def completed(
    source: Anchors,
    *,
    first_day: date,
    teachers: date | None = None,
    last_day: date | None = None,
    holidays: date | None = None,
) -> Anchors:
    """The anchors of a year of which perhaps only the first day is known: the others stand as far before it as in ``source``.

    In the same season the last day and the holidays keep their day and month, and the teachers begin as long before the pupils.
    """
    given = Anchors(last_day=first_day, holidays=first_day, teachers=first_day, first_day=first_day)

    def like(anchor: Anchor) -> date:
        there = source[anchor]
        return day_in(fixed(there.month, there.day), source, given, {})

    ends = last_day or like(Anchor.LAST_DAY)
    return Anchors(
        last_day=ends,
        holidays=holidays or ends + (source.holidays - source.last_day),
        teachers=teachers or first_day - (source.first_day - source.teachers),
        first_day=first_day,
    )


def passed(event: Event, now: datetime, zone: ZoneInfo) -> Event:
    """A new calendar does not catch up: what the portal should have done before ``now`` is skipped, what lasts on counts.

    A step whose evening is over is skipped, though its announced end may still come; a closing to families that runs, and a
    stop of imports, are not.
    """
    if not event.automatic or event.at is None or event.at > now:
        return event
    if event.kind in (EventKind.PAUSE, EventKind.FAMILIES, EventKind.COURSE):
        return event if event.until is None or event.until > now else replace(event, state=State.SKIPPED)
    return replace(event, state=State.SKIPPED)
