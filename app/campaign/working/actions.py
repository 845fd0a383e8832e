"""Taking a part, and one slice of one task: the fence, the effect, the ledger, in the caller's transaction (G5, G6, G13).

The caller commits after each call; a kill between leaves the slice undone, never half done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from app import clock
from app.audit.actions import SCHEDULER, record
from app.campaign import rollover
from app.campaign.planning.queries import selected
from app.campaign.run_states import PartState, RunState
from app.campaign.running.models import Run, RunImage, RunPart, RunTask
from app.campaign.steps.change import Change, Effect, Reach
from app.campaign.working.images import told
from app.campaign.working.leases import LEASE, GateOpened, Lease, LeaseLost, Paused
from app.db import Base, db
from app.directory.models import Affiliation
from app.fates import Scope
from app.feeds.models import FeedImport, FeedStructure
from app.gate.holds.queries import closed_schools, hold_stands

_BARE = {"synchronize_session": False}


def take(run_id: int, worker: str, is_dead: Callable[[str], bool]) -> Lease | None:
    """The next part of a run that nobody holds, leased to ``worker``; None where there is none now.

    People's parts come when no school's is left; a part that was undone never comes again (G8). A lease that has run out, or whose
    worker ``is_dead``, is taken over under a higher epoch. Commit at once.
    """
    held = RunPart.state == PartState.RUNNING.value
    running = db.session.execute(select(RunPart.id, RunPart.worker).where(RunPart.run_id == run_id, held)).all()
    dead = [number for number, name in running if is_dead(name)]
    stands = RunPart.undone_by_id.is_(None)
    free = or_(
        RunPart.state == PartState.WAITING.value, and_(held, or_(RunPart.lease_until < _clock(), RunPart.id.in_(dead)))
    )
    schools_left = (
        exists()
        .where(
            RunPart.run_id == run_id,
            ~RunPart.people,
            RunPart.state.in_((PartState.WAITING.value, PartState.RUNNING.value)),
            stands,
        )
        .correlate(None)
    )
    # Of a run that is paused nothing is taken, or a worker would take and give back its parts without end.
    goes_on = exists().where(Run.id == run_id, Run.state == RunState.RUNNING.value).correlate(None)
    first = select(RunPart).where(RunPart.run_id == run_id, free, stands, or_(~RunPart.people, ~schools_left), goes_on)
    first = first.where(or_(_fed(run_id), RunPart.id == _front(run_id)))
    first = first.order_by(RunPart.people, RunPart.id).limit(1).with_for_update(skip_locked=True)
    part = db.session.scalar(first, execution_options={"populate_existing": True})
    if part is None:
        return None
    part.state, part.worker, part.epoch = PartState.RUNNING.value, worker, part.epoch + 1
    part.attempts += 1
    part.reason = None
    db.session.flush()
    renew = update(RunPart).where(RunPart.id == part.id).values(lease_until=_lease_end())
    db.session.execute(renew, execution_options=_BARE)
    return Lease(
        run_id=run_id,
        part_id=part.id,
        school_id=part.school_id,
        people=part.people,
        epoch=part.epoch,
        worker=worker,
    )


def _fed(run_id: int) -> Any:
    """Of step 4: are the delivery's people written? Until then only the first part is taken, whose holder writes them."""
    waits = exists().where(FeedImport.run_id == run_id, FeedImport.stage == "", FeedImport.state == "applying")
    return ~waits.correlate(None)


def _front(run_id: int) -> Any:
    """The first part of a run that is not over."""
    unfinished = RunPart.state.in_((PartState.WAITING.value, PartState.RUNNING.value))
    alias = select(func.min(RunPart.id)).where(RunPart.run_id == run_id, unfinished, RunPart.undone_by_id.is_(None))
    return alias.correlate(None).scalar_subquery()


def renew(lease: Lease, session: Session | None = None) -> None:
    """Keep the lease for another while, in ``session`` or the request's own. Raises ``LeaseLost``."""
    kept = (
        update(RunPart)
        .where(RunPart.id == lease.part_id, RunPart.epoch == lease.epoch, RunPart.state == PartState.RUNNING.value)
        .values(lease_until=_lease_end())
    )
    if _changed((session or db.session).execute(kept, execution_options=_BARE)) != 1:
        raise LeaseLost


def fence(lease: Lease, *, closed: bool) -> None:
    """Begin a transaction of the lease's holder: it still holds the part, the run goes on, and the school is ``closed`` (G13).

    The row of the part stays locked until the transaction ends, so that two workers never write for one part. Raises
    ``LeaseLost``, ``Paused``, ``GateOpened``.
    """
    renew(lease)
    if db.session.scalar(select(Run.state).where(Run.id == lease.run_id)) != RunState.RUNNING:
        raise Paused
    if closed:
        if not hold_stands(lease.run_id, lease.school_id):
            raise GateOpened
        now = clock.portal_now()
        found = closed_schools([lease.school_id], now).get(lease.school_id)
        if found is None or now < found.grace_over:
            raise GateOpened


def is_postgres() -> bool:
    """Does the database have a clock that all workers share, and locks of rows?"""
    return db.engine.dialect.name == "postgresql"


def _clock() -> Any:
    """The database's clock; with SQLite all workers are on this machine."""
    return func.clock_timestamp() if is_postgres() else clock.machine_now()


def _lease_end() -> Any:
    return func.clock_timestamp() + LEASE if is_postgres() else clock.machine_now() + LEASE


def _changed(result: Any) -> int:
    return int(result.rowcount)


def _execute(statement: Any, given: Any = None) -> Any:
    """A statement that leaves the tasks' figures unwritten: they are written together, at the end of the transaction."""
    with db.session.no_autoflush:
        return db.session.execute(statement, given)


# A slice of a task -----------------------------------------------------------------------------------------------------


def walk(task: RunTask, change: Change, scope: Scope, lease: Lease, limit: int, waiting: Sequence[int] = ()) -> int:
    """Do the next rows of ``task``, ``limit`` at most; how many. The task ends when there is none left.

    ``waiting``: schools that are not through, whose people's rows are left alone for now. ARCHIVE is not walked here.
    """
    first = task.cursor
    limit = min(limit, task.planned - task.done)
    if change.effect == Effect.CARRIED:
        count, last = task.planned, task.highest
    else:
        effect = {Effect.SET_ASIDE: _set_aside, Effect.CHANGE: _change, Effect.MAKE: _make}[change.effect]
        count, last = effect(task, change, scope, lease, limit, waiting) if limit > 0 else (0, first)
    task.cursor, task.done = last, task.done + count
    if count < limit or task.done >= task.planned:
        _finish(task, change, scope, waiting)
    if count:
        after = {"change": task.change, "rows": count, "from": first, "to": last}
        subject = ("task", task.id)
        record(
            f"rollover.{change.effect}",
            by=SCHEDULER,
            now=scope.now,
            subject=subject,
            school_id=lease.school_id,
            after=after,
        )
    return count


def _finish(task: RunTask, change: Change, scope: Scope, waiting: Sequence[int]) -> None:
    left = task.planned - task.done
    if left and waiting and change.reach == Reach.PEOPLE:
        # Of somebody whose other school is not through: the part fails, and takes them when it is tried again.
        task.skipped, task.state = left, "failed"
    else:
        task.already, task.state = left, "done"


@lru_cache(maxsize=512)
def _slice(change: Change, scope: Scope, some_wait: bool) -> Select[Any]:
    """The numbers of the next rows: a statement of its own for each change, put together once a run."""
    rows = selected(change, scope).subquery()
    query = select(rows.c.id).where(
        rows.c.school_id == bindparam("school_"),
        rows.c.id > bindparam("after_"),
        rows.c.id <= bindparam("highest_"),
    )
    if some_wait and "person_id" in rows.c:
        waiting = Affiliation.__table__.c
        theirs = select(waiting.person_id).where(waiting.school_id.in_(bindparam("waiting_", expanding=True)))
        query = query.where(rows.c.person_id.not_in(theirs))
    if some_wait and "source" in rows.c:
        fed = FeedStructure.__table__.c
        theirs = select(fed.source).where(fed.school_id.in_(bindparam("waiting_", expanding=True)))
        query = query.where(rows.c.source.not_in(theirs))
    return query.order_by(rows.c.id).limit(bindparam("most_"))


def _where(task: RunTask, change: Change, lease: Lease, limit: int, waiting: Sequence[int]) -> dict[str, Any]:
    found = {"school_": lease.school_id, "after_": task.cursor, "highest_": task.highest, "most_": limit}
    return found | {"waiting_": list(waiting)} if _waits(change, waiting) else found


def _waits(change: Change, waiting: Sequence[int]) -> bool:
    return bool(waiting) and change.reach == Reach.PEOPLE


def _ids(
    task: RunTask, change: Change, scope: Scope, lease: Lease, limit: int, waiting: Sequence[int]
) -> Sequence[int]:
    statement = _slice(change, scope, _waits(change, waiting))
    found: Sequence[int] = _execute(statement, _where(task, change, lease, limit, waiting)).scalars().all()
    return found


@lru_cache(maxsize=512)
def _marking(change: Change, scope: Scope, some_wait: bool) -> Any:
    table = rollover.table_of(change.kind)
    chosen = _slice(change, scope, some_wait)
    return update(table).where(table.c.id.in_(chosen)).values(set_aside_by=bindparam("task_"))


@lru_cache(maxsize=512)
def _following(name: str) -> tuple[Any, ...]:
    """For each table whose rows follow those of ``name``: marking them, after theirs."""
    table = Base.metadata.tables[name]
    own = select(table.c.id).where(
        table.c.set_aside_by == bindparam("task_"), table.c.id > bindparam("after_"), table.c.id <= bindparam("last_")
    )
    return tuple(
        update(child).where(key.in_(own), child.c.set_aside_by.is_(None)).values(set_aside_by=bindparam("task_"))
        for child, key in rollover.followers(name)
    )


def _set_aside(
    task: RunTask, change: Change, scope: Scope, lease: Lease, limit: int, waiting: Sequence[int]
) -> tuple[int, int]:
    marking = _marking(change, scope, _waits(change, waiting))
    given = _where(task, change, lease, limit, waiting) | {"task_": task.id}
    count = _changed(_execute(marking, given))
    if not count:
        return 0, task.cursor
    table = rollover.table_of(change.kind)
    last = task.highest
    if count == limit and task.done + count < task.planned:
        # Only where the task goes on are the rows looked at again: their numbers are not brought here.
        mine = table.c.set_aside_by == task.id
        last = _execute(select(func.max(table.c.id)).where(mine, table.c.id > task.cursor)).scalar_one()
    for along in _following(table.name):
        theirs = {"task_": task.id, "after_": task.cursor, "last_": last}
        task.following += _changed(_execute(along, theirs))
    return count, last


def _change(
    task: RunTask, change: Change, scope: Scope, lease: Lease, limit: int, waiting: Sequence[int]
) -> tuple[int, int]:
    table = rollover.table_of(change.kind)
    values: dict[str, Any] = rollover.room_of(change.kind).changed(change.kind, scope)
    ids = _ids(task, change, scope, lease, limit, waiting)
    if not ids:
        return 0, task.cursor
    columns = [table.c[name] for name in values]
    before = _execute(select(table.c.id, *columns).where(table.c.id.in_(ids))).all()
    after = {name: told(value) for name, value in values.items()}
    images = [
        {
            "task_id": task.id,
            "table": table.name,
            "row_id": row[0],
            "before": {name: told(value) for name, value in zip(values, row[1:], strict=True)},
            "after": after,
        }
        for row in before
    ]
    _execute(insert(RunImage), images)
    _execute(update(table).where(table.c.id.in_(ids)).values(values))
    return len(ids), max(ids)


def _make(
    task: RunTask, change: Change, scope: Scope, lease: Lease, limit: int, waiting: Sequence[int]
) -> tuple[int, int]:
    ids = _ids(task, change, scope, lease, limit, waiting)
    if ids:
        # Nobody is rushed: what is made is some dozens of rows a school.
        task.following += rollover.room_of(change.kind).make(change.kind, list(ids), scope, task.id)
    return len(ids), max(ids, default=task.cursor)


def note_work(run_id: int, *, machine_now: datetime) -> None:
    """When the run was last at work, at most every second (machine time), for the time that remains."""
    run = update(Run).where(
        Run.id == run_id,
        or_(Run.last_work_at.is_(None), Run.last_work_at < machine_now - timedelta(seconds=1)),
    )
    values = {"first_work_at": func.coalesce(Run.first_work_at, machine_now), "last_work_at": machine_now}
    db.session.execute(run.values(values), execution_options=_BARE)
