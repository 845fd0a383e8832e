"""What an undo would bring back, and what it cannot: listed before anything is done (G8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Index, Table, and_, exists, func, or_, select

from app.campaign import rollover
from app.campaign.problems import LaterRunFirst, NothingToUndo
from app.campaign.running.models import Run, RunImage, RunPart, RunTask
from app.campaign.steps.all_steps import change_called
from app.campaign.steps.change import Change, Effect
from app.campaign.working.images import untold
from app.db import Base, db
from app.directory.models import School
from app.fates import preset_of
from app.words import N_, Words

#: Conflicts that are listed one by one.
LISTED = 200


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """A row that cannot be put back as it was, and why."""

    task_id: int
    table: str
    row_id: int
    words: Words


@dataclass(frozen=True, kw_only=True)
class Undoable:
    """A task of a run and what its undo would do."""

    task: RunTask
    part: RunPart
    change: Change
    rows: int


def undoable(run: Run, school_id: int | None = None) -> list[Undoable]:
    """The tasks of a run, or of one school's parts of it, that did something and were not undone; the last first.

    Raises ``NothingToUndo``.
    """
    query = (
        select(RunTask, RunPart, School.kind)
        .join(RunPart, RunPart.id == RunTask.part_id)
        .join(School, School.id == RunPart.school_id)
        .where(RunPart.run_id == run.id, RunPart.undone_by_id.is_(None))
        .order_by(RunPart.people.desc(), RunPart.school_id, RunTask.position.desc())
    )
    if school_id is not None:
        query = query.where(RunPart.school_id == school_id)
    found = []
    for task, part, kind in db.session.execute(query):
        change = change_called(run.step, preset_of(kind), task.change)
        if task.state != "undone" and change.effect != Effect.CARRIED and (rows := rows_of(task, change)):
            found.append(Undoable(task=task, part=part, change=change, rows=rows))
    if not found:
        raise NothingToUndo()
    return found


def rows_of(task: RunTask, change: Change) -> int:
    """How many rows an undo of the task would touch, those that follow left out."""
    if change.effect == Effect.SET_ASIDE:
        table = rollover.table_of(change.kind)
        return db.session.scalar(select(func.count()).select_from(table).where(table.c.set_aside_by == task.id)) or 0
    if change.effect == Effect.CHANGE:
        return db.session.scalar(select(func.count(RunImage.id)).where(RunImage.task_id == task.id)) or 0
    counts = [
        select(func.count()).select_from(table).where(table.c.made_by == task.id).scalar_subquery()
        for table in tables_made([task.id])
    ]
    return sum(db.session.execute(select(*counts)).one()) if counts else 0


def demand_newest(run: Run, school_id: int | None) -> None:
    """Let pass the undo of a run after which no other, still standing, touched the same schools. Raises ``LaterRunFirst``."""
    mine = select(RunPart.school_id).where(RunPart.run_id == run.id)
    if school_id is not None:
        mine = mine.where(RunPart.school_id == school_id)
    later = (
        select(Run.id)
        .join(RunPart, RunPart.run_id == Run.id)
        .join(RunTask, RunTask.part_id == RunPart.id)
        .where(
            Run.id > run.id,
            Run.undo_of_id.is_(None),
            RunPart.undone_by_id.is_(None),
            RunPart.school_id.in_(mine),
            RunTask.done > 0,
        )
    )
    number = db.session.scalar(later.order_by(Run.id.desc()).limit(1))
    if number is not None:
        raise LaterRunFirst(number=number)


def conflicts(tasks: Sequence[Undoable]) -> list[Conflict]:
    """What has changed since, so that it cannot be put back; ``LISTED`` at most."""
    found: list[Conflict] = []
    for one in tasks:
        for conflict in _conflicts(one.task, one.change):
            found.append(conflict)
            if len(found) >= LISTED:
                return found
    return found


def _conflicts(task: RunTask, change: Change) -> Iterator[Conflict]:
    if task.expunged_at is not None:
        words = Words(N_("effacé définitivement le %(day)s"), day=task.expunged_at.date())
        yield Conflict(task_id=task.id, table=change.kind, row_id=0, words=words)
    elif change.effect == Effect.SET_ASIDE:
        table = rollover.table_of(change.kind)
        for one in (table, *(child for child, _key in rollover.followers(table.name))):
            for row_id in db.session.scalars(
                select(key_of(one)).where(one.c.set_aside_by == task.id, taken_place(one))
            ):
                words = Words(N_("une autre ligne a pris sa place"))
                yield Conflict(task_id=task.id, table=one.name, row_id=row_id, words=words)
    elif change.effect == Effect.CHANGE:
        for image in db.session.scalars(select(RunImage).where(RunImage.task_id == task.id).order_by(RunImage.id)):
            if not still_stands(image):
                words = Words(N_("modifié depuis"))
                yield Conflict(task_id=task.id, table=image.table, row_id=image.row_id, words=words)
    else:
        for table in tables_made([task.id]):
            mine = table.c.made_by == task.id
            for row_id in db.session.scalars(select(key_of(table)).where(mine, referred_to(table, task.id))):
                words = Words(N_("modifié depuis, ou d’autres lignes en dépendent"))
                yield Conflict(task_id=task.id, table=table.name, row_id=row_id, words=words)


def tables_made(task_ids: Sequence[int]) -> list[Table]:
    """The tables in which these tasks have made rows, children first; one statement."""
    tables = rollover.marked_tables()
    some = [exists().where(table.c.made_by.in_(task_ids)).label(table.name) for table in tables]
    row = db.session.execute(select(*some)).one()
    return [table for table, found in zip(tables, row, strict=True) if found]


def key_of(table: Table) -> Any:
    """The column by which a row of ``table`` is numbered."""
    return next(iter(table.primary_key.columns))


def taken_place(table: Table) -> ColumnElement[bool]:
    """The condition that a live row stands where a row of ``table``, set aside, would come back (its partial unique indexes)."""
    ways = []
    for index in table.indexes:
        if (
            isinstance(index, Index)
            and index.unique
            and "set_aside_by" in str(index.dialect_options["sqlite"]["where"])
        ):
            other = table.alias()
            names = [column.name for column in index.columns]
            same = [other.c[name] == table.c[name] for name in names]
            ways.append(exists().where(other.c.set_aside_by.is_(None), *same))
    return or_(*ways) if ways else _never(table)


def _never(table: Table) -> ColumnElement[bool]:
    never: ColumnElement[bool] = key_of(table).is_(None)
    return never


def referred_to(table: Table, task_id: int) -> ColumnElement[bool]:
    """The condition that a row made by the task was edited since, or that a row not of its making hangs on it."""
    ways: list[ColumnElement[bool]] = []
    if "version" in table.c:
        ways.append(table.c.version > 1)
    for other in Base.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table is table and key.ondelete != "SET NULL":
                alias = other.alias()
                hangs = alias.c[key.parent.name] == key.column
                if "made_by" in other.c:
                    hangs = and_(hangs, or_(alias.c.made_by.is_(None), alias.c.made_by != task_id))
                ways.append(exists().where(hangs))
    return or_(*ways) if ways else _never(table)


def still_stands(image: RunImage) -> bool:
    """Does the row have the values that the task gave it?"""
    table = Base.metadata.tables[image.table]
    columns = [table.c[name] for name in image.after]
    row = db.session.execute(select(*columns).where(key_of(table) == image.row_id)).one_or_none()
    return row is not None and all(
        value == untold(image.after[name]) for name, value in zip(image.after, row, strict=True)
    )
