"""Lessons and homework: a class's week, what comes next, what is to do (PORTAL-17).

A group's lessons are shown to whoever sees a pupil of the group; families see those of their own pupils' groups only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import aliased

from app.content.markup import first_words
from app.db import db
from app.directory.kin.models import SupportLink
from app.directory.models import (
    ClassMembership,
    GroupMembership,
    Guardianship,
    Person,
    School,
    SchoolClass,
    TeachingGroup,
)
from app.directory.names import name_of
from app.errors import NotFound
from app.gate.queries import open_for
from app.gate.services.closing import Service
from app.gate.services.queries import demand_service, service_open
from app.profiles import Profile, Visitor
from app.schoollife.diary.lines import Day, HomeworkLine, LessonLine, WorkLine, WorkState, days_of
from app.schoollife.diary.models import Homework as Homework
from app.schoollife.diary.models import HomeworkState, LessonReplacement
from app.schoollife.diary.models import Lesson as Lesson
from app.schoollife.queries import class_for, family_pupils, group_for
from app.schoollife.standing import ClassFacts, GroupFacts, PupilFacts, Right, Standing, service_of
from app.schoolyear import end_of_day, local_day, start_of_day

_Substitute = aliased(Person)
#: How many lines a page of lessons or homework shows at most.
MOST = 200


def zone_of(facts: ClassFacts | GroupFacts) -> ZoneInfo:
    """The zone in which the hours of a class are told."""
    return ZoneInfo(facts.zone)


# One lesson, one piece of work ------------------------------------------------------------------------------------------


def lesson_for(
    visitor: Visitor, lesson_id: int, right: Right, now: datetime
) -> tuple[Lesson, ClassFacts | GroupFacts, LessonReplacement | None]:
    """A lesson, where it belongs, and its replacement, if ``visitor`` may do ``right`` there. Raises ``NotFound``.

    Whoever gives a lesson instead of its teacher may do there what the teacher may (PORTAL-18).
    """
    lesson = db.session.get(Lesson, lesson_id)
    if lesson is None:
        raise NotFound()
    replacement = db.session.scalar(select(LessonReplacement).where(LessonReplacement.lesson_id == lesson.id))
    try:
        return lesson, _home_of(visitor, lesson, right, now), replacement
    except NotFound:
        stands_in = replacement is not None and replacement.teacher_id == visitor.person_id
        works = visitor.has_profile(Profile.TEACHER, lesson.school_id) or visitor.has_profile(
            Profile.STAFF, lesson.school_id
        )
        if not (stands_in and works and right in STAND_IN and open_for(visitor, lesson.school_id, now)):
            raise
        demand_service(service_of(right), lesson.school_id, now)
    return lesson, _as_stand_in(lesson), replacement


#: What a replacement lets somebody do in the lesson itself.
STAND_IN = frozenset({Right.READ_DIARY, Right.WRITE_DIARY, Right.CALL_ROLL})


def _as_stand_in(lesson: Lesson) -> ClassFacts | GroupFacts:
    """The lesson's class or group for somebody who is only the stand-in of this lesson."""
    school = db.session.get_one(School, lesson.school_id)
    shared: dict[str, Any] = {
        "school_id": school.id,
        "school": school.name,
        "uai": school.uai,
        "zone": school.zone,
        "year_id": lesson.year_id,
        "year_begins": 0,
        "standings": frozenset({Standing.COLLEAGUE}),
    }
    if lesson.class_id is not None:
        school_class = db.session.get_one(SchoolClass, lesson.class_id)
        return ClassFacts(
            id=school_class.id, name=school_class.name, level=school_class.level, school_kind=school.kind, **shared
        )
    group = db.session.get_one(TeachingGroup, lesson.group_id)
    return GroupFacts(id=group.id, name=group.name, **shared)


def homework_for(
    visitor: Visitor, homework_id: int, right: Right, now: datetime
) -> tuple[Homework, ClassFacts | GroupFacts]:
    """Some work and where it was given, if ``visitor`` may do ``right`` there. Raises ``NotFound``."""
    homework = db.session.get(Homework, homework_id)
    if homework is None:
        raise NotFound()
    return homework, _home_of(visitor, homework, right, now)


def _home_of(visitor: Visitor, row: Lesson | Homework, right: Right, now: datetime) -> ClassFacts | GroupFacts:
    if row.class_id is not None:
        return class_for(visitor, row.class_id, right, now)
    if row.group_id is not None:
        return group_for(visitor, row.group_id, right, now)
    raise NotFound()


def lesson_row(lesson_id: int) -> Lesson | None:
    """A lesson, whoever asks."""
    return db.session.get(Lesson, lesson_id)


def lesson_line(lesson_id: int) -> LessonLine:
    """A lesson as lists tell it. Raises ``NotFound``."""
    found = _lessons(_lesson_query().where(Lesson.id == lesson_id))
    if not found:
        raise NotFound()
    return found[0]


def homework_line(homework_id: int) -> HomeworkLine:
    """Some work as lists tell it. Raises ``NotFound``."""
    found = _homework(_homework_query().where(Homework.id == homework_id))
    if not found:
        raise NotFound()
    return found[0]


def pupils_in(row: Lesson | Homework) -> Sequence[Person]:
    """The pupils of the class or group of a lesson or of some work, by name."""
    if row.class_id is not None:
        members: Select[Any] = select(ClassMembership.person_id).where(
            ClassMembership.class_id == row.class_id, ClassMembership.role == "student"
        )
    else:
        members = select(GroupMembership.person_id).where(
            GroupMembership.group_id == row.group_id, GroupMembership.role == "student"
        )
    query = select(Person).where(Person.id.in_(members)).order_by(Person.search_name, Person.id)
    return db.session.scalars(query).all()


def homework_of_lesson(lesson_id: int) -> Sequence[HomeworkLine]:
    """The work given in a lesson."""
    return _homework(_homework_query().where(Homework.lesson_id == lesson_id).limit(MOST))


# A class's week ---------------------------------------------------------------------------------------------------------


def week(visitor: Visitor, facts: ClassFacts, monday: date) -> list[Day]:
    """The seven days of a week of a class: its lessons, and the work due; two queries."""
    zone = zone_of(facts)
    groups = _groups_of_pupils(_pupils_seen(visitor, facts))
    begins, ends = start_of_day(monday, zone), end_of_day(monday + timedelta(days=6), zone)
    lessons = _lessons(
        _lesson_query()
        .where(
            or_(Lesson.class_id == facts.id, Lesson.group_id.in_(groups)),
            Lesson.year_id == facts.year_id,
            Lesson.starts_at >= begins,
            Lesson.starts_at < ends,
        )
        .limit(MOST)
    )
    due = _homework(
        _homework_query()
        .where(
            or_(Homework.class_id == facts.id, Homework.group_id.in_(groups)),
            Homework.year_id == facts.year_id,
            Homework.due_on >= monday,
            Homework.due_on <= monday + timedelta(days=6),
        )
        .limit(MOST)
    )
    days = {day: Day(day=day) for day in days_of(monday)}
    for lesson in lessons:
        days[local_day(lesson.starts_at, zone)].lessons.append(lesson)
    for homework in due:
        days[homework.due_on].homework.append(homework)
    return list(days.values())


def _pupils_seen(visitor: Visitor, facts: ClassFacts) -> Select[Any]:
    """The pupils of the class through whom ``visitor`` sees it: all of them, or their own."""
    pupils = select(ClassMembership.person_id).where(
        ClassMembership.class_id == facts.id, ClassMembership.role == "student"
    )
    if facts.may_for_all(Right.READ_DIARY):
        return pupils
    me = visitor.person_id
    mine = [ClassMembership.person_id == me] if Standing.PUPIL in facts.standings else []
    if Standing.GUARDIAN in facts.standings:
        links = select(Guardianship.student_id).where(
            Guardianship.guardian_id == me,
            Guardianship.standing.in_(("legal", "in-charge")),
            Guardianship.cut_at.is_(None),
        )
        mine.append(ClassMembership.person_id.in_(links))
    if Standing.SUPPORT in facts.standings:
        followed = select(SupportLink.student_id).where(SupportLink.adult_id == me)
        mine.append(ClassMembership.person_id.in_(followed))
    return pupils.where(or_(*mine)) if mine else pupils.where(ClassMembership.person_id == -1)


def _groups_of_pupils(pupils: Any) -> Select[Any]:
    return select(GroupMembership.group_id).where(
        GroupMembership.person_id.in_(pupils), GroupMembership.role == "student"
    )


def _lesson_query() -> Any:
    return (
        select(Lesson, School.zone, SchoolClass.name, TeachingGroup.name, Person, LessonReplacement, _Substitute)
        .join(School, School.id == Lesson.school_id)
        .outerjoin(SchoolClass, SchoolClass.id == Lesson.class_id)
        .outerjoin(TeachingGroup, TeachingGroup.id == Lesson.group_id)
        .outerjoin(Person, Person.id == Lesson.teacher_id)
        .outerjoin(LessonReplacement, LessonReplacement.lesson_id == Lesson.id)
        .outerjoin(_Substitute, _Substitute.id == LessonReplacement.teacher_id)
        .order_by(Lesson.starts_at, Lesson.id)
    )


def _lessons(query: Select[Any]) -> list[LessonLine]:
    return [
        LessonLine(
            id=lesson.id,
            class_id=lesson.class_id,
            group=group or "",
            school_class=school_class or "",
            subject=lesson.subject,
            title=lesson.title,
            words=first_words(lesson.body, 160),
            starts_at=lesson.starts_at,
            ends_at=lesson.ends_at,
            zone=zone,
            room=lesson.room,
            teacher=name_of(teacher) if teacher is not None else "",
            teacher_id=lesson.teacher_id,
            off=replacement is not None and replacement.teacher_id is None,
            substitute=name_of(substitute) if substitute is not None else "",
            substitute_id=replacement.teacher_id if replacement is not None else None,
            note=replacement.words if replacement is not None else "",
        )
        for lesson, zone, school_class, group, teacher, replacement, substitute in db.session.execute(query)
    ]


def _homework_query() -> Any:
    return (
        select(Homework, TeachingGroup.name, Person)
        .outerjoin(TeachingGroup, TeachingGroup.id == Homework.group_id)
        .outerjoin(Person, Person.id == Homework.author_id)
        .order_by(Homework.due_on, Homework.id)
    )


def _homework(query: Select[Any]) -> list[HomeworkLine]:
    return [
        HomeworkLine(
            id=row.id,
            class_id=row.class_id,
            group_id=row.group_id,
            group=group or "",
            subject=row.subject,
            title=row.title,
            due_on=row.due_on,
            given_on=row.given_on,
            minutes=row.minutes,
            hand_in=row.hand_in,
            author=name_of(author) if author is not None else "",
            author_id=row.author_id,
            school_id=row.school_id,
            year_id=row.year_id,
        )
        for row, group, author in db.session.execute(query)
    ]


# What comes next --------------------------------------------------------------------------------------------------------


def in_open_diaries(pupils: Collection[PupilFacts], now: datetime) -> list[PupilFacts]:
    """Those whose school's diary is open at ``now`` (GATE-10)."""
    return [pupil for pupil in pupils if service_open(Service.DIARY, pupil.school_class.school_id, now)]


def next_lessons(visitor: Visitor, now: datetime, limit: int = 5) -> list[LessonLine]:
    """The lessons that come next for a pupil, for a guardian's children, for a teacher or stand-in; four queries at most."""
    pupils = in_open_diaries(family_pupils(visitor, now), now)
    whose = []
    if visitor.has_profile(Profile.TEACHER) or visitor.has_profile(Profile.STAFF):
        me = visitor.person_id
        schools = [
            place.school_id
            for place in visitor.places
            if place.profile in (Profile.TEACHER, Profile.STAFF)
            and open_for(visitor, place.school_id, now)
            and service_open(Service.DIARY, place.school_id, now)
        ]
        own = and_(Lesson.teacher_id == me, LessonReplacement.id.is_(None))
        whose.append(and_(Lesson.school_id.in_(schools), or_(own, LessonReplacement.teacher_id == me)))
    for pupil in pupils:
        groups = _groups_of_pupils([pupil.id])
        theirs = or_(Lesson.class_id == pupil.school_class.id, Lesson.group_id.in_(groups))
        whose.append(
            and_(
                theirs,
                Lesson.year_id == pupil.school_class.year_id,
                Lesson.school_id == pupil.school_class.school_id,
            )
        )
    if not whose:
        return []
    query = _lesson_query().where(or_(*whose), Lesson.ends_at >= now, Lesson.starts_at < now + timedelta(days=21))
    return _lessons(query.limit(limit))


def coming_work(visitor: Visitor, now: datetime, days: int = 7) -> list[WorkLine]:
    """What a pupil, or a guardian's children, have to do from today until ``days`` days from now; five queries."""
    pupils = in_open_diaries(family_pupils(visitor, now), now)
    if not pupils:
        return []
    today = local_day(now, zone_of(pupils[0].school_class))
    return work_of(pupils, first=today, last=today + timedelta(days=days))


def work_of(pupils: Collection[PupilFacts], *, first: date, last: date, newest_first: bool = False) -> list[WorkLine]:
    """The work of each of ``pupils`` that is due from ``first`` to ``last``, both inclusive, with its state; three queries."""
    if not pupils:
        return []
    numbers = {pupil.id for pupil in pupils}
    in_group = defaultdict(set)
    members = select(GroupMembership.person_id, GroupMembership.group_id)
    for person_id, group_id in db.session.execute(
        members.where(GroupMembership.person_id.in_(numbers), GroupMembership.role == "student")
    ):
        in_group[person_id].add(group_id)
    groups = {group_id for theirs in in_group.values() for group_id in theirs}
    query = _homework_query().where(
        or_(Homework.class_id.in_({p.school_class.id for p in pupils}), Homework.group_id.in_(groups)),
        Homework.due_on >= first,
        Homework.due_on <= last,
    )
    if newest_first:
        query = query.order_by(None).order_by(Homework.due_on.desc(), Homework.id)
    homework = _homework(query.limit(MOST))
    states = states_of({one.id for one in homework}, numbers)
    return [
        WorkLine(
            homework=one,
            student_id=pupil.id,
            pupil=pupil.name,
            state=states.get((one.id, pupil.id), WorkState.TO_DO),
        )
        for one in homework
        for pupil in pupils
        if one.class_id == pupil.school_class.id
        or (
            # A group's work counts once, through the class of the same year that may be known (GATE-8).
            one.class_id is None
            and one.group_id in in_group[pupil.id]
            and (one.year_id, one.school_id) == (pupil.school_class.year_id, pupil.school_class.school_id)
        )
    ]


def states_of(homework_ids: Collection[int], student_ids: Collection[int]) -> dict[tuple[int, int], WorkState]:
    """The states other than 'to do' by work and pupil; one query."""
    query = select(HomeworkState.homework_id, HomeworkState.student_id, HomeworkState.state).where(
        HomeworkState.homework_id.in_(homework_ids), HomeworkState.student_id.in_(student_ids)
    )
    return {(work, student): WorkState(state) for work, student, state in db.session.execute(query)}
