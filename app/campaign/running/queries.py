"""Reading runs: their parts and tasks, what is left to do, how far they are; since when which step is done where."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from app.campaign.models import Campaign
from app.campaign.problems import UnknownRun
from app.campaign.run_states import UNFINISHED, PartState, RunState
from app.campaign.running.models import Plan, Run, RunPart, RunProblem, RunTask
from app.db import db
from app.directory.models import School
from app.feeds.reasons import unpack
from app.words import Words


def run_called(number: int) -> Run:
    """The run with that number. Raises ``UnknownRun``."""
    found = db.session.get(Run, number)
    if found is None:
        raise UnknownRun(number=number)
    return found


def run_of_plan(plan_id: int) -> Run | None:
    """The run of an approved plan, if it has begun."""
    return db.session.scalar(select(Run).where(Run.plan_id == plan_id, Run.undo_of_id.is_(None)))


def runs_of(campaign_id: int) -> Sequence[Run]:
    """Every run of a campaign, undo included, the newest first."""
    return db.session.scalars(select(Run).where(Run.campaign_id == campaign_id).order_by(Run.id.desc())).all()


def unfinished_runs() -> Sequence[Run]:
    """Runs that workers may go on with: running, or waiting to."""
    wanted = (RunState.RUNNING, RunState.WAITING)
    return db.session.scalars(select(Run).where(Run.state.in_(wanted)).order_by(Run.id)).all()


def in_turn(campaign_id: int) -> None:
    """Nobody else begins, resumes or undoes a run of the campaign before the transaction ends: each sees what the other began."""
    db.session.execute(select(Campaign.id).where(Campaign.id == campaign_id).with_for_update(key_share=True))


def undos_under_way(school_ids: Collection[int] | None = None) -> dict[int, Run]:
    """By school, the run that takes a step back there and is not through: at work, paused or failed; one query."""
    states = (RunState.WAITING, RunState.RUNNING, RunState.PAUSED, RunState.FAILED)
    query = (
        select(RunPart.school_id, Run)
        .join(Run, Run.id == RunPart.run_id)
        .where(Run.undo_of_id.is_not(None), Run.state.in_(states), RunPart.state != PartState.DONE)
    )
    rows = db.session.execute(query.order_by(Run.id), execution_options={"populate_existing": True})
    return {school_id: run for school_id, run in rows if school_ids is None or school_id in school_ids}


def is_unfinished(run: Run) -> bool:
    """Is there something left that may be taken up again?"""
    return RunState(run.state) in UNFINISHED


def parts_of(run_id: int) -> Sequence[RunPart]:
    """The parts of a run: the schools', then the people's."""
    query = select(RunPart).where(RunPart.run_id == run_id).order_by(RunPart.people, RunPart.school_id)
    return db.session.scalars(query).all()


def tasks_of(part_id: int) -> Sequence[RunTask]:
    """The tasks of a part, in their order."""
    return db.session.scalars(select(RunTask).where(RunTask.part_id == part_id).order_by(RunTask.position)).all()


def problems_of(run_id: int) -> Sequence[tuple[RunProblem, RunTask, RunPart]]:
    """What could not be done in a run, with the task and part it belongs to."""
    query = (
        select(RunProblem, RunTask, RunPart)
        .join(RunTask, RunTask.id == RunProblem.task_id)
        .join(RunPart, RunPart.id == RunTask.part_id)
        .where(RunPart.run_id == run_id)
        .order_by(RunPart.school_id, RunTask.position, RunProblem.unit_id)
    )
    return [(problem, task, part) for problem, task, part in db.session.execute(query)]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a run was to do and did (G20). After its end planned = done + already + skipped + failed."""

    planned: int = 0
    done: int = 0
    already: int = 0
    skipped: int = 0
    failed: int = 0
    following: int = 0

    @property
    def left(self) -> int:
        """What is still to do."""
        return self.planned - self.done - self.already - self.skipped - self.failed


_SUMS = ("planned", "done", "already", "skipped", "failed", "following")


def figures(run_id: int) -> Figures:
    """The figures of a whole run; one query."""
    sums = [func.coalesce(func.sum(getattr(RunTask, name)), 0) for name in _SUMS]
    query = select(*sums).join(RunPart, RunPart.id == RunTask.part_id).where(RunPart.run_id == run_id)
    return Figures(**dict(zip(_SUMS, map(int, db.session.execute(query).one()), strict=True)))


def figures_by_school(run_id: int) -> dict[int, Figures]:
    """The figures of each school's parts together; one query."""
    sums = [func.coalesce(func.sum(getattr(RunTask, name)), 0) for name in _SUMS]
    query = (
        select(RunPart.school_id, *sums)
        .join(RunTask, RunPart.id == RunTask.part_id)
        .where(RunPart.run_id == run_id)
        .group_by(RunPart.school_id)
    )
    return {row[0]: Figures(**dict(zip(_SUMS, map(int, row[1:]), strict=True))) for row in db.session.execute(query)}


def figures_by_change(run_id: int) -> dict[str, Figures]:
    """The figures of each change over all schools; one query."""
    sums = [func.coalesce(func.sum(getattr(RunTask, name)), 0) for name in _SUMS]
    query = (
        select(RunTask.change, *sums)
        .join(RunPart, RunPart.id == RunTask.part_id)
        .where(RunPart.run_id == run_id)
        .group_by(RunTask.change)
    )
    return {row[0]: Figures(**dict(zip(_SUMS, map(int, row[1:]), strict=True))) for row in db.session.execute(query)}


def remaining(run: Run, so_far: Figures, now: datetime) -> timedelta | None:
    """How long the rest will take at the pace so far (machine time); None where nothing can be said yet."""
    if run.first_work_at is None or run.state != RunState.RUNNING:
        return None
    through = so_far.planned - so_far.left
    spent = now - run.first_work_at
    if through <= 0 or spent < timedelta(seconds=2):
        return None
    return spent * (so_far.left / through)


def report(run: Run) -> dict[str, Any]:
    """A run as the command line prints it."""
    told = figures(run.id)
    return {
        "run": run.id,
        "plan": run.plan_id,
        "step": run.step,
        "state": run.state,
        "undo_of": run.undo_of_id,
        "planned": told.planned,
        "done": told.done,
        "already": told.already,
        "skipped": told.skipped,
        "failed": told.failed,
    }


def whole_report(run: Run, tell: Callable[[Words], str] = str) -> dict[str, Any]:
    """A run school by school and change by change, with what could not be done and why (G20): as JSON, and as rows for CSV.

    ``tell`` spells a reason for the reader. ``parts``: how far each school is, those passed over too; ``tasks``: the figures;
    ``problems``: each unit that failed, with the way on.
    """

    def reason(packed: Mapping[str, Any] | None) -> str | None:
        return None if packed is None else tell(unpack(packed))

    schools = {school.id: school.uai for school in db.session.scalars(select(School))}
    query = (
        select(RunPart.school_id, RunTask)
        .join(RunTask, RunTask.part_id == RunPart.id)
        .where(RunPart.run_id == run.id)
        .order_by(RunPart.school_id, RunPart.people, RunTask.position)
    )
    tasks = [
        {
            "school": schools[school_id],
            "change": task.change,
            "state": task.state,
            **{name: getattr(task, name) for name in _SUMS},
            "reason": reason(task.reason),
        }
        for school_id, task in db.session.execute(query)
    ]
    parts = [
        {
            "school": schools[part.school_id],
            "people": part.people,
            "state": part.state,
            "undone": part.undone_by_id is not None,
            "reason": reason(part.reason),
        }
        for part in parts_of(run.id)
    ]
    problems = [
        {
            "school": schools[part.school_id],
            "change": task.change,
            "unit": problem.unit_id,
            "title": problem.title,
            "reason": reason(problem.reason),
            "hint": problem.details,
        }
        for problem, task, part in problems_of(run.id)
    ]
    return {**report(run), "reason": reason(run.reason), "parts": parts, "tasks": tasks, "problems": problems}


def exact_plan(run: Run) -> Plan | None:
    """The plan by which a run works."""
    return None if run.exact_plan_id is None else db.session.get(Plan, run.exact_plan_id)


def campaign_of(run: Run) -> Campaign:
    """The campaign that a run belongs to."""
    return db.session.get_one(Campaign, run.campaign_id)
