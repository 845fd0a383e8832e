"""The canonical export misses nothing: each table is exported or listed, each exported column shows its change (G8, G19)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from flask import Flask
from sqlalchemy import Boolean, Column, Table, UniqueConstraint, delete, select, text, update
from sqlalchemy.orm import SessionTransaction

from app.db import db
from app.maintenance.canonical.natural import LEFT_IF, LEFT_OUT, NATURAL, PROJECT_WIDE, SCHOOL_BY, SECRET, left_out
from app.maintenance.canonical.queries import exported_tables, lines
from tests.maintenance.worlds import fill, value_of


def told() -> dict[str, list[dict[str, Any]]]:
    """The export, by table."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in lines():
        read = json.loads(line)
        found[read["table"]].append(read["row"])
    return found


def first_of(table: Table) -> Any:
    key = next(iter(table.primary_key.columns))
    return select(key).order_by(key).limit(1).scalar_subquery()


def set_first(column: Column[Any], value: Any) -> None:
    """Change one value of the table's first row."""
    table = column.table
    key = next(iter(table.primary_key.columns))
    db.session.connection().execute(update(table).where(key == first_of(table)).values({column.name: value}))


def test_every_table_is_exported_or_left_out_with_a_reason(sqlite_app: Flask) -> None:
    tables = set(db.metadata.tables)
    assert tables - set(NATURAL) - set(LEFT_OUT) == set(), (
        "say in app/maintenance/canonical/natural.py by what it is known"
    )
    assert set(NATURAL) - tables == set()
    assert not set(NATURAL) & set(LEFT_OUT)
    assert all(len(reason) > 5 for reason in LEFT_OUT.values())


def test_the_lists_name_tables_and_columns_that_exist(sqlite_app: Flask) -> None:
    tables = db.metadata.tables
    for name in LEFT_OUT:
        table, _, column = name.partition(".")
        if table == "*":
            assert any(column in one.c for one in tables.values()), name
        else:
            assert table in tables, name
            assert not column or column in tables[table].c, name
    for name in SECRET:
        table, _, column = name.partition(".")
        assert column in tables[table].c
    for rule in LEFT_IF:
        assert {rule.when, *rule.columns} <= set(tables[rule.table].c.keys()), rule.table
        assert rule.columns
        assert not {column for column in rule.columns if left_out(rule.table, column)}
    for name, key in NATURAL.items():
        assert set(key) <= set(tables[name].c.keys()), name


def test_every_exported_table_tells_to_which_school_its_rows_belong(sqlite_app: Flask) -> None:
    """G11: otherwise the export of one school would not show what happens to it."""
    for table in exported_tables():
        if table.name in PROJECT_WIDE or table.name in ("school", "person", "blob"):
            continue
        ways = SCHOOL_BY.get(table.name, ("school_id",))
        assert set(ways) <= {column.name for column in table.columns if column.foreign_keys}, table.name


def test_a_change_of_any_exported_value_shows(sqlite_app: Flask) -> None:
    """Each column of each exported table: one of every table at a time, but for those by which other rows may be known."""
    fill()
    before = told()
    assert set(before) == {table.name for table in exported_tables()}
    unseen, alone = [], []
    together: dict[str, list[list[Column[Any]]]] = {"values": [], "names": []}
    for table in exported_tables():
        shown = [column for column in table.columns if not left_out(table.name, column.name)]
        together["values"].append([column for column in shown if not column.foreign_keys])
        names = [column for column in shown if column.foreign_keys]
        keys = [column for column in names if column.name in NATURAL[table.name] or is_unique(column)]
        alone += keys
        together["names"].append([column for column in names if column not in keys])
    for given in together.values():
        for turn in range(max(map(len, given))):
            changed = [columns[turn] for columns in given if turn < len(columns)]
            with changes() as change:
                for column in changed:
                    set_first(column, another(column))
                unseen += unchanged(changed, before, told())
                change.rollback()
    for columns in apart(alone):
        with changes() as change:
            for column in columns:
                keep_first(column.table, unless=refers_to_its_own(column))
            before = told()
            for column in columns:
                set_first(column, another(column))
            unseen += unchanged(columns, before, told())
            change.rollback()
    assert unseen == []


def apart(columns: list[Column[Any]]) -> list[list[Column[Any]]]:
    """The columns in groups, in which no table leads to another, however indirectly: what changes in one shows in no other."""
    groups: list[list[Column[Any]]] = []
    for column in columns:
        for group in groups:
            tables = {one.table for one in group}
            if not tables & (led_to(column.table) | {column.table}) and not any(
                column.table in led_to(one) for one in tables
            ):
                group.append(column)
                break
        else:
            groups.append([column])
    return groups


@cache
def led_to(table: Table) -> frozenset[Table]:
    """The tables to which references of this one lead, and theirs."""
    found: set[Table] = set()
    waiting = [table]
    while waiting:
        for key in waiting.pop().foreign_keys:
            if key.column.table not in found:
                found.add(key.column.table)
                waiting.append(key.column.table)
    return frozenset(found)


def is_unique(column: Column[Any]) -> bool:
    """Does a second row of a table that has two forbid the first to name the same?"""
    uniques = [index.columns for index in column.table.indexes if index.unique] + [
        constraint.columns for constraint in column.table.constraints if isinstance(constraint, UniqueConstraint)
    ]
    return any(list(columns) == [column] for columns in uniques)


def refers_to_its_own(column: Column[Any]) -> bool:
    return any(key.column.table is column.table for key in column.foreign_keys)


def keep_first(table: Table, *, unless: bool) -> None:
    """Only the first row of the table: the second has already what the first will get."""
    key = next(iter(table.primary_key.columns))
    if not unless:
        db.session.connection().execute(delete(table).where(key != first_of(table)))


@contextmanager
def changes() -> Iterator[SessionTransaction]:
    """A transaction inside the test's, in which references may hang in the air until they are taken back."""
    db.session.connection().execute(text("PRAGMA defer_foreign_keys=ON"))
    with db.session.begin_nested() as change:
        yield change


def unchanged(
    changed: list[Column[Any]], before: dict[str, list[dict[str, Any]]], after: dict[str, list[dict[str, Any]]]
) -> list[str]:
    """Which of these columns say the same as before."""
    same = []
    for column in changed:
        table = column.table.name
        values = [sorted(spelled(row.get(column.name)) for row in export[table]) for export in (before, after)]
        if values[0] == values[1]:
            same.append(f"{table}.{column.name}")
    return same


def another(column: Column[Any]) -> Any:
    """Something that the first row does not have there."""
    return value_of(column, 2 if column.foreign_keys or isinstance(column.type, Boolean) else 7)


def spelled(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
