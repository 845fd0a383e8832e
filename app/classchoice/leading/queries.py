"""What the home tells a teacher: where they are led, what waits for them, or that last year's class is still theirs (CLASS-4, CLASS-6)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.classchoice.answers import State
from app.classchoice.queries import standings
from app.db import db
from app.directory.models import ClassMembership, Project, School, SchoolClass, SchoolYear
from app.profiles import Profile, Visitor
from app.schoolyear import end_of_day

_WAITING = frozenset({State.OPEN, State.NONE, State.MISSING})


@dataclass(frozen=True, kw_only=True, slots=True)
class Lead:
    """What the home says of the choice.

    ``asked``: the UAI of the school whose choice the visitor is led to now. ``waiting``: (UAI, school) of choices put off.
    ``unlevelled``: (UAI, class) whose level is to be set. ``keeps``: classes of year N that are still in use, the year being over.
    """

    asked: str | None = None
    waiting: tuple[tuple[str, str], ...] = ()
    unlevelled: tuple[tuple[str, str], ...] = ()
    keeps: tuple[str, ...] = ()


def lead(visitor: Visitor, open_schools: Collection[int], now: datetime) -> Lead:
    """What waits for a teacher at ``now`` (portal time) in their open schools; nothing for others. Five queries at most."""
    mine = {place.school_id for place in visitor.places if place.profile == Profile.TEACHER} & set(open_schools)
    if not mine:
        return Lead()
    found = standings(visitor, now)
    rolled = {one.school_id for one in found}
    return Lead(
        asked=next((one.uai for one in found if one.asked), None),
        waiting=tuple((one.uai, one.school) for one in found if not one.asked and one.state in _WAITING),
        unlevelled=tuple((one.uai, name) for one in found for _number, name in one.unlevelled),
        keeps=tuple(_kept(visitor.person_id or 0, mine - rolled, now)) if mine - rolled else (),
    )


def _kept(person_id: int, school_ids: Collection[int], now: datetime) -> list[str]:
    """The classes of year N of somebody in primary schools in which that year is over."""
    query = (
        select(SchoolClass.name, SchoolYear.last_day, School.zone)
        .join(ClassMembership, ClassMembership.class_id == SchoolClass.id)
        .join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
        .join(Project, Project.rollover_year == SchoolYear.begins + 1)
        .join(School, School.id == SchoolClass.school_id)
        .where(
            SchoolClass.school_id.in_(school_ids),
            School.kind == "primary",
            ClassMembership.person_id == person_id,
            ClassMembership.role != "student",
        )
        .order_by(SchoolClass.name)
    )
    rows = db.session.execute(query).all()
    over = [
        name for name, last_day, zone in rows if last_day is not None and now >= end_of_day(last_day, ZoneInfo(zone))
    ]
    return list(dict.fromkeys(over))
