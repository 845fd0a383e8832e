"""Erasing what tasks have set aside, children before the rows they hang on, a slice at a time; never commits (G7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, exists, or_, select

from app.audit.actions import SCHEDULER, record
from app.audit.erasures.actions import erased
from app.campaign.rollover import marked_tables
from app.campaign.run_states import RunState
from app.campaign.running.models import Run, RunImage, RunPart, RunTask
from app.campaign.undoing.queries import key_of
from app.db import Base, db

_BARE = {"synchronize_session": False}


def due(now: datetime, limit: int = 500) -> Sequence[int]:
    """Tasks whose retention is over at ``now`` (portal time) and that still hold something back.

    One that waits is among them only in a run that is paused: elsewhere it is about to go on.
    """
    query = (
        select(RunTask.id)
        .join(RunPart, RunPart.id == RunTask.part_id)
        .join(Run, Run.id == RunPart.run_id)
        .where(
            RunTask.expunge_after <= now,
            RunTask.done > 0,
            # Tried again after it was erased, a task may have taken more.
            or_(RunTask.expunged_at.is_(None), RunTask.expunged_at < RunTask.expunge_after),
            RunTask.state != "undone",
            or_(RunTask.state != "waiting", Run.state == RunState.PAUSED.value),
        )
    )
    return db.session.scalars(query.order_by(RunTask.id).limit(limit)).all()


def expunge(task_id: int, limit: int, *, now: datetime) -> tuple[int, bool]:
    """Erase up to ``limit`` rows that a task has set aside: how many, and whether nothing more is to be done now.

    A row that a live row refers to stays, and the task is looked at again (G7).
    """
    task = db.session.scalar(
        select(RunTask).where(RunTask.id == task_id).with_for_update(), execution_options={"populate_existing": True}
    )
    if task is None or task.expunge_after is None or task.expunge_after > now:
        return 0, True  # it goes on, and is dated anew
    if task.expunged_at is not None and task.expunged_at >= task.expunge_after:
        return 0, True
    gone = 0
    for table in marked_tables():
        key = key_of(table)
        chosen = select(key).where(table.c.set_aside_by == task_id, ~_needed(table)).limit(limit - gone)
        numbers = db.session.scalars(delete(table).where(key.in_(chosen)).returning(key)).all()
        # No restored backup brings them back.
        erased(table.name, numbers, now=now)
        gone += len(numbers)
        if gone >= limit:
            return gone, False
    if not any(_left(table, task_id) for table in marked_tables()):
        db.session.execute(delete(RunImage).where(RunImage.task_id == task_id), execution_options=_BARE)
        task.expunged_at = now
        # One that has not taken everything may still be taken up again.
        if task.state not in ("failed", "waiting"):
            task.state = "expunged"
        school_id = db.session.scalar(select(RunPart.school_id).where(RunPart.id == task.part_id))
        after = {"change": task.change, "rows": task.done}
        record("rollover.expunged", by=SCHEDULER, now=now, subject=("task", task.id), school_id=school_id, after=after)
    return gone, True


def _left(table: Table, task_id: int) -> bool:
    return db.session.scalar(select(key_of(table)).where(table.c.set_aside_by == task_id).limit(1)) is not None


def _needed(table: Table) -> ColumnElement[bool]:
    """The condition that a row outside what was set aside would be torn away, or left dangling, with a row of ``table``."""
    ways: list[Any] = []
    for other in Base.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table is table and key.ondelete != "SET NULL" and "set_aside_by" in other.c:
                alias = other.alias()
                ways.append(exists().where(alias.c[key.parent.name] == key.column, alias.c.set_aside_by.is_(None)))
    never: ColumnElement[bool] = key_of(table).is_(None)
    return or_(*ways) if ways else never
