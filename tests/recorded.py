"""Rows that many tests begin with are made once a process and database, and then copied."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, text

from app.db import Base, db

T = TypeVar("T")

#: What was made and how its rows come back, by maker and address of the database.
_RECORDED: dict[tuple[Callable[[], Any], str], tuple[Any, list[Table], Callable[[Connection], None]]] = {}
#: Where PostgreSQL keeps the rows, a schema for each maker.
_SCHEMA = "recorded_by_"


def recorded(make: Callable[[], T]) -> T:
    """What ``make()`` gives, with the rows that it inserts by the current session (flushed, not committed).

    In a database that holds other rows ``make`` is simply called. What it gives is plain, and the same in every test.
    """
    connection = db.session.connection()
    key = (make, str(connection.engine.url))
    if key in _RECORDED:
        made: T
        made, tables, bring_back = _RECORDED[key]
        if _empty(connection, tables):
            bring_back(connection)
            return made
        return make()
    if not _empty(connection, Base.metadata.sorted_tables):
        return make()
    made = make()
    db.session.flush()
    tables = [table for table in Base.metadata.sorted_tables if not _empty(connection, [table])]
    keep = _kept_by_postgresql if connection.dialect.name == "postgresql" else _kept_in_memory
    _RECORDED[key] = made, tables, keep(connection, tables)
    return made


def _empty(connection: Connection, tables: list[Table]) -> bool:
    found = " OR ".join(f'EXISTS (SELECT 1 FROM "{table.name}")' for table in tables)
    return not connection.execute(text(f"SELECT {found}")).scalar()


def _columns(table: Table) -> str:
    return ", ".join(f'"{column.name}"' for column in table.columns if column.computed is None)


def _kept_by_postgresql(connection: Connection, tables: list[Table]) -> Callable[[Connection], None]:
    schema = f"{_SCHEMA}{len(_RECORDED)}"
    connection.execute(text(f"CREATE SCHEMA {schema}"))
    for table in tables:
        kept = f'{schema}."{table.name}"'
        connection.execute(text(f'CREATE TABLE {kept} AS SELECT {_columns(table)} FROM "{table.name}"'))
    again = "; ".join(
        f'INSERT INTO "{table.name}" ({_columns(table)}) SELECT {_columns(table)} FROM {schema}."{table.name}"'
        for table in tables
    )

    def bring_back(later: Connection) -> None:
        later.exec_driver_sql(again)

    return bring_back


def _kept_in_memory(connection: Connection, tables: list[Table]) -> Callable[[Connection], None]:
    kept = []
    for table in tables:
        rows = connection.exec_driver_sql(f'SELECT {_columns(table)} FROM "{table.name}"').all()
        marks = ", ".join("?" * len(rows[0]))
        again = f'INSERT INTO "{table.name}" ({_columns(table)}) VALUES ({marks})'
        kept.append((again, [tuple(row) for row in rows]))

    def bring_back(later: Connection) -> None:
        for statement, rows in kept:
            later.exec_driver_sql(statement, rows)

    return bring_back
