"""Erasing somebody for good, table by table, by the foreign keys of the metadata (LAW-1, G17). Never commits.

What is theirs goes, undo copies included. What they wrote in classes stays without a name, unless they object (LAW-3). What the
school keeps about them (marks, report cards, absences ...) has its own retention: as long as it is there, a bare row of the person
stays, with the name that the school's file needs and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, delete, exists, or_, select, update

from app.audit.erasures.actions import erased
from app.audit.models import AuditDetail, AuditLine
from app.db import Base, db
from app.directory.names import search_name
from app.fates import FOLLOWS, KINDS

#: Contributions in spaces that go when their author objects (LAW-3); sections, folders and contests hold what others wrote too.
CONTRIBUTIONS = ("comment", "contest_entry", "article", "media_file", "map_point", "minisite_page")
#: Columns of a person that say more than the school's file needs.
_CONTACT = (
    "title", "birth_name", "other_first_names", "used_first_name", "used_search_name", "email", "home_phone", "work_phone",
    "mobile_phone", "address", "postal_code", "town", "country",
)  # fmt: skip


@cache
def _table(name: str) -> Any:
    return Base.metadata.tables[name]


@cache
def school_files() -> frozenset[str]:
    """The tables of the school's own file about people: what a step archives before it takes it, and what follows that."""
    kept = {kind.table for kind in KINDS for rules in kind.rules.values() for rule in rules.values() if rule.archive}
    return frozenset(kept | {child for child, parents in FOLLOWS.items() if kept & set(parents)})


@cache
def _belonging() -> tuple[tuple[Table, Column[Any]], ...]:
    """Every column whose rows go with the person whom it names, children first."""
    return tuple(_going())


def _going() -> Iterator[tuple[Table, Column[Any]]]:
    for table in reversed(Base.metadata.sorted_tables):
        for key in table.foreign_keys:
            if key.column.table.name == "person" and key.ondelete == "CASCADE":
                yield table, key.parent


def has_school_file(person_id: int) -> bool:
    """Does the school's file still hold rows about this person, live or set aside?"""
    return any(
        db.session.scalar(select(exists().where(column == person_id)))
        for table, column in _belonging()
        if table.name in school_files()
    )


def erase(person_id: int, *, objected: bool, now: datetime) -> bool:
    """Erase somebody: True when nothing of the person is left, False when a bare row stays for the school's file.

    ``now`` is portal time. What goes is told to the ledger of erasures, so that no restored backup brings it back.
    """
    _tell_of_objection(person_id, objected, now)
    _erase_messages(person_id, now)
    _go("section", _table("section").c.person_id == person_id, now)
    _erase_activities(person_id, now)
    _go("questionnaire", _table("questionnaire").c.author_id == person_id, now)
    bare = has_school_file(person_id)
    if not bare or not _live_file(person_id):
        _go("archive", _table("archive").c.owner_id == person_id, now)
    _erase_details(person_id, now)
    if not bare:
        _go("person", _table("person").c.id == person_id, now)
        return True
    for table, column in _belonging():
        if table.name not in school_files() and table.name not in ("leaver", "contest_entry"):
            _go(table.name, column == person_id, now)
    person = _table("person")
    blank = dict.fromkeys(_CONTACT, "") | {"fingerprint": None, "siecle_id": None}
    names = select(person.c.last_name, person.c.first_name).where(person.c.id == person_id)
    last, first = db.session.execute(names).one()
    db.session.execute(
        update(person).where(person.c.id == person_id).values(**blank, search_name=search_name(last, first))
    )
    return False


def _go(name: str, condition: ColumnElement[bool], now: datetime) -> int:
    """Delete rows of a table and tell the ledger, which knows them by their number; how many."""
    table = _table(name)
    key = next(iter(table.primary_key.columns))
    gone = db.session.scalars(delete(table).where(condition).returning(key)).all()
    if len(table.primary_key.columns) == 1 and gone:
        erased(name, gone, now=now)
    return len(gone)


def _tell_of_objection(person_id: int, objected: bool, now: datetime) -> None:
    entry = _table("contest_entry")
    if objected:
        for name in CONTRIBUTIONS:
            _go(name, _table(name).c.author_id == person_id, now)
    # The one contribution that would go with its author by itself.
    db.session.execute(update(entry).where(entry.c.author_id == person_id).values(author_id=None))


def _erase_messages(person_id: int, now: datetime) -> None:
    """Their copies, drafts and dated messages; what they sent stays with those who have it, and goes where nobody has."""
    message, copy = _table("message"), _table("message_copy")
    _go("message", and_(message.c.author_id == person_id, message.c.sent_at.is_(None)), now)
    received = set(db.session.scalars(select(copy.c.message_id).where(copy.c.owner_id == person_id)))
    _go("message_copy", copy.c.owner_id == person_id, now)
    others = exists().where(copy.c.message_id == message.c.id)
    _go("message", and_(message.c.author_id == person_id, ~others), now)
    numbers = sorted(received)
    for start in range(0, len(numbers), 500):
        some = message.c.id.in_(numbers[start : start + 500])
        _go("message", and_(some, message.c.author_id.is_(None), ~others), now)


def _erase_activities(person_id: int, now: datetime) -> None:
    """Their binder, but not what pupils have of it: that is the pupils', until their year is archived (S2-4)."""
    activity, given = _table("activity"), _table("activity_given")
    used = exists().where(given.c.activity_id == activity.c.id)
    _go("activity", and_(activity.c.author_id == person_id, ~used), now)


def erase_orphans(now: datetime) -> int:
    """What was kept for others and has nobody any more: messages and activities without author and without reader; how many."""
    message, copy = _table("message"), _table("message_copy")
    activity, given = _table("activity"), _table("activity_given")
    held = exists().where(copy.c.message_id == message.c.id)
    used = exists().where(given.c.activity_id == activity.c.id)
    nobody = and_(message.c.author_id.is_(None), message.c.sent_at.is_not(None), ~held)
    return _go("message", nobody, now) + _go("activity", and_(activity.c.author_id.is_(None), ~used), now)


def _live_file(person_id: int) -> bool:
    """Is some of the school's file still to be archived? The pupil's own archive then stays, so that a step can trust it (G9)."""
    return any(
        db.session.scalar(select(exists().where(column == person_id, table.c.set_aside_by.is_(None))))
        for table, column in _belonging()
        if table.name in school_files() and "set_aside_by" in table.c
    )


def _erase_details(person_id: int, now: datetime) -> None:
    """Names and values in the audit's lines about the person; the chain stays whole (G10)."""
    line, detail = AuditLine.__table__, AuditDetail.__table__
    about = select(line.c.number).where(
        or_(
            and_(line.c.subject_kind == "person", line.c.subject_id == person_id),
            and_(line.c.subject_kind == "account", line.c.subject_id == person_id),
        )
    )
    _go("audit_detail", detail.c.number.in_(about), now)
