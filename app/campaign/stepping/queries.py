"""What a step's page shows: its newest plan, the word given for it, its run and undo; figures summed up by the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.campaign.chaining.queries import links_of
from app.campaign.dates.queries import facts
from app.campaign.models import Campaign as Campaign
from app.campaign.models import CampaignSchool
from app.campaign.planning.queries import (
    approval_of,
    is_chain,
    newest_plan,
    schools_done,
    schools_of,
    scope_of,
    selected,
)
from app.campaign.planning.queries import event_of_step as event_of_step
from app.campaign.run_states import RunState
from app.campaign.running.models import Approval as Approval
from app.campaign.running.models import Plan as Plan
from app.campaign.running.models import PlanLine, Run, RunPart
from app.campaign.stepping.stages import Stage, stage_of
from app.campaign.steps.change import Change, Effect
from app.content.models import Contest, Folder, Section
from app.db import db
from app.directory.groups.models import FreeGroup
from app.directory.models import School as School
from app.directory.models import SchoolClass, TeachingGroup
from app.fates import KINDS, kind_called
from app.gate.holds.queries import closed_schools
from app.schoollife.models import InterdisciplinaryProject, Period

_KINDS = frozenset(kind.key for kind in KINDS)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far a step is. ``run`` is the newest that does it, ``undo`` the newest that takes that one back."""

    step: int
    stage: Stage
    plan: Plan | None
    approval: Approval | None
    run: Run | None
    undo: Run | None

    @property
    def shown(self) -> Run | None:
        """The run whose figures the page shows."""
        return self.undo if self.stage == Stage.UNDOING else self.run


def standing(campaign_id: int, step: int, school_id: int | None = None) -> Standing:
    """How far a step is, for all the campaign's schools together or for the one that has plans of its own; four queries."""
    plan = newest_plan(campaign_id, step, school_id)
    approval = approval_of(plan.id) if plan is not None else None
    run = newest_run(campaign_id, step, school_id)
    undo = newest_undo(run.id) if run is not None else None
    stage = stage_of(
        plan=None if plan is None else plan.id,
        approved=approval is not None,
        second_missing=approval is not None and approval.needs_second and approval.second_at is None,
        run=None if run is None else run.state,
        run_plan=None if run is None else run.plan_id,
        undo=None if undo is None else undo.state,
    )
    if stage == Stage.APPROVED and school_id is None and _chain_is_through(campaign_id, step):
        stage = Stage.DONE
    return Standing(step=step, stage=stage, plan=plan, approval=approval, run=run, undo=undo)


def _chain_is_through(campaign_id: int, step: int) -> bool:
    """Each school of a chain has runs of its own: have all done the step (CAL-10)?"""
    event = event_of_step(campaign_id, step)
    return (
        event is not None
        and is_chain(event)
        and {s.id for s in schools_of(campaign_id)} <= schools_done(campaign_id, step)
    )


def newest_run(campaign_id: int, step: int, school_id: int | None = None) -> Run | None:
    """The newest run that does a step, of all schools or of one."""
    same = Plan.school_id.is_(None) if school_id is None else Plan.school_id == school_id
    query = select(Run).join(Plan, Plan.id == Run.plan_id)
    query = query.where(Run.campaign_id == campaign_id, Run.step == step, Run.undo_of_id.is_(None), same)
    return db.session.scalar(query.order_by(Run.id.desc()).limit(1))


def newest_undo(run_id: int) -> Run | None:
    """The run that takes back what another did: one that is not through, or else the newest. Each school may have its own."""
    over = Run.state.in_((RunState.DONE.value, RunState.STOPPED.value, RunState.UNDONE.value))
    query = select(Run).where(Run.undo_of_id == run_id).order_by(case((over, 1), else_=0), Run.id.desc())
    return db.session.scalar(query.limit(1))


def history(campaign_id: int, step: int, limit: int) -> Sequence[Run]:
    """The runs of a step, the newest first."""
    query = select(Run).where(Run.campaign_id == campaign_id, Run.step == step)
    return db.session.scalars(query.order_by(Run.id.desc()).limit(limit)).all()


# Figures of a plan -----------------------------------------------------------------------------------------------------


def sums(plan_id: int) -> dict[str, tuple[int, int, int]]:
    """By change: rows, rows that go along, schools with some; one query whatever the number of schools."""
    query = (
        select(
            PlanLine.change,
            func.coalesce(func.sum(PlanLine.count), 0),
            func.coalesce(func.sum(PlanLine.following), 0),
            func.count(),
        )
        .where(PlanLine.plan_id == plan_id, PlanLine.count > 0, PlanLine.change != "")
        .group_by(PlanLine.change)
    )
    return {change: (int(rows), int(along), schools) for change, rows, along, schools in db.session.execute(query)}


def schools_named(plan_id: int) -> set[int]:
    """The schools that a plan is about."""
    return set(db.session.scalars(select(PlanLine.school_id).where(PlanLine.plan_id == plan_id, PlanLine.change == "")))


def busiest(plan_id: int, change: str, limit: int) -> list[tuple[School, int]]:
    """The schools in which a change does most, each with its rows."""
    query = (
        select(School, PlanLine.count)
        .join(PlanLine, PlanLine.school_id == School.id)
        .where(PlanLine.plan_id == plan_id, PlanLine.change == change, PlanLine.count > 0)
        .order_by(PlanLine.count.desc(), School.uai)
    )
    return [(school, count) for school, count in db.session.execute(query.limit(limit))]


# What a run waits for --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """Whether a step may begin: schools still open, when their closing's grace is over, schools without the step before."""

    schools: int
    open: int
    grace_over: datetime | None
    behind: int

    @property
    def ready(self) -> bool:
        """May it begin at once? A school that is behind is passed over, unless all of them are."""
        return not self.open and self.behind < self.schools and self.grace_over is None


def readiness(campaign: Campaign, step: int, school_ids: Collection[int], now: datetime) -> Readiness:
    """What is missing before ``step`` may begin in these schools at ``now`` (portal time); four queries."""
    closed = closed_schools(school_ids, now)
    grace = max((one.grace_over for one in closed.values()), default=now)
    done = schools_done(campaign.id, step - 1) if step > 1 else set(school_ids)
    return Readiness(
        schools=len(school_ids),
        open=len(school_ids) - len(closed),
        grace_over=grace if grace > now else None,
        behind=len(set(school_ids) - done),
    )


@dataclass(frozen=True, kw_only=True)
class ChainSchool:
    """A school of a chain and where it stands in a step: 'done', 'running', 'failed' or 'waiting'."""

    uai: str
    name: str
    state: str


def chain_of(campaign_id: int, step: int) -> list[ChainSchool]:
    """Where each school of a chain stands in a step (CAL-10); empty where the step is no chain's."""
    event = event_of_step(campaign_id, step)
    if event is None or not is_chain(event):
        return []
    found = []
    for link in links_of(campaign_id, facts(event)):
        if link.step is None or link.step > step:
            state = "done"
        elif link.step < step:
            state = "waiting"
        else:
            state = "running" if link.at_work else "failed" if link.failed else "waiting"
        found.append(ChainSchool(uai=link.school.uai, name=link.school.name, state=state))
    return found


def failed_schools(run_ids: Collection[int]) -> dict[int, int]:
    """In how many schools each of these runs has failed and was not undone."""
    query = (
        select(RunPart.run_id, func.count(func.distinct(RunPart.school_id)))
        .where(RunPart.run_id.in_(run_ids), RunPart.state == "failed", RunPart.undone_by_id.is_(None))
        .group_by(RunPart.run_id)
    )
    return {number: count for number, count in db.session.execute(query)}  # noqa: C416  (rows are not pairs to dict)


# Some of what goes -----------------------------------------------------------------------------------------------------

#: What may be named to whoever runs a campaign: places and groups, never what people have written or received.
NAMED: Mapping[str, InstrumentedAttribute[str]] = {
    "section": Section.title,
    "folder": Folder.name,
    "contest": Contest.title,
    "school_class": SchoolClass.name,
    "teaching_group": TeachingGroup.name,
    "free_group": FreeGroup.name,
    "interdisciplinary_project": InterdisciplinaryProject.title,
    "period": Period.name,
}


def names_of_rows(change: Change, campaign: Campaign, plan: Plan, limit: int) -> list[str] | None:
    """The names of some of the rows that ``change`` takes, as they are now; None for a kind that is not named."""
    table = kind_called(change.kind).table if change.kind in _KINDS else ""
    if table not in NAMED or change.effect == Effect.ARCHIVE:
        return None
    column = NAMED[table]
    scope = scope_of(campaign, plan.cutoff, plan.made_at)
    chosen = selected(change, scope, school_id=plan.school_id).subquery()
    ids = select(chosen.c.id)
    if plan.school_id is None:
        ids = ids.where(chosen.c.school_id.in_(select(CampaignSchool.school_id).filter_by(campaign_id=campaign.id)))
    return list(db.session.scalars(select(column).where(column.class_.id.in_(ids)).order_by(column).limit(limit)))
