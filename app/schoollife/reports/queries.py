"""Reading report cards, reviews and councils. Families see what is published, about their own pupil (KIN-2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from app.db import db
from app.directory.models import ClassMembership, Person, Subject
from app.directory.names import name_of
from app.errors import NotFound
from app.profiles import Visitor
from app.schoollife.diary.models import SchoolLifeFile as SchoolLifeFile
from app.schoollife.presence.models import Absence
from app.schoollife.queries import class_for, pupil_for
from app.schoollife.reports.report_cards import Layout
from app.schoollife.results.averages import mean
from app.schoollife.results.models import Assessment, ReportCardModel, SkillRecord
from app.schoollife.results.models import ClassCouncil as ClassCouncil
from app.schoollife.results.models import CycleReview as CycleReview
from app.schoollife.results.models import ReportCard as ReportCard
from app.schoollife.results.models import ReportLine as ReportLine
from app.schoollife.results.queries import subjects_of_class
from app.schoollife.standing import ClassFacts, PupilFacts, Right
from app.schoollife.years.models import Period
from app.schoollife.years.queries import settings_of
from app.schoolyear import end_of_day, start_of_day


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A report card with what its page shows; averages in hundredths."""

    card: ReportCard
    lines: Sequence[tuple[ReportLine, str]]
    general: int | None
    skills: Sequence[SkillRecord] = ()
    absences: int = 0
    late: int = 0


def layout_row(school_id: int, period_id: int | None) -> ReportCardModel | None:
    """The model of a period's report cards, if the school has made one."""
    query = select(ReportCardModel).where(
        ReportCardModel.school_id == school_id, ReportCardModel.period_id == period_id
    )
    return db.session.scalar(query.order_by(ReportCardModel.id).limit(1))


def layout_of(school_id: int, period_id: int | None) -> tuple[str, Layout]:
    """The title and layout of a period's report cards: its model's, else as the school's settings say (DATA-8)."""
    row = layout_row(school_id, period_id)
    if row is not None:
        return row.title, Layout.read(row.layout)
    settings = settings_of(school_id)
    return "", Layout(
        class_average=settings.class_average_shown,
        absences=settings.absences_on_report,
        distinction=settings.distinctions,
    )


# Report cards ------------------------------------------------------------------------------------------------------------


def cards_of(class_id: int, period_id: int | None) -> dict[int, ReportCard]:
    """The report cards of a class in a period, by pupil."""
    same = ReportCard.period_id.is_(None) if period_id is None else ReportCard.period_id == period_id
    query = select(ReportCard).where(ReportCard.class_id == class_id, same)
    return {card.student_id: card for card in db.session.scalars(query)}


def cards_elsewhere(period_id: int | None, student_ids: Collection[int]) -> dict[int, ReportCard]:
    """The report cards that some pupils have in a period, in whatever class of the school it was begun, by pupil."""
    if period_id is None or not student_ids:
        return {}
    query = select(ReportCard).where(ReportCard.period_id == period_id, ReportCard.student_id.in_(student_ids))
    return {card.student_id: card for card in db.session.scalars(query)}


def lines_of(card_ids: Collection[int]) -> Mapping[int, list[tuple[ReportLine, str]]]:
    """The lines of report cards, by card, each with its teacher's name; by subject."""
    query = (
        select(ReportLine, Person)
        .outerjoin(Person, Person.id == ReportLine.teacher_id)
        .where(ReportLine.card_id.in_(card_ids))
        .order_by(ReportLine.subject, ReportLine.id)
    )
    found: dict[int, list[tuple[ReportLine, str]]] = defaultdict(list)
    for line, teacher in db.session.execute(query):
        found[line.card_id].append((line, name_of(teacher) if teacher is not None else ""))
    return found


def whole_cards(
    facts: ClassFacts, period: Period | None, cards: Collection[ReportCard], layout: Layout
) -> dict[int, Card]:
    """The cards as their pages show them, by pupil; four queries however many cards."""
    students = [card.student_id for card in cards]
    lines = lines_of([card.id for card in cards])
    skills = _skills(facts.id, period, students) if layout.skills else {}
    missed = _absences(facts, period, students) if layout.absences else {}
    return {
        card.student_id: Card(
            card=card,
            lines=lines.get(card.id, []),
            general=mean(line.average for line, _teacher in lines.get(card.id, [])),
            skills=skills.get(card.student_id, ()),
            absences=missed.get((card.student_id, "absent"), 0),
            late=missed.get((card.student_id, "late"), 0),
        )
        for card in cards
    }


def _skills(class_id: int, period: Period | None, students: Collection[int]) -> Mapping[int, list[SkillRecord]]:
    query = select(SkillRecord).where(SkillRecord.class_id == class_id, SkillRecord.student_id.in_(students))
    if period is not None:
        query = query.where(SkillRecord.period_id == period.id)
    found: dict[int, list[SkillRecord]] = defaultdict(list)
    for row in db.session.scalars(query.order_by(SkillRecord.domain, SkillRecord.skill)):
        found[row.student_id].append(row)
    return found


def _absences(facts: ClassFacts, period: Period | None, students: Collection[int]) -> dict[tuple[int, str], int]:
    if period is None:
        return {}
    zone = ZoneInfo(facts.zone)
    query = (
        select(Absence.student_id, Absence.kind, func.count())
        .where(
            Absence.school_id == facts.school_id,
            Absence.student_id.in_(students),
            Absence.starts_at >= start_of_day(period.first_day, zone),
            Absence.starts_at < end_of_day(period.last_day, zone),
        )
        .group_by(Absence.student_id, Absence.kind)
    )
    return {(student, kind): count for student, kind, count in db.session.execute(query)}


def card_for(
    visitor: Visitor, card_id: int, now: datetime, *, for_change: bool = False
) -> tuple[ReportCard, PupilFacts]:
    """The report card, to whoever may read it: a family once it is published. ``for_change``: to whoever finishes it, locked."""
    query = select(ReportCard).where(ReportCard.id == card_id)
    card = db.session.scalar(query.with_for_update() if for_change else query)
    if card is None or card.class_id is None:
        raise NotFound()
    pupil = pupil_for(visitor, card.student_id, Right.READ_RESULTS, now, class_id=card.class_id)
    here = pupil.school_class
    if card.published_at is None and not here.may_for_all(Right.READ_RESULTS):
        raise NotFound()
    if for_change and not here.may_for_all(Right.FINISH_REPORTS):
        raise NotFound()
    return card, pupil


def cards_of_pupil(student_id: int, class_ids: Collection[int], *, published: bool) -> list[tuple[ReportCard, str]]:
    """A pupil's report cards in some classes with their periods' names, newest first."""
    query = (
        select(ReportCard, Period.name)
        .outerjoin(Period, Period.id == ReportCard.period_id)
        .where(ReportCard.student_id == student_id, ReportCard.class_id.in_(class_ids))
        .order_by(Period.first_day.desc(), ReportCard.id.desc())
        .limit(60)
    )
    if published:
        query = query.where(ReportCard.published_at.is_not(None))
    return [(card, name or "") for card, name in db.session.execute(query)]


def subjects_written_by(facts: ClassFacts, person_id: int | None) -> list[str]:
    """The subjects about which somebody writes: their own in the class; all, for whoever finishes the reports."""
    every = subjects_of_class(facts.id, person_id)
    if facts.may_for_all(Right.FINISH_REPORTS):
        return every
    taught = (
        select(Subject.label)
        .join(ClassMembership, ClassMembership.subject_code == Subject.code)
        .where(ClassMembership.class_id == facts.id, ClassMembership.person_id == person_id)
    )
    marked = select(Assessment.subject).where(Assessment.class_id == facts.id, Assessment.author_id == person_id)
    own = set(db.session.scalars(taught.union(marked)))
    return [subject for subject in every if subject in own]


def teachers_of_subjects(class_id: int) -> dict[str, int]:
    """Who has marked each subject of a class last."""
    query = select(Assessment.subject, Assessment.author_id).where(
        Assessment.class_id == class_id, Assessment.author_id.is_not(None)
    )
    return dict(db.session.execute(query.order_by(Assessment.held_on, Assessment.id)).all())  # type: ignore[arg-type]


# End-of-cycle reviews ----------------------------------------------------------------------------------------------------


def reviews_of(class_id: int, cycle: int) -> dict[int, CycleReview]:
    """The reviews of a class for a cycle, by pupil."""
    query = select(CycleReview).where(CycleReview.class_id == class_id, CycleReview.cycle == cycle)
    return {review.student_id: review for review in db.session.scalars(query)}


def review_of(student_id: int, year_id: int, cycle: int, *, for_change: bool = False) -> CycleReview | None:
    """A pupil's review of a cycle in a year."""
    query = select(CycleReview).where(
        CycleReview.student_id == student_id, CycleReview.year_id == year_id, CycleReview.cycle == cycle
    )
    return db.session.scalar(query.with_for_update() if for_change else query)


def reviews_of_pupil(student_id: int, class_ids: Collection[int], *, published: bool) -> Sequence[CycleReview]:
    """A pupil's reviews written in some classes, newest first."""
    query = select(CycleReview).where(CycleReview.student_id == student_id, CycleReview.class_id.in_(class_ids))
    if published:
        query = query.where(CycleReview.published_at.is_not(None))
    return db.session.scalars(query.order_by(CycleReview.id.desc()).limit(20)).all()


# Class councils ----------------------------------------------------------------------------------------------------------


def councils_of(class_id: int, *, published: bool) -> Sequence[ClassCouncil]:
    """The councils of a class, newest first; ``published``: those whose summary families may read."""
    query = select(ClassCouncil).where(ClassCouncil.class_id == class_id)
    if published:
        query = query.where(ClassCouncil.published_at.is_not(None))
    return db.session.scalars(query.order_by(ClassCouncil.held_at.desc(), ClassCouncil.id.desc()).limit(60)).all()


def council_for(
    visitor: Visitor, council_id: int, now: datetime, *, for_change: bool = False
) -> tuple[ClassCouncil, ClassFacts]:
    """The council, to whoever may read it: a family once its summary is published. ``for_change``: to whoever writes it, locked."""
    query = select(ClassCouncil).where(ClassCouncil.id == council_id)
    council = db.session.scalar(query.with_for_update() if for_change else query)
    if council is None or council.class_id is None:
        raise NotFound()
    facts = class_for(visitor, council.class_id, Right.READ_COUNCIL, now)
    if council.published_at is None and not facts.may_for_all(Right.READ_COUNCIL):
        raise NotFound()
    if for_change and not facts.may_for_all(Right.WRITE_COUNCIL):
        raise NotFound()
    return council, facts


def files_of_council(council_id: int) -> Sequence[SchoolLifeFile]:
    """The files that come with a council's summary."""
    query = select(SchoolLifeFile).where(SchoolLifeFile.council_id == council_id)
    return db.session.scalars(query.order_by(SchoolLifeFile.name, SchoolLifeFile.id)).all()


def file_of_council(council_id: int, life_file_id: int) -> SchoolLifeFile:
    """One of them. Raises ``NotFound``."""
    found = db.session.get(SchoolLifeFile, life_file_id)
    if found is None or found.council_id != council_id:
        raise NotFound()
    return found
