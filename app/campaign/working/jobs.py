"""Workers: take a part, do its tasks slice by slice, commit each alone, pass on what fails, and go on (G5, G6, G11 to G16).

Nothing here is remembered between two transactions but the lease: a kill at any instant loses one slice, which is done again.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from app import clock
from app.audit.actions import SCHEDULER, forget_after, gathered
from app.campaign.archiving.jobs import clear, make_archives
from app.campaign.ending.actions import end_part, fail_part
from app.campaign.feeding.actions import write as write_share
from app.campaign.feeding.jobs import delivery_of, write_people
from app.campaign.holding.actions import HeldPart, note_failure, words_of
from app.campaign.planning.queries import schools_of, schools_through, scope_of
from app.campaign.problems import EarlierFailed, OpenedMeanwhile, PeopleNotWritten
from app.campaign.run_states import PartState, RunState
from app.campaign.running import actions as running
from app.campaign.running.models import Plan, Run, RunPart, RunTask
from app.campaign.running.queries import campaign_of, run_called
from app.campaign.steps import step4_initialise_directory
from app.campaign.steps.change import Effect
from app.campaign.undoing.actions import walk_back
from app.campaign.working.actions import fence, note_work, renew, take, walk
from app.campaign.working.leases import GateOpened, Lease, LeaseLost, Paused, Stopped, process_of, worker_name
from app.db import db, reading_only
from app.directory.models import School
from app.errors import Refused
from app.fates import preset_of

_log = logging.getLogger(__name__)

#: Rows in one transaction, and seconds after which it ends with what it has (G12).
SLICE, SECONDS = 8000, 0.4
#: A database that stumbles is tried again so often, after so many seconds and their doubles.
TRIES, FIRST_WAIT = 4, 0.1
_BARE = {"synchronize_session": False}


class Pace(NamedTuple):
    """How much a transaction takes at most, in rows and seconds, and the seconds that it then leaves to others, half its own at most."""

    rows: int
    seconds: float
    gap: float


#: On SQLite whoever writes keeps everybody else from writing: there a worker gives way as soon as somebody else writes too, and for
#: so many seconds after. A waiting page looks every few milliseconds at first, then less and less often: the gap is for it.
ALONE, AMONG_OTHERS, AWHILE = Pace(8000, 0.25, 0.05), Pace(1000, 0.02, 0.02), 2.0


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
            clock.sleep(0.2)


def _end_if_over(run_id: int) -> None:
    with reading_only():
        left = select(RunPart.id).where(
            RunPart.run_id == run_id,
            RunPart.state.in_((PartState.WAITING.value, PartState.RUNNING.value)),
            RunPart.undone_by_id.is_(None),
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
        if part.step == step4_initialise_directory.STEP and not part.undo:
            _write_people(part)
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


def _write_people(part: HeldPart) -> None:
    """Of step 4, before any school: the delivery's people. What goes wrong there concerns the part that is held; the next one tries."""
    try:
        write_people(part.lease.run_id, lambda: fence(part.lease, closed=True), now=part.scope.now)
    except (Stopped, OperationalError):
        raise
    except Exception as problem:
        _log.exception("run %d: the people of its delivery are not written", part.lease.run_id)
        db.session.rollback()
        _give_up(part.lease, PeopleNotWritten(why=words_of(problem)))
        raise LeaseLost from problem


def _known(lease: Lease, until: Callable[[], bool]) -> HeldPart:
    with reading_only():
        run = run_called(lease.run_id)
        school = db.session.get_one(School, lease.school_id)
        campaign = campaign_of(run)
        plan = db.session.get(Plan, run.exact_plan_id) if run.exact_plan_id is not None else None
        # What a step makes is dated with its beginning: done at once or in pieces, it is the same (G5).
        cutoff = plan.cutoff if plan is not None else run.started_at
        # People who are also in a school of the campaign that is not through wait for it, in this run or not.
        waiting: list[int] = []
        if lease.people:
            everybody = {one.id for one in schools_of(campaign.id)}
            waiting = sorted(everybody - schools_through(campaign.id, run.step))
        part = HeldPart(
            lease=lease,
            step=run.step,
            undo=run.undo_of_id is not None,
            preset=preset_of(school.kind),
            campaign_id=campaign.id,
            exact_plan_id=run.exact_plan_id,
            scope=scope_of(campaign, cutoff, run.started_at),
            waiting=waiting,
            until=until,
        )
        db.session.rollback()
    return part


def _transaction(part: HeldPart) -> bool:
    """One transaction of a part; True when the part is over."""
    if part.until():
        raise Paused
    wait, begun = FIRST_WAIT, clock.seconds()
    for attempt in range(1, TRIES + 1):
        try:
            over, gap = _attempt(part)
            if gap:
                clock.sleep(min(gap, (clock.seconds() - begun) / 2))
            return over
        except OperationalError as problem:
            db.session.rollback()
            # A lock, a deadlock, a database that is away for a moment. If it stays away this worker ends like a crash (G16).
            if attempt == TRIES:
                raise
            _log.warning("run %d: %s; trying again", part.lease.run_id, type(problem.orig).__name__)
            clock.sleep(wait)
            wait *= 2
    raise AssertionError("the last attempt returns or raises")


def _attempt(part: HeldPart) -> tuple[bool, float]:
    """One transaction: is the part over, and what gap does it leave?

    Where a task refuses, it is done again with a savepoint for each: what is wrong concerns that task only (G15).
    """
    try:
        return _slices(part)
    except (Stopped, OperationalError):
        raise
    except Exception:
        if part.careful:
            raise
        db.session.rollback()
        part.careful = True
    return _slices(part)


def pace() -> Pace:
    """That of the transaction which has just begun."""
    connection = db.session.connection()
    if connection.dialect.name != "sqlite":
        return Pace(SLICE, SECONDS, 0)
    # Another figure than before: somebody has committed by another connection since.
    seen, now = connection.info, clock.seconds()
    version = connection.exec_driver_sql("PRAGMA data_version").scalar_one()
    if version != seen.setdefault("data_version", version):
        seen["data_version"], seen["others_wrote_at"] = version, now
    found = AMONG_OTHERS if now - seen.get("others_wrote_at", -AWHILE) < AWHILE else ALONE
    return Pace(min(SLICE, found.rows), min(SECONDS, found.seconds), found.gap)


def _slices(part: HeldPart) -> tuple[bool, float]:
    fence(part.lease, closed=not part.undo)
    most, longest, gap = pace()
    begun, rows = clock.seconds(), 0
    failed = _failed_changes(part.lease)
    for task in _waiting_tasks(part.lease):
        if part.undo:
            rows += _guarded(part, task, partial(walk_back, task, part.lease, part.scope, most - rows))
        else:
            change = part.change(task)
            if change.effect == Effect.FEED:
                # One transaction a school (G14): all its tasks together, or none.
                rows += _feed(part, _waiting_tasks(part.lease))
                break
            if change.effect == Effect.ARCHIVE or (change.needs and task.id not in part.cleared):
                if rows:
                    break
                # Long work stands outside write transactions; a row asked for its number afterwards would begin one.
                number = task.id
                db.session.commit()
                (make_archives if change.effect == Effect.ARCHIVE else clear)(part, number, change)
                return False, 0
            doing = partial(walk, task, change, part.scope, part.lease, most - rows, part.waiting)
            rows += _guarded(part, task, doing if not failed.intersection(change.after) else _refuse)
            if task.state == "failed":
                failed.add(task.change)
        if rows >= most or clock.seconds() - begun > longest or task.state == "waiting":
            break
    else:
        end_part(part.lease, part.scope, step=part.step, undo=part.undo, now=clock.portal_now())
        db.session.commit()
        return True, gap
    note_work(part.lease.run_id, machine_now=clock.machine_now())
    db.session.commit()
    return False, gap


def _guarded(part: HeldPart, task: RunTask, effect: Callable[[], int]) -> int:
    """Run a task's effect; whatever it refuses concerns that task only (G15): noted, and the others go on."""
    if not part.careful:
        return effect()
    number, lines = task.id, gathered()
    try:
        with db.session.begin_nested():
            return effect()
    except (Stopped, OperationalError):
        raise
    except Exception as problem:
        forget_after(lines)
        note_failure(part, number, problem)
        return 0


def _feed(part: HeldPart, tasks: list[RunTask]) -> int:
    made = delivery_of(part.lease.run_id)
    if made is None:
        raise EarlierFailed()
    numbers, lines = [task.id for task in tasks], gathered()
    try:
        with db.session.begin_nested():
            return write_share(made, [(task, part.change(task)) for task in tasks], part.lease, part.scope)
    except (Stopped, OperationalError):
        raise
    except Exception as problem:
        forget_after(lines)
        for number in numbers:
            note_failure(part, number, problem)
        return 0


def _refuse() -> int:
    raise EarlierFailed()


def _failed_changes(lease: Lease) -> set[str]:
    query = select(RunTask.change).where(RunTask.part_id == lease.part_id, RunTask.state == "failed")
    return set(db.session.scalars(query))


def _waiting_tasks(lease: Lease) -> list[RunTask]:
    query = select(RunTask).where(RunTask.part_id == lease.part_id, RunTask.state == "waiting")
    return list(db.session.scalars(query.order_by(RunTask.position), execution_options={"populate_existing": True}))


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
        fail_part(lease, problem, now=clock.portal_now())
        db.session.commit()
    except LeaseLost:
        db.session.rollback()
