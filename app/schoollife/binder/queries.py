"""Activities: a teacher's own, and those given to a pupil."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from app.db import db
from app.directory.models import Person, SchoolClass
from app.directory.names import name_of
from app.errors import NotFound
from app.gate.queries import open_for
from app.gate.services.closing import Service
from app.gate.services.queries import demand_service
from app.profiles import Profile, Visitor
from app.schoollife.diary.models import Activity as Activity
from app.schoollife.diary.models import ActivityGiven as ActivityGiven
from app.schoollife.diary.queries import in_open_diaries
from app.schoollife.queries import family_pupils

#: How many activities a page shows at most.
MOST = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnLine:
    """An activity of a teacher's binder; to how many pupils it was given, and how many have seen it."""

    id: int
    title: str
    subject: str
    written_at: datetime
    given: int
    seen: int


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenLine:
    """An activity given to a pupil."""

    id: int
    activity_id: int
    title: str
    subject: str
    teacher: str
    student_id: int
    pupil: str
    given_on: date
    seen_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Receiver:
    """A pupil to whom an activity was given."""

    student_id: int
    pupil: str
    school_class: str
    given_on: date
    seen_at: datetime | None


def teaching_schools(visitor: Visitor, now: datetime) -> list[int]:
    """The schools in which ``visitor`` teaches and that are open to them."""
    return [
        place.school_id
        for place in visitor.places
        if place.profile in (Profile.TEACHER, Profile.STAFF) and open_for(visitor, place.school_id, now)
    ]


def own_activities(person_id: int | None, *, before: int | None = None) -> list[OwnLine]:
    """A teacher's binder, the newest first, after the number ``before`` where one is given; one query."""
    query = (
        select(Activity, func.count(ActivityGiven.id), func.count(ActivityGiven.seen_at))
        .outerjoin(ActivityGiven, ActivityGiven.activity_id == Activity.id)
        .where(Activity.author_id == person_id)
        .group_by(Activity.id)
        .order_by(Activity.id.desc())
        .limit(MOST)
    )
    if before is not None:
        query = query.where(Activity.id < before)
    return [
        OwnLine(id=row.id, title=row.title, subject=row.subject, written_at=row.written_at, given=given, seen=seen)
        for row, given, seen in db.session.execute(query)
    ]


def given_to(visitor: Visitor, now: datetime) -> list[GivenLine]:
    """What was given to a pupil, or to a guardian's children, in classes that may be known; the newest first."""
    known = {(pupil.id, pupil.school_class.id): pupil for pupil in in_open_diaries(family_pupils(visitor, now), now)}
    names = {pupil.id: pupil.name for pupil in known.values()}
    query = (
        select(ActivityGiven, Activity, Person)
        .join(Activity, Activity.id == ActivityGiven.activity_id)
        .outerjoin(Person, Person.id == Activity.author_id)
        .where(ActivityGiven.student_id.in_(names), ActivityGiven.class_id.in_({number for _pupil, number in known}))
        .order_by(ActivityGiven.given_on.desc(), ActivityGiven.id.desc())
        .limit(MOST)
    )
    return [
        GivenLine(
            id=given.id,
            activity_id=activity.id,
            title=activity.title,
            subject=activity.subject,
            teacher=name_of(author) if author is not None else "",
            student_id=given.student_id,
            pupil=names[given.student_id],
            given_on=given.given_on,
            seen_at=given.seen_at,
        )
        for given, activity, author in db.session.execute(query)
        if (given.student_id, given.class_id) in known
    ]


def own_activity(visitor: Visitor, activity_id: int, now: datetime) -> Activity:
    """An activity of the visitor's own binder. Raises ``NotFound``, ``ServiceClosed``."""
    row = db.session.get(Activity, activity_id)
    if row is None or row.author_id != visitor.person_id or row.school_id not in teaching_schools(visitor, now):
        raise NotFound()
    demand_service(Service.DIARY, row.school_id, now)
    return row


def activity_for(visitor: Visitor, activity_id: int, now: datetime) -> tuple[Activity, list[ActivityGiven]]:
    """An activity for its author, or as given to the visitor or to their children. Raises ``NotFound``, ``ServiceClosed``."""
    row = db.session.get(Activity, activity_id)
    if row is None:
        raise NotFound()
    own = row.author_id == visitor.person_id and row.school_id in teaching_schools(visitor, now)
    given = [] if own else gifts(activity_id, family_pairs(visitor, now))
    if not own and not given:
        raise NotFound()
    demand_service(Service.DIARY, row.school_id, now)
    return row, given


def family_pairs(visitor: Visitor, now: datetime) -> set[tuple[int, int]]:
    """Pupil and class, for whom ``visitor`` may act as family."""
    return {(pupil.id, pupil.school_class.id) for pupil in family_pupils(visitor, now)}


def gifts(activity_id: int, pairs: Collection[tuple[int, int]]) -> list[ActivityGiven]:
    """The rows that give an activity to those pupils in those classes."""
    query = select(ActivityGiven).where(
        ActivityGiven.activity_id == activity_id, ActivityGiven.student_id.in_({student for student, _class in pairs})
    )
    return [row for row in db.session.scalars(query) if (row.student_id, row.class_id) in pairs]


def receivers(activity_id: int) -> Sequence[Receiver]:
    """To whom an activity was given, by class and name."""
    query = (
        select(ActivityGiven, Person, SchoolClass.name)
        .join(Person, Person.id == ActivityGiven.student_id)
        .outerjoin(SchoolClass, SchoolClass.id == ActivityGiven.class_id)
        .where(ActivityGiven.activity_id == activity_id)
        .order_by(SchoolClass.name, Person.search_name)
        .limit(500)
    )
    return [
        Receiver(
            student_id=person.id,
            pupil=name_of(person),
            school_class=school_class or "",
            given_on=given.given_on,
            seen_at=given.seen_at,
        )
        for given, person, school_class in db.session.execute(query)
    ]
