"""Moving everything that hangs on one person to another and back, table by table, by the foreign keys of the metadata (KIN-4).

What both have is kept as the older account has it. No table is named that need not be: one that is new moves too. The image says by
numbers what was moved and holds what was folded, so that an undoing brings back exactly that (G8).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Table,
    UniqueConstraint,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

from app.db import Base
from app.directory.models import Person
from app.feeds.merging.moved import ELSEWHERE, GONE

#: What stays with the account that goes: its way in, and what a feed says of its own absence.
_NOT_MOVED = frozenset(
    {"person", "account", "sign_in_session", "email_token", "feed_departure", "unplaced", "guardianship"}
)
#: What says who somebody is somewhere: the younger account keeps no double of it. Elsewhere doubles stay where they are.
_NO_DOUBLES = frozenset(
    {
        "affiliation", "person_function", "role_grant", "free_group_member", "section_role", "class_membership",
        "group_membership",
    }
)  # fmt: skip
_SLICE = 500


@dataclass(kw_only=True)
class Image:
    """What a merge moved: 'table.column' -> primary keys before it; and the rows that it folded, by table."""

    moved: dict[str, list[Any]] = field(default_factory=dict)
    folded: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def _references() -> Iterator[tuple[Table, Column[Any]]]:
    """Every column that names a person, by table and name."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column is Person.__table__.c.id for key in column.foreign_keys):
                yield table, column


def _unique_sets(table: Table, column: Column[Any]) -> Iterator[tuple[list[Column[Any]], bool]]:
    """The sets of columns, ``column`` among them, that may not be there twice, and whether among live rows only."""
    found: list[tuple[list[Column[Any]], bool]] = [(list(table.primary_key.columns), False)]
    found += [(list(c.columns), False) for c in table.constraints if isinstance(c, UniqueConstraint)]
    found += [(list(i.columns), i.dialect_options["sqlite"]["where"] is not None) for i in table.indexes if i.unique]
    if table.name == "role_grant":
        found.append(([column, table.c.role, table.c.school_id], True))
    yield from ((columns, live_only) for columns, live_only in found if column in columns)


def _double(table: Table, column: Column[Any], kept: int) -> ColumnElement[bool] | None:
    """Does the account that stays have a row that says the same?"""
    conditions = []
    for columns, live_only in _unique_sets(table, column):
        other = table.alias()
        same = [other.c[c.name].is_not_distinct_from(c) for c in columns if c is not column]
        if "set_aside_by" in table.c:
            # What a rollover has set aside says nothing any more; where it is unique all the same, it keeps its place.
            same.append(and_(other.c.set_aside_by.is_(None), table.c.set_aside_by.is_(None)) if live_only else true())
        conditions.append(select(1).where(other.c[column.name] == kept, and_(True, *same)).exists())
    return or_(*conditions) if conditions else None


def _parts(merged: int, kept: int) -> Iterator[tuple[Table, Column[Any], Any, ColumnElement[bool] | None]]:
    """Each column with the rows of ``merged`` that move, and those that ``kept`` has too and that are folded."""
    for table, column in _references():
        if table.name not in _NOT_MOVED:
            double = _double(table, column, kept)
            mine = and_(column == merged, ~double) if double is not None else column == merged
            folds = and_(column == merged, double) if double is not None and table.name in _NO_DOUBLES else None
            yield table, column, mine, folds


def count_rows(session: Session, merged: int, kept: int) -> dict[str, int]:
    """How many rows of each table a merge would move; one query."""
    counting = [
        select(literal(table.name).label("name"), func.count().label("rows")).select_from(table).where(mine)
        for table, _column, mine, _folds in _parts(merged, kept)
    ]
    counts: dict[str, int] = {}
    for name, rows in session.execute(union_all(*counting)):
        if rows:
            counts[name] = counts.get(name, 0) + rows
    return counts


def move_rows(session: Session, merged: int, kept: int) -> Image:
    """Give every row of ``merged`` to ``kept``, fold the doubles of who somebody is; what was done."""
    image = Image()
    for table, column, mine, folds in _parts(merged, kept):
        if folds is not None:
            rows = [
                {name: _spelled(value) for name, value in row.items()}
                for row in session.execute(select(table).where(folds)).mappings()
            ]
            if rows:
                image.folded.setdefault(table.name, []).extend(rows)
                session.execute(delete(table).where(folds))
        keys = [list(row) for row in session.execute(select(*table.primary_key.columns).where(mine))]
        if keys:
            image.moved[f"{table.name}.{column.name}"] = [key[0] if len(key) == 1 else key for key in keys]
            session.execute(update(table).where(mine).values({column.name: kept}))
    return image


def put_back(
    session: Session, image: Image, merged: int, kept: int, *, only_look: bool = False
) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Give ``merged`` back what a merge moved and folded, as far as it still stands where the merge put it.

    Returns how many rows of each table go back, and (table, reason) of each that does not. ``only_look`` changes nothing.
    """
    counts: dict[str, int] = {}
    conflicts: list[tuple[str, str]] = []
    for path, keys in image.moved.items():
        name, column_name = path.split(".")
        table = Base.metadata.tables.get(name)
        if table is None:
            continue
        column, own = table.c[column_name], list(table.primary_key.columns)
        # A person's number may be part of the key: the row then bears the kept one's.
        wanted = [
            tuple(kept if c is column else value for c, value in zip(own, _listed(key), strict=True)) for key in keys
        ]
        for some in _slices(wanted):
            there = {
                tuple(row[:-1]): row[-1]
                for row in session.execute(select(*own, column.label("whose")).where(_any_of(own, some)))
            }
            back = [key for key in some if there.get(key) == kept]
            conflicts += [(name, GONE if key not in there else ELSEWHERE) for key in some if there.get(key) != kept]
            if back:
                counts[name] = counts.get(name, 0) + len(back)
                if not only_look:
                    session.execute(update(table).where(_any_of(own, back)).values({column_name: merged}))
    for name, rows in image.folded.items():
        table = Base.metadata.tables.get(name)
        if table is None:
            continue
        for row in rows:
            values = {c.name: _read(c, row[c.name]) for c in table.columns if c.name in row}
            if _hangs_on_nothing(session, table, values):
                conflicts.append((name, GONE))
            elif not _there_already(session, table, values):
                counts[name] = counts.get(name, 0) + 1
                if not only_look:
                    session.execute(insert(table).values(values))
    return counts, conflicts


def _hangs_on_nothing(session: Session, table: Table, values: dict[str, Any]) -> bool:
    """Is something that a folded row names no longer there?"""
    for column in table.columns:
        for key in column.foreign_keys:
            value = values.get(column.name)
            if value is not None and not session.scalar(select(select(1).where(key.column == value).exists())):
                return True
    return False


def _there_already(session: Session, table: Table, values: dict[str, Any]) -> bool:
    """Does a row say the same since, or bear the folded one's number?"""
    person = next(c for t, c in _references() if t is table)
    sets = [(list(table.primary_key.columns), False), *_unique_sets(table, person)]
    for columns, live_only in sets:
        same = and_(*(c.is_not_distinct_from(values.get(c.name)) for c in columns))
        if live_only and "set_aside_by" in table.c:
            if values.get("set_aside_by") is not None:
                continue
            same = and_(same, table.c.set_aside_by.is_(None))
        if session.scalar(select(select(1).where(same).exists())):
            return True
    return False


def _any_of(own: Sequence[Column[Any]], keys: Sequence[tuple[Any, ...]]) -> ColumnElement[bool]:
    if len(own) == 1:
        return own[0].in_([key[0] for key in keys])
    return or_(*(and_(*(c == value for c, value in zip(own, key, strict=True))) for key in keys))


def _listed(key: Any) -> list[Any]:
    return key if isinstance(key, list) else [key]


def _slices(keys: Sequence[tuple[Any, ...]]) -> Iterator[Sequence[tuple[Any, ...]]]:
    for start in range(0, len(keys), _SLICE):
        yield keys[start : start + _SLICE]


def _spelled(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value.hex() if isinstance(value, bytes) else value


def _read(column: Column[Any], value: Any) -> Any:
    """The value that ``_spelled`` wrote, of the column's own kind."""
    kind = (column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type).python_type
    if value is None or not isinstance(value, str) or kind is str:
        return value
    if issubclass(kind, datetime):
        return datetime.fromisoformat(value)
    if issubclass(kind, date):
        return date.fromisoformat(value)
    return bytes.fromhex(value) if issubclass(kind, bytes) else value
