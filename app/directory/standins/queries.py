"""Who holds a function now, who stands in, and which schools have nobody (CHECK-4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select

from app.db import db
from app.directory.models import Person, RoleGrant, School
from app.directory.names import name_of
from app.directory.standins.models import StandIn
from app.directory.standins.terms import FUNCTIONS, SOURCE, in_force
from app.errors import NotFound
from app.profiles import Role
from app.schoolyear import local_day

#: Schools on one page of those that have nobody, stand-ins on a school's page.
A_PAGE, MOST = 50, 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A stand-in as a page shows it; ``state`` is 'running', 'coming' or 'over'."""

    id: int
    role: Role
    person_id: int
    name: str
    from_day: date
    last_day: date
    by_project: bool
    state: str


def stand_ins(school: School, now: datetime) -> list[Standing]:
    """Those of a school, the latest first; ``now`` is portal time."""
    query = (
        select(StandIn, Person.used_first_name, Person.first_name, Person.last_name)
        .join(Person, Person.id == StandIn.person_id)
        .where(StandIn.school_id == school.id)
        .order_by(StandIn.last_day.desc(), StandIn.id.desc())
        .limit(MOST)
    )
    today = local_day(now, ZoneInfo(school.zone))
    return [
        Standing(
            id=row.StandIn.id,
            role=Role(row.StandIn.role),
            person_id=row.StandIn.person_id,
            name=name_of(row),
            from_day=row.StandIn.from_day,
            last_day=row.StandIn.last_day,
            by_project=row.StandIn.by_project,
            state=_state(row.StandIn, today),
        )
        for row in db.session.execute(query)
    ]


def _state(row: StandIn, today: date) -> str:
    if row.ended_at is not None or row.last_day < today:
        return "over"
    return "running" if in_force(row.from_day, row.last_day, today) else "coming"


def stand_in_of(stand_in_id: int, school_id: int) -> StandIn:
    """One of that school, to be changed. Raises ``NotFound``."""
    query = select(StandIn).where(StandIn.id == stand_in_id, StandIn.school_id == school_id)
    found = db.session.scalar(query.with_for_update())
    if found is None:
        raise NotFound()
    return found


def counting(now: datetime) -> list[StandIn]:
    """The stand-ins that count at ``now`` (portal time), each by its own school's day; the dead do not."""
    query = (
        select(StandIn, School.zone)
        .join(School, School.id == StandIn.school_id)
        .join(Person, Person.id == StandIn.person_id)
        .where(StandIn.ended_at.is_(None), Person.died_on.is_(None))
        .order_by(StandIn.id)
    )
    days: dict[str, date] = {}
    found = []
    for row, zone in db.session.execute(query):
        today = days.setdefault(zone, local_day(now, ZoneInfo(zone)))
        if in_force(row.from_day, row.last_day, today):
            found.append(row)
    return found


def unsettled(now: datetime) -> bool:
    """Do the rights that stand-ins have differ from those that they should have at ``now`` (portal time)?"""
    wanted = {(row.person_id, row.role, row.school_id) for row in counting(now)}
    query = select(RoleGrant.person_id, RoleGrant.role, RoleGrant.school_id).where(RoleGrant.source == SOURCE)
    return wanted != {(person_id, role, school_id) for person_id, role, school_id in db.session.execute(query)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Lacking:
    """A school in which nobody holds a function."""

    school: School
    roles: tuple[Role, ...]


def lacking(after: tuple[str, int] | None = None, most: int = A_PAGE) -> tuple[list[Lacking], bool]:
    """Schools in service in which nobody holds one of the functions, by name, and whether more follow ``most`` of them.

    ``after``: search name and number of the last one that was shown.
    """
    missing = {role: _without(role) for role in FUNCTIONS}
    either = missing[FUNCTIONS[0]] | missing[FUNCTIONS[1]]
    query = select(School, *(missing[role].label(role.value) for role in FUNCTIONS)).where(School.in_service, either)
    if after is not None:
        name, number = after
        query = query.where((School.search_name > name) | ((School.search_name == name) & (School.id > number)))
    rows = db.session.execute(query.order_by(School.search_name, School.id).limit(most + 1)).all()
    found = [
        Lacking(school=row[0], roles=tuple(role for role, lacks in zip(FUNCTIONS, row[1:], strict=True) if lacks))
        for row in rows[:most]
    ]
    return found, len(rows) > most


def headless() -> int:
    """In how many schools in service nobody holds the function of head."""
    return (
        db.session.scalar(select(func.count()).select_from(School).where(School.in_service, _without(Role.HEAD))) or 0
    )


def _without(role: Role) -> ColumnElement[bool]:
    held = (
        select(RoleGrant.id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.school_id == School.id, RoleGrant.role == role, Person.died_on.is_(None))
    )
    return ~held.exists()


def names_of_holders(school_id: int) -> Mapping[Role, Sequence[tuple[str, str]]]:
    """Who holds each function in a school: name, and by what ('hand', a feed, or 'stand-in')."""
    query = (
        select(RoleGrant.role, RoleGrant.source, Person.used_first_name, Person.first_name, Person.last_name)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.school_id == school_id, RoleGrant.role.in_(FUNCTIONS), Person.died_on.is_(None))
        .order_by(Person.search_name, Person.id, RoleGrant.id)
    )
    found: dict[Role, list[tuple[str, str]]] = {role: [] for role in FUNCTIONS}
    for row in db.session.execute(query):
        found[Role(row.role)].append((name_of(row), row.source))
    return found
