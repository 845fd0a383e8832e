"""Workers: take a part, do its tasks slice by slice, commit each alone, pass on what fails, and go on (G5, G6, G11 to G16).

Nothing here is remembered between two transactions but the lease: a kill at any instant loses one slice, which is done again.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from app import clock
from app.audit.actions import SCHEDULER, forget_after, gathered, record
from app.campaign.archiving.actions import build, file_away
from app.campaign.archiving.queries import demand_covered
from app.campaign.ending.actions import end_part, fail_part
from app.campaign.planning.queries import scope_of
from app.campaign.problems import OpenedMeanwhile
from app.campaign.run_states import PartState, RunState
from app.campaign.running import actions as running
from app.campaign.running.models import Plan, PlanLine, Run, RunPart, RunProblem, RunTask
from app.campaign.running.queries import campaign_of, run_called
from app.campaign.steps.all_steps import change_called
from app.campaign.steps.change import Change, Effect
from app.campaign.undoing.actions import walk_back
from app.campaign.working.actions import fence, note_work, renew, take, walk
from app.campaign.working.leases import GateOpened, Lease, LeaseLost, Paused, Stopped, process_of, worker_name
from app.db import db, reading_only
from app.directory.models import School
from app.errors import Refused
from app.fates import Preset, Scope, preset_of
from app.feeds.reasons import pack
from app.schoollife import rollover as schoollife
from app.words import N_, Words

_log = logging.getLogger(__name__)

#: Rows in one transaction, and seconds after which it ends with what it has (G12).
SLICE, SECONDS = 3000, 0.4
#: A database that stumbles is tried again so often, after so many seconds and their doubles.
TRIES, FIRST_WAIT = 4, 0.1
#: Seconds between two looks at whether to go on, and between two renewals, while an archive is written.
LOOK, RENEW = 0.5, 4.0

_BARE = {"synchronize_session": False}


def this_worker() -> str:
    """A fresh name for a worker in this process."""
    return worker_name(socket.gethostname(), os.getpid(), secrets.token_hex(4))


def is_dead(worker: str) -> bool:
    """Was the worker a process of this host that is no more? Its leases need not be waited for."""
    process = process_of(worker, socket.gethostname())
    if process is None or process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


@dataclass
class _Part:
    """What a worker knows while it holds a part."""

    lease: Lease
    step: int
    undo: bool
    preset: Preset
    campaign_id: int
    exact_plan_id: int | None
    scope: Scope
    #: Schools of the run that are not through: their people wait.
    waiting: list[int]
    until: Callable[[], bool]
    checked: set[int] = field(default_factory=set)
    cleared: set[int] = field(default_factory=set)
    looked_at: float = 0.0
    renewed_at: float = field(default_factory=clock.seconds)

    def change(self, task: RunTask) -> Change:
        return change_called(self.step, self.preset, task.change)

    def keep_going(self) -> None:
        """Between two files of an archive: is the lease still ours, and nobody wants a pause? On a connection of its own."""
        now = clock.seconds()
        if self.until():
            raise Paused
        if now - self.looked_at < LOOK:
            return
        self.looked_at = now
        with db.engine.connect() as other, reading_only():
            state = other.scalar(select(Run.__table__.c.state).where(Run.__table__.c.id == self.lease.run_id))
        if state != RunState.RUNNING:
            raise Paused
        if now - self.renewed_at > RENEW:
            _renew_apart(self.lease)
            self.renewed_at = now


def _renew_apart(lease: Lease) -> None:
    """Renew the lease while the session's own transaction only reads."""
    with Session(db.engine) as other, other.begin():
        renew(lease, session=other)


def work(run_id: int, worker: str, until: Callable[[], bool] = lambda: False) -> int:
    """Do parts of the run until there is none to take, or ``until`` says to stop; how many were held. Commits as it goes."""
    held = 0
    while not until():
        lease = take(run_id, worker, is_dead)
        db.session.commit()
        if lease is None:
            break
        held += 1
        _hold(lease, until)
    _end_if_over(run_id)
    return held


def run_to_end(run_id: int, until: Callable[[], bool] = lambda: False) -> None:
    """Work on the run until it has ended or is paused, waiting for parts that other workers hold."""
    worker = this_worker()
    while not until():
        held = work(run_id, worker, until)
        with reading_only():
            state = db.session.scalar(select(Run.state).where(Run.id == run_id))
            db.session.rollback()
        if state != RunState.RUNNING:
            return
        if not held:
            time.sleep(0.2)


def _end_if_over(run_id: int) -> None:
    with reading_only():
        left = select(RunPart.id).where(
            RunPart.run_id == run_id, RunPart.state.in_((PartState.WAITING.value, PartState.RUNNING.value))
        )
        over = db.session.scalar(left.limit(1)) is None
        db.session.rollback()
    if not over:
        return
    run = db.session.scalar(
        select(Run).where(Run.id == run_id).with_for_update(), execution_options={"populate_existing": True}
    )
    if run is not None and run.state == RunState.RUNNING and db.session.scalar(left.limit(1)) is None:
        running.end(run, by=SCHEDULER, now=clock.portal_now())
    db.session.commit()


def _hold(lease: Lease, until: Callable[[], bool]) -> None:
    """Do a part to its end, or give it back."""
    try:
        part = _known(lease, until)
        while not _transaction(part):
            pass
    except LeaseLost:
        db.session.rollback()
        _log.warning("part %d of run %d is another worker's now", lease.part_id, lease.run_id)
    except GateOpened:
        db.session.rollback()
        _give_up(lease, OpenedMeanwhile())
    except Paused:
        db.session.rollback()
        _give_back(lease)


def _known(lease: Lease, until: Callable[[], bool]) -> _Part:
    with reading_only():
        run = run_called(lease.run_id)
        school = db.session.get_one(School, lease.school_id)
        campaign = campaign_of(run)
        plan = db.session.get(Plan, run.exact_plan_id) if run.exact_plan_id is not None else None
        # What a step makes is dated with its beginning: done at once or in pieces, it is the same (G5).
        cutoff = plan.cutoff if plan is not None else run.started_at
        through = (PartState.DONE.value,)
        waiting = select(RunPart.school_id).where(
            RunPart.run_id == lease.run_id, ~RunPart.people, RunPart.state.not_in(through)
        )
        part = _Part(
            lease=lease,
            step=run.step,
            undo=run.undo_of_id is not None,
            preset=preset_of(school.kind),
            campaign_id=campaign.id,
            exact_plan_id=run.exact_plan_id,
            scope=scope_of(campaign, cutoff, run.started_at),
            waiting=list(db.session.scalars(waiting)) if lease.people else [],
            until=until,
        )
        db.session.rollback()
    return part


def _transaction(part: _Part) -> bool:
    """One transaction of a part; True when the part is over."""
    if part.until():
        raise Paused
    wait = FIRST_WAIT
    for attempt in range(1, TRIES + 1):
        try:
            return _attempt(part)
        except OperationalError as problem:
            db.session.rollback()
            # A lock, a deadlock, a database that is away for a moment. If it stays away this worker ends like a crash (G16).
            if attempt == TRIES:
                raise
            _log.warning("run %d: %s; trying again", part.lease.run_id, type(problem.orig).__name__)
            time.sleep(wait)
            wait *= 2
    raise AssertionError("the last attempt returns or raises")


def _attempt(part: _Part) -> bool:
    fence(part.lease, closed=not part.undo)
    begun, rows = clock.seconds(), 0
    for task in _waiting_tasks(part.lease):
        if part.undo:
            rows += _guarded(part, task, partial(walk_back, task, part.lease, part.scope, SLICE - rows))
        else:
            change = part.change(task)
            if change.effect == Effect.ARCHIVE or (change.needs and task.id not in part.cleared):
                if rows:
                    break
                # Long work stands outside write transactions.
                db.session.commit()
                (_archive if change.effect == Effect.ARCHIVE else _clear)(part, task.id, change)
                return False
            doing = partial(walk, task, change, part.scope, part.lease, SLICE - rows, part.waiting)
            rows += _guarded(part, task, doing)
        if rows >= SLICE or clock.seconds() - begun > SECONDS or task.state == "waiting":
            break
    else:
        end_part(part.lease, part.scope, step=part.step, undo=part.undo, now=clock.portal_now())
        db.session.commit()
        return True
    note_work(part.lease.run_id, machine_now=clock.machine_now())
    db.session.commit()
    return False


def _guarded(part: _Part, task: RunTask, effect: Callable[[], int]) -> int:
    """Run a task's effect; whatever it refuses concerns that task only (G15): noted, and the others go on."""
    number, lines = task.id, gathered()
    try:
        with db.session.begin_nested():
            return effect()
    except (Stopped, OperationalError):
        raise
    except Exception as problem:
        forget_after(lines)
        _note_failure(part, number, problem)
        return 0


def _note_failure(part: _Part, task_id: int, problem: Exception) -> None:
    """In the running transaction: the task failed, with the reason; what it did in earlier slices stands."""
    if not isinstance(problem, Refused):
        _log.exception("task %d of run %d failed", task_id, part.lease.run_id, exc_info=problem)
    task = db.session.get_one(RunTask, task_id, populate_existing=True)
    task.failed, task.state, task.reason = task.planned - task.done - task.skipped, "failed", pack(_words(problem))
    _problem(task.id, 0, "", problem)
    record(
        "rollover.task-failed",
        by=SCHEDULER,
        now=part.scope.now,
        subject=("task", task.id),
        school_id=part.lease.school_id,
        after={"change": task.change, "error": type(problem).__name__},
    )
    db.session.flush()


def _problem(task_id: int, unit_id: int, title: str, problem: Exception) -> None:
    known = db.session.scalar(select(RunProblem).where(RunProblem.task_id == task_id, RunProblem.unit_id == unit_id))
    row = known or RunProblem(task_id=task_id, unit_id=unit_id)
    row.title, row.reason, row.at = title[:200], pack(_words(problem)), clock.portal_now()
    hint = problem.hint if isinstance(problem, Refused) else None
    row.details = "" if hint is None else str(hint)
    db.session.add(row)


def _words(problem: Exception) -> Words:
    if isinstance(problem, Refused):
        return problem.words
    if isinstance(problem, OSError):
        return Words(N_("Le disque refuse\u00a0: %(why)s"), why=problem.strerror or str(problem))
    told = str(problem.orig) if isinstance(problem, DBAPIError) and problem.orig is not None else str(problem)
    return Words(
        N_("%(kind)s\u00a0: %(told)s"), kind=type(problem).__name__, told=told.splitlines()[0][:300] if told else ""
    )


def _waiting_tasks(lease: Lease) -> list[RunTask]:
    query = select(RunTask).where(RunTask.part_id == lease.part_id, RunTask.state == "waiting")
    return list(db.session.scalars(query.order_by(RunTask.position), execution_options={"populate_existing": True}))


# Long work, outside write transactions ---------------------------------------------------------------------------------


def _clear(part: _Part, task_id: int, change: Change) -> None:
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
        _note_failure(part, task_id, problem)
        db.session.commit()


def _archive(part: _Part, task_id: int, change: Change) -> None:
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


def _pass_over(part: _Part, task_id: int, unit_id: int, title: str, problem: Exception) -> None:
    """Quarantine: the unit is noted with its reason, and the next one is made (G15)."""
    if not isinstance(problem, Refused):
        _log.exception("unit %d of task %d failed", unit_id, task_id, exc_info=problem)
    fence(part.lease, closed=True)
    task = db.session.get_one(RunTask, task_id, populate_existing=True)
    task.cursor = max(task.cursor, unit_id)
    task.reason = pack(_words(problem))
    _problem(task_id, unit_id, title, problem)
    db.session.commit()


# Giving a part back ----------------------------------------------------------------------------------------------------


def _give_back(lease: Lease) -> None:
    """Paused: the part waits, and whoever goes on takes it at once."""
    free = update(RunPart).where(RunPart.id == lease.part_id, RunPart.epoch == lease.epoch)
    free = free.where(RunPart.state == PartState.RUNNING.value)
    db.session.execute(free.values(state=PartState.WAITING.value, worker="", lease_until=None), execution_options=_BARE)
    db.session.commit()


def _give_up(lease: Lease, problem: Refused) -> None:
    """The school was opened: what is left of the part has failed, until it is closed again and tried again (G13)."""
    try:
        renew(lease)
        fail_part(lease, problem)
        db.session.commit()
    except LeaseLost:
        db.session.rollback()
