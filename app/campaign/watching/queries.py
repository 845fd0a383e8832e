"""A run in figures and schools, for its page; a fixed number of queries whatever the number of schools."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import aliased

from app.campaign.problems import UnknownRun
from app.campaign.run_states import RunState
from app.campaign.running.models import Run as Run
from app.campaign.running.models import RunPart, RunProblem, RunTask
from app.campaign.running.queries import Figures, figures, remaining
from app.campaign.watching.progress import SCHOOL_STATES, Cell, lasted, percent, school_state, time_left
from app.db import db
from app.directory.models import School
from app.words import Words

#: Without work for so long, a run that is under way has nobody at work.
SILENCE = timedelta(seconds=60)

_SUMS = ("planned", "done", "already", "skipped", "failed", "following")


def run_in(campaign_id: int, run_id: int) -> Run:
    """A run of that campaign. Raises ``UnknownRun``."""
    found = db.session.get(Run, run_id)
    if found is None or found.campaign_id != campaign_id:
        raise UnknownRun(number=run_id)
    return found


def school_of_run(run_id: int, uai: str) -> School:
    """A school that has a part in the run. Raises ``UnknownRun``."""
    query = select(School).join(RunPart, RunPart.school_id == School.id)
    found = db.session.scalars(query.where(RunPart.run_id == run_id, School.uai == uai.upper()).limit(1)).first()
    if found is None:
        raise UnknownRun(number=run_id)
    return found


def cells(run_id: int) -> list[Cell]:
    """The grid: every school of the run with its state, by UAI; one query."""
    query = (
        select(School.uai, School.name, RunPart.state, RunPart.undone_by_id)
        .join(RunPart, RunPart.school_id == School.id)
        .where(RunPart.run_id == run_id)
        .order_by(School.uai, RunPart.people)
    )
    parts: dict[str, list[tuple[str, bool]]] = {}
    names: dict[str, str] = {}
    for uai, name, state, undone_by in db.session.execute(query):
        parts.setdefault(uai, []).append((state, undone_by is not None))
        names[uai] = name
    return [Cell(uai=uai, name=names[uai], state=school_state(found)) for uai, found in parts.items()]


def parts_in(run_id: int, school_id: int) -> Sequence[RunPart]:
    """A school's parts of a run: its own, then its people's."""
    query = select(RunPart).where(RunPart.run_id == run_id, RunPart.school_id == school_id)
    return db.session.scalars(query.order_by(RunPart.people)).all()


def by_change(run: Run, school_id: int | None = None) -> dict[str, Figures]:
    """The figures of each change, over all schools or in one. Of an undo, under the names of what it takes back; one query."""
    sums = [func.coalesce(func.sum(getattr(RunTask, name)), 0) for name in _SUMS]
    if run.undo_of_id is None:
        query = select(RunTask.change, *sums).join(RunPart, RunPart.id == RunTask.part_id)
        named = RunTask.change
    else:
        original = aliased(RunTask)
        query = (
            select(original.change, *sums)
            .select_from(RunTask)
            .join(RunPart, RunPart.id == RunTask.part_id)
            .join(original, cast(original.id, String) == RunTask.change)
        )
        named = original.change
    query = query.where(RunPart.run_id == run.id).group_by(named)
    if school_id is not None:
        query = query.where(RunPart.school_id == school_id)
    return {row[0]: Figures(**dict(zip(_SUMS, map(int, row[1:]), strict=True))) for row in db.session.execute(query)}


@dataclass(frozen=True, kw_only=True)
class TaskLine:
    """A task on a school's page; ``change`` is the name of what it does, of an undo of what it takes back."""

    task: RunTask
    change: str
    people: bool


def tasks_in(run: Run, school_id: int) -> list[TaskLine]:
    """The tasks of a school in a run, in their order; two queries for an undo, one otherwise."""
    query = (
        select(RunTask, RunPart.people)
        .join(RunPart, RunPart.id == RunTask.part_id)
        .where(RunPart.run_id == run.id, RunPart.school_id == school_id)
        .order_by(RunPart.people, RunTask.position)
    )
    found = [(task, people) for task, people in db.session.execute(query)]
    names = {task.change: task.change for task, _people in found}
    if run.undo_of_id is not None:
        wanted = [int(task.change) for task, _people in found]
        chosen = select(RunTask.id, RunTask.change).where(RunTask.id.in_(wanted))
        names = {str(number): change for number, change in db.session.execute(chosen)}
    return [TaskLine(task=task, change=names.get(task.change, task.change), people=people) for task, people in found]


def undone_changes(run: Run) -> dict[str, str]:
    """For an undo: what its tasks, named by number, take back; empty for another run."""
    if run.undo_of_id is None:
        return {}
    query = select(RunTask.id, RunTask.change).join(RunPart, RunPart.id == RunTask.part_id)
    return {str(number): change for number, change in db.session.execute(query.where(RunPart.run_id == run.undo_of_id))}


@dataclass(frozen=True, kw_only=True)
class ProblemLine:
    """Something that could not be done, where, and in which change."""

    problem: RunProblem
    change: str
    school: School


def problems_in(run_id: int, school_id: int | None = None, *, limit: int) -> list[ProblemLine]:
    """What could not be done, by school, ``limit`` at most; one query."""
    query = (
        select(RunProblem, RunTask.change, School)
        .join(RunTask, RunTask.id == RunProblem.task_id)
        .join(RunPart, RunPart.id == RunTask.part_id)
        .join(School, School.id == RunPart.school_id)
        .where(RunPart.run_id == run_id)
        .order_by(School.uai, RunTask.position, RunProblem.unit_id)
    )
    if school_id is not None:
        query = query.where(RunPart.school_id == school_id)
    return [
        ProblemLine(problem=problem, change=change, school=school)
        for problem, change, school in db.session.execute(query.limit(limit))
    ]


def failed_parts(run_id: int, limit: int) -> list[tuple[RunPart, School]]:
    """The parts that have failed for a reason of their own and were not undone."""
    query = select(RunPart, School).join(School, School.id == RunPart.school_id)
    query = query.where(RunPart.run_id == run_id, RunPart.state == "failed", RunPart.reason.is_not(None))
    query = query.where(RunPart.undone_by_id.is_(None))
    return [(part, school) for part, school in db.session.execute(query.order_by(School.uai).limit(limit))]


def standing_figures(run: Run, school_id: int | None = None) -> dict[str, int]:
    """By change, what a run did that still stands: rows done in tasks neither undone nor erased for good; one query."""
    query = (
        select(RunTask.change, func.sum(RunTask.done + RunTask.following))
        .join(RunPart, RunPart.id == RunTask.part_id)
        .where(RunPart.run_id == run.id, RunPart.undone_by_id.is_(None), RunTask.state.not_in(("undone", "expunged")))
        .group_by(RunTask.change)
        .having(func.sum(RunTask.done) > 0)
    )
    if school_id is not None:
        query = query.where(RunPart.school_id == school_id)
    return {change: int(count) for change, count in db.session.execute(query)}


def erased_from(run_id: int) -> datetime | None:
    """From when on what a run took may be erased: until then it can be brought back (G7)."""
    query = select(func.min(RunTask.expunge_after)).join(RunPart, RunPart.id == RunTask.part_id)
    return db.session.scalar(query.where(RunPart.run_id == run_id, RunTask.expunged_at.is_(None)))


#: Schools in the grid of a page, and problems listed on it.
CELLS, PROBLEMS = 300, 50


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A run as its grid and bar show it. ``counts``: schools by state; ``cells`` those of the page, ``pages`` in all."""

    run: Run
    figures: Figures
    percent: int
    left: Words | None
    silent: Words | None
    counts: dict[str, int]
    cells: list[Cell]
    chosen: str
    page: int
    pages: int

    @property
    def through(self) -> int:
        """Rows that are done, were done already, were passed over or have failed."""
        return self.figures.planned - self.figures.left


def watched(run: Run, machine_now: datetime, *, state: str = "", page: int = 1) -> Watched:
    """How far a run is at ``machine_now``; two queries. ``state`` keeps the schools that are in it."""
    found = cells(run.id)
    counts = dict.fromkeys(SCHOOL_STATES, 0) | Counter(cell.state for cell in found)
    chosen = [cell for cell in found if not state or cell.state == state]
    pages = max(1, -(-len(chosen) // CELLS))
    page = min(max(page, 1), pages)
    told = figures(run.id)
    quiet = None if run.last_work_at is None else machine_now - run.last_work_at
    return Watched(
        run=run,
        figures=told,
        percent=percent(told.planned - told.left, told.planned),
        left=time_left(remaining(run, told, machine_now)),
        silent=lasted(quiet) if quiet is not None and quiet > SILENCE and run.state == RunState.RUNNING else None,
        counts={name: count for name, count in counts.items() if count},
        cells=chosen[(page - 1) * CELLS : page * CELLS],
        chosen=state if state in SCHOOL_STATES else "",
        page=page,
        pages=pages,
    )
