"""Writing a year's sheets: COPY on PostgreSQL, executemany on SQLite; numbers beyond those that are there.

Everything in the caller's transaction. Nobody else may write into these tables meanwhile: numbers are given out here, and the
sequences are set behind them by ``finish``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, Column, Date, Table, func, select, text
from sqlalchemy.orm import Session

from app.db import Base, UtcDateTime
from app.demo.year.sheets import Sheet, Sheets

#: The tables that a year fills.
TABLES = (
    "person", "affiliation", "person_function", "pupil_exit", "support_link", "free_group", "free_group_member", "teaching_group",
    "group_membership", "section", "section_role", "partnership_class", "category", "article", "article_attachment", "comment",
    "folder", "media_file", "contest", "contest_entry", "map_point", "minisite_page", "search_link", "message",
    "message_attachment", "message_folder", "message_copy", "messaging_choice", "announcement", "announcement_copy", "lesson",
    "lesson_replacement", "homework", "homework_state", "activity", "activity_given", "school_life_file", "liaison_entry",
    "liaison_receipt", "agenda_event", "roll_call", "absence", "absence_explanation", "assessment", "mark", "skill_record",
    "report_card", "report_line", "report_card_model", "cycle_review", "class_council", "measure", "interdisciplinary_project",
    "project_pupil", "letter", "pupil_photo", "period", "week_rotation", "school_parameter", "school_life_settings", "bookmark",
    "preference", "personal_event", "questionnaire", "questionnaire_answer",
)  # fmt: skip
#: What a rollover writes; a year's rows leave it empty.
_LEFT_OUT = frozenset({"set_aside_by", "made_by"})


def open_sheets(session: Session) -> Sheets:
    """Empty sheets of ``TABLES``, counting on from the highest number in each table."""
    blanks = {name: blank(_table(name)) for name in TABLES}
    first = {name: _highest(session, _table(name)) + 1 for name in TABLES}
    return Sheets(blanks, first)


def blank(table: Table) -> dict[str, Any]:
    """A row of the columns' defaults, as Python values."""
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.name not in _LEFT_OUT:
            row[column.name] = _default(column)
    return row


def _default(column: Column[Any]) -> Any:
    default: Any = column.default
    if default is None:
        return None
    if default.is_callable:
        return default.arg(None)
    value = default.arg
    return getattr(value, "value", value)


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _highest(session: Session, table: Table) -> int:
    return session.scalar(select(func.max(table.c.id))) or 0 if "id" in table.c else 0


def write(session: Session, sheets: Sheets) -> int:
    """Write and empty every sheet, parents first; how many rows."""
    session.flush()
    order = {table.name: place for place, table in enumerate(Base.metadata.sorted_tables)}
    put = _copy if session.get_bind().dialect.name == "postgresql" else _execute
    written = 0
    for sheet in sorted(sheets, key=lambda one: order[one.table]):
        rows = sheet.take()
        if rows:
            put(session, sheet, rows)
            written += len(rows)
    return written


def finish(session: Session, sheets: Sheets) -> None:
    """Let the database number its next rows behind those written."""
    if session.get_bind().dialect.name != "postgresql":
        return  # SQLite goes on from the highest number by itself
    for sheet in sheets:
        if "id" in sheet.columns:
            session.execute(
                text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last, true)"),
                {"table": sheet.table, "last": max(1, sheet.next_number - 1)},
            )


def _copy(session: Session, sheet: Sheet, rows: Iterable[tuple[Any, ...]]) -> None:
    connection: Any = session.connection().connection
    changes = _changes(sheet.table, sheet.columns, "postgresql")
    statement = f"COPY {_quoted(sheet.table)} ({_names(sheet)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        write_row = copy.write_row
        for row in _changed(rows, changes):
            write_row(row)


def _execute(session: Session, sheet: Sheet, rows: Iterable[tuple[Any, ...]]) -> None:
    changes = _changes(sheet.table, sheet.columns, "sqlite")
    marks = ", ".join("?" * len(sheet.columns))
    statement = f"INSERT INTO {_quoted(sheet.table)} ({_names(sheet)}) VALUES ({marks})"
    session.connection().exec_driver_sql(statement, list(_changed(rows, changes)))


def _names(sheet: Sheet) -> str:
    return ", ".join(map(_quoted, sheet.columns))


def _quoted(name: str) -> str:
    return f'"{name}"'


def _changed(rows: Iterable[tuple[Any, ...]], changes: Mapping[int, Callable[[Any], Any]]) -> Iterable[tuple[Any, ...]]:
    """The rows with some values spelled as the driver wants them."""
    if not changes:
        return rows
    return _spelled(rows, list(changes.items()))


def _spelled(
    rows: Iterable[tuple[Any, ...]], changes: list[tuple[int, Callable[[Any], Any]]]
) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        values = list(row)
        for place, change in changes:
            value = values[place]
            if value is not None:
                values[place] = change(value)
        yield tuple(values)


@cache
def _changes(table: str, columns: tuple[str, ...], dialect: str) -> Mapping[int, Callable[[Any], Any]]:
    found: dict[int, Callable[[Any], Any]] = {}
    for place, name in enumerate(columns):
        kind = _table(table).c[name].type
        if isinstance(kind, JSON):
            found[place] = _json
        elif dialect == "sqlite" and isinstance(kind, UtcDateTime):
            found[place] = _instant
        elif dialect == "sqlite" and isinstance(kind, Date):
            found[place] = date.isoformat
    return found


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


@cache
def _instant(value: datetime) -> str:
    """As SQLAlchemy keeps an instant in SQLite: UTC, without zone, six decimals."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
