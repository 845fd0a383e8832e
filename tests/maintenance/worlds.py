"""Rows in every table, made from the tables themselves: what a new table brings is in it without anybody's doing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, LargeBinary, Numeric, Table, insert, text
from sqlalchemy.types import Float, Integer

from app.db import UtcDateTime, db

#: Columns in which a constraint of the database allows nothing made up.
FITTING: dict[str, Any] = {
    "closing_window.start_day": None,
    "closing_window.end_day": None,
    # Set, it says that a run has closed the service, whose instant is then left out.
    "service_closure.run_id": None,
}
#: Of several columns that may name what the row is about, the one that does.
ONLY = {
    "section_role": "person_id",
    "school_life_file": "lesson_id",
    "hidden_entry": "person_id",
}
MARKS = ("set_aside_by", "made_by")


def fill() -> None:
    """One row in every table, two in those that others refer to; a row names the one of its own rank."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA ignore_check_constraints=ON"))
    tables = db.metadata.sorted_tables
    referred = {key.column.table for table in tables for key in table.foreign_keys}
    for table in tables:
        connection.execute(insert(table), [row_of(table, n) for n in ((1, 2) if table in referred else (1,))])


def row_of(table: Table, n: int) -> dict[str, Any]:
    """The ``n``-th row of a table, as its columns have it."""
    row: dict[str, Any] = {}
    for column in table.columns:
        full = f"{table.name}.{column.name}"
        if column.name in MARKS:
            row[column.name] = None
        elif full in FITTING:
            row[column.name] = FITTING[full]
        elif column.foreign_keys:
            only = ONLY.get(table.name)
            target = next(iter(column.foreign_keys)).column
            inside = target.table.name in ("person", "section", "lesson", "class", "group") or column.nullable
            if (only and column.nullable and inside and column.name not in (only, "sha256")) or target.table is table:
                row[column.name] = None
            else:
                row[column.name] = value_of(target, n)
        else:
            row[column.name] = value_of(column, n)
    return row


def value_of(column: Column[Any], n: int) -> Any:
    """Something of the column's type; another ``n``, something else."""
    kind = column.type
    if column.foreign_keys:
        return value_of(next(iter(column.foreign_keys)).column, n)
    if isinstance(kind, UtcDateTime):
        return datetime(2026, 3, 1, 8, 0, tzinfo=UTC) + timedelta(hours=n)
    if isinstance(kind, Date):
        return date(2026, 3, 1) + timedelta(days=n)
    if isinstance(kind, Boolean):
        return bool(n % 2)
    if isinstance(kind, JSON):
        return [{"kind": "level", "code": f"{n}"}] if column.name == "recipients" else {"n": [n]}
    if isinstance(kind, LargeBinary):
        return bytes([n])
    if isinstance(kind, Float):
        return float(n)
    if isinstance(kind, Numeric):
        return Decimal(n)
    if isinstance(kind, Integer):
        return n
    length = getattr(kind, "length", None)
    if column.name == "sha256" and column.primary_key:
        return f"{n:064x}"
    return f"{n}{column.name}"[: length or 200]
