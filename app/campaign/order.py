"""What must come before what in a calendar, and what follows when a date moves (CAL-2, CAL-3, CAL-5, CAL-6, CAL-11). Plain.

Nothing here forbids: dates are the operator's, and each sentence says which rule a date breaks. ``zone`` is the campaign's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import cast
from zoneinfo import ZoneInfo

from app.campaign.calendar import Event, EventKind, State, by_key, later
from app.schoolyear import end_of_day, local_day, start_of_day
from app.words import N_, Words

#: The target that is the portal's own directory.
PORTAL = "portal"
#: The events that are anchors, and what others call them.
_ANCHORS = {"first-day": "first-day", "teachers-first-day": "teachers"}


@dataclass(frozen=True, kw_only=True)
class Consequences:
    """What a change brings: what moves with it, and which rules the calendar breaks afterwards."""

    moves: tuple[Words, ...] = ()
    breaks: tuple[Words, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.moves or self.breaks)


# What moves along ------------------------------------------------------------------------------------------------------


def followed(events: Iterable[Event], changed: Event, now: datetime, zone: ZoneInfo) -> list[Event]:
    """The calendar after ``changed`` has taken the place of the event with its key.

    What is tied to it moves by as many days and keeps its hour, unless it has passed at ``now`` (portal time); what begins or
    ends exactly with it still does.
    """
    found = by_key(list(events))
    old = found[changed.key]
    found[changed.key] = changed
    waiting: list[tuple[Event, Event]] = [(old, changed)]
    while waiting:
        before, after = waiting.pop()
        days = _days_between(before, after, zone)
        names = {f"event:{after.key}", _ANCHORS.get(after.key, "")} - {""}
        for key, event in list(found.items()):
            if key in (changed.key, after.key) or event.state not in (State.OPEN, State.LATE, State.SKIPPED):
                continue
            new = _with(event, before, after, names, days, now, zone)
            if new != event:
                found[key] = new
                if new.at != event.at or new.earliest != event.earliest:
                    waiting.append((event, new))
    return list(found.values())


def _days_between(before: Event, after: Event, zone: ZoneInfo) -> int:
    old, new = before.begins(zone), after.begins(zone)
    return (local_day(new, zone) - local_day(old, zone)).days if old is not None and new is not None else 0


def _with(
    event: Event, before: Event, after: Event, names: set[str], days: int, now: datetime, zone: ZoneInfo
) -> Event:
    new = event
    if event.tied in names and not _passed(event.at, now):
        step = timedelta(days=days)
        new = replace(
            new,
            at=_moved(event.at, before.at, after.at, days, zone),
            earliest=event.earliest + step if event.earliest else None,
            latest=event.latest + step if event.latest else None,
        )
        if event.end_tied in (event.tied, f"event:{event.key}") and event.until is not None:
            new = replace(new, until=later(event.until, days, zone))
    if event.end_tied in names - {event.tied} and not _passed(event.until, now):
        new = replace(new, until=_moved(event.until, before.at, after.at, days, zone))
    return new


def _passed(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now


def _moved(
    moment: datetime | None, before: datetime | None, after: datetime | None, days: int, zone: ZoneInfo
) -> datetime | None:
    if moment is None:
        return None
    return after if moment == before and after is not None else later(moment, days, zone)


def moves(before: Iterable[Event], after: Iterable[Event], changed: str, zone: ZoneInfo) -> list[Words]:
    """Sentences for each event beside ``changed`` that has another date now."""
    old = by_key(list(before))
    found = []
    for event in after:
        was = old.get(event.key)
        if was is None or event.key == changed:
            continue
        title = Words(event.title)
        if event.at != was.at and event.at is not None:
            found.append(Words(N_("« %(title)s » passe au %(at)s."), title=title, at=event.at, zone=zone.key))
        elif event.earliest != was.earliest and event.earliest is not None:
            found.append(Words(N_("« %(title)s » passe au %(day)s."), title=title, day=event.earliest))
        if event.until != was.until and event.until is not None:
            found.append(Words(N_("« %(title)s » finit %(end)s."), title=title, end=_end(event, zone)))
    return found


def _end(event: Event, zone: ZoneInfo) -> Words:
    until = cast(datetime, event.until)
    if event.ends_whole:
        return Words(N_("le %(day)s inclus"), day=local_day(until - timedelta(microseconds=1), zone))
    return Words(N_("le %(until)s"), until=until, zone=zone.key)


def consequences(
    events: Sequence[Event],
    changed: Event,
    now: datetime,
    zone: ZoneInfo,
    *,
    closed: Mapping[str, bool] | None = None,
) -> Consequences:
    """What moves when ``changed`` takes its place in ``events``, and what is broken then; see ``followed`` and ``broken``."""
    after = followed(events, changed, now, zone)
    return Consequences(
        moves=tuple(moves(events, after, changed.key, zone)), breaks=tuple(broken(after, zone, closed=closed))
    )


# What is broken --------------------------------------------------------------------------------------------------------


def broken(events: Iterable[Event], zone: ZoneInfo, *, closed: Mapping[str, bool] | None = None) -> list[Words]:
    """Every rule that the calendar breaks, in sentences; empty where it holds.

    ``closed``: by key of a step's event, whether the gate is closed to everybody at its instant; without it the maintenance
    that the campaign writes is supposed to stand.
    """
    standing = [event for event in events if event.state != State.SKIPPED]
    rules: tuple[Callable[[list[Event], ZoneInfo], list[Words]], ...] = (
        _steps_in_order,
        _imports_stopped,
        _notices_sent,
        _dry_run_before,
        _groups_warned,
        _directory_in_time,
        _families_until_first_day,
        _ends_after_beginning,
        _within_period,
    )
    found = [words for rule in rules for words in rule(standing, zone)]
    return found + _gate_closed(standing, closed or {}, zone)


def _steps(events: Iterable[Event]) -> list[Event]:
    """The dated events that run steps, by the first step of each."""
    found = [e for e in events if e.kind == EventKind.STEPS and e.at is not None and e.steps]
    return sorted(found, key=lambda e: e.steps)


def _at(event: Event) -> datetime:
    return cast(datetime, event.at)


def _steps_in_order(events: list[Event], zone: ZoneInfo) -> list[Words]:
    steps, found = _steps(events), []
    for before, after in pairwise(steps):
        if _at(after) <= _at(before):
            sentence = N_("L’étape %(after)s commencerait %(at)s, avant l’étape %(before)s (CAL-2).")
            found.append(Words(sentence, after=after.steps[0], before=before.steps[-1], at=_at(after), zone=zone.key))
        elif before.until is not None and _at(after) < before.until:
            sentence = N_("L’étape %(after)s commencerait avant la fin annoncée de la première interruption (CAL-2).")
            found.append(Words(sentence, after=after.steps[0]))
    fifth = next((e for e in events if e.steps == (5,) and e.earliest is not None), None)
    fourth = next((e for e in steps if 4 in e.steps), None)
    if fifth is not None and fifth.latest and fourth is not None and end_of_day(fifth.latest, zone) <= _at(fourth):
        found.append(Words(N_("L’étape 5 finirait avant l’étape 4 (CAL-2).")))
    return found


def _gate_closed(events: list[Event], closed: Mapping[str, bool], zone: ZoneInfo) -> list[Words]:
    sentence = N_("« %(title)s » : le portail ne serait pas fermé %(at)s, l’étape ne pourrait pas se faire (GATE-1).")
    return [
        Words(sentence, title=Words(event.title), at=_at(event), zone=zone.key)
        for event in _steps(events)
        if not event.chain and event.state == State.OPEN and not closed.get(event.key, True)
    ]


def _imports_stopped(events: list[Event], zone: ZoneInfo) -> list[Words]:
    """CAL-3: stopped before step 1, resumed with step 4. A primary chain brings its own structures (CAL-10)."""
    steps = [e for e in _steps(events) if not e.chain]
    first = next((e for e in steps if 1 in e.steps), None)
    fourth = next((e for e in steps if 4 in e.steps), None)
    if first is None:
        return []
    stops = [_at(e) for e in events if e.kind == EventKind.PAUSE and PORTAL in e.targets and e.at is not None]
    resumes = [_at(e) for e in events if e.kind == EventKind.RESUME and PORTAL in e.targets and e.at is not None]
    if not stops or min(stops) > _at(first):
        return [Words(N_("Les imports de l’annuaire ne seraient pas arrêtés avant l’étape 1 (CAL-3)."))]
    early = [moment for moment in resumes if min(stops) < moment and (fourth is None or moment < _at(fourth))]
    if early and fourth is not None:
        sentence = N_("Les imports reprendraient %(at)s, avant l’étape 4 (CAL-3).")
        return [Words(sentence, at=min(early), zone=zone.key)]
    return []


def _notices_sent(events: list[Event], zone: ZoneInfo) -> list[Words]:
    known, found = by_key(events), []
    notice, steps = known.get("notice-procedure"), _steps(events)
    begins = [_at(e) for e in events if e.kind == EventKind.PAUSE and e.at is not None] + [_at(e) for e in steps]
    if notice is not None and notice.at is not None and begins and notice.at > min(begins):
        found.append(Words(N_("L’annonce de la procédure partirait après l’arrêt des imports ou l’étape 1 (CAL-6).")))
    restriction, first_day = known.get("notice-restriction"), known.get("first-day")
    opens = None if first_day is None or first_day.at is None else start_of_day(local_day(first_day.at, zone), zone)
    if restriction is not None and restriction.at is not None and opens is not None and restriction.at >= opens:
        found.append(Words(N_("L’annonce de la restriction partirait le jour de la rentrée ou après (CAL-6).")))
    return found


def _dry_run_before(events: list[Event], zone: ZoneInfo) -> list[Words]:
    steps = _steps(events)
    late = [e for e in events if e.kind == EventKind.DRY_RUN and e.at and steps and e.at >= _at(steps[0])]
    return [Words(N_("Le passage à blanc viendrait après l’étape 1 : il doit la précéder (CAL-5)."))] if late else []


def _groups_warned(events: list[Event], zone: ZoneInfo) -> list[Words]:
    third = next((e for e in _steps(events) if 3 in e.steps), None)
    warning = next((e for e in events if e.kind == EventKind.WARNING and e.at), None)
    reminder = next((e for e in events if e.kind == EventKind.REMINDER and e.at), None)
    found = []
    if third is not None and any(e is not None and _at(e) >= _at(third) for e in (warning, reminder)):
        found.append(Words(N_("Les gestionnaires de groupes seraient prévenus après l’étape 3 (S3-4).")))
    if warning is not None and reminder is not None and _at(reminder) <= _at(warning):
        found.append(Words(N_("Le rappel aux gestionnaires de groupes partirait avant l’avertissement (S3-4).")))
    return found


def _directory_in_time(events: list[Event], zone: ZoneInfo) -> list[Words]:
    """CAL-11: the new directory is due before the teachers' first day."""
    known = by_key(events)
    teachers = known.get("teachers-first-day") or known.get("first-day")
    fourth = next((e for e in _steps(events) if 4 in e.steps and not e.chain), None)
    if teachers is None or teachers.at is None or fourth is None:
        return []
    if max(fourth.until or _at(fourth), _at(fourth)) > start_of_day(local_day(teachers.at, zone), zone):
        return [Words(N_("L’étape 4 ne serait pas finie avant la rentrée des enseignants (CAL-11)."))]
    return []


def _families_until_first_day(events: list[Event], zone: ZoneInfo) -> list[Words]:
    """GATE-2, GATE-8: families come in on the first day, not before."""
    known = by_key(events)
    families = next((e for e in events if e.kind == EventKind.FAMILIES), None)
    first_day = known.get("first-day")
    if families is None or families.until is None or first_day is None or first_day.at is None:
        return []
    if families.until < start_of_day(local_day(first_day.at, zone), zone):
        return [Words(N_("Les familles entreraient avant la rentrée : les classes seraient connues (GATE-8)."))]
    fourth = next((e for e in _steps(events) if 4 in e.steps), None)
    if fourth is not None and families.at is not None and families.at > (fourth.until or _at(fourth)):
        return [Words(N_("Les familles pourraient entrer entre l’étape 4 et leur fermeture (GATE-8)."))]
    return []


def _ends_after_beginning(events: list[Event], zone: ZoneInfo) -> list[Words]:
    sentence = N_("« %(title)s » finirait avant de commencer.")
    return [
        Words(sentence, title=Words(e.title))
        for e in events
        if e.at is not None and e.until is not None and e.until <= e.at
    ]


def _within_period(events: list[Event], zone: ZoneInfo) -> list[Words]:
    """The instant chosen lies outside the days that were told."""
    found = []
    for event in events:
        if event.at is None or event.state != State.OPEN:
            continue
        day = local_day(event.at, zone)
        if (event.earliest is not None and day < event.earliest) or (event.latest is not None and day > event.latest):
            sentence = N_("« %(title)s » est fixé %(at)s, hors de la période annoncée.")
            found.append(Words(sentence, title=Words(event.title), at=event.at, zone=zone.key))
    return found
