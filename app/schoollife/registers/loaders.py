"""Reading what a register is made of, in Core: the rows that a step will take, whatever has become of what they name.

``taken`` is the condition that selects them; nothing else decides, so that an archive covers what the step removes (G9).
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, FromClause, Row, Select, and_, exists, select

from app.db import db
from app.directory.models import Person, School, SchoolClass, SchoolYear, TeachingGroup
from app.directory.names import name_of
from app.schoollife.conduct.models import Measure
from app.schoollife.diary.models import Lesson
from app.schoollife.presence.models import Absence, RollCall
from app.schoollife.pupils.models import InterdisciplinaryProject, ProjectPupil
from app.schoollife.registers.facts import Facts, Place, Term
from app.schoollife.results.models import Assessment, CycleReview, Mark, ReportCard, ReportLine, SkillRecord
from app.schoollife.years.models import Period, SchoolParameter
from app.schoolyear import YearName

ABSENCE, ASSESSMENT, CALL = Absence.__table__, Assessment.__table__, RollCall.__table__
CARD, LINE, LESSON, MARK = ReportCard.__table__, ReportLine.__table__, Lesson.__table__, Mark.__table__
MEASURE, MEMBER, PROJECT = Measure.__table__, ProjectPupil.__table__, InterdisciplinaryProject.__table__
REVIEW, SKILL = CycleReview.__table__, SkillRecord.__table__
_PERSON = Person.__table__
#: What is read of a mark and of what was marked: there are thousands of them.
_MARK = ("id", "assessment_id", "student_id", "value", "reason_id", "comment")
_MARKED = ("class_id", "group_id", "held_on", "period_id", "subject", "title", "out_of", "weight")
#: What no page tells.
_UNTOLD = frozenset(
    {"school_id", "year_id", "version", "source", "recorded_by_id", "recorded_at", "set_aside_by", "made_by"}
)
#: Numbers named in one statement.
_MOST = 500

#: Rows by the names of their columns (``_quick``).
Rows = Sequence[Any]
Condition = ColumnElement[bool]


def taken(table: FromClause, rows: Select[Any], school_id: int) -> Condition:
    """The condition that a live row of ``table`` is among ``rows``, a part's selection, in one school.

    Asked row by row of what the rest of a statement finds: a class's rows, not the school's, are looked up.
    """
    found = rows.subquery()
    same = exists().where(found.c.id == table.c.id, found.c.school_id == school_id).correlate(table)
    own = table.c.get("school_id")
    return and_(same, table.c.set_aside_by.is_(None), *([own == school_id] if own is not None else []))


def facts_of(school_id: int, year_id: int) -> Facts:
    """The school and the year, with the names of classes, groups, list entries and periods; six queries."""
    school = _found(select(School.__table__).where(School.__table__.c.id == school_id)).one()
    year = _found(select(SchoolYear.__table__.c.begins).where(SchoolYear.__table__.c.id == year_id)).one()
    period = Period.__table__
    terms = _found(
        select(period)
        .where(period.c.school_id == school_id, period.c.year_id == year_id, period.c.set_aside_by.is_(None))
        .order_by(period.c.position, period.c.id)
    )
    return Facts(
        school=school.name,
        uai=school.uai,
        year=str(YearName(begins=year.begins)),
        zone=ZoneInfo(school.zone),
        classes=_names(SchoolClass.__table__, "name", school_id),
        groups=_names(TeachingGroup.__table__, "name", school_id),
        labels=_names(SchoolParameter.__table__, "label", school_id),
        terms=tuple(
            Term(id=row.id, name=row.name, first_day=row.first_day, last_day=row.last_day) for row in terms.all()
        ),
    )


def learn(facts: Facts, people: Collection[int | None]) -> None:
    """Read the names of those whom ``facts`` does not know yet."""
    wanted = sorted({one for one in people if one is not None} - set(facts.people))
    columns = (
        _PERSON.c.id,
        _PERSON.c.first_name,
        _PERSON.c.used_first_name,
        _PERSON.c.last_name,
        _PERSON.c.search_name,
    )
    for begin in range(0, len(wanted), _MOST):
        query = select(*columns).where(_PERSON.c.id.in_(wanted[begin : begin + _MOST]))
        for row in _found(query):
            facts.people[row.id] = (name_of(row), row.search_name)


def is_there(table: FromClause, rows: Select[Any], school_id: int) -> bool:
    """Is a live row of ``table`` among ``rows`` in one school?"""
    found = rows.subquery()
    query = select(table.c.id).join_from(found, table, table.c.id == found.c.id)
    query = query.where(found.c.school_id == school_id, table.c.set_aside_by.is_(None))
    return _found(query.limit(1)).first() is not None


def _quick(query: Select[Any]) -> list[Any]:
    """What the query finds, as named tuples: a name of theirs is read ten times as quick as one of a ``Row``."""
    found = _found(query)
    return list(map(_named(tuple(found.keys())), found.all()))


@lru_cache(maxsize=100)
def _named(columns: tuple[str, ...]) -> Callable[[Iterable[Any]], Any]:
    made: Any = namedtuple("_Read", columns)  # type: ignore[misc]
    return made._make


def read(table: FromClause, where: Condition, *order: Any) -> Rows:
    """The rows of a table, with what is told of them, in some order."""
    columns = [column for column in table.c if column.name not in _UNTOLD]
    return _quick(select(*columns).where(where).order_by(*order, table.c.id))


def of_place(table: FromClause, place: Place) -> Condition:
    """The condition that a row is of a class or group, where its table has both."""
    group = table.c.get("group_id")
    conditions = [_is(table.c.class_id, place.class_id)]
    return and_(*conditions, *([_is(group, place.group_id)] if group is not None else []))


def places_of(table: FromClause, where: Condition) -> list[Place]:
    """The classes and groups that such rows are of."""
    group = table.c.get("group_id")
    columns = [table.c.class_id] if group is None else [table.c.class_id, group]
    found = _found(select(*columns).where(where).distinct())
    return [Place(*(number or 0 for number in row)) for row in found]


def students_of(table: FromClause, where: Condition) -> list[int]:
    """The pupils whom such rows are about."""
    return list(_scalars(select(table.c.student_id).where(where).distinct()))


# Sheets and absences ----------------------------------------------------------------------------------------------------


def _sheets() -> Select[Any]:
    lesson = (LESSON.c.subject, LESSON.c.teacher_id, LESSON.c.group_id)
    call = (CALL.c.id, CALL.c.class_id, CALL.c.held_at, CALL.c.called_by_id, CALL.c.validated_at)
    return select(*call, *lesson).join_from(CALL, LESSON, LESSON.c.id == CALL.c.lesson_id, isouter=True)


def sheet_places(where: Condition) -> list[Place]:
    """The classes of sheets, or the groups of their lessons."""
    query = select(CALL.c.class_id, LESSON.c.group_id).join_from(
        CALL, LESSON, LESSON.c.id == CALL.c.lesson_id, isouter=True
    )
    return [Place(class_id or 0, group_id or 0) for class_id, group_id in _found(query.where(where).distinct())]


def sheets_of(place: Place, where: Condition) -> Rows:
    """The sheets of a class or group with their lessons, in the order of the year."""
    query = _sheets().where(where, _is(CALL.c.class_id, place.class_id), _is(LESSON.c.group_id, place.group_id))
    return _quick(query.order_by(CALL.c.held_at, CALL.c.id))


def marked_on(where: Condition, only: Condition) -> Rows:
    """Who was missing on the sheets of ``where``, as far as ``only`` says, with the sheet and its lesson; one query."""
    query: Select[Any] = (
        select(
            ABSENCE.c.student_id,
            ABSENCE.c.kind,
            ABSENCE.c.roll_call_id,
            ABSENCE.c.starts_at.label("from_at"),
            ABSENCE.c.ends_at.label("until_at"),
            CALL.c.class_id,
            CALL.c.held_at,
            LESSON.c.group_id,
            LESSON.c.subject,
        )
        .join_from(ABSENCE, CALL, CALL.c.id == ABSENCE.c.roll_call_id)
        .join(LESSON, LESSON.c.id == CALL.c.lesson_id, isouter=True)
        .where(where, only, ABSENCE.c.set_aside_by.is_(None))
    )
    return _quick(query.order_by(CALL.c.held_at, ABSENCE.c.id))


def missed(where: Condition, students: Collection[int]) -> Rows:
    """Of absences and late arrivals of some pupils: whose, when it began, of what kind; one query."""
    query = select(ABSENCE.c.student_id, ABSENCE.c.starts_at, ABSENCE.c.kind)
    rows: Rows = _found(query.where(where, ABSENCE.c.student_id.in_(students)).order_by(ABSENCE.c.id)).all()
    return rows


def students_marked(where: Condition) -> list[int]:
    """The pupils who were missing on some sheet."""
    query = select(ABSENCE.c.student_id).join_from(ABSENCE, CALL, CALL.c.id == ABSENCE.c.roll_call_id)
    return list(_scalars(query.where(where, ABSENCE.c.set_aside_by.is_(None)).distinct()))


def sheet_place(place: Place) -> Condition:
    """The condition that a sheet is of a class or group, where its lesson is read with it."""
    return and_(_is(CALL.c.class_id, place.class_id), _is(LESSON.c.group_id, place.group_id))


# Marks ------------------------------------------------------------------------------------------------------------------


def marks_with_assessments(where: Condition, only: Condition) -> Rows:
    """Marks with what was marked; the assessment's columns are called ``of_...``."""
    of = [ASSESSMENT.c[name].label(f"of_{name}") for name in _MARKED]
    query = (
        select(*(MARK.c[name] for name in _MARK), *of)
        .join_from(MARK, ASSESSMENT, ASSESSMENT.c.id == MARK.c.assessment_id)
        .where(where, only)
    )
    return _quick(query.order_by(ASSESSMENT.c.held_on, ASSESSMENT.c.id, MARK.c.id))


def mark_students(where: Condition, school_id: int) -> list[int]:
    """The pupils who have a mark in a school."""
    query = select(MARK.c.student_id).join_from(MARK, ASSESSMENT, ASSESSMENT.c.id == MARK.c.assessment_id)
    return list(_scalars(query.where(where, ASSESSMENT.c.school_id == school_id).distinct()))


def mark_places(where: Condition, school_id: int) -> list[Place]:
    """The classes and groups of a school in which marks were given."""
    query = (
        select(ASSESSMENT.c.class_id, ASSESSMENT.c.group_id)
        .join_from(MARK, ASSESSMENT, ASSESSMENT.c.id == MARK.c.assessment_id)
        .where(ASSESSMENT.c.school_id == school_id)
    )
    return [Place(class_id or 0, group_id or 0) for class_id, group_id in _found(query.where(where).distinct())]


# Projects and report cards ----------------------------------------------------------------------------------------------


def members_of(where: Condition, only: Condition) -> Rows:
    """The pupils of projects and what is said of their work, with the project's columns called ``of_...``."""
    of = [column.label(f"of_{column.name}") for column in PROJECT.c if column.name not in {*_UNTOLD, "body"}]
    query = select(MEMBER, *of).join_from(MEMBER, PROJECT, PROJECT.c.id == MEMBER.c.project_id)
    query = query.where(where, only, MEMBER.c.set_aside_by.is_(None))
    return _quick(query.order_by(PROJECT.c.first_day, PROJECT.c.id, MEMBER.c.id))


def project_students(where: Condition) -> list[int]:
    """The pupils of projects."""
    query = select(MEMBER.c.student_id).join_from(MEMBER, PROJECT, PROJECT.c.id == MEMBER.c.project_id)
    return list(_scalars(query.where(where, MEMBER.c.set_aside_by.is_(None)).distinct()))


def lines_of_cards(card_ids: Collection[int]) -> dict[int, list[Row[Any]]]:
    """The lines of report cards, by card, by subject."""
    found: dict[int, list[Row[Any]]] = {}
    ids = sorted(card_ids)
    for begin in range(0, len(ids), _MOST):
        where = and_(LINE.c.card_id.in_(ids[begin : begin + _MOST]), LINE.c.set_aside_by.is_(None))
        for row in read(LINE, where, LINE.c.subject):
            found.setdefault(row.card_id, []).append(row)
    return found


def _found(query: Select[Any]) -> Any:
    # Not through the session, which would look for mapped classes in every statement.
    return db.session.connection().execute(query)


def _scalars(query: Select[Any]) -> Any:
    return db.session.connection().scalars(query)


def _names(table: FromClause, column: str, school_id: int) -> dict[int, str]:
    query = select(table.c.id, table.c[column]).where(table.c.school_id == school_id)
    return {number: words for number, words in _found(query)}  # noqa: C416


def _is(column: ColumnElement[int | None], number: int) -> Condition:
    return column == number if number else column.is_(None)
