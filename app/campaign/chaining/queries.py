"""Where each school of a chain stands: which step comes next, by which approved plan, and what is at work (CAL-10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.campaign.calendar import Event
from app.campaign.planning.queries import schools_done, schools_of
from app.campaign.run_states import RunState
from app.campaign.running.models import Approval, Plan, Run
from app.campaign.running.queries import undos_under_way
from app.campaign.steps import step4_initialise_directory
from app.db import db
from app.directory.models import School
from app.feeds.models import FeedImport, FeedImportSchool

_AT_WORK = (RunState.WAITING.value, RunState.RUNNING.value, RunState.PAUSED.value)


@dataclass(frozen=True, kw_only=True)
class Link:
    """One school's place in the chain. ``plan``: the approved one of the next step; None where somebody must approve it first."""

    school: School
    step: int | None
    plan: Plan | None
    at_work: bool
    failed: bool

    @property
    def through(self) -> bool:
        """Are all its steps done?"""
        return self.step is None


def links_of(campaign_id: int, event: Event) -> list[Link]:
    """The campaign's schools; a fixed number of questions whatever their number."""
    done = {step: schools_done(campaign_id, step) for step in event.steps}
    plans = _approved(campaign_id)
    runs = _newest_runs(campaign_id)
    undos = undos_under_way()
    found = []
    for school in schools_of(campaign_id):
        step = next((one for one in event.steps if school.id not in done[one]), None)
        run = runs.get((school.id, step or 0))
        plan = plans.get((school.id, step or 0))
        # While a step is taken back in a school its chain waits there, and only there (G8).
        undo = undos.get(school.id)
        if run is not None and plan is not None and plan.id <= run.plan_id and run.state not in _AT_WORK:
            plan = None  # that approval has served its run
        found.append(
            Link(
                school=school,
                step=step,
                plan=plan,
                at_work=any(one is not None and one.state in _AT_WORK for one in (run, undo)),
                failed=(run is not None and run.state in (RunState.FAILED.value, RunState.STOPPED.value))
                or (undo is not None and undo.state == RunState.FAILED.value),
            )
        )
    return found


def complete(links: Sequence[Link], campaign_id: int, event: Event) -> list[Link]:
    """Those for which every step that is left is approved: a chain that begins is not left open in its middle."""
    plans = _approved(campaign_id)
    done = {step: schools_done(campaign_id, step) for step in event.steps}
    return [
        link
        for link in links
        if link.plan is not None
        and all((link.school.id, step) in plans or link.school.id in done[step] for step in event.steps)
    ]


def waiting_for_word(campaign_id: int, event: Event) -> list[School]:
    """The schools whose new classes have arrived, and whose steps nobody has approved yet: the chain waits for a person there (G1)."""
    links = [link for link in links_of(campaign_id, event) if not (link.through or link.at_work or link.failed)]
    ready = {link.school.id for link in complete(links, campaign_id, event)}
    arrived = (
        select(FeedImportSchool.school_id)
        .join(FeedImport, FeedImport.id == FeedImportSchool.import_id)
        .where(FeedImport.state == "planned", FeedImport.complete, FeedImportSchool.state == "waiting")
    )
    there = set(db.session.scalars(arrived))
    return [link.school for link in links if link.school.id in there - ready]


def waits_for_delivery(link: Link, plan_of_4: Plan | None) -> bool:
    """Is the delivery of its new classes not planned any more, or being applied in another school just now?"""
    if plan_of_4 is None or link.step != step4_initialise_directory.STEP:
        return False
    made = db.session.get(FeedImport, plan_of_4.delivery_id) if plan_of_4.delivery_id is not None else None
    return made is not None and made.state == "applying"


def _approved(campaign_id: int) -> dict[tuple[int, int], Plan]:
    """By school and step, the newest plan of that school alone whose approval counts."""
    query = (
        select(Plan)
        .join(Approval, Approval.plan_id == Plan.id)
        .where(
            Plan.campaign_id == campaign_id,
            Plan.school_id.is_not(None),
            Approval.withdrawn_at.is_(None),
            ~Approval.needs_second | Approval.second_at.is_not(None),
        )
    )
    return {(plan.school_id or 0, plan.step): plan for plan in db.session.scalars(query.order_by(Plan.id))}


def _newest_runs(campaign_id: int) -> dict[tuple[int, int], Run]:
    query = (
        select(Run, Plan.school_id)
        .join(Plan, Plan.id == Run.plan_id)
        .where(
            Run.campaign_id == campaign_id, Run.undo_of_id.is_(None), Run.state != "undone", Plan.school_id.is_not(None)
        )
    )
    return {(school_id or 0, run.step): run for run, school_id in db.session.execute(query.order_by(Run.id))}
