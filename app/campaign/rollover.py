"""Which room does what: each change is mapped to the ``rollover.py`` of the room that owns its kind; rows that follow theirs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any

from sqlalchemy import Column, Select, Table

from app.campaign.steps.change import Change
from app.content import rollover as content
from app.db import Base
from app.directory import rollover as directory
from app.fates import FOLLOWS, KINDS, Scope
from app.feeds import rollover as feeds
from app.feeds.rolling.rollover import FED
from app.messaging import rollover as messaging
from app.schoollife import rollover as schoollife

#: The rooms that hold data of a school year.
ROOMS: tuple[ModuleType, ...] = (content, directory, messaging, schoollife, feeds)

#: Kinds that the table of fates does not know, because nobody owns them: what a step does besides.
BESIDES: dict[str, str] = {
    "section-role-withdrawn": "section_role",
    "section-role-given": "section",
    "message-dated-told": "message",
    "message-dated-cancelled": "message",
    "announcement-dated-told": "announcement",
    "announcement-dated-cancelled": "announcement",
    "group-summary": "free_group_member",
    **FED,
}


@cache
def room_of(kind: str) -> ModuleType:
    """The ``rollover`` module that answers for ``kind``. Raises LookupError where none does."""
    for room in ROOMS:
        if kind in room.KINDS:
            return room
    raise LookupError(kind)


@cache
def table_of(kind: str) -> Table:
    """The table in which the rows of ``kind`` stand. Raises KeyError for an unknown kind."""
    names = {known.key: known.table for known in KINDS} | BESIDES
    return Base.metadata.tables[names[kind]]


def rows(change: Change, scope: Scope) -> Select[Any]:
    """The rows that ``change`` is about, of every school: columns ``id``, ``school_id``, and ``person_id`` for people's kinds."""
    selected: Select[Any] = room_of(change.kind).rows(change.kind, change.space, scope)
    return selected


@cache
def followers(table: str) -> tuple[tuple[Table, Column[Any]], ...]:
    """Tables whose rows share the fate of a row of ``table``, each with the column that points to it (``fates.FOLLOWS``)."""
    return tuple(_followers(table))


def _followers(table: str) -> Iterator[tuple[Table, Column[Any]]]:
    for name, parents in FOLLOWS.items():
        child = Base.metadata.tables[name]
        if table in parents and "set_aside_by" in child.c:
            for key in child.foreign_keys:
                # A person stands in many columns; what follows a person is what belongs to them, not what they have written.
                if key.column.table.name == table and key.ondelete != "SET NULL":
                    yield child, key.parent


@cache
def marked_tables() -> tuple[Table, ...]:
    """Every table whose rows a run can set aside or make, children before the rows they hang on."""
    ordered = reversed(Base.metadata.sorted_tables)
    return tuple(table for table in ordered if "set_aside_by" in table.c)
