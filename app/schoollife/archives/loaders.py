"""Reading what the archives of a year are made of: live rows, columns only, in slices.

Parents are looked at whether live or not: a lesson of a class that is gone is still a lesson.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select, union
from sqlalchemy.orm import aliased

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

#: Rows read at once, and numbers in one condition.
SLICE = 500
_EVERY = {"set_aside": True}
_Substitute = aliased(Person)


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
    name, zone = _rows(select(School.name, School.zone).where(School.id == school_id)).one()
    return SchoolFacts(name=name, zone=ZoneInfo(zone))


# Diaries ----------------------------------------------------------------------------------------------------------------


def diary_places(school_id: int, scope: Scope) -> list[Place]:
    """The diaries of a school's year, by class and group: every lesson and every piece of work is in exactly one; three queries."""
    parts = [
        select(table.class_id, table.group_id).where(*_of_year(table, school_id, scope)).distinct()
        for table in (Lesson, Homework)
    ]
    # What is a class's and a group's at once is told with the class.
    found = {(c, None if c is not None else g) for c, g in _rows(union(*parts))}
    classes = _names(SchoolClass, [c for c, _g in found if c is not None])
    groups = _names(TeachingGroup, [g for _c, g in found if g is not None])
    places = [
        Place(class_id=c, group_id=g, name=classes.get(c or 0, "") if c is not None else groups.get(g or 0, ""))
        for c, g in found
    ]
    return sorted(places, key=lambda place: (place.class_id or 0, place.group_id or 0))


def lesson_outline(place: Place, school_id: int, scope: Scope) -> list[tuple[int, datetime, str, str]]:
    """Number, beginning, subject and title of every lesson of a diary, in order; one query."""
    query = select(Lesson.id, Lesson.starts_at, Lesson.subject, Lesson.title)
    query = query.where(*_of_year(Lesson, school_id, scope), _in(Lesson, place))
    return [tuple(row) for row in _rows(query.order_by(Lesson.starts_at, Lesson.id))]


def work_outline(place: Place, school_id: int, scope: Scope) -> list[tuple[int, date, str, str, int | None]]:
    """Number, day, subject, title and lesson of all the work of a diary, in order; one query."""
    query = select(Homework.id, Homework.due_on, Homework.subject, Homework.title, Homework.lesson_id)
    query = query.where(*_of_year(Homework, school_id, scope), _in(Homework, place))
    return [tuple(row) for row in _rows(query.order_by(Homework.due_on, Homework.id))]


def lessons(numbers: Sequence[int]) -> Iterator[LessonText]:
    """Those lessons, whole, in order of their beginning within each slice; one query a slice."""
    query = (
        select(
            *(Lesson.id, Lesson.starts_at, Lesson.ends_at, Lesson.subject, Lesson.title, Lesson.body, Lesson.room),
            *_names_of(Person),
            *(LessonReplacement.id, LessonReplacement.teacher_id),
            *_names_of(_Substitute),
        )
        .outerjoin(Person, Person.id == Lesson.teacher_id)
        .outerjoin(
            LessonReplacement,
            and_(LessonReplacement.lesson_id == Lesson.id, LessonReplacement.set_aside_by.is_(None)),
        )
        .outerjoin(_Substitute, _Substitute.id == LessonReplacement.teacher_id)
        .order_by(Lesson.starts_at, Lesson.id)
    )
    for slice_ in _slices(numbers):
        found = _rows(query.where(Lesson.id.in_(slice_), Lesson.set_aside_by.is_(None)))
        for number, starts, ends, subject, title, body, room, f, u, n, replaced, stand_in, sf, su, sn in found:
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
    query = (
        select(*_WORK, *_names_of(Person))
        .outerjoin(Person, Person.id == Homework.author_id)
        .order_by(Homework.due_on, Homework.id)
    )
    for slice_ in _slices(numbers):
        for *work, f, u, n in _rows(query.where(Homework.id.in_(slice_), Homework.set_aside_by.is_(None))):
            yield _work(work, _name(f, u, n))


def activities_of(class_id: int) -> list[int]:
    """The numbers of the activities given through a class, by the day of the first gift; one query."""
    query = (
        select(ActivityGiven.activity_id)
        .where(ActivityGiven.class_id == class_id, ActivityGiven.set_aside_by.is_(None))
        .group_by(ActivityGiven.activity_id)
        .order_by(func.min(ActivityGiven.given_on), ActivityGiven.activity_id)
    )
    return [number for (number,) in _rows(query)]


def activities(numbers: Sequence[int], class_id: int) -> Iterator[ActivityText]:
    """Those activities as given through a class, whole; one query a slice."""
    first = (
        select(ActivityGiven.activity_id, func.min(ActivityGiven.given_on).label("given_on"))
        .where(ActivityGiven.class_id == class_id, ActivityGiven.set_aside_by.is_(None))
        .group_by(ActivityGiven.activity_id)
        .subquery()
    )
    query = (
        select(Activity.id, Activity.subject, Activity.title, Activity.body, first.c.given_on, *_names_of(Person))
        .join(first, first.c.activity_id == Activity.id)
        .outerjoin(Person, Person.id == Activity.author_id)
        .order_by(first.c.given_on, Activity.id)
    )
    for slice_ in _slices(numbers):
        for number, subject, title, body, given_on, f, u, n in _rows(query.where(Activity.id.in_(slice_))):
            yield ActivityText(
                id=number, subject=subject, title=title, body=body, author=_name(f, u, n), given_on=given_on
            )


# Pupils -----------------------------------------------------------------------------------------------------------------


def pupils(school_id: int, scope: Scope) -> list[tuple[int, str]]:
    """Number and name of every pupil who received an activity or did some work in a school's year, by number; one query."""
    done = (
        select(HomeworkState.student_id)
        .join(Homework, Homework.id == HomeworkState.homework_id)
        .where(Homework.school_id == school_id, Homework.year_id == scope.year_id)
        .where(HomeworkState.set_aside_by.is_(None))
    )
    through = (
        select(ActivityGiven.student_id)
        .join(SchoolClass, SchoolClass.id == ActivityGiven.class_id)
        .where(SchoolClass.school_id == school_id, SchoolClass.year_id == scope.year_id)
        .where(ActivityGiven.set_aside_by.is_(None))
    )
    alone = (
        select(ActivityGiven.student_id)
        .join(Activity, Activity.id == ActivityGiven.activity_id)
        .where(Activity.school_id == school_id, *_alone(scope))
        .where(ActivityGiven.set_aside_by.is_(None))
    )
    numbers = union(done, through, alone).subquery()
    query = select(Person.id, *_names_of(Person)).where(Person.id.in_(select(numbers)))
    return [(number, _name(f, u, n)) for number, f, u, n in _rows(query.order_by(Person.id))]


def given(student_id: int, school_id: int, scope: Scope) -> Iterator[GivenText]:
    """What was given to a pupil in a school's year, whole, by day; one query, read in slices."""
    query = (
        select(
            *(ActivityGiven.id, ActivityGiven.activity_id, ActivityGiven.given_on),
            *(Activity.subject, Activity.title, Activity.body),
            *_names_of(Person),
        )
        .join(Activity, Activity.id == ActivityGiven.activity_id)
        .outerjoin(SchoolClass, SchoolClass.id == ActivityGiven.class_id)
        .outerjoin(Person, Person.id == Activity.author_id)
        .where(
            ActivityGiven.student_id == student_id,
            ActivityGiven.set_aside_by.is_(None),
            or_(
                and_(SchoolClass.school_id == school_id, SchoolClass.year_id == scope.year_id),
                and_(Activity.school_id == school_id, *_alone(scope)),
            ),
        )
        .order_by(ActivityGiven.given_on, ActivityGiven.id)
    )
    for number, activity_id, given_on, subject, title, body, f, u, n in _rows(query):
        yield GivenText(
            id=number,
            activity_id=activity_id,
            subject=subject,
            title=title,
            body=body,
            author=_name(f, u, n),
            given_on=given_on,
        )


def own_work(student_id: int, school_id: int, scope: Scope) -> Iterator[OwnWork]:
    """What a pupil has done in a school's year, with the work that was asked, by day; one query, read in slices."""
    query = (
        select(
            *(HomeworkState.id, HomeworkState.state, HomeworkState.text, HomeworkState.correction),
            *_WORK,
            *_names_of(Person),
        )
        .join(Homework, Homework.id == HomeworkState.homework_id)
        .outerjoin(Person, Person.id == Homework.author_id)
        .where(
            HomeworkState.student_id == student_id,
            HomeworkState.set_aside_by.is_(None),
            Homework.school_id == school_id,
            Homework.year_id == scope.year_id,
        )
        .order_by(Homework.due_on, Homework.id)
    )
    for number, state, text, correction, *work, f, u, n in _rows(query):
        yield OwnWork(id=number, state=state, text=text, correction=correction, work=_work(work, _name(f, u, n)))


# Files ------------------------------------------------------------------------------------------------------------------


def files(owner: str, numbers: Sequence[int]) -> dict[int, list[tuple[str, str, int]]]:
    """Name, SHA-256 and size of the files of some rows, by their number; ``owner`` names the column: 'lesson_id' ...

    One query a slice.
    """
    column = getattr(SchoolLifeFile, owner)
    query = select(column, SchoolLifeFile.name, SchoolLifeFile.sha256, SchoolLifeFile.size)
    found: dict[int, list[tuple[str, str, int]]] = {}
    for slice_ in _slices(numbers):
        rows = _rows(query.where(column.in_(slice_), SchoolLifeFile.set_aside_by.is_(None)).order_by(SchoolLifeFile.id))
        for number, name, sha256, size in rows:
            found.setdefault(number, []).append((name, sha256, size))
    return found


_WORK = (
    Homework.id,
    Homework.lesson_id,
    Homework.subject,
    Homework.title,
    Homework.body,
    Homework.given_on,
    Homework.due_on,
    Homework.minutes,
    Homework.hand_in,
)


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


def _rows(query: Any) -> Any:
    return db.session.execute(query, execution_options={**_EVERY, "yield_per": SLICE})


def _slices(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for begin in range(0, len(numbers), SLICE):
        yield numbers[begin : begin + SLICE]


def _of_year(table: Any, school_id: int, scope: Scope) -> tuple[Any, ...]:
    return table.school_id == school_id, table.year_id == scope.year_id, table.set_aside_by.is_(None)


def _in(table: Any, place: Place) -> Any:
    if place.class_id is not None:
        return table.class_id == place.class_id
    if place.group_id is not None:
        return and_(table.class_id.is_(None), table.group_id == place.group_id)
    return and_(table.class_id.is_(None), table.group_id.is_(None))


def _alone(scope: Scope) -> tuple[Any, ...]:
    """Given outside any class: of the year that ends where it was given by the cut-off, as the removal takes it."""
    return ActivityGiven.class_id.is_(None), ActivityGiven.given_on <= scope.cutoff.date()


def _names(table: Any, numbers: Sequence[int]) -> dict[int, str]:
    query = select(table.id, table.name).where(table.id.in_(numbers))
    return dict(list(_rows(query))) if numbers else {}


def _names_of(person: Any) -> tuple[Any, ...]:
    return person.first_name, person.used_first_name, person.last_name


def _name(first_name: str | None, used: str | None, last_name: str | None) -> str:
    return shown(used or first_name or "", last_name or "")
