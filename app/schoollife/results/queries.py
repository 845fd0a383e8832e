"""Reading marks and skills. Whoever asks is checked through the class or the pupil (``schoollife.queries``)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from app.db import db
from app.directory.models import ClassMembership, GroupMembership, Person, SchoolClass, Subject, TeachingGroup
from app.errors import NotFound
from app.profiles import Visitor
from app.schoollife.queries import family_pupils, whole_class_for
from app.schoollife.results.models import Assessment as Assessment
from app.schoollife.results.models import Mark as Mark
from app.schoollife.results.models import SkillRecord as SkillRecord
from app.schoollife.results.summary import MarkRow
from app.schoollife.standing import ClassFacts, Right, Standing
from app.schoollife.years.models import Period, SchoolParameter
from app.schoollife.years.parameters import ParameterList

#: More assessments than a class has in a year: lists stop there.
MOST_ASSESSMENTS = 600


def period_among(periods: Sequence[Period], wanted: int | None, day: date) -> Period | None:
    """The period with the number ``wanted``, else that of ``day``, else the last begun, else the first."""
    if not periods:
        return None
    for period in periods:
        if period.id == wanted:
            return period
    begun = [period for period in periods if period.first_day <= day]
    return next((period for period in begun if day <= period.last_day), begun[-1] if begun else periods[0])


def labels_of(school_id: int, lists: Collection[ParameterList]) -> dict[int, str]:
    """The entries of some of a school's lists, those no longer offered too."""
    query = select(SchoolParameter.id, SchoolParameter.label)
    query = query.where(SchoolParameter.school_id == school_id, SchoolParameter.list.in_(lists))
    return dict(db.session.execute(query).all())


def groups_of_class(class_id: int) -> Sequence[TeachingGroup]:
    """The teaching groups in which pupils of the class are, by name."""
    pupils = select(ClassMembership.person_id).where(
        ClassMembership.class_id == class_id, ClassMembership.role == "student"
    )
    query = (
        select(TeachingGroup)
        .join(SchoolClass, SchoolClass.year_id == TeachingGroup.year_id)
        .where(
            SchoolClass.id == class_id,
            TeachingGroup.school_id == SchoolClass.school_id,
            TeachingGroup.id.in_(
                select(GroupMembership.group_id).where(
                    GroupMembership.person_id.in_(pupils), GroupMembership.role == "student"
                )
            ),
        )
    )
    return db.session.scalars(query.order_by(TeachingGroup.name, TeachingGroup.id)).all()


def subjects_of_class(class_id: int, person_id: int | None = None) -> list[str]:
    """The subjects taught in a class, those of ``person_id`` first, then those that were already marked."""
    taught = (
        select(Subject.label, ClassMembership.person_id)
        .join(Subject, Subject.code == ClassMembership.subject_code)
        .where(ClassMembership.class_id == class_id, ClassMembership.role != "student")
        .order_by(Subject.label)
    )
    rows = db.session.execute(taught).all()
    marked = select(Assessment.subject).where(Assessment.class_id == class_id).distinct().order_by(Assessment.subject)
    found = [label for label, teacher in rows if teacher == person_id] + [label for label, _teacher in rows]
    return [subject for subject in dict.fromkeys([*found, *db.session.scalars(marked)]) if subject]


def assessments_of(class_id: int, period_id: int | None) -> Sequence[tuple[Assessment, int]]:
    """The assessments of a class in a period (None: in the whole year), newest first, each with how many are marked."""
    marked = select(Mark.assessment_id, func.count(Mark.value).label("marked")).group_by(Mark.assessment_id).subquery()
    query = (
        select(Assessment, func.coalesce(marked.c.marked, 0))
        .outerjoin(marked, marked.c.assessment_id == Assessment.id)
        .where(Assessment.class_id == class_id)
    )
    if period_id is not None:
        query = query.where(Assessment.period_id == period_id)
    query = query.order_by(Assessment.held_on.desc(), Assessment.id.desc()).limit(MOST_ASSESSMENTS)
    return [(assessment, count) for assessment, count in db.session.execute(query)]


def assessment_for(
    visitor: Visitor, assessment_id: int, now: datetime, *, for_change: bool = False
) -> tuple[Assessment, ClassFacts]:
    """The assessment, to whoever may read every mark of its class. Raises ``NotFound``.

    ``for_change``: its author, or the head, only; the row is locked.
    """
    query = select(Assessment).where(Assessment.id == assessment_id)
    found = db.session.scalar(query.with_for_update() if for_change else query)
    if found is None or found.class_id is None:
        raise NotFound()
    facts = whole_class_for(visitor, found.class_id, Right.READ_RESULTS, now)
    if for_change and not may_change(found, facts, visitor):
        raise NotFound()
    return found, facts


def may_change(assessment: Assessment, facts: ClassFacts, visitor: Visitor) -> bool:
    """May ``visitor`` enter marks in this assessment? Its author may, and the head."""
    mine = assessment.author_id == visitor.person_id and facts.may_for_all(Right.MARK)
    return mine or Standing.HEAD in facts.standings


def pupils_marked(assessment: Assessment) -> Sequence[Person]:
    """The pupils whom an assessment is about: the class's, or those of them who are in its group; by name."""
    query = select(Person).join(ClassMembership, ClassMembership.person_id == Person.id)
    query = query.where(ClassMembership.class_id == assessment.class_id, ClassMembership.role == "student")
    if assessment.group_id is not None:
        members = select(GroupMembership.person_id).where(
            GroupMembership.group_id == assessment.group_id, GroupMembership.role == "student"
        )
        query = query.where(Person.id.in_(members))
    return db.session.scalars(query.order_by(Person.search_name, Person.id)).unique().all()


def marks_of(assessment_id: int) -> dict[int, Mark]:
    """The marks of an assessment by pupil."""
    rows = db.session.scalars(select(Mark).where(Mark.assessment_id == assessment_id))
    return {mark.student_id: mark for mark in rows}


def mark_rows(class_id: int, period_id: int | None, *, published: bool) -> list[MarkRow]:
    """Every mark of a class in a period (None: the year); ``published``: only what families may see. One query."""
    query = (
        select(
            Mark.student_id, Mark.value, Mark.comment, SchoolParameter.label,
            Assessment.id, Assessment.subject, Assessment.title, Assessment.held_on, Assessment.out_of,
            Assessment.weight, Assessment.published_at,
        )
        .join(Assessment, Assessment.id == Mark.assessment_id)
        .outerjoin(SchoolParameter, SchoolParameter.id == Mark.reason_id)
        .where(Assessment.class_id == class_id)
        .order_by(Assessment.held_on, Assessment.id)
    )  # fmt: skip
    if period_id is not None:
        query = query.where(Assessment.period_id == period_id)
    if published:
        query = query.where(Assessment.published_at.is_not(None))
    return [
        MarkRow(
            student_id=row.student_id,
            assessment_id=row.id,
            subject=row.subject,
            title=row.title,
            held_on=row.held_on,
            out_of=row.out_of,
            weight=row.weight,
            value=row.value,
            reason=row.label or "",
            comment=row.comment,
            published=row.published_at is not None,
        )
        for row in db.session.execute(query)
    ]


def skills_of_class(class_id: int, period_id: int | None) -> list[tuple[str, str, int, date]]:
    """What was assessed in a class: domain, skill, how many pupils, the last day; by domain."""
    query = select(SkillRecord.domain, SkillRecord.skill, func.count(), func.max(SkillRecord.recorded_on))
    query = query.where(SkillRecord.class_id == class_id)
    if period_id is not None:
        query = query.where(SkillRecord.period_id == period_id)
    query = query.group_by(SkillRecord.domain, SkillRecord.skill).order_by(SkillRecord.domain, SkillRecord.skill)
    return [(domain, skill, count, day) for domain, skill, count, day in db.session.execute(query.limit(300))]


def skill_records(class_id: int, period_id: int | None, domain: str, skill: str) -> dict[int, SkillRecord]:
    """How far each pupil masters one skill, by pupil."""
    query = select(SkillRecord).where(
        SkillRecord.class_id == class_id, SkillRecord.domain == domain, SkillRecord.skill == skill
    )
    same = SkillRecord.period_id.is_(None) if period_id is None else SkillRecord.period_id == period_id
    return {record.student_id: record for record in db.session.scalars(query.where(same))}


def skills_of_pupil(student_id: int, class_id: int, period_id: int | None) -> Sequence[SkillRecord]:
    """A pupil's skills in a class and period (None: the year), by domain."""
    query = select(SkillRecord).where(SkillRecord.student_id == student_id, SkillRecord.class_id == class_id)
    if period_id is not None:
        query = query.where(SkillRecord.period_id == period_id)
    query = query.order_by(SkillRecord.domain, SkillRecord.skill, SkillRecord.recorded_on.desc()).limit(300)
    return db.session.scalars(query).all()


@dataclass(frozen=True, kw_only=True, slots=True)
class NewMark:
    """A mark for somebody's home page; figures in hundredths."""

    student_id: int
    name: str
    subject: str
    title: str
    value: int
    out_of: int
    published_at: datetime


def newest_marks(visitor: Visitor, now: datetime, limit: int = 5) -> list[NewMark]:
    """The newest published marks of the visitor, or of the children for whom they stand; three queries.

    A closed school's and those of a class that is not to be known yet are left out (GATE-8, GATE-15).
    """
    pupils = family_pupils(visitor, now)
    if not pupils:
        return []
    names = {pupil.id: pupil.name for pupil in pupils}
    query = (
        select(Mark.student_id, Mark.value, Assessment)
        .join(Assessment, Assessment.id == Mark.assessment_id)
        .where(
            Mark.student_id.in_(names),
            Mark.value.is_not(None),
            Assessment.published_at.is_not(None),
            Assessment.class_id.in_({pupil.school_class.id for pupil in pupils}),
        )
        .order_by(Assessment.published_at.desc(), Assessment.id.desc(), Mark.student_id)
        .limit(limit)
    )
    return [
        NewMark(
            student_id=student_id,
            name=names[student_id],
            subject=assessment.subject,
            title=assessment.title,
            value=value,
            out_of=assessment.out_of,
            published_at=assessment.published_at,
        )
        for student_id, value, assessment in db.session.execute(query)
        if value is not None and assessment.published_at is not None
    ]
