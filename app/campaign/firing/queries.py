"""To whom the campaign writes in each school, and which schools still wait for their new classes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select, union

from app.campaign.calendar import EventKind, State
from app.campaign.dates.queries import facts, school_ids
from app.campaign.letters import Audience
from app.campaign.models import CalendarEvent, Campaign
from app.campaign.planning.queries import Figures, figures_of_all, figures_of_run, schools_done
from app.campaign.run_states import RunState
from app.campaign.running.models import Approval, Plan, Run
from app.campaign.running.queries import run_of_plan, undos_under_way
from app.campaign.steps import step4_initialise_directory
from app.campaign.steps.all_steps import STEPS
from app.db import db
from app.directory.models import Affiliation, Person, PersonFunction, RoleGrant, School, SchoolClass
from app.directory.queries import years
from app.feeds.rolling import rollover as feeds
from app.profiles import Profile, Role
from app.schoollife.standing import SCHOOL_LIFE_HEADS


def readers(school_ids: Collection[int], audience: Collection[Audience]) -> dict[int, list[int]]:
    """The people of each school to whom a message for ``audience`` goes; two queries whatever the number of schools."""
    ways: list[Any] = []
    roles = [
        role
        for role, named in ((Role.SCHOOL_ADMIN, Audience.ADMINISTRATORS), (Role.HEAD, Audience.HEADS))
        if named in audience
    ]
    if roles:
        ways.append(select(RoleGrant.school_id, RoleGrant.person_id).where(RoleGrant.role.in_(roles)))
    if Audience.SCHOOL_LIFE in audience:
        held = select(PersonFunction.school_id, PersonFunction.person_id)
        ways.append(held.where(PersonFunction.code.in_(SCHOOL_LIFE_HEADS)))
    if Audience.TEACHERS in audience:
        teaching = select(Affiliation.school_id, Affiliation.person_id)
        ways.append(teaching.where(Affiliation.profile == Profile.TEACHER))
    if not ways:
        return {}
    found = union(*ways).subquery()
    query = (
        select(found.c.school_id, found.c.person_id)
        .join(Person, Person.id == found.c.person_id)
        .where(Person.died_on.is_(None))
        .order_by(found.c.school_id, found.c.person_id)
    )
    wanted, by_school = set(school_ids), defaultdict(list)
    for school_id, person_id in db.session.execute(query):
        if school_id in wanted:
            by_school[school_id].append(person_id)
    return dict(by_school)


def owners() -> list[int]:
    """The project's owners; where there is none, its operators."""
    for role in (Role.OWNER, Role.OPERATOR):
        query = select(RoleGrant.person_id).where(RoleGrant.role == role, RoleGrant.school_id.is_(None))
        if found := list(db.session.scalars(query.order_by(RoleGrant.person_id).distinct())):
            return found
    return []


def without_classes(school_ids: Collection[int], begins: int) -> list[School]:
    """Those of these schools that have no class of the year that begins in ``begins`` (CAL-11), by name."""
    year = years().get(begins)
    having = select(SchoolClass.school_id).where(SchoolClass.year_id == (year.id if year is not None else 0))
    query = select(School).where(School.id.not_in(having)).order_by(School.search_name, School.uai)
    wanted = set(school_ids)
    return [school for school in db.session.scalars(query) if school.id in wanted]


def approved_plan(campaign_id: int, step: int) -> Plan | None:
    """The newest plan of a step for all the campaign's schools whose approval counts."""
    query = (
        select(Plan)
        .join(Approval, Approval.plan_id == Plan.id)
        .where(
            Plan.campaign_id == campaign_id,
            Plan.step == step,
            Plan.school_id.is_(None),
            Approval.withdrawn_at.is_(None),
        )
    )
    found = db.session.scalars(query.order_by(Plan.id.desc())).first()
    run = run_of_plan(found.id) if found is not None else None
    # An approval serves one run, also where that was undone (G1).
    return None if run is not None and run.state == RunState.UNDONE else found


def schools_finished(campaign_id: int, step: int) -> set[int]:
    """The schools in which the step is done, and nothing is being taken back."""
    return schools_done(campaign_id, step) - undos_under_way().keys()


def run_of_step(campaign_id: int, step: int) -> Run | None:
    """The newest run of a step for all the campaign's schools that was not undone."""
    query = (
        select(Run)
        .join(Plan, Plan.id == Run.plan_id)
        .where(
            Run.campaign_id == campaign_id,
            Run.step == step,
            Run.undo_of_id.is_(None),
            Run.state != "undone",
            Plan.school_id.is_(None),
        )
    )
    return db.session.scalars(query.order_by(Run.id.desc())).first()


class NextStep(NamedTuple):
    """Where an event's steps stand: the first that is not through, its newest run and the plan that would begin it."""

    step: int | None
    run: Run | None
    plan: Plan | None
    failed: bool

    @property
    def may_begin(self) -> bool:
        """Nothing stands in its way but what ``running.actions.begin`` refuses."""
        return self.plan is not None and (self.run is None or self.plan.id > self.run.plan_id)


def next_step(campaign_id: int, steps: Collection[int]) -> NextStep:
    """The first of these steps that is not through. ``step`` None: all were tried, ``failed`` where some school is not through.

    ``plan`` None where none is approved or the step is at work.
    """
    failed, everybody = False, set(school_ids(campaign_id))
    for step in steps:
        run = run_of_step(campaign_id, step)
        left = everybody - schools_finished(campaign_id, step)
        if run is None and not left:
            continue
        if run is None or run.state == RunState.STOPPED:
            return NextStep(step, run, approved_plan(campaign_id, step) if step in STEPS else None, failed)
        if run.state not in (RunState.DONE, RunState.FAILED):
            return NextStep(step, run, None, failed)
        # A school that was passed over, because it was open or an earlier step had failed there, is not through either.
        if step == step4_initialise_directory.STEP and run.state == RunState.DONE:
            left &= _told(run)
        failed |= bool(left)
    return NextStep(None, None, None, failed)


def _told(run: Run) -> set[int]:
    """The schools in which the delivery of step 4 still has something to do; those that it leaves out wait for another (CAL-11)."""
    made = feeds.delivery_called(db.session.get_one(Plan, run.plan_id).delivery_id)
    return set() if made is None else set(feeds.schools_of(made))


def ahead_of(event_id: int, now: datetime) -> list[Figures]:
    """What firing the event, or carrying it on, will ask to be counted. Steps in a chain take a school at a time: nothing."""
    row = db.session.get(CalendarEvent, event_id)
    if row is None:
        return []
    event = facts(row)
    if event.kind == EventKind.DRY_RUN:
        return figures_of_all(db.session.get_one(Campaign, row.campaign_id), now)
    if event.kind != EventKind.STEPS or event.chain:
        return []
    coming = next_step(row.campaign_id, event.steps)
    return figures_of_run(coming.plan, now) if coming.plan is not None and coming.may_begin else []


def running_steps() -> list[int]:
    """The events of active campaigns whose steps have begun and are not all through."""
    return [row.id for row in _steps_in(State.RUNNING)]


def tried_steps() -> list[int]:
    """The events that wait for somebody after all their steps were tried: what failed there may have been corrected (GATE-14)."""
    begun = [row for row in _steps_in(State.LATE) if row.fired_at is not None]
    known = [(row, facts(row)) for row in begun]
    return [row.id for row, event in known if not event.chain and next_step(row.campaign_id, event.steps).step is None]


def _steps_in(state: State) -> list[CalendarEvent]:
    where = (
        Campaign.state == "active",
        CalendarEvent.kind == EventKind.STEPS.value,
        CalendarEvent.state == state.value,
    )
    query = select(CalendarEvent).join(Campaign, Campaign.id == CalendarEvent.campaign_id).where(*where)
    return list(db.session.scalars(query.order_by(CalendarEvent.at, CalendarEvent.id)))


def waits_since(event_id: int) -> datetime | None:
    """Since when (portal time) the next step of an event could have begun: its firing, or the end of the last run of its steps.

    None where the event has not fired.
    """
    row = db.session.get_one(CalendarEvent, event_id)
    if row.fired_at is None:
        return None
    ended = select(func.max(Run.ended_at)).where(
        Run.campaign_id == row.campaign_id, Run.step.in_(facts(row).steps), Run.undo_of_id.is_(None)
    )
    return max(row.fired_at, db.session.scalar(ended) or row.fired_at)
