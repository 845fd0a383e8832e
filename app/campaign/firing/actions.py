"""Firing an event: claimed once, done in the same transaction. Never commits.

Closings and stops are written ahead (``dates.actions``), so that theirs only changes their state. Messages leave with the
claim. Steps are begun by the engine, one after the other behind the same closing; see ``carry_on``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import CursorResult, update

from app.audit.actions import Actor as Doer
from app.audit.actions import record
from app.campaign import calendar
from app.campaign.calendar import Event, EventKind, State
from app.campaign.chaining.actions import go_on as go_on_chain
from app.campaign.dates import queries
from app.campaign.dates.actions import once_for_school
from app.campaign.dates.problems import NotWaiting
from app.campaign.firing.queries import next_step, owners, readers, schools_finished, waits_since, without_classes
from app.campaign.letters import AUDIENCES, About, Letter, directory_due, letter
from app.campaign.models import CalendarEvent, Campaign
from app.campaign.planning.actions import dry_run
from app.campaign.planning.queries import Figures, schools_done
from app.campaign.reopening.actions import let_open
from app.campaign.run_states import RunState
from app.campaign.running.actions import begin
from app.campaign.steps import step4_initialise_directory
from app.db import db
from app.directory.queries import project, years
from app.errors import Refused
from app.messaging.actions import post
from app.messaging.ending.actions import warn_managers
from app.schoolyear import YearName, local_day
from app.words import N_

#: After this step heads are told that the first processing has finished (CAL-7).
_DIRECTORY = step4_initialise_directory.STEP


class NoPlan(Refused):
    """Steps without an approved plan wait (G1)."""

    message = N_("L’étape %(step)s n’a pas de plan approuvé : elle n’est pas lancée.")
    advice = N_("Faites le plan, approuvez-le, puis lancez l’étape.")


class PlanStopped(Refused):
    """The exact plan was outside the tolerance (G1)."""

    message = N_("L’étape %(step)s s’est arrêtée avant d’agir : le plan approuvé ne correspondait plus.")
    advice = N_("Faites un nouveau plan, lisez la différence, approuvez-le, puis relancez.")


class SchoolsFailed(Refused):
    """Everything was tried; some schools failed or were passed over, and wait for a correction (G15)."""

    message = N_("Toutes les étapes ont été menées, mais des établissements attendent une correction.")
    advice = N_(
        "La page du passage dit lesquels : corrigez, puis relancez-les ; pour ceux qui ont été passés, faites un plan à part."
    )


def fire(
    event_id: int, *, ahead: Collection[Figures] = (), by: Doer, now: datetime, confirmed: bool = False
) -> State | None:
    """Do what the event asks, once; its new state, or None if it was done, or is somebody else's, already (CAL-8).

    ``now`` is portal time. A destructive event found later than the settings allow becomes 'late' and nothing else happens,
    unless a person has ``confirmed`` it (G18). ``ahead``: see ``queries.ahead_of``. Raises what the engine refuses; the event
    then is as it was.
    """
    row = db.session.get(CalendarEvent, event_id, populate_existing=True)
    if row is None:
        return None
    event = queries.facts(row)
    late = not confirmed and calendar.too_late(event, now, _allowed())
    becomes = State.LATE if late else _state_after(event, now)
    if not _claim(row, becomes, now, also_late=confirmed):
        return None
    db.session.refresh(row)
    if late:
        record("event.late", by=by, now=now, subject=("calendar-event", row.id), after={"key": row.key})
        return becomes
    _do(queries.campaign_by_id(row.campaign_id), event, ahead, by=by, now=now)
    after = {"key": row.key, "state": becomes.value}
    record("event.fired", by=by, now=now, subject=("calendar-event", row.id), after=after)
    return becomes


def _allowed() -> timedelta:
    """How late a destructive event may be."""
    return timedelta(hours=current_app.extensions["settings"].late_hours)


def _state_after(event: Event, now: datetime) -> State:
    if event.kind == EventKind.STEPS:
        return State.RUNNING
    if event.kind == EventKind.PAUSE or (event.kind in calendar.LASTING and event.until is not None):
        return State.DONE if event.until is not None and event.until <= now else State.RUNNING
    return State.DONE


def _claim(row: CalendarEvent, becomes: State, now: datetime, *, also_late: bool) -> bool:
    states = [State.OPEN.value, State.LATE.value] if also_late else [State.OPEN.value]
    values: dict[str, Any] = {"state": becomes.value, "version": CalendarEvent.version + 1}
    if becomes != State.LATE:
        values |= {"fired_at": now, "note": ""}
    if becomes == State.DONE:
        values |= {"done_at": now}
    claimed = update(CalendarEvent).where(CalendarEvent.id == row.id, CalendarEvent.state.in_(states))
    if not also_late:
        claimed = claimed.where(CalendarEvent.at <= now)
    done = db.session.execute(claimed.values(values), execution_options={"synchronize_session": False})
    return isinstance(done, CursorResult) and done.rowcount == 1


def _do(campaign: Campaign, event: Event, ahead: Collection[Figures], *, by: Doer, now: datetime) -> None:
    if event.kind == EventKind.MESSAGE and event.key in AUDIENCES:
        tell(campaign, event.key, queries.school_ids(campaign.id), by=by, now=now)
    elif event.kind in (EventKind.WARNING, EventKind.REMINDER):
        _warn_groups(campaign, reminder=event.kind == EventKind.REMINDER, by=by, now=now)
    elif event.kind == EventKind.DUE:
        _warn_of_directory(campaign, by=by, now=now)
    elif event.kind == EventKind.DRY_RUN:
        dry_run(campaign, ahead=ahead, by=by, now=now)
    elif event.kind == EventKind.STEPS:
        _go_on(campaign, event, ahead, by=by, now=now)


# Messages --------------------------------------------------------------------------------------------------------------


def about(campaign: Campaign) -> About:
    """What messages of the campaign may tell."""
    return About(
        portal=project().name,
        year=YearName(begins=campaign.year),
        events=queries.events(campaign.id),
        zone=queries.zone(),
    )


def tell(
    campaign: Campaign, key: str, school_ids: Collection[int], *, step: int | None = None, by: Doer, now: datetime
) -> int:
    """Send the message called ``key`` to its readers in these schools, one message a school; how many."""
    written, found = letter(key, about(campaign)), readers(school_ids, AUDIENCES[key])
    for school_id, people in sorted(found.items()):
        _post(written, people, school_id, step=step, by=by, now=now)
    return len(found)


def _post(
    written: Letter, people: Sequence[int], school_id: int | None, *, step: int | None = None, by: Doer, now: datetime
) -> None:
    post(
        subject=written.subject,
        source=written.source,
        person_ids=people,
        school_id=school_id,
        step=step,
        by=by,
        now=now,
    )


def processing_finished(campaign: Campaign, school_ids: Collection[int], *, by: Doer, now: datetime) -> int:
    """Heads are told that the first processing of their school has finished, once each (CAL-7); how many schools.

    To be called when step 4 is done in these schools, in the transaction that says so. Nobody was promised a date before.
    """
    rows = queries.event_rows(campaign.id)
    known = [queries.facts(row) for row in rows]
    announced = next((one for one in known if one.key == "notice-finished"), None)
    event = announced or next((one for one in known if one.kind == EventKind.STEPS and 4 in one.steps), None)
    if event is None:
        return 0
    fresh = [number for number in sorted(set(school_ids)) if once_for_school(event.id, number, by=by, now=now)]
    told = tell(campaign, "notice-finished", fresh, step=4, by=by, now=now)
    if announced is not None and announced.state == State.OPEN:
        everybody = queries.noted(campaign.id)[event.id].done >= len(queries.school_ids(campaign.id))
        if everybody:
            row = queries.event_row(campaign.id, event.id)
            row.state, row.fired_at, row.done_at = State.DONE.value, now, now
            db.session.flush()
    return told


def _warn_groups(campaign: Campaign, *, reminder: bool, by: Doer, now: datetime) -> None:
    """S3-4: the managers of groups limited to the year learn when these go."""
    zone = queries.zone()
    third = next((one for one in queries.events(campaign.id) if one.kind == EventKind.STEPS and 3 in one.steps), None)
    # A calendar that does not say when step 3 runs: the groups are limited to the year, whose last day is known.
    year = years().get(campaign.year - 1)
    last = year.last_day if year is not None else None
    if third is not None and third.at is not None:
        last = local_day(third.at, zone)
    if last is not None:
        warn_managers(
            queries.school_ids(campaign.id),
            reminder=reminder,
            removal_on=last,
            by=by,
            now=now,
        )


def _warn_of_directory(campaign: Campaign, *, by: Doer, now: datetime) -> None:
    """CAL-11: heads of schools that have no class of N+1, and the owner, days before the teachers come back."""
    missing = without_classes(queries.school_ids(campaign.id), campaign.year)
    teachers = _teachers_first_day(campaign, queries.zone())
    if not missing or teachers is None:
        return
    known = about(campaign)
    heads = readers([school.id for school in missing], AUDIENCES["notice-finished"])
    for school in missing:
        if people := heads.get(school.id):
            _post(directory_due(known, teachers, school=school.name), people, school.id, by=by, now=now)
    if people := owners():
        _post(directory_due(known, teachers, schools=[s.name for s in missing]), people, None, by=by, now=now)


def _teachers_first_day(campaign: Campaign, zone: ZoneInfo) -> date | None:
    found = next((e for e in queries.events(campaign.id) if e.key == "teachers-first-day" and e.at is not None), None)
    if found is not None and found.at is not None:
        return local_day(found.at, zone)
    year = years().get(campaign.year)
    return None if year is None else year.teachers_first_day or year.first_day


# Steps -----------------------------------------------------------------------------------------------------------------


def _go_on(campaign: Campaign, event: Event, ahead: Collection[Figures], *, by: Doer, now: datetime) -> State | None:
    """Begin the event's next step if the one before has ended; DONE when all are, None while one is at work.

    A school that failed does not stop the others (G15): the next step takes those that are ready. Raises ``NoPlan``,
    ``PlanStopped``, ``SchoolsFailed`` at the end, and what ``running.actions.begin`` raises.
    """
    if event.chain:
        became, opened = go_on_chain(campaign, event, by=by, now=now)
        if opened and _DIRECTORY in event.steps:
            processing_finished(campaign, opened, by=by, now=now)
        return became
    coming = next_step(campaign.id, event.steps)
    if coming.step is None:
        if coming.failed:
            raise SchoolsFailed()
        return State.DONE
    if coming.run is not None and coming.run.state != RunState.STOPPED:
        return None
    if coming.plan is None:
        raise NoPlan(step=coming.step)
    if not coming.may_begin:
        raise PlanStopped(step=coming.step)
    begin(coming.plan, ahead=ahead, by=by, now=now)
    return State.RUNNING


def carry_on(event_id: int, *, ahead: Collection[Figures] = (), by: Doer, now: datetime) -> State | None:
    """Of an event whose steps run: the next step begins when one has ended; its new state, None while nothing changes.

    Idempotent: it looks at the ledger. Raises what ``_go_on`` raises: then the event waits for somebody.
    """
    row = db.session.get(CalendarEvent, event_id, populate_existing=True, with_for_update=True)
    if row is None or row.state != State.RUNNING.value:
        return None
    became = _go_on(queries.campaign_by_id(row.campaign_id), queries.facts(row), ahead, by=by, now=now)
    if became == State.DONE:
        _end(row, by=by, now=now)
    return became


def _end(row: CalendarEvent, *, by: Doer, now: datetime) -> None:
    row.state, row.done_at, row.note = State.DONE.value, now, ""
    db.session.flush()
    record("event.done", by=by, now=now, subject=("calendar-event", row.id), after={"key": row.key})
    # GATE-14: the end was an announcement; the area opens now that the steps are through and their checks are green.
    schools = queries.school_ids(row.campaign_id)
    let_open(row.id, schools, schools, by=by, now=now)
    _heads_learn(row, schools_done(row.campaign_id, _DIRECTORY), by=by, now=now)


def look_again(event_id: int, *, by: Doer, now: datetime) -> State | None:
    """Of an event that waits for a correction: schools that have come through since open, and with the last the event is done.

    GATE-14. Begins nothing: that takes somebody's word (G18). Its new state; LATE where schools opened, None where nothing changed.
    """
    row = db.session.get(CalendarEvent, event_id, populate_existing=True, with_for_update=True)
    if row is None or row.state != State.LATE.value or row.fired_at is None:
        return None
    coming = next_step(row.campaign_id, queries.facts(row).steps)
    if coming.step is not None:
        return None
    if not coming.failed:
        _end(row, by=by, now=now)
        return State.DONE
    through, opened = _open_those_through(row, by=by, now=now)
    if not opened:
        return None
    _heads_learn(row, through, by=by, now=now)
    return State.LATE


def _open_those_through(row: CalendarEvent, *, by: Doer, now: datetime) -> tuple[set[int], int]:
    """Finished schools reopen, the others wait for their correction (GATE-14); which are finished, and how many opened just now."""
    schools = set(queries.school_ids(row.campaign_id))
    finished = schools_finished(row.campaign_id, queries.facts(row).steps[-1]) & schools
    return finished, let_open(row.id, finished, schools, by=by, now=now)


def _heads_learn(row: CalendarEvent, through: Collection[int], *, by: Doer, now: datetime) -> None:
    if _DIRECTORY in queries.facts(row).steps:
        processing_finished(queries.campaign_by_id(row.campaign_id), through, by=by, now=now)


def wait_for_somebody(event_id: int, why: Refused, *, by: Doer, now: datetime) -> None:
    """An event that cannot be done now, and why: it waits for a click (G18)."""
    row = db.session.get(CalendarEvent, event_id, populate_existing=True)
    if row is not None and row.state in (State.OPEN.value, State.RUNNING.value):
        row.state, row.note = State.LATE.value, str(why.words)
        db.session.flush()
        record("event.late", by=by, now=now, subject=("calendar-event", row.id), after={"why": str(why.words)})
        if isinstance(why, SchoolsFailed):
            through, _opened = _open_those_through(row, by=by, now=now)
            _heads_learn(row, through, by=by, now=now)


def waits_too_long(event_id: int, now: datetime) -> bool:
    """Has the next step of an event found the gate open for longer than a step may be late (G18)? ``now`` is portal time."""
    since = waits_since(event_id)
    return since is not None and now - since > _allowed()


def launch(event_id: int, *, ahead: Collection[Figures] = (), by: Doer, now: datetime) -> State:
    """A person decides that a waiting event is done now. Raises ``NotWaiting``, and what the engine refuses."""
    became = fire(event_id, ahead=ahead, by=by, now=now, confirmed=True)
    if became is None:
        raise NotWaiting()
    return became


def finish_over(event_id: int, *, by: Doer, now: datetime) -> None:
    """A closing or a stop whose end has come is done, and so is what only informed and has passed."""
    states = (State.RUNNING.value, State.OPEN.value)
    done = update(CalendarEvent).where(CalendarEvent.id == event_id, CalendarEvent.state.in_(states))
    values = {"state": State.DONE.value, "done_at": now, "version": CalendarEvent.version + 1}
    db.session.execute(done.values(values), execution_options={"synchronize_session": False})
