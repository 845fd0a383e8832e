"""Counting what a step would do, from the very changes that the run applies (G3); plans, their lines and approvals."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, case, func, or_, select

from app.campaign import rollover
from app.campaign.dates.models import EventWindow
from app.campaign.models import CalendarEvent, Campaign, CampaignSchool
from app.campaign.planning.differences import EXACT, Difference, Line, differences
from app.campaign.problems import NotInCampaign, SeveralCampaigns, UnknownCampaign, UnknownPlan
from app.campaign.running.models import Approval, Plan, PlanLine, Run, RunPart
from app.campaign.steps import step4_initialise_directory
from app.campaign.steps.all_steps import STEPS, changes_of
from app.campaign.steps.change import Change, Effect
from app.db import db
from app.directory.models import School, SchoolYear
from app.fates import Preset, Scope, preset_of
from app.feeds.rolling import rollover as feeds
from app.files.models import Archive
from app.gate.holds.queries import closed_schools
from app.gate.models import ClosingWindow
from app.schoollife import rollover as schoollife


def campaign_called(number: int | None = None) -> Campaign:
    """The campaign with that number, or the only active one. Raises ``UnknownCampaign`` and ``SeveralCampaigns``."""
    if number is not None:
        found = db.session.get(Campaign, number)
        if found is None:
            raise UnknownCampaign()
        return found
    active = db.session.scalars(select(Campaign).where(Campaign.state == "active").order_by(Campaign.id)).all()
    if not active:
        raise UnknownCampaign()
    if len(active) > 1:
        raise SeveralCampaigns(numbers=", ".join(str(one.id) for one in active))
    return active[0]


def schools_of(campaign_id: int) -> Sequence[School]:
    """The schools that a campaign takes along, by UAI."""
    query = select(School).join(CampaignSchool, CampaignSchool.school_id == School.id)
    return db.session.scalars(query.where(CampaignSchool.campaign_id == campaign_id).order_by(School.uai)).all()


def named_schools(campaign_id: int, school_id: int | None) -> list[School]:
    """The campaign's schools, or the one that is named."""
    return [one for one in schools_of(campaign_id) if school_id in (None, one.id)]


def school_in(campaign_id: int, uai: str) -> School:
    """A school of the campaign by its UAI. Raises ``NotInCampaign``."""
    for school in schools_of(campaign_id):
        if school.uai == uai:
            return school
    raise NotInCampaign(uai=uai)


def scope_of(campaign: Campaign, cutoff: datetime, now: datetime) -> Scope:
    """Year N of the campaign, with its instants (portal time). Raises ``UnknownCampaign`` where the year is not known."""
    begins = campaign.year - 1
    year_id = db.session.scalar(select(SchoolYear.id).where(SchoolYear.begins == begins))
    if year_id is None:
        raise UnknownCampaign()
    return Scope(year_id=year_id, begins=begins, cutoff=cutoff, now=now)


def new_year_id(campaign: Campaign) -> int:
    """Year N+1 of the campaign; 0 where it is not known."""
    return db.session.scalar(select(SchoolYear.id).where(SchoolYear.begins == campaign.year)) or 0


def cutoff_of(campaign: Campaign, school_ids: Collection[int], now: datetime) -> datetime:
    """From when on what arrives is not taken (DATA-9): the start of the maintenance that runs, or of the one that is planned.

    One instant for all: the campaign's own maintenance where it has begun, else the closings once they cover every one of these
    schools. A school that was closed before the others moves nothing in them (G11).
    """
    begun = _maintenance_begun(campaign, now)
    if begun is not None:
        return begun
    running = closed_schools(school_ids, now)
    if school_ids and running.keys() >= set(school_ids):
        return max(one.since for one in running.values())
    query = select(func.min(CalendarEvent.at)).where(
        CalendarEvent.campaign_id == campaign.id, CalendarEvent.kind == "steps", CalendarEvent.state == "open"
    )
    planned = db.session.scalar(query)
    return planned if planned is not None and planned > now else now


def _maintenance_begun(campaign: Campaign, now: datetime) -> datetime | None:
    """When the campaign's maintenance has begun whose window stands; a chain's closes each school at its own time (CAL-10)."""
    query = (
        select(CalendarEvent)
        .join(EventWindow, EventWindow.event_id == CalendarEvent.id)
        .join(ClosingWindow, ClosingWindow.id == EventWindow.window_id)
        .where(
            CalendarEvent.campaign_id == campaign.id,
            CalendarEvent.kind == "steps",
            CalendarEvent.at <= now,
            ClosingWindow.removed_at.is_(None),
            or_(ClosingWindow.ended_at.is_(None), ClosingWindow.ended_at > now),
        )
    )
    return max((event.at for event in db.session.scalars(query) if event.at and not is_chain(event)), default=None)


def selected(change: Change, scope: Scope, *, school_id: int | None = None) -> Select[Any]:
    """The live rows that ``change`` takes: columns ``id``, ``school_id`` (and ``person_id``); of one school if it is named."""
    inner = rollover.rows(change, scope).subquery()
    query: Select[Any] = select(*inner.c)
    if change.effect != Effect.MAKE:
        table = rollover.table_of(change.kind)
        query = query.join(table, table.c.id == inner.c.id).where(table.c.set_aside_by.is_(None))
    return query if school_id is None else query.where(inner.c.school_id == school_id)


def counted(change: Change, scope: Scope, school_ids: Collection[int]) -> Iterator[Line]:
    """What ``change`` would do in each of these schools, of which all have its preset; schools without anything are left out."""
    if change.effect == Effect.ARCHIVE:
        yield from _archives(change, scope, school_ids)
        return
    rows = selected(change, scope).subquery()
    query = select(rows.c.school_id, func.count(), func.sum(rows.c.id), func.max(rows.c.id)).group_by(rows.c.school_id)
    along, named = _following(change, rows), _numbers(rows) if change.name in EXACT else {}
    for school_id, count, total, highest in db.session.execute(query):
        if school_id in school_ids:
            yield Line(
                change=change.name,
                school_id=school_id,
                count=count,
                following=along.get(school_id, 0),
                total=int(total),
                highest=highest,
                numbers=named.get(school_id),
            )


def _numbers(rows: Any) -> dict[int, tuple[int, ...]]:
    found: dict[int, list[int]] = {}
    for school_id, number in db.session.execute(select(rows.c.school_id, rows.c.id).order_by(rows.c.id)):
        found.setdefault(school_id, []).append(number)
    return {school_id: tuple(numbers) for school_id, numbers in found.items()}


def _following(change: Change, rows: Any) -> dict[int, int]:
    if change.effect != Effect.SET_ASIDE:
        return {}
    along: dict[int, int] = {}
    for child, key in rollover.followers(rollover.table_of(change.kind).name):
        query = (
            select(rows.c.school_id, func.count())
            .select_from(child.join(rows, key == rows.c.id))
            .where(child.c.set_aside_by.is_(None))
            .group_by(rows.c.school_id)
        )
        for school_id, count in db.session.execute(query):
            along[school_id] = along.get(school_id, 0) + count
    return along


def _archives(change: Change, scope: Scope, school_ids: Collection[int]) -> Iterator[Line]:
    # A step that is done has no archive left to make (G4).
    made = select(Archive.school_id, Archive.unit_id).where(
        Archive.begins == scope.begins, Archive.kind == change.archive, Archive.school_id.in_(school_ids)
    )
    there = {(school_id, unit_id) for school_id, unit_id in db.session.execute(made)}
    for school_id in sorted(school_ids):
        found = schoollife.archive_units(change.archive, school_id, scope)
        units = [unit.id for unit in found if (school_id, unit.id) not in there]
        if units:
            yield Line(
                change=change.name,
                school_id=school_id,
                count=len(units),
                total=sum(units),
                # A unit that is older than the plan but was not in it cannot be told by its number: all are taken.
                highest=max(units),
            )


def by_preset(schools: Collection[School]) -> dict[Preset, set[int]]:
    """The numbers of the schools by the table of fates that counts there (CAL-10)."""
    parted: dict[Preset, set[int]] = {}
    for school in schools:
        parted.setdefault(preset_of(school.kind), set()).add(school.id)
    return parted


def counted_step(step: int, scope: Scope, schools: Collection[School], delivery_id: int | None = None) -> list[Line]:
    """Every line of a step's plan for these schools; of step 4 what the delivery of that number brings and takes."""
    if step == step4_initialise_directory.STEP:
        return _fed(schools, delivery_id)
    found: list[Line] = []
    for preset, numbers in sorted(by_preset(schools).items()):
        for change in changes_of(step, preset):
            found.extend(counted(change, scope, numbers))
    return found


class Figures(NamedTuple):
    """What a step would do in some schools, as it was counted: a plan before anything of it is written."""

    step: int
    school_ids: list[int]
    cutoff: datetime
    delivery_id: int | None
    lines: list[Line]


def figures_of(
    campaign: Campaign,
    step: int,
    schools: Sequence[School],
    *,
    delivery_id: int | None = None,
    now: datetime,
    ahead: Collection[Figures] = (),
) -> Figures:
    """Count ``step`` in these schools at ``now`` (portal time), unless ``ahead`` has its figures already (G3)."""
    numbers = [school.id for school in schools]
    cutoff = cutoff_of(campaign, numbers, now)
    if step == step4_initialise_directory.STEP and delivery_id is None:
        waiting = feeds.delivery_for(new_year_id(campaign), numbers)
        delivery_id = None if waiting is None else waiting.id
    for known in ahead:
        if known[:4] == (step, numbers, cutoff, delivery_id):
            return known
    lines = counted_step(step, scope_of(campaign, cutoff, now), schools, delivery_id)
    return Figures(step=step, school_ids=numbers, cutoff=cutoff, delivery_id=delivery_id, lines=lines)


def _fed(schools: Collection[School], delivery_id: int | None) -> list[Line]:
    made = feeds.delivery_called(delivery_id)
    if made is None:
        return []
    names = {change.kind: change.name for change in changes_of(step4_initialise_directory.STEP, Preset.SECONDARY)}
    found = feeds.counted(made, {school.id for school in schools})
    return [
        Line(change=names[kind], school_id=school_id, count=count, highest=count)
        for (kind, school_id), count in sorted(found.items())
    ]


def plan_called(number: int) -> Plan:
    """The plan with that number. Raises ``UnknownPlan``."""
    found = db.session.get(Plan, number)
    if found is None:
        raise UnknownPlan(number=number)
    return found


def lines_of(plan: Plan) -> list[Line]:
    """What the plan says, change by change and school by school."""
    query = select(PlanLine).where(PlanLine.plan_id == plan.id).order_by(PlanLine.change, PlanLine.school_id)
    return [
        Line(
            change=row.change,
            school_id=row.school_id,
            count=row.count,
            following=row.following,
            total=row.total,
            highest=row.highest,
            numbers=None if row.numbers is None else tuple(row.numbers),
        )
        for row in db.session.scalars(query)
    ]


def schools_in(plan: Plan) -> list[School]:
    """The schools that the plan is about, by UAI."""
    named = {line.school_id for line in lines_of(plan)}
    return [school for school in schools_of(plan.campaign_id) if school.id in named]


def ready_for(plan: Plan, schools: Sequence[School]) -> list[School]:
    """Those of these schools in which the step before the plan's is done."""
    if plan.step - 1 not in STEPS:
        return list(schools)
    done = schools_done(plan.campaign_id, plan.step - 1)
    return [school for school in schools if school.id in done]


def not_shut(schools: Sequence[School], now: datetime) -> list[School]:
    """Those of these schools that are open at ``now`` (portal time), or in whose closing the grace is not over (G13)."""
    closed = closed_schools([school.id for school in schools], now)
    return [school for school in schools if school.id not in closed or now < closed[school.id].grace_over]


def closed_of(schools: Sequence[School], now: datetime) -> list[School]:
    """Those of these schools that are closed at ``now`` (portal time); none while a grace is not over: they begin together (G13)."""
    closed = closed_schools([school.id for school in schools], now)
    if any(now < one.grace_over for one in closed.values()):
        return []
    return [school for school in schools if school.id in closed]


def event_of_step(campaign_id: int, step: int) -> CalendarEvent | None:
    """The event of the calendar that begins a step."""
    query = select(CalendarEvent).where(CalendarEvent.campaign_id == campaign_id, CalendarEvent.kind == "steps")
    rows = db.session.scalars(query.order_by(CalendarEvent.id)).all()
    return next((row for row in rows if step in (row.details or {}).get("steps", ())), None)


def is_chain(event: CalendarEvent) -> bool:
    """Do the event's schools each run its steps for themselves (CAL-10)?"""
    return bool((event.details or {}).get("chain"))


def figures_of_run(plan: Plan, now: datetime) -> list[Figures]:
    """The exact figures that the run of this plan will ask for, counted while nothing is being written (G12).

    None for step 4: its delivery is matched anew when it begins to be applied. Nor where the run will not begin: nobody counts
    an academy at every look because its schools are still open.
    """
    if plan.step == step4_initialise_directory.STEP:
        return []
    ready = closed_of(ready_for(plan, schools_in(plan)), now)
    if not ready:
        return []
    return [figures_of(db.session.get_one(Campaign, plan.campaign_id), plan.step, ready, now=now)]


def figures_of_all(campaign: Campaign, now: datetime) -> list[Figures]:
    """The figures of every step's plan for the whole campaign, as the dry run asks for them (CAL-5)."""
    schools = schools_of(campaign.id)
    return [figures_of(campaign, step, schools, now=now) for step in sorted(STEPS)]


def newest_plan(campaign_id: int, step: int, school_id: int | None = None) -> Plan | None:
    """The newest plan that somebody has asked for, of all schools or of one."""
    same = Plan.school_id.is_(None) if school_id is None else Plan.school_id == school_id
    query = select(Plan).where(
        Plan.campaign_id == campaign_id, Plan.step == step, same, Plan.approved_plan_id.is_(None)
    )
    return db.session.scalar(query.order_by(Plan.id.desc()).limit(1))


def plan_before(plan: Plan) -> Plan | None:
    """The plan of the same step and schools made before this one."""
    same = Plan.school_id.is_(None) if plan.school_id is None else Plan.school_id == plan.school_id
    query = select(Plan).where(
        Plan.campaign_id == plan.campaign_id, Plan.step == plan.step, same, Plan.approved_plan_id.is_(None)
    )
    return db.session.scalar(query.where(Plan.id < plan.id).order_by(Plan.id.desc()).limit(1))


def approval_of(plan_id: int, *, locked: bool = False) -> Approval | None:
    """The approval of a plan that still counts; ``locked``: until the transaction ends nobody else begins or withdraws by it."""
    query = select(Approval).where(Approval.plan_id == plan_id, Approval.withdrawn_at.is_(None))
    return db.session.scalar(query.with_for_update() if locked else query)


def compared(approved: Plan, exact: Plan, approval: Approval) -> list[Difference]:
    """How the exact plan differs from the approved one, and what of it is too much (G1)."""
    return differences(
        lines_of(approved), lines_of(exact), percent=approval.tolerance_percent, rows=approval.tolerance_rows
    )


def schools_done(campaign_id: int, step: int) -> set[int]:
    """The schools in which the step is done and has not been undone."""
    query = (
        select(RunPart.school_id)
        .join(Run, Run.id == RunPart.run_id)
        .where(
            Run.campaign_id == campaign_id,
            Run.step == step,
            Run.undo_of_id.is_(None),
            RunPart.undone_by_id.is_(None),
        )
        .group_by(RunPart.school_id, RunPart.run_id)
        .having(func.sum(case((RunPart.state == "done", 0), else_=1)) == 0)
    )
    return set(db.session.scalars(query))


def schools_through(campaign_id: int, step: int) -> set[int]:
    """The schools whose own part of the step is done and not undone, whatever their people still wait for."""
    query = (
        select(RunPart.school_id)
        .join(Run, Run.id == RunPart.run_id)
        .where(
            Run.campaign_id == campaign_id,
            Run.step == step,
            Run.undo_of_id.is_(None),
            RunPart.undone_by_id.is_(None),
            ~RunPart.people,
            RunPart.state == "done",
        )
    )
    return set(db.session.scalars(query))
