"""Events of classes and schools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select

from app.db import db
from app.directory.models import School, SchoolClass, SchoolYear
from app.errors import NotFound, NotSetUp
from app.profiles import Visitor
from app.schoollife.liaison.models import AgendaEvent as AgendaEvent
from app.schoollife.queries import class_for, classes_of, school_for
from app.schoollife.standing import THROUGH_A_PUPIL, ClassFacts, Right, Standing

#: Dates on a page.
MOST = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class EventLine:
    """A date. ``whose``: the class, or the school."""

    id: int
    title: str
    words: str
    place: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    whose: str
    class_id: int | None


def class_events(facts: ClassFacts, now: datetime, *, past: bool = False) -> list[EventLine]:
    """The dates of a class, and of its school in that year: those to come, or those over, the newest first; one query."""
    mine = or_(AgendaEvent.class_id == facts.id, AgendaEvent.class_id.is_(None))
    where = (AgendaEvent.school_id == facts.school_id, AgendaEvent.year_id == facts.year_id, mine)
    return _events(now, and_(*where), past=past)


def school_events(school_id: int, now: datetime, *, past: bool = False) -> list[EventLine]:
    """The dates of a school itself; one query."""
    return _events(now, and_(AgendaEvent.school_id == school_id, AgendaEvent.class_id.is_(None)), past=past)


def my_events(visitor: Visitor, now: datetime, *, past: bool = False, limit: int = MOST) -> list[EventLine]:
    """The dates of the visitor's own classes, and of their schools in those years; four queries.

    Whoever works in a school sees the school's dates, but of its classes only those of their own.
    """
    known = classes_of(visitor, now)
    own = {one.id for one in known if one.standings & (THROUGH_A_PUPIL | {Standing.TEACHER})}
    years = {(one.school_id, one.year_id) for one in known}
    if not known:
        return []
    schools = [
        and_(AgendaEvent.class_id.is_(None), AgendaEvent.school_id == school, AgendaEvent.year_id == year)
        for school, year in sorted(years)
    ]
    return _events(now, or_(AgendaEvent.class_id.in_(own), *schools), past=past, limit=limit)


def _events(now: datetime, where: ColumnElement[bool], *, past: bool, limit: int = MOST) -> list[EventLine]:
    query = (
        select(AgendaEvent, School.zone, School.name, SchoolClass.name)
        .join(School, School.id == AgendaEvent.school_id)
        .outerjoin(SchoolClass, SchoolClass.id == AgendaEvent.class_id)
        .where(where, AgendaEvent.ends_at < now if past else AgendaEvent.ends_at >= now)
        .order_by(AgendaEvent.starts_at.desc() if past else AgendaEvent.starts_at, AgendaEvent.id)
        .limit(limit)
    )
    return [
        EventLine(
            id=event.id,
            title=event.title,
            words=event.words,
            place=event.place,
            starts_at=event.starts_at,
            ends_at=event.ends_at,
            zone=zone,
            whose=school_class or school,
            class_id=event.class_id,
        )
        for event, zone, school, school_class in db.session.execute(query)
    ]


def event_to_write(visitor: Visitor, event_id: int, now: datetime) -> tuple[AgendaEvent, str, str]:
    """An event that ``visitor`` may change, its zone, and the UAI of its school. Raises ``NotFound``."""
    event = db.session.get(AgendaEvent, event_id)
    if event is None:
        raise NotFound()
    if event.class_id is not None:
        facts = class_for(visitor, event.class_id, Right.WRITE_AGENDA, now)
        return event, facts.zone, facts.uai
    school = db.session.get_one(School, event.school_id)
    school_for(visitor, school.uai, Right.WRITE_AGENDA, now)
    return event, school.zone, school.uai


def writable(visitor: Visitor, now: datetime) -> Sequence[ClassFacts]:
    """The classes in whose agenda ``visitor`` may write."""
    return [one for one in classes_of(visitor, now) if one.may_for_all(Right.WRITE_AGENDA)]


def year_of(day: datetime) -> int:
    """The school year to which a school's date belongs: the newest that has begun by then, else the first one known.

    Raises ``NotSetUp`` where the project has no year.
    """
    years = db.session.scalars(select(SchoolYear).order_by(SchoolYear.begins.desc())).all()
    begun = [one for one in years if _begins(one) <= day.date()]
    if not years:
        raise NotSetUp()
    return (begun[0] if begun else years[-1]).id


def _begins(year: SchoolYear) -> date:
    """The first day on which something of that year can be dated: the teachers' or the pupils', else the first of September."""
    return year.teachers_first_day or year.first_day or date(year.begins, 9, 1)
