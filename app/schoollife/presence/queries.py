"""Sheets to make and made, absences as the school sees them and as a family does (PORTAL-18, KIN-2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from app.db import db
from app.directory.models import ClassMembership, Person, School, SchoolClass, TeachingGroup
from app.directory.names import name_of
from app.errors import NotFound
from app.gate.queries import open_for
from app.profiles import Profile, Visitor
from app.schoollife.diary.models import Lesson as Lesson
from app.schoollife.diary.models import LessonReplacement
from app.schoollife.presence.models import Absence as Absence
from app.schoollife.presence.models import AbsenceExplanation, RollCall
from app.schoollife.presence.sheet import Presence, SheetMark
from app.schoollife.queries import family_pupils, pupil_for
from app.schoollife.standing import ClassFacts, Right
from app.schoollife.years.models import SchoolParameter
from app.schoollife.years.parameters import Settings
from app.schoollife.years.queries import settings_of
from app.schoolyear import end_of_day, local_day, start_of_day

#: Sheets and absences on a page.
MOST = 100
_Substitute = aliased(Person)
_Caller = aliased(Person)


@dataclass(frozen=True, kw_only=True, slots=True)
class CallLine:
    """A lesson and its sheet. ``missing``: pupils marked absent, late or excused."""

    lesson_id: int
    whom: str
    subject: str
    teacher: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    validated_at: datetime | None
    caller: str = ""
    missing: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class AbsenceLine:
    """An absence in a list. ``explanations``: to the school all of them, to a guardian their own."""

    id: int
    student_id: int
    pupil: str
    school_class: str
    kind: Presence
    starts_at: datetime
    ends_at: datetime
    zone: str
    reason: str
    action: str
    justified: bool
    explanations: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class PupilCount:
    """How often a pupil was missing."""

    student_id: int
    pupil: str
    absent: int
    late: int
    excused: int
    unjustified: int


# Sheets -----------------------------------------------------------------------------------------------------------------


def calls_to_make(visitor: Visitor, now: datetime) -> list[CallLine]:
    """The sheets that ``visitor`` has still to validate: today's lessons that have begun, and those of the last days, which come
    first. A stand-in has the lessons given instead of somebody (PORTAL-18). Two queries for each school at most.
    """
    found: list[CallLine] = []
    for school_id in _working(visitor, now):
        settings = settings_of(school_id)
        since = now - timedelta(days=settings.calls_asked_days)
        where = (
            Lesson.school_id == school_id,
            _gives(visitor.person_id),
            Lesson.starts_at >= since,
            Lesson.starts_at <= now,
            RollCall.validated_at.is_(None),
        )
        found += _calls(*where, order=(Lesson.starts_at, Lesson.id))
    return found


def calls_of_today(visitor: Visitor, now: datetime) -> tuple[date, list[CallLine]]:
    """The day in the visitor's school, and the lessons that they give on it with their sheets; two queries."""
    schools = _working(visitor, now)
    zone = ZoneInfo(db.session.get_one(School, schools[0]).zone if schools else "Europe/Paris")
    day = local_day(now, zone)
    where = (
        Lesson.school_id.in_(schools),
        _gives(visitor.person_id),
        Lesson.starts_at >= start_of_day(day, zone),
        Lesson.starts_at < end_of_day(day, zone),
    )
    return day, _calls(*where, order=(Lesson.starts_at, Lesson.id))


def calls_of_school(school: School, day: date, *, limit: int = 300) -> list[CallLine]:
    """Every lesson of a school on a day, those without a validated sheet first; one query."""
    zone = ZoneInfo(school.zone)
    return _calls(
        Lesson.school_id == school.id,
        Lesson.starts_at >= start_of_day(day, zone),
        Lesson.starts_at < end_of_day(day, zone),
        order=(RollCall.validated_at.is_not(None), Lesson.starts_at, Lesson.id),
        limit=limit,
    )


def _gives(person_id: int | None) -> ColumnElement[bool]:
    """Lessons of somebody that nobody gives instead, and those that they give instead of somebody."""
    own = and_(Lesson.teacher_id == person_id, LessonReplacement.id.is_(None))
    return or_(own, LessonReplacement.teacher_id == person_id)


def _calls(*where: Any, order: tuple[Any, ...], limit: int = MOST) -> list[CallLine]:
    missing = (
        select(func.count(Absence.id)).where(Absence.roll_call_id == RollCall.id).correlate(RollCall).scalar_subquery()
    )
    query = (
        select(
            Lesson, School.zone, SchoolClass.name, TeachingGroup.name, Person, _Substitute, RollCall, _Caller, missing
        )
        .join(School, School.id == Lesson.school_id)
        .outerjoin(SchoolClass, SchoolClass.id == Lesson.class_id)
        .outerjoin(TeachingGroup, TeachingGroup.id == Lesson.group_id)
        .outerjoin(Person, Person.id == Lesson.teacher_id)
        .outerjoin(LessonReplacement, LessonReplacement.lesson_id == Lesson.id)
        .outerjoin(_Substitute, _Substitute.id == LessonReplacement.teacher_id)
        .outerjoin(RollCall, RollCall.lesson_id == Lesson.id)
        .outerjoin(_Caller, _Caller.id == RollCall.called_by_id)
        # A lesson that nobody gives has no sheet.
        .where(or_(LessonReplacement.id.is_(None), LessonReplacement.teacher_id.is_not(None)), *where)
        .order_by(*order)
        .limit(limit)
    )
    return [
        CallLine(
            lesson_id=lesson.id,
            whom=school_class or group or "",
            subject=lesson.subject,
            teacher=name_of(gives) if (gives := substitute or teacher) is not None else "",
            starts_at=lesson.starts_at,
            ends_at=lesson.ends_at,
            zone=zone,
            validated_at=call.validated_at if call is not None else None,
            caller=name_of(caller) if caller is not None else "",
            missing=count or 0,
        )
        for lesson, zone, school_class, group, teacher, substitute, call, caller, count in db.session.execute(query)
    ]


def _working(visitor: Visitor, now: datetime) -> list[int]:
    return sorted(
        {
            place.school_id
            for place in visitor.places
            if place.profile in (Profile.TEACHER, Profile.STAFF) and open_for(visitor, place.school_id, now)
        }
    )


def roll_call(lesson_id: int) -> RollCall | None:
    """The sheet of a lesson, if one was begun."""
    return db.session.scalar(select(RollCall).where(RollCall.lesson_id == lesson_id))


def absences_on(call: RollCall | None) -> dict[int, Absence]:
    """What a sheet says of those who were missing, by pupil."""
    if call is None:
        return {}
    rows = db.session.scalars(select(Absence).where(Absence.roll_call_id == call.id))
    return {row.student_id: row for row in rows}


def marks_on(call: RollCall | None) -> dict[int, SheetMark]:
    """The marks of a sheet, without those who are present."""
    return {
        student_id: SheetMark(
            presence=Presence(row.kind), minutes=int((row.ends_at - row.starts_at).total_seconds() // 60)
        )
        for student_id, row in absences_on(call).items()
    }


def foreseen(lesson: Lesson, student_ids: Collection[int]) -> dict[int, str]:
    """Absences that school life has written beforehand and that cover a lesson: what the caller should know; one query."""
    query = select(Absence.student_id, Absence.kind).where(
        Absence.student_id.in_(student_ids),
        Absence.school_id == lesson.school_id,
        Absence.roll_call_id.is_(None),
        Absence.starts_at < lesson.ends_at,
        Absence.ends_at > lesson.starts_at,
    )
    return {student: kind for student, kind in db.session.execute(query)}  # noqa: C416


# Absences ---------------------------------------------------------------------------------------------------------------


def absences_of_day(school: School, day: date) -> list[AbsenceLine]:
    """Everybody of a school who is missing on a day, by class and name; two queries."""
    zone = ZoneInfo(school.zone)
    where = and_(
        Absence.school_id == school.id,
        Absence.starts_at < end_of_day(day, zone),
        Absence.starts_at >= start_of_day(day, zone) - timedelta(days=30),
        Absence.ends_at > start_of_day(day, zone),
    )
    return _absences(where, order=(SchoolClass.name, Person.search_name, Absence.starts_at), limit=500)


def unexplained(school: School, settings: Settings, now: datetime) -> list[AbsenceLine]:
    """Absences that nobody has justified after the days that the school leaves; the oldest first, a hundred at most."""
    until = now - timedelta(days=settings.reason_due_days)
    where = and_(
        Absence.school_id == school.id,
        Absence.kind == Presence.ABSENT,
        Absence.justified.is_(False),
        Absence.starts_at < until,
        Absence.starts_at >= now - timedelta(days=60),
    )
    return _absences(where, order=(Absence.starts_at, Absence.id), limit=MOST)


def family_absences(
    visitor: Visitor, now: datetime, *, before: datetime | None = None, most: int = MOST
) -> list[AbsenceLine]:
    """The absences of the visitor's children or their own, the newest first, with the visitor's own words only (KIN-2)."""
    pupils = family_pupils(visitor, now)
    if not pupils:
        return []
    theirs = or_(
        *(
            and_(
                Absence.student_id == pupil.id,
                Absence.school_id == pupil.school_class.school_id,
                Absence.year_id == pupil.school_class.year_id,
            )
            for pupil in pupils
        )
    )
    where = theirs if before is None else and_(theirs, Absence.starts_at < before)
    order = (Absence.starts_at.desc(), Absence.id.desc())
    return _absences(where, order=order, limit=most, guardian_id=visitor.person_id)


def absence_for(visitor: Visitor, absence_id: int, now: datetime) -> tuple[Absence, AbsenceLine, bool, bool]:
    """An absence: its row, its line as ``visitor`` may read it, may they record, may they explain. Raises ``NotFound``."""
    row = db.session.get(Absence, absence_id)
    if row is None:
        raise NotFound()
    pupil = pupil_for(visitor, row.student_id, Right.READ_ABSENCES, now, class_id=row.class_id)
    if pupil.school_class.school_id != row.school_id:
        raise NotFound()
    school_side = pupil.school_class.may_for_all(Right.READ_ABSENCES)
    own = None if school_side else visitor.person_id
    line = _absences(Absence.id == absence_id, order=(Absence.id,), limit=1, guardian_id=own)
    records, explains = pupil.may(Right.RECORD_ABSENCE), pupil.may(Right.EXPLAIN_ABSENCE) and not school_side
    return row, line[0], records, explains


def _absences(
    where: ColumnElement[bool],
    *,
    order: tuple[Any, ...],
    limit: int,
    guardian_id: int | None = None,
) -> list[AbsenceLine]:
    """``guardian_id``: for that guardian, or for the pupil: nobody else's words are told, nor what the school has done."""
    reason, action = aliased(SchoolParameter), aliased(SchoolParameter)
    query = (
        select(Absence, Person, School.zone, SchoolClass.name, reason.label, action.label)
        .join(Person, Person.id == Absence.student_id)
        .join(School, School.id == Absence.school_id)
        .outerjoin(SchoolClass, SchoolClass.id == Absence.class_id)
        .outerjoin(reason, reason.id == Absence.reason_id)
        .outerjoin(action, action.id == Absence.action_id)
        .where(where)
        .order_by(*order)
        .limit(limit)
    )
    rows = db.session.execute(query).all()
    said = _explanations([row.id for row, *_rest in rows], guardian_id)
    return [
        AbsenceLine(
            id=row.id,
            student_id=row.student_id,
            pupil=name_of(person),
            school_class=school_class or "",
            kind=Presence(row.kind),
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            zone=zone,
            reason=reason_label or "",
            # What the school has done about it is the school's own note.
            action="" if guardian_id is not None else action_label or "",
            justified=row.justified,
            explanations=said.get(row.id, []),
        )
        for row, person, zone, school_class, reason_label, action_label in rows
    ]


def _explanations(absence_ids: Collection[int], guardian_id: int | None) -> Mapping[int, list[tuple[str, str]]]:
    query = (
        select(AbsenceExplanation.absence_id, Person, AbsenceExplanation.words)
        .join(Person, Person.id == AbsenceExplanation.guardian_id)
        .where(AbsenceExplanation.absence_id.in_(absence_ids))
        .order_by(AbsenceExplanation.written_at)
    )
    if guardian_id is not None:
        query = query.where(AbsenceExplanation.guardian_id == guardian_id)
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for number, person, words in db.session.execute(query):
        found[number].append((name_of(person), words))
    return found


def explanation(absence_id: int, guardian_id: int | None) -> AbsenceExplanation | None:
    """What one guardian has said about an absence."""
    return db.session.scalar(
        select(AbsenceExplanation).where(
            AbsenceExplanation.absence_id == absence_id, AbsenceExplanation.guardian_id == guardian_id
        )
    )


def counts_of_class(facts: ClassFacts) -> Sequence[PupilCount]:
    """How often each pupil of a class was missing in its year; one query."""

    def of(kind: Presence) -> Any:
        return func.coalesce(func.sum(case((Absence.kind == kind, 1), else_=0)), 0)

    unjustified = func.coalesce(
        func.sum(case((and_(Absence.kind == Presence.ABSENT, Absence.justified.is_(False)), 1), else_=0)), 0
    )
    query = (
        select(Person, of(Presence.ABSENT), of(Presence.LATE), of(Presence.EXCUSED), unjustified)
        .join(ClassMembership, ClassMembership.person_id == Person.id)
        .outerjoin(
            Absence,
            and_(
                Absence.student_id == Person.id,
                Absence.school_id == facts.school_id,
                Absence.year_id == facts.year_id,
            ),
        )
        .where(ClassMembership.class_id == facts.id, ClassMembership.role == "student")
        .group_by(Person.id)
        .order_by(Person.search_name, Person.id)
    )
    return [
        PupilCount(
            student_id=person.id,
            pupil=name_of(person),
            absent=int(absent),
            late=int(late),
            excused=int(excused),
            unjustified=int(open_ones),
        )
        for person, absent, late, excused, open_ones in db.session.execute(query)
    ]


def today_in(school: School, now: datetime) -> date:
    """The day in a school's zone."""
    return local_day(now, ZoneInfo(school.zone))
