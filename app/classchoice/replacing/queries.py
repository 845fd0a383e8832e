"""Who stands in for whom in a school, and who could (CLASS-8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from app.classchoice.models import ClassReplacement as ClassReplacement
from app.db import db
from app.directory.models import Affiliation, Person, School, SchoolClass
from app.directory.names import name_of
from app.directory.queries import search_people
from app.errors import NotFound
from app.profiles import Profile
from app.schoolyear import local_day

#: Replacements that a page lists, the newest first.
MOST_SHOWN = 200
#: The key of somebody made by hand for a replacement begins so, after the school's UAI.
TEMPORARY = "remplacement"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplacementLine:
    """A replacement. ``state``: 'planned', 'running' or 'ended'; days of the school, both included."""

    id: int
    class_id: int
    class_name: str
    person_id: int
    name: str
    absent_id: int | None
    absent: str
    first_day: date
    last_day: date | None
    state: str


def replacements(school_id: int) -> list[ReplacementLine]:
    """The replacements of a school, the newest first; one query."""
    absent = aliased(Person)
    query = (
        select(ClassReplacement, SchoolClass.name, Person, absent)
        .join(SchoolClass, SchoolClass.id == ClassReplacement.class_id)
        .join(Person, Person.id == ClassReplacement.person_id)
        .outerjoin(absent, absent.id == ClassReplacement.absent_id)
        .where(ClassReplacement.school_id == school_id)
        .order_by(ClassReplacement.first_day.desc(), ClassReplacement.id.desc())
        .limit(MOST_SHOWN)
    )
    return [
        ReplacementLine(
            id=row.id,
            class_id=row.class_id,
            class_name=name,
            person_id=person.id,
            name=name_of(person),
            absent_id=row.absent_id,
            absent=name_of(away) if away is not None else "",
            first_day=row.first_day,
            last_day=row.last_day,
            state=row.state,
        )
        for row, name, person, away in db.session.execute(query)
    ]


def replacement_in(school_id: int, replacement_id: int) -> ClassReplacement:
    """A replacement of that school. Raises ``NotFound``."""
    query = select(ClassReplacement).where(
        ClassReplacement.id == replacement_id, ClassReplacement.school_id == school_id
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound()
    return found


def candidates(text: str, limit: int = 20) -> Sequence[Person]:
    """Teachers of the whole portal whom ``text`` names, by name: an existing account comes before a temporary one [003 II.3.6].

    Nobody for an empty text.
    """
    return search_people(None, text, limit, profile=Profile.TEACHER) if text.strip() else []


def due(now: datetime) -> list[int]:
    """The replacements that begin or end at ``now`` (portal time), each by the day of its school."""
    waiting = or_(ClassReplacement.state == "planned", ClassReplacement.state == "running")
    query = select(ClassReplacement, School.zone).join(School, School.id == ClassReplacement.school_id).where(waiting)
    found = []
    for row, zone in db.session.execute(query.order_by(ClassReplacement.id)):
        day = local_day(now, ZoneInfo(zone))
        over = row.last_day is not None and row.last_day < day
        if over or (row.state == "planned" and row.first_day <= day):
            found.append(row.id)
    return found


def may_replace(person_id: int, school: School) -> bool:
    """Is somebody a teacher somewhere in the portal, or made for a replacement in this school?"""
    held = select(Affiliation.id).where(Affiliation.person_id == person_id, Affiliation.profile == Profile.TEACHER)
    if db.session.scalar(held.limit(1)) is not None:
        return True
    person = db.session.scalar(select(Person).where(Person.id == person_id))
    mine = f"{school.uai}:{TEMPORARY}:"
    return person is not None and person.source == "hand" and person.source_key.startswith(mine)
