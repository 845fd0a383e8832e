"""What an undo would bring back, and what it cannot: listed before anything is done (G8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Index, Select, Table, and_, exists, func, or_, select

from app.campaign import rollover
from app.campaign.problems import LaterRunFirst, LaterRunUnfinished, NothingToUndo
from app.campaign.run_states import UNFINISHED, PartState
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
#: Before-images that are compared in one go.
_SLICE = 500


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
    rows = [
        (task, part, change)
        for task, part, kind in db.session.execute(query)
        if task.state != "undone"
        and (change := change_called(run.step, preset_of(kind), task.change)).effect != Effect.CARRIED
    ]
    touched = _touched([(task, change) for task, _part, change in rows])
    found = [
        Undoable(task=task, part=part, change=change, rows=touched.get(task.id, 0))
        for task, part, change in rows
        # What was erased for good is not passed over in silence: it is among the conflicts.
        if touched.get(task.id) or (_is_erased(task, change) and task.done)
    ]
    if not any(one.rows for one in found):
        raise NothingToUndo()
    return found


def _touched(tasks: Sequence[tuple[RunTask, Change]]) -> dict[int, int]:
    """By task, how many rows its undo would touch, those that follow left out; a statement a table, however many tasks."""
    parts = {task.part_id for task, _change in tasks}
    mine = select(RunTask.id).where(RunTask.part_id.in_(parts))
    own = {
        task.id: rollover.table_of(change.kind)
        for task, change in tasks
        if change.effect in (Effect.SET_ASIDE, Effect.FEED)
    }
    counted = [(table, "set_aside_by") for table in set(own.values())]
    counted.append((Base.metadata.tables[RunImage.__tablename__], "task_id"))
    counted += [(table, "made_by") for table in tables_made(mine)]
    found: dict[int, int] = {}
    for table, column in counted:
        marked = table.c[column]
        query = select(marked, func.count()).where(marked.in_(mine)).group_by(marked)
        for task_id, count in db.session.execute(query):
            if column != "set_aside_by" or own.get(task_id) is table:
                found[task_id] = found.get(task_id, 0) + count
    return found


def _is_erased(task: RunTask, change: Change) -> bool:
    """Is what the task took, or how it was before, erased for good? What a task made stays, and can be removed again."""
    return task.expunged_at is not None and change.effect in (Effect.SET_ASIDE, Effect.CHANGE, Effect.FEED)


def demand_newest(run: Run, school_id: int | None) -> None:
    """Let pass the undo of a run after which no other, still standing, touched the same schools or is yet to.

    Raises ``LaterRunFirst``, and ``LaterRunUnfinished`` for one that waits, is at work or is paused there.
    """
    mine = select(RunPart.school_id).where(RunPart.run_id == run.id)
    if school_id is not None:
        mine = mine.where(RunPart.school_id == school_id)
    later = (
        select(Run.id)
        .join(RunPart, RunPart.run_id == Run.id)
        .where(
            # A run of a later step may be the older one: it was tried again.
            or_(Run.id > run.id, and_(Run.campaign_id == run.campaign_id, Run.step > run.step)),
            Run.undo_of_id.is_(None),
            RunPart.undone_by_id.is_(None),
            RunPart.school_id.in_(mine),
        )
        .order_by(Run.id.desc())
        .limit(1)
    )
    over = (PartState.DONE, PartState.SKIPPED)
    number = db.session.scalar(later.where(Run.state.in_(UNFINISHED), RunPart.state.not_in(over)))
    if number is not None:
        raise LaterRunUnfinished(number=number)
    # What is only counted touches nothing.
    touched = later.join(RunTask, RunTask.part_id == RunPart.id).where(
        RunTask.done > 0, ~RunTask.change.startswith(f"{Effect.CARRIED}:")
    )
    number = db.session.scalar(touched)
    if number is not None:
        raise LaterRunFirst(number=number)


def conflicts(tasks: Sequence[Undoable]) -> list[Conflict]:
    """What has changed since, so that it cannot be put back; ``LISTED`` at most. A fixed number of statements and one a slice."""
    mine = select(RunTask.id).where(RunTask.part_id.in_({one.part.id for one in tasks}), RunTask.state != "undone")
    found: list[Conflict] = []
    for conflict in _conflicts(tasks, mine):
        found.append(conflict)
        if len(found) >= LISTED:
            break
    return found


def _conflicts(tasks: Sequence[Undoable], mine: Select[Any]) -> Iterator[Conflict]:
    for one in tasks:
        if _is_erased(one.task, one.change) and one.task.expunged_at is not None:
            words = Words(N_("effacé définitivement le %(day)s"), day=one.task.expunged_at.date())
            yield Conflict(task_id=one.task.id, table=one.change.kind, row_id=0, words=words)
    taken = Words(N_("une autre ligne a pris sa place"))
    for table in rollover.marked_tables():
        if has_places(table):
            query = select(table.c.set_aside_by, key_of(table)).where(
                table.c.set_aside_by.in_(mine), taken_place(table)
            )
            yield from (
                Conflict(task_id=task_id, table=table.name, row_id=row_id, words=taken)
                for task_id, row_id in db.session.execute(query.order_by(key_of(table)).limit(LISTED))
            )
    yield from _changed_since(mine)
    hanging = Words(N_("modifié depuis, ou d’autres lignes en dépendent"))
    for table in tables_made(mine):
        query = select(table.c.made_by, key_of(table)).where(
            table.c.made_by.in_(mine), referred_to(table, table.c.made_by)
        )
        yield from (
            Conflict(task_id=task_id, table=table.name, row_id=row_id, words=hanging)
            for task_id, row_id in db.session.execute(query.order_by(key_of(table)).limit(LISTED))
        )


def _changed_since(mine: Select[Any]) -> Iterator[Conflict]:
    """The rows whose columns have other values now than these tasks gave them, read slice by slice."""
    last, words = 0, Words(N_("modifié depuis"))
    query = select(RunImage).where(RunImage.task_id.in_(mine)).order_by(RunImage.id).limit(_SLICE)
    while images := db.session.scalars(query.where(RunImage.id > last)).all():
        last = images[-1].id
        for name in {image.table for image in images}:
            table = Base.metadata.tables[name]
            of_table = [image for image in images if image.table == name]
            rows = {
                row[key_of(table).name]: row
                for row in db.session.execute(
                    select(table).where(key_of(table).in_([image.row_id for image in of_table]))
                ).mappings()
            }
            for image in of_table:
                row = rows.get(image.row_id)
                if row is None or any(row[column] != untold(value) for column, value in image.after.items()):
                    yield Conflict(task_id=image.task_id, table=name, row_id=image.row_id, words=words)


def tables_made(task_ids: Sequence[int] | Select[Any]) -> list[Table]:
    """The tables in which these tasks have made rows, children first; one statement."""
    tables = rollover.marked_tables()
    some = [exists().where(table.c.made_by.in_(task_ids)).label(table.name) for table in tables]
    row = db.session.execute(select(*some)).one()
    return [table for table, found in zip(tables, row, strict=True) if found]


def key_of(table: Table) -> Any:
    """The column by which a row of ``table`` is numbered."""
    return next(iter(table.primary_key.columns))


def has_places(table: Table) -> bool:
    """Has the table a partial unique index over live rows, so that a row that comes back may find its place taken?"""
    return any(_of_live_rows(index) for index in table.indexes)


def _of_live_rows(index: Index) -> bool:
    return bool(index.unique) and "set_aside_by" in str(index.dialect_options["sqlite"]["where"])


def taken_place(table: Table) -> ColumnElement[bool]:
    """The condition that a live row stands where a row of ``table``, set aside, would come back (its partial unique indexes)."""
    ways = []
    for index in table.indexes:
        if _of_live_rows(index):
            other = table.alias()
            names = [column.name for column in index.columns]
            same = [other.c[name] == table.c[name] for name in names]
            ways.append(exists().where(other.c.set_aside_by.is_(None), *same))
    return or_(*ways) if ways else _never(table)


def _never(table: Table) -> ColumnElement[bool]:
    never: ColumnElement[bool] = key_of(table).is_(None)
    return never


def referred_to(table: Table, task_id: int | ColumnElement[int]) -> ColumnElement[bool]:
    """The condition that a row made by the task (or the one a column names) was edited since, or that another's row hangs on it."""
    ways: list[ColumnElement[bool]] = []
    if "version" in table.c:
        ways.append(table.c.version > 1)
    for other in Base.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table is table and key.ondelete != "SET NULL":
                alias = other.alias()
                hangs = alias.c[key.parent.name] == key.column
                if "made_by" in other.c:
                    hangs = and_(
                        hangs, or_(alias.c.made_by.is_(None), alias.c.made_by.not_in(_taken_back_before(task_id)))
                    )
                ways.append(exists().where(hangs))
    return or_(*ways) if ways else _never(table)


def _taken_back_before(task_id: int | ColumnElement[int]) -> Any:
    """The task, and those of its part that come after it: an undo begins with the last, so their rows are gone by then."""
    own, later = RunTask.__table__.alias(), RunTask.__table__.alias()
    return select(later.c.id).where(
        own.c.id == task_id, later.c.part_id == own.c.part_id, later.c.position >= own.c.position
    )


def still_stands(image: RunImage) -> bool:
    """Does the row have the values that the task gave it?"""
    table = Base.metadata.tables[image.table]
    columns = [table.c[name] for name in image.after]
    row = db.session.execute(select(*columns).where(key_of(table) == image.row_id)).one_or_none()
    return row is not None and all(
        value == untold(image.after[name]) for name, value in zip(image.after, row, strict=True)
    )
