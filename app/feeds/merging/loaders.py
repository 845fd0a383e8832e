"""Moving everything that hangs on one person to another, table by table, by the foreign keys of the metadata (KIN-4).

What both have is kept as the older account has it. No table is named that need not be: one that is new moves too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, UniqueConstraint, and_, delete, or_, select, true, update
from sqlalchemy.orm import Session

from app.db import Base
from app.directory.models import Person

#: What stays with the account that goes: its way in, and what a feed says of its own absence.
_NOT_MOVED = frozenset({"person", "account", "sign_in_session", "email_token", "feed_departure", "guardianship"})
#: What says who somebody is somewhere: the younger account keeps no double of it. Elsewhere doubles stay where they are.
_NO_DOUBLES = frozenset({"affiliation", "person_function", "role_grant", "free_group_member", "section_role"})


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


def move_rows(session: Session, merged: int, kept: int) -> dict[str, list[Any]]:
    """Give every row of ``merged`` to ``kept``; 'table.column' -> the primary keys of what was moved, for the audit."""
    moved: dict[str, list[Any]] = {}
    for table, column in _references():
        if table.name in _NOT_MOVED:
            continue
        double = _double(table, column, kept)
        if double is not None and table.name in _NO_DOUBLES:
            session.execute(delete(table).where(column == merged, double))
        mine = and_(column == merged, ~double) if double is not None else column == merged
        keys = [list(row) for row in session.execute(select(*table.primary_key.columns).where(mine))]
        if keys:
            moved[f"{table.name}.{column.name}"] = [key[0] if len(key) == 1 else key for key in keys]
            session.execute(update(table).where(mine).values({column.name: kept}))
    return moved
