"""The database: one ``db``, one ``Base``, the column type for instants, and how SQLite is opened.

SQLite (WAL, foreign keys on) is the default, PostgreSQL by DATABASE_URL. Whoever may write begins IMMEDIATE on SQLite:
a transaction that has read and then writes would otherwise fail at once when somebody else wrote in between.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Dialect,
    Engine,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    event,
    false,
    text,
)
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    mapped_column,
    registry,
    with_loader_criteria,
)
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database. A naive one is refused at the border."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive instant cannot be stored")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


#: Numbers rows. SQLite counts only INTEGER primary keys.
Id = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Every table's base. Constraint names follow one convention, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    registry = registry(
        metadata=metadata,
        type_annotation_map={datetime: UtcDateTime, date: Date, str: String},
    )


db = SQLAlchemy(model_class=Base)


class SetAside:
    """Rows that a rollover's run can set aside, bring back, or make and remove again (DATA-7). A mixin.

    Ordinary queries see live rows only: a loader criterion adds ``set_aside_by IS NULL`` to every ORM statement, unless it
    is executed with ``execution_options(set_aside=True)``. Core statements see everything.
    """

    #: The task of a run that has set the row aside; None: the row is live.
    set_aside_by: Mapped[int | None] = mapped_column(BigInteger, default=None)
    #: The task of a run that has made the row; None: somebody or a feed has.
    made_by: Mapped[int | None] = mapped_column(BigInteger, default=None)


class Unconfirmed:
    """Rows that a source repeats from last year and that nobody has confirmed yet (S4-5). A mixin.

    They are listed as such and count nowhere: a loader criterion adds ``unconfirmed IS FALSE`` to every ORM statement, unless it is
    executed with ``execution_options(unconfirmed=True)``. Core statements see everything.
    """

    unconfirmed: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


@event.listens_for(Table, "after_parent_attach")
def _index_marks(table: Any, metadata: Any) -> None:
    """Undo and expunge find a task's rows by its number; the live ones, nearly all, stand in neither index."""
    # A migration's own tables are in no metadata of ours.
    if isinstance(table, Table) and metadata is Base.metadata:
        for mark in ("set_aside_by", "made_by"):
            if mark in table.c:
                where = table.c[mark].is_not(None)
                Index(f"ix_{table.name}_{mark}", table.c[mark], sqlite_where=where, postgresql_where=where)


def unique_live(table: str, *columns: str) -> Index:
    """What is unique among the live rows of a table whose rows can be set aside."""
    live = text("set_aside_by IS NULL")
    return Index(f"uq_{table}_{'_'.join(columns)}", *columns, unique=True, sqlite_where=live, postgresql_where=live)


_LIVE = with_loader_criteria(SetAside, lambda table: table.set_aside_by.is_(None), include_aliases=True)
_CONFIRMED = with_loader_criteria(Unconfirmed, lambda table: table.unconfirmed.is_(False), include_aliases=True)


@event.listens_for(Session, "do_orm_execute")
def _live_rows_only(state: ORMExecuteState) -> None:
    # Core statements too: an ``exists()`` of mapped columns inside one is told of live rows by these options alone.
    if not (state.is_select or state.is_update or state.is_delete):
        return
    # Loads of a relationship and of expired columns bring the criterion of the statement they belong to.
    if state.is_column_load or state.is_relationship_load:
        return
    wanted = [
        criterion
        for option, criterion in (("set_aside", _LIVE), ("unconfirmed", _CONFIRMED))
        if not state.execution_options.get(option)
    ]
    if wanted:
        state.statement = state.statement.options(*wanted)


#: May the transactions of this request, job or command write? Reads of GET requests begin DEFERRED on SQLite.
_writing: ContextVar[bool] = ContextVar("writing", default=True)


@contextmanager
def reading_only() -> Iterator[None]:
    """Transactions begun inside take no write lock on SQLite."""
    token = _writing.set(False)
    try:
        yield
    finally:
        _writing.reset(token)


@contextmanager
def reading_ahead() -> Iterator[None]:
    """Read before a transaction that writes, which then holds SQLite's lock for a moment only (G12).

    What the session holds is committed first, and what is read inside is over at the end: use it where nothing is half done.
    """
    db.session.commit()
    with reading_only():
        yield
        db.session.rollback()


def renew_statistics() -> None:
    """Tell PostgreSQL's planner what has just been written in masses; by itself it looks a minute after the commit. Never commits."""
    if db.session.connection().dialect.name == "postgresql":
        db.session.execute(text("ANALYZE"))


def announce_writing(may_write: bool) -> None:
    """Say for the rest of this request whether its transactions may write."""
    _writing.set(may_write)


@event.listens_for(Engine, "connect")
def _open_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # the driver's own BEGIN comes too late; _begin sends it
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=15000")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN DEFERRED")
