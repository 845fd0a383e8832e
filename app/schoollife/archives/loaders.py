"""Reading what the archives of a year are made of: live rows, columns only, in slices.

Parents are looked at whether live or not: a lesson of a class that is gone is still a lesson. The statements are made once, and
what some pupils need is read together: a pupil's archive is small, and there are many of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, func, or_, select, union

from app.db import db
from app.directory.models import Person, School, SchoolClass, TeachingGroup
from app.directory.names import shown
from app.fates import Scope
from app.schoollife.archives.diary_pages import ActivityText, LessonText, WorkText
from app.schoollife.archives.pupil_pages import GivenText, OwnWork
from app.schoollife.diary.models import (
    Activity,
    ActivityGiven,
    Homework,
    HomeworkState,
    Lesson,
    LessonReplacement,
    SchoolLifeFile,
)

#: Numbers in one condition, hence rows read at once.
SLICE = 500

_lesson, _homework, _replacement = (table.__table__ for table in (Lesson, Homework, LessonReplacement))
_state, _activity, _given, _file = (
    table.__table__ for table in (HomeworkState, Activity, ActivityGiven, SchoolLifeFile)
)
_school, _class, _group, _person = (table.__table__ for table in (School, SchoolClass, TeachingGroup, Person))
_substitute = _person.alias("substitute")
_NUMBERS: Any = bindparam("numbers", expanding=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a diary belongs: a class, else a group, else neither, whose class or group no longer exists."""

    class_id: int | None
    group_id: int | None
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SchoolFacts:
    """What the pages say of the school."""

    name: str
    zone: ZoneInfo


def school(school_id: int) -> SchoolFacts:
    """The school; one query."""
    name, zone = _rows(_SCHOOL, school_id=school_id)[0]
    return SchoolFacts(name=name, zone=ZoneInfo(zone))


# Diaries ----------------------------------------------------------------------------------------------------------------


def diary_places(school_id: int, scope: Scope) -> list[Place]:
    """The diaries of a school's year, by class and group: every lesson and every piece of work is in exactly one; three queries."""
    # What is a class's and a group's at once is told with the class.
    rows = _rows(_PLACES, school_id=school_id, year_id=scope.year_id)
    found = {(c, None if c is not None else g) for c, g in rows}
    classes = _names(_class, [c for c, _g in found if c is not None])
    groups = _names(_group, [g for _c, g in found if g is not None])
    places = [
        Place(class_id=c, group_id=g, name=classes.get(c or 0, "") if c is not None else groups.get(g or 0, ""))
        for c, g in found
    ]
    return sorted(places, key=lambda place: (place.class_id or 0, place.group_id or 0))


def lesson_outline(place: Place, school_id: int, scope: Scope) -> list[tuple[int, datetime, str, str]]:
    """Number, beginning, subject and title of every lesson of a diary, in order; one query."""
    query = select(_lesson.c.id, _lesson.c.starts_at, _lesson.c.subject, _lesson.c.title)
    query = query.where(*_of_year(_lesson), _in(_lesson, place)).order_by(_lesson.c.starts_at, _lesson.c.id)
    return [tuple(row) for row in _rows(query, school_id=school_id, year_id=scope.year_id)]


def work_outline(place: Place, school_id: int, scope: Scope) -> list[tuple[int, date, str, str, int | None]]:
    """Number, day, subject, title and lesson of all the work of a diary, in order; one query."""
    query = select(_homework.c.id, _homework.c.due_on, _homework.c.subject, _homework.c.title, _homework.c.lesson_id)
    query = query.where(*_of_year(_homework), _in(_homework, place)).order_by(_homework.c.due_on, _homework.c.id)
    return [tuple(row) for row in _rows(query, school_id=school_id, year_id=scope.year_id)]


def lessons(numbers: Sequence[int]) -> Iterator[LessonText]:
    """Those lessons, whole, in order of their beginning within each slice; one query a slice."""
    for row in _sliced(_LESSONS, numbers):
        number, starts, ends, subject, title, body, room, f, u, n, replaced, stand_in, sf, su, sn = row
        yield LessonText(
            id=number,
            starts_at=starts,
            ends_at=ends,
            subject=subject,
            title=title,
            body=body,
            room=room,
            teacher=_name(f, u, n),
            off=replaced is not None and stand_in is None,
            substitute=_name(sf, su, sn),
        )


def works(numbers: Sequence[int]) -> Iterator[WorkText]:
    """Those pieces of work, whole, in order of their day within each slice; one query a slice."""
    for *work, f, u, n in _sliced(_WORKS, numbers):
        yield _work(work, _name(f, u, n))


def activities_of(class_id: int) -> list[int]:
    """The numbers of the activities given through a class, by the day of the first gift; one query."""
    return [number for (number,) in _rows(_GIVEN_HERE, class_id=class_id)]


def activities(numbers: Sequence[int], class_id: int) -> Iterator[ActivityText]:
    """Those activities as given through a class, whole; one query a slice."""
    for number, subject, title, body, given_on, f, u, n in _sliced(_ACTIVITIES, numbers, class_id=class_id):
        yield ActivityText(id=number, subject=subject, title=title, body=body, author=_name(f, u, n), given_on=given_on)


# Pupils -----------------------------------------------------------------------------------------------------------------


def pupils(school_id: int, scope: Scope) -> list[tuple[int, str]]:
    """Number and name of every pupil who received an activity or did some work in a school's year, by number; one query."""
    return [(number, _name(f, u, n)) for number, f, u, n in _rows(_PUPILS, **_values(school_id, scope))]


def given(student_ids: Sequence[int], school_id: int, scope: Scope) -> dict[int, list[GivenText]]:
    """What was given to some pupils in a school's year, whole, by pupil and day; one query a slice."""
    found: dict[int, list[GivenText]] = {}
    for student_id, number, activity_id, given_on, subject, title, body, f, u, n in _sliced(
        _GIVEN, student_ids, **_values(school_id, scope)
    ):
        found.setdefault(student_id, []).append(
            GivenText(
                id=number,
                activity_id=activity_id,
                subject=subject,
                title=title,
                body=body,
                author=_name(f, u, n),
                given_on=given_on,
            )
        )
    return found


def own_work(student_ids: Sequence[int], school_id: int, scope: Scope) -> dict[int, list[OwnWork]]:
    """What some pupils have done in a school's year, with the work that was asked, by pupil and day.

    One query a slice, and one a slice of the work: a class has it in common.
    """
    rows = list(_sliced(_OWN, student_ids, school_id=school_id, year_id=scope.year_id))
    asked = {one.id: one for one in _asked(sorted({row[-1] for row in rows}))}
    found: dict[int, list[OwnWork]] = {}
    for student_id, number, state, text, correction, homework_id in rows:
        found.setdefault(student_id, []).append(
            OwnWork(id=number, state=state, text=text, correction=correction, work=asked[homework_id])
        )
    return found


def _asked(numbers: Sequence[int]) -> Iterator[WorkText]:
    for *work, f, u, n in _sliced(_WORKS_ASKED, numbers):
        yield _work(work, _name(f, u, n))


# Files ------------------------------------------------------------------------------------------------------------------


def files(owner: str, numbers: Sequence[int]) -> dict[int, list[tuple[str, str, int]]]:
    """Name, SHA-256 and size of the files of some rows, by their number; ``owner`` names the column: 'lesson_id' ...

    One query a slice.
    """
    found: dict[int, list[tuple[str, str, int]]] = {}
    for number, name, sha256, size in _sliced(_FILES[owner], numbers):
        found.setdefault(number, []).append((name, sha256, size))
    return found


# Statements -------------------------------------------------------------------------------------------------------------


def _live(*tables: Any) -> tuple[Any, ...]:
    return tuple(table.c.set_aside_by.is_(None) for table in tables)


def _of_year(table: Any) -> tuple[Any, ...]:
    return table.c.school_id == bindparam("school_id"), table.c.year_id == bindparam("year_id"), *_live(table)


def _in(table: Any, place: Place) -> Any:
    if place.class_id is not None:
        return table.c.class_id == place.class_id
    if place.group_id is not None:
        return and_(table.c.class_id.is_(None), table.c.group_id == place.group_id)
    return and_(table.c.class_id.is_(None), table.c.group_id.is_(None))


def _named(person: Any) -> tuple[Any, ...]:
    return person.c.first_name, person.c.used_first_name, person.c.last_name


_OF_CLASS = and_(_class.c.school_id == bindparam("school_id"), _class.c.year_id == bindparam("year_id"))
#: Given outside any class: of the year that ends where it was given by the cut-off, as the removal takes it.
_ALONE = and_(
    _activity.c.school_id == bindparam("school_id"),
    _given.c.class_id.is_(None),
    _given.c.given_on <= bindparam("cutoff"),
)
_ASKED = (
    *(_homework.c.id, _homework.c.lesson_id, _homework.c.subject, _homework.c.title, _homework.c.body),
    *(_homework.c.given_on, _homework.c.due_on, _homework.c.minutes, _homework.c.hand_in),
)

_SCHOOL = select(_school.c.name, _school.c.zone).where(_school.c.id == bindparam("school_id"))
_PLACES = union(
    *(select(table.c.class_id, table.c.group_id).where(*_of_year(table)).distinct() for table in (_lesson, _homework))
)
_LESSONS = (
    select(
        *(_lesson.c.id, _lesson.c.starts_at, _lesson.c.ends_at, _lesson.c.subject, _lesson.c.title, _lesson.c.body),
        _lesson.c.room,
        *_named(_person),
        *(_replacement.c.id, _replacement.c.teacher_id),
        *_named(_substitute),
    )
    .select_from(
        _lesson.outerjoin(_person, _person.c.id == _lesson.c.teacher_id)
        .outerjoin(_replacement, and_(_replacement.c.lesson_id == _lesson.c.id, *_live(_replacement)))
        .outerjoin(_substitute, _substitute.c.id == _replacement.c.teacher_id)
    )
    .where(_lesson.c.id.in_(_NUMBERS), *_live(_lesson))
    .order_by(_lesson.c.starts_at, _lesson.c.id)
)
_WORKS_ASKED = (
    select(*_ASKED, *_named(_person))
    .select_from(_homework.outerjoin(_person, _person.c.id == _homework.c.author_id))
    .where(_homework.c.id.in_(_NUMBERS))
)
_WORKS = _WORKS_ASKED.where(*_live(_homework)).order_by(_homework.c.due_on, _homework.c.id)
_FIRST = (
    select(_given.c.activity_id, func.min(_given.c.given_on).label("given_on"))
    .where(_given.c.class_id == bindparam("class_id"), *_live(_given))
    .group_by(_given.c.activity_id)
    .subquery()
)
_GIVEN_HERE = select(_FIRST.c.activity_id).order_by(_FIRST.c.given_on, _FIRST.c.activity_id)
_ACTIVITIES = (
    select(
        *(_activity.c.id, _activity.c.subject, _activity.c.title, _activity.c.body, _FIRST.c.given_on),
        *_named(_person),
    )
    .select_from(
        _activity.join(_FIRST, _FIRST.c.activity_id == _activity.c.id).outerjoin(
            _person, _person.c.id == _activity.c.author_id
        )
    )
    .where(_activity.c.id.in_(_NUMBERS))
    .order_by(_FIRST.c.given_on, _activity.c.id)
)
_RECEIVERS = union(
    select(_state.c.student_id)
    .select_from(_state.join(_homework, _homework.c.id == _state.c.homework_id))
    .where(
        _homework.c.school_id == bindparam("school_id"), _homework.c.year_id == bindparam("year_id"), *_live(_state)
    ),
    select(_given.c.student_id)
    .select_from(_given.join(_class, _class.c.id == _given.c.class_id))
    .where(_OF_CLASS, *_live(_given)),
    select(_given.c.student_id)
    .select_from(_given.join(_activity, _activity.c.id == _given.c.activity_id))
    .where(_ALONE, *_live(_given)),
).subquery()
_PUPILS = select(_person.c.id, *_named(_person)).where(_person.c.id.in_(select(_RECEIVERS.c[0]))).order_by(_person.c.id)
_GIVEN = (
    select(
        *(_given.c.student_id, _given.c.id, _given.c.activity_id, _given.c.given_on),
        *(_activity.c.subject, _activity.c.title, _activity.c.body),
        *_named(_person),
    )
    .select_from(
        _given.join(_activity, _activity.c.id == _given.c.activity_id)
        .outerjoin(_class, _class.c.id == _given.c.class_id)
        .outerjoin(_person, _person.c.id == _activity.c.author_id)
    )
    .where(_given.c.student_id.in_(_NUMBERS), *_live(_given), or_(_OF_CLASS, _ALONE))
    .order_by(_given.c.given_on, _given.c.id)
)
_OWN = (
    select(
        *(_state.c.student_id, _state.c.id, _state.c.state, _state.c.text, _state.c.correction),
        _state.c.homework_id,
    )
    .select_from(_state.join(_homework, _homework.c.id == _state.c.homework_id))
    .where(
        _state.c.student_id.in_(_NUMBERS),
        *_live(_state),
        _homework.c.school_id == bindparam("school_id"),
        _homework.c.year_id == bindparam("year_id"),
    )
    .order_by(_homework.c.due_on, _homework.c.id)
)
_FILES = {
    owner: select(_file.c[owner], _file.c.name, _file.c.sha256, _file.c.size)
    .where(_file.c[owner].in_(_NUMBERS), *_live(_file))
    .order_by(_file.c.id)
    for owner in ("lesson_id", "homework_id", "state_id", "activity_id")
}


def _work(row: Sequence[Any], author: str) -> WorkText:
    number, lesson_id, subject, title, body, given_on, due_on, minutes, hand_in = row
    return WorkText(
        id=number,
        lesson_id=lesson_id,
        subject=subject,
        title=title,
        body=body,
        author=author,
        given_on=given_on,
        due_on=due_on,
        minutes=minutes,
        hand_in=hand_in,
    )


def _rows(statement: Any, **values: Any) -> Sequence[Any]:
    return db.session.connection().execute(statement, values).all()


def _sliced(statement: Any, numbers: Sequence[int], **values: Any) -> Iterator[Any]:
    for begin in range(0, len(numbers), SLICE):
        yield from _rows(statement, numbers=numbers[begin : begin + SLICE], **values)


def _values(school_id: int, scope: Scope) -> dict[str, Any]:
    return {"school_id": school_id, "year_id": scope.year_id, "cutoff": scope.cutoff.date()}


def _names(table: Any, numbers: Sequence[int]) -> dict[int, str]:
    query = select(table.c.id, table.c.name).where(table.c.id.in_(numbers))
    return {number: str(name) for number, name in _rows(query)} if numbers else {}


def _name(first_name: str | None, used: str | None, last_name: str | None) -> str:
    return shown(used or first_name or "", last_name or "")
