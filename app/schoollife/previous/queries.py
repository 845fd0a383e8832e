"""Whose diaries of last year are open to whom: as far as somebody was in the class, though its members are set aside since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select, union_all
from sqlalchemy.orm import aliased

from app.db import db
from app.directory.models import ClassMembership, GroupMembership, Guardianship, School
from app.errors import NotFound
from app.files.bundles import look_up
from app.files.models import Archive
from app.files.queries import path_of
from app.gate.queries import open_for
from app.profiles import Profile, Verb, Visitor
from app.schoollife.queries import schools_where
from app.schoollife.standing import Right

#: How many diaries the page lists at most: those of a large school with all of its groups.
MOST = 500
_KIND = "diary"
_EVERY = {"set_aside": True}


@dataclass(frozen=True, kw_only=True, slots=True)
class DiaryLine:
    """A diary of a year that is over. ``of_group``: a teaching group's, not a class's. ``size`` in bytes."""

    id: int
    title: str
    school: str
    school_id: int
    begins: int
    of_group: bool
    size: int
    sha256: str


def diaries(visitor: Visitor, now: datetime) -> list[DiaryLine]:
    """The newest archived diaries of each school that ``visitor`` may read, classes before groups; two queries at most.

    Its pupils, their guardians by links that count, its teachers; and whoever reads every diary of the school or its archives. A
    school that is closed to them has none (GATE-15).
    """
    return _found(visitor, now, _readable(visitor))


def any_diary(visitor: Visitor, now: datetime) -> bool:
    """Has ``visitor`` anything to read there? Two queries at most."""
    return bool(_found(visitor, now, _readable(visitor).limit(20)))


def diary_for(visitor: Visitor, archive_id: int, now: datetime) -> DiaryLine:
    """The diary with that number, if ``visitor`` may read it. Raises ``NotFound``."""
    found = _found(visitor, now, _readable(visitor).where(Archive.id == archive_id))
    if not found:
        raise NotFound()
    return found[0]


def entry_of(diary: DiaryLine, entry: str) -> tuple[int, Iterator[bytes]]:
    """Size and bytes of a file of the diary. Raises ``NotFound``, and ``Damaged`` where the archive is no longer whole."""
    try:
        found = look_up(path_of(diary.sha256), entry)
    except FileNotFoundError:
        raise NotFound() from None
    if found is None:
        raise NotFound()
    return found


def _found(visitor: Visitor, now: datetime, query: Any) -> list[DiaryLine]:
    lines = [
        DiaryLine(
            id=archive.id,
            title=archive.title,
            school=name,
            school_id=archive.school_id,
            begins=archive.begins,
            of_group=archive.unit_id <= 0,
            size=archive.size,
            sha256=archive.sha256,
        )
        for archive, name in db.session.execute(query, execution_options=_EVERY)
    ]
    return [line for line in lines if open_for(visitor, line.school_id, now)]


def _readable(visitor: Visitor) -> Any:
    newer = aliased(Archive)
    newest = select(func.max(newer.begins)).where(
        newer.school_id == Archive.school_id, newer.kind == _KIND, newer.set_aside_by.is_(None)
    )
    whole = schools_where(visitor, Right.READ_DIARY) | (visitor.schools_for(Verb.SEE_ARCHIVES) or frozenset())
    mine = or_(Archive.school_id.in_(whole), Archive.unit_id.in_(_units_of(visitor)))
    return (
        select(Archive, School.name)
        .join(School, School.id == Archive.school_id)
        .where(Archive.kind == _KIND, Archive.set_aside_by.is_(None), Archive.begins == newest.scalar_subquery(), mine)
        .order_by(School.name, School.id, Archive.unit_id <= 0, Archive.title, Archive.id)
        .limit(MOST)
    )


def _units_of(visitor: Visitor) -> Select[Any]:
    """The classes and groups (with a minus) that were ``visitor``'s own, as the door used lets them be (GATE-15).

    Set aside or not: who was in a class is told by its members as step 3 has left them.
    """
    me = visitor.person_id
    parts: list[Select[Any]] = []
    for member, unit in (
        (ClassMembership, ClassMembership.class_id),
        (GroupMembership, -GroupMembership.group_id),
    ):
        own = select(unit.label("unit")).where(member.person_id == me)
        if visitor.has_profile(Profile.STUDENT):
            parts.append(own.where(member.role == "student"))
        if visitor.has_profile(Profile.TEACHER) or visitor.has_profile(Profile.STAFF):
            parts.append(own.where(member.role != "student"))
        if visitor.has_profile(Profile.GUARDIAN):
            parts.append(
                select(unit.label("unit"))
                .join(Guardianship, Guardianship.student_id == member.person_id)
                .where(
                    member.role == "student",
                    Guardianship.guardian_id == me,
                    Guardianship.standing.in_(("legal", "in-charge")),
                    Guardianship.cut_at.is_(None),
                    Guardianship.set_aside_by.is_(None),
                )
            )
    if not parts:
        return select(ClassMembership.class_id).where(ClassMembership.class_id == -1)
    return select(union_all(*parts).subquery().c.unit)
