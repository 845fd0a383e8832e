"""Long work, outside write transactions: making the archives of a task, and reading those back that a removal needs (G9, G12)."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.exc import OperationalError

from app import clock
from app.audit.actions import SCHEDULER, record
from app.campaign.archiving.actions import Built, build, file_away
from app.campaign.archiving.queries import demand_covered
from app.campaign.holding.actions import HeldPart, note_failure, note_problem, words_of
from app.campaign.running.models import PlanLine, RunProblem, RunTask
from app.campaign.steps.change import Change
from app.campaign.working.actions import fence, note_work
from app.campaign.working.leases import Stopped
from app.db import db, reading_only
from app.errors import Refused
from app.feeds.reasons import pack
from app.schoollife import rollover as schoollife
from app.schoollife.archives.units import Unit, Writer

_log = logging.getLogger(__name__)

#: Archives for which is read at once, and seconds after which those that are built are filed (G5, G12).
TOGETHER, SECONDS = 60, 1.5
_BARE = {"synchronize_session": False}


def clear(part: HeldPart, task_id: int, change: Change) -> None:
    """Read back the archives that stand for the rows that a task is about to take (G9)."""
    try:
        with reading_only():
            line = db.session.get_one(PlanLine, (part.exact_plan_id, change.name, part.lease.school_id))
            demand_covered(
                change.kind,
                change.needs,
                campaign_id=part.campaign_id,
                school_id=part.lease.school_id,
                count=line.count,
                total=line.total,
                keep_going=part.keep_going,
                checked=part.checked,
            )
            db.session.rollback()
        part.cleared.add(task_id)
    except (Stopped, OperationalError):
        raise
    except Exception as problem:
        db.session.rollback()
        fence(part.lease, closed=True)
        note_failure(part, task_id, problem)
        db.session.commit()


def make_archives(part: HeldPart, task_id: int, change: Change) -> None:
    """Make what is missing of an archive task: units are built and verified first, and filed some at a time.

    What was built and not filed when a worker dies or stops is made again, byte for byte.
    """
    units = _left(part, task_id, change)
    for begin in range(0, len(units), TOGETHER):
        some = units[begin : begin + TOGETHER]
        part.keep_going()
        write = _writer(part, change, some)
        built: list[Built] = []
        begun = clock.seconds()
        for unit in some:
            part.keep_going()
            try:
                with reading_only():
                    writing = write or schoollife.archive_writer(
                        change.archive, [unit], part.lease.school_id, part.scope
                    )
                    built.append(build(change.archive, unit, writing, part.keep_going))
                    db.session.rollback()
            except (Stopped, OperationalError):
                db.session.rollback()
                raise
            except Exception as problem:
                db.session.rollback()
                # What stands before it is filed first: the task goes on after the last that it knows of.
                _file(part, task_id, change, built)
                built = []
                _pass_over(part, task_id, unit.id, unit.title, problem)
            if clock.seconds() - begun > SECONDS:
                _file(part, task_id, change, built)
                built, begun = [], clock.seconds()
        _file(part, task_id, change, built)
    fence(part.lease, closed=True)
    task = db.session.get_one(RunTask, task_id, populate_existing=True)
    problems = select(RunProblem.id).where(RunProblem.task_id == task_id)
    task.failed = len(db.session.scalars(problems).all())
    task.already = task.planned - task.done - task.failed
    task.state = "failed" if task.failed else "done"
    db.session.commit()


def _left(part: HeldPart, task_id: int, change: Change) -> list[Unit]:
    """What the task has still to make, in order: what comes after its cursor, and what failed before."""
    with reading_only():
        task = db.session.get_one(RunTask, task_id)
        cursor, highest = task.cursor, task.highest
        again = select(RunProblem.unit_id).where(RunProblem.task_id == task_id)
        failed = set(db.session.scalars(again))
        units = schoollife.archive_units(change.archive, part.lease.school_id, part.scope)
        db.session.rollback()
    return [
        unit
        for unit in sorted(units, key=lambda one: one.id)
        if unit.id <= highest and (unit.id > cursor or unit.id in failed)
    ]


def _writer(part: HeldPart, change: Change, units: Sequence[Unit]) -> Writer | None:
    """What writes these units, having read for all of them; None where that fails, so that each is read alone (G15)."""
    try:
        with reading_only():
            found = schoollife.archive_writer(change.archive, units, part.lease.school_id, part.scope)
            db.session.rollback()
        return found
    except (Stopped, OperationalError):
        db.session.rollback()
        raise
    except Exception as problem:
        db.session.rollback()
        _log.warning("%s are read one by one: %s", change.name, type(problem).__name__)
        return None


def _file(part: HeldPart, task_id: int, change: Change, built: Sequence[Built]) -> None:
    """File what is built in one transaction; where that fails, each alone, so that only what cannot be filed is passed over."""
    if not built:
        return
    try:
        _file_together(part, task_id, change, built)
    except (Stopped, OperationalError):
        db.session.rollback()
        raise
    except Exception as problem:
        db.session.rollback()
        if len(built) == 1:
            _pass_over(part, task_id, built[0].unit.id, built[0].unit.title, problem)
            return
        for one in built:
            _file(part, task_id, change, [one])


def _file_together(part: HeldPart, task_id: int, change: Change, built: Sequence[Built]) -> None:
    fence(part.lease, closed=True)
    task = db.session.get_one(RunTask, task_id, populate_existing=True)
    file_away(
        change.archive,
        built,
        task,
        campaign_id=part.campaign_id,
        school_id=part.lease.school_id,
        scope=part.scope,
    )
    task.done += len(built)
    task.cursor = max(task.cursor, *(one.unit.id for one in built))
    mended = delete(RunProblem).where(
        RunProblem.task_id == task_id, RunProblem.unit_id.in_([one.unit.id for one in built])
    )
    db.session.execute(mended, execution_options=_BARE)
    for one in built:
        record(
            "rollover.archive",
            by=SCHEDULER,
            now=part.scope.now,
            subject=("task", task_id),
            school_id=part.lease.school_id,
            after={"change": change.name, "unit": one.unit.id, "sha256": one.sha256},
        )
    note_work(part.lease.run_id, machine_now=clock.machine_now())
    db.session.commit()


def _pass_over(part: HeldPart, task_id: int, unit_id: int, title: str, problem: Exception) -> None:
    """Quarantine: the unit is noted with its reason, and the next one is made (G15)."""
    if not isinstance(problem, Refused):
        _log.exception("unit %d of task %d failed", unit_id, task_id, exc_info=problem)
    fence(part.lease, closed=True)
    task = db.session.get_one(RunTask, task_id, populate_existing=True)
    task.cursor = max(task.cursor, unit_id)
    task.reason = pack(words_of(problem))
    note_problem(task_id, unit_id, title, problem)
    db.session.commit()
