"""Long work, outside write transactions: making the archives of a task, and reading those back that a removal needs (G9, G12)."""

from __future__ import annotations

import logging

from sqlalchemy import delete, select
from sqlalchemy.exc import OperationalError

from app import clock
from app.audit.actions import SCHEDULER, record
from app.campaign.archiving.actions import build, file_away
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

_log = logging.getLogger(__name__)

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
    """Make what is missing of an archive task: each unit built and verified first, then filed in a transaction of its own."""
    with reading_only():
        task = db.session.get_one(RunTask, task_id)
        cursor, highest = task.cursor, task.highest
        again = select(RunProblem.unit_id).where(RunProblem.task_id == task_id)
        failed = set(db.session.scalars(again))
        units = schoollife.archive_units(change.archive, part.lease.school_id, part.scope)
        db.session.rollback()
    for unit in sorted(units, key=lambda one: one.id):
        if unit.id > highest or (unit.id <= cursor and unit.id not in failed):
            continue
        part.keep_going()
        try:
            with reading_only():
                built = build(change.archive, unit, part.lease.school_id, part.scope, part.keep_going)
                db.session.rollback()
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
            task.done += 1
            task.cursor = max(task.cursor, unit.id)
            db.session.execute(
                delete(RunProblem).where(RunProblem.task_id == task_id, RunProblem.unit_id == unit.id),
                execution_options=_BARE,
            )
            after = {"change": change.name, "unit": unit.id, "sha256": built.sha256}
            record(
                "rollover.archive",
                by=SCHEDULER,
                now=part.scope.now,
                subject=("task", task_id),
                school_id=part.lease.school_id,
                after=after,
            )
            note_work(part.lease.run_id, machine_now=clock.machine_now())
            db.session.commit()
        except (Stopped, OperationalError):
            db.session.rollback()
            raise
        except Exception as problem:
            db.session.rollback()
            _pass_over(part, task_id, unit.id, unit.title, problem)
    fence(part.lease, closed=True)
    task = db.session.get_one(RunTask, task_id, populate_existing=True)
    problems = select(RunProblem.id).where(RunProblem.task_id == task_id)
    task.failed = len(db.session.scalars(problems).all())
    task.already = task.planned - task.done - task.failed
    task.state = "failed" if task.failed else "done"
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
