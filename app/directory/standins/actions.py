"""Naming stand-ins, ending them, and keeping the rights they give to their days (CHECK-4). Never commits."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.audit.actions import Actor, record
from app.db import db
from app.directory.actions import grant_role, revoke_role
from app.directory.models import Person, RoleGrant, School
from app.directory.standins.models import StandIn
from app.directory.standins.queries import counting
from app.directory.standins.terms import FUNCTIONS, SOURCE, refusal
from app.errors import NotFound, Refused
from app.profiles import Role
from app.schoolyear import local_day


class WrongDays(Refused):
    """The days of a stand-in do not hold together; the words say why."""

    status = 422


def name_stand_in(
    person: Person,
    role: Role,
    school: School,
    *,
    from_day: date,
    last_day: date,
    by_project: bool = False,
    by: Actor,
    now: datetime,
) -> StandIn:
    """Let ``person`` hold a function of ``school`` from one day to another, both inclusive; at once where it has begun.

    Who may do so is the caller's question. ``now`` is portal time. Raises ``WrongDays``, and ``NotFound`` for another role.
    """
    if role not in FUNCTIONS:
        raise NotFound()
    wrong = refusal(from_day, last_day, local_day(now, ZoneInfo(school.zone)))
    if wrong is not None:
        raise WrongDays(wrong, field="last_day")
    made = StandIn(
        school_id=school.id,
        role=role,
        person_id=person.id,
        from_day=from_day,
        last_day=last_day,
        by_project=by_project,
        named_at=now,
        named_by_id=by.person_id,
    )
    db.session.add(made)
    db.session.flush()
    after = {"role": role.value, "from": from_day.isoformat(), "last": last_day.isoformat(), "project": by_project}
    record("stand-in.named", by=by, now=now, subject=("person", person.id), school_id=school.id, after=after)
    keep_days(by=by, now=now)
    return made


def end_stand_in(stand_in: StandIn, *, by: Actor, now: datetime) -> None:
    """It counts no more from now on (portal time)."""
    if stand_in.ended_at is None:
        stand_in.ended_at = now
        db.session.flush()
        after = {"role": stand_in.role}
        subject = ("person", stand_in.person_id)
        record("stand-in.ended", by=by, now=now, subject=subject, school_id=stand_in.school_id, after=after)
        keep_days(by=by, now=now)


def keep_days(*, by: Actor, now: datetime) -> int:
    """Give the roles of the stand-ins that count at ``now`` (portal time), take back the others; how many changed.

    Right when it is called twice, late, or by two at once: what is wanted is compared with what is held.
    """
    wanted = {(row.person_id, Role(row.role), row.school_id) for row in counting(now)}
    query = select(RoleGrant).where(RoleGrant.source == SOURCE, RoleGrant.school_id.is_not(None))
    held = {(one.person_id, Role(one.role), one.school_id or 0) for one in db.session.scalars(query)}
    for person_id, role, school_id in sorted(wanted - held):
        person, school = db.session.get_one(Person, person_id), db.session.get_one(School, school_id)
        grant_role(person, role, school, by=by, now=now, source=SOURCE)
    for person_id, role, school_id in sorted(held - wanted):
        person, school = db.session.get_one(Person, person_id), db.session.get_one(School, school_id)
        revoke_role(person, role, school, source=SOURCE, by=by, now=now)
    db.session.flush()
    return len(wanted ^ held)
