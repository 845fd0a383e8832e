"""Messages in a rollover: which rows of year N go, which dated ones are cancelled, and the messages that a step itself makes.

A run walks through what ``rows`` selects; ``changed`` and ``make`` say what happens to the kinds that are not set aside. What a step
makes carries its task's number and ``sent_by_step``, so that no purge takes it (DATA-9) and an undo removes it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Integer, Select, and_, cast, func, literal, or_, select

from app.db import db
from app.directory.groups.models import FreeGroup, FreeGroupMember
from app.directory.models import School
from app.directory.rollover import homes
from app.fates import Scope, Space
from app.messaging.ending.letters import NOT_LEFT, NOT_SPREAD, REMOVED, Letter, listed, plain
from app.messaging.ending.loaders import send
from app.messaging.models import Announcement, Message, MessageCopy, MessagingChoice
from app.messaging.populations import Place, RecipientKind
from app.messaging.problems import CANCELLED

#: The step that removes what is obsolete, and whose messages these are.
STEP = 3
KINDS = frozenset(
    {
        "message-inbox",
        "message-archived-year",
        "message-trash",
        "message-dated-told",
        "message-dated-cancelled",
        "announcement-dated-told",
        "announcement-dated-cancelled",
        "group-summary",
    }
)


def rows(kind: str, space: Space, scope: Scope) -> Select[Any]:
    """The rows of ``kind`` that a rollover takes or tells of: ``id`` and ``school_id``, of every school, live or not.

    Copies also have ``person_id``, whose they are, and belong to that person's home (``homes``). Of 'group-summary' a row is the
    first membership by which somebody manages a group that goes, one a person and school. Raises KeyError.
    """
    return _SELECTED[kind](kind, scope)


# Copies ----------------------------------------------------------------------------------------------------------------


def _copies(kind: str, scope: Scope) -> Select[Any]:
    """Copies that arrived before the cut-off; never what waits for an opening (GATE-8), nor what a step has sent (DATA-9)."""
    copy, message, home = MessageCopy.__table__, Message.__table__, homes()
    query = (
        select(copy.c.id, home.c.school_id, copy.c.owner_id.label("person_id"))
        .join_from(copy, home, home.c.person_id == copy.c.owner_id)
        .join(message, message.c.id == copy.c.message_id)
        .where(
            copy.c.place == _PLACES[kind].value,
            copy.c.arrived_at < scope.cutoff,
            ~copy.c.held,
            message.c.sent_by_step.is_(None),
        )
    )
    if kind != "message-archived-year":
        return query
    chosen = MessagingChoice.__table__
    query = query.outerjoin(chosen, chosen.c.person_id == copy.c.owner_id)
    unless_chosen = literal(str(current_app.extensions["settings"].archived_messages))
    return query.where(func.coalesce(chosen.c.archive_lifetime, unless_chosen) == "year")


_PLACES = {
    "message-inbox": Place.INBOX,
    "message-archived-year": Place.ARCHIVED,
    "message-trash": Place.TRASH,
}


# What is dated (PORTAL-20) ---------------------------------------------------------------------------------------------


def _dated_messages(kind: str, scope: Scope) -> Select[Any]:
    """Messages that would leave after the step and name a class, level or group of year N, or a group that goes with it."""
    message = Message.__table__
    query = select(message.c.id, _whose(message, scope).label("school_id")).where(
        message.c.sent_at.is_(None),
        message.c.leaves_at >= scope.cutoff,
        message.c.removed_at.is_(None),
        message.c.withdrawn_at.is_(None),
        message.c.cancelled_because == "",
        _of_the_year(message, scope),
    )
    return query.where(message.c.author_id.is_not(None)) if kind == "message-dated-told" else query


def _dated_announcements(kind: str, scope: Scope) -> Select[Any]:
    """Announcements that would be spread after the step, to the same populations, the project's own among them."""
    announcement = Announcement.__table__
    query = select(announcement.c.id, _whose(announcement, scope).label("school_id")).where(
        announcement.c.spread_at.is_(None),
        announcement.c.shown_from >= scope.cutoff,
        announcement.c.cancelled_at.is_(None),
        _of_the_year(announcement, scope),
    )
    return query.where(announcement.c.author_id.is_not(None)) if kind == "announcement-dated-told" else query


def _whose(table: Any, scope: Scope) -> ColumnElement[Any]:
    """In which school's part a dated row is cancelled: its own; of a row of no school the first school whose population it names,
    else its author's home, else the project's first school, so that some part answers for every row.
    """
    one, said, goes = _recipients(table, scope)
    named = select(func.min(cast(said("school"), Integer))).select_from(one).where(goes).correlate(table)
    home = homes()
    own = select(func.nullif(func.min(home.c.school_id), 0)).where(home.c.person_id == table.c.author_id)
    school = School.__table__
    first = select(func.min(school.c.id)).where(school.c.in_service)
    return func.coalesce(
        table.c.school_id,
        named.scalar_subquery(),
        own.correlate(table).scalar_subquery(),
        first.scalar_subquery(),
        0,
    )


def _of_the_year(table: Any, scope: Scope) -> ColumnElement[bool]:
    """Is one of the recipients of a row a class, level or option group of year N, or a free group that goes with the year?"""
    one, _said, goes = _recipients(table, scope)
    return select(literal(1)).select_from(one).where(goes).correlate(table).exists()


def _recipients(table: Any, scope: Scope) -> tuple[Any, Callable[[str], Any], ColumnElement[bool]]:
    """A row's recipients as a relation, how a field of one is read, and whether it is a population that goes with year N."""
    if db.engine.dialect.name == "postgresql":
        one = func.json_array_elements(table.c.recipients).table_valued("value").render_derived("to_whom")
        said: Callable[[str], Any] = lambda name: one.c.value.op("->>")(name)  # noqa: E731
    else:
        one = func.json_each(table.c.recipients).table_valued("value", name="to_whom")
        said = lambda name: func.json_extract(one.c.value, f"$.{name}")  # noqa: E731
    group = FreeGroup.__table__
    going = select(group.c.id).where(group.c.lifetime == "year")
    goes = or_(
        cast(said("year"), Integer) == scope.begins,
        and_(
            said("kind") == RecipientKind.FREE_GROUP.value,
            cast(said("number"), Integer).in_(going),
        ),
    )
    return one, said, goes


# Managers of groups (S3-4) ---------------------------------------------------------------------------------------------


def _managing(kind: str, scope: Scope) -> Select[Any]:
    """One row a manager and school whose groups go: the smallest of their memberships."""
    member, group = FreeGroupMember.__table__, FreeGroup.__table__
    return (
        select(func.min(member.c.id).label("id"), group.c.school_id)
        .join_from(member, group, group.c.id == member.c.group_id)
        .where(member.c.manager, member.c.set_aside_by.is_(None))
        .where(group.c.lifetime == "year", group.c.set_aside_by.is_(None))
        .group_by(member.c.person_id, group.c.school_id)
    )


_SELECTED: Mapping[str, Callable[[str, Scope], Select[Any]]] = {
    **dict.fromkeys(_PLACES, _copies),
    **dict.fromkeys(("message-dated-told", "message-dated-cancelled"), _dated_messages),
    **dict.fromkeys(("announcement-dated-told", "announcement-dated-cancelled"), _dated_announcements),
    "group-summary": _managing,
}


# What a run changes and makes ------------------------------------------------------------------------------------------


def changed(kind: str, scope: Scope) -> dict[str, Any]:
    """The columns that a run sets on rows of ``kind``, with their values. Raises KeyError."""
    values: dict[str, dict[str, Any]] = {
        "message-dated-cancelled": {"cancelled_because": CANCELLED},
        "announcement-dated-cancelled": {"cancelled_because": CANCELLED, "cancelled_at": scope.now},
    }
    return values[kind]


def make(kind: str, ids: Sequence[int], scope: Scope, task: int) -> int:
    """Write the messages of the portal that rows ``ids`` of ``kind`` ask for, marked with ``task``; how many rows were made.

    Each row has a key of its task: twice is once (G4). Raises KeyError.
    """
    letters = {
        "message-dated-told": _about_messages,
        "announcement-dated-told": _about_announcements,
        "group-summary": _summaries,
    }[kind](ids, scope, task)
    # A message and its copy each.
    return 2 * send(letters, step=STEP, now=scope.now, made_by=task)


def _about_messages(ids: Sequence[int], scope: Scope, task: int) -> list[Letter]:
    message = Message.__table__
    query = select(message.c.id, message.c.author_id, message.c.school_id, message.c.subject)
    return [
        _told(f"t{task}-m{number}", author, school, NOT_LEFT, subject)
        for number, author, school, subject in db.session.execute(query.where(message.c.id.in_(ids)))
    ]


def _about_announcements(ids: Sequence[int], scope: Scope, task: int) -> list[Letter]:
    announcement = Announcement.__table__
    query = select(announcement.c.id, announcement.c.author_id, announcement.c.school_id, announcement.c.title)
    return [
        _told(f"t{task}-a{number}", author, school, NOT_SPREAD, title)
        for number, author, school, title in db.session.execute(query.where(announcement.c.id.in_(ids)))
    ]


def _told(key: str, author: int, school: int | None, subject: str, title: str) -> Letter:
    source = f"«\u00a0{plain(title)}\u00a0»\n\n{CANCELLED}"
    return Letter(key=key, to=author, school_id=school, subject=subject, source=source)


def _summaries(ids: Sequence[int], scope: Scope, task: int) -> list[Letter]:
    """The list of what is removed, a message a manager and school: a group that goes has no page any more to look at."""
    member, group, school = FreeGroupMember.__table__, FreeGroup.__table__, School.__table__
    first = member.alias("first")
    first_group = group.alias("first_group")
    query = (
        select(first.c.id, first.c.person_id, school.c.id, school.c.name, group.c.name)
        .join_from(first, first_group, first_group.c.id == first.c.group_id)
        .join(school, school.c.id == first_group.c.school_id)
        .join(member, member.c.person_id == first.c.person_id)
        .join(group, and_(group.c.id == member.c.group_id, group.c.school_id == school.c.id))
        .where(first.c.id.in_(ids), member.c.manager, member.c.set_aside_by.is_(None))
        .where(group.c.lifetime == "year", group.c.set_aside_by.is_(None))
        .order_by(first.c.id, group.c.name, group.c.id)
    )
    names: dict[tuple[int, int, int, str], list[str]] = defaultdict(list)
    for number, person_id, school_id, school_name, name in db.session.execute(query):
        names[number, person_id, school_id, school_name].append(name)
    return [
        Letter(
            key=f"t{task}-g{number}",
            to=person_id,
            school_id=school_id,
            subject=REMOVED.subject,
            source=REMOVED.text(begins=scope.begins, school=plain(school_name), names=listed(found)),
        )
        for (number, person_id, school_id, school_name), found in names.items()
    ]
