"""Noticing who is in no school any more, and who is back: one statement for everybody. Never commits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, SelectBase, and_, exists, insert, literal, null, or_, select, true

from app.db import db
from app.directory.leaving.models import Leaver, Unplaced
from app.directory.models import Affiliation, Guardianship, Person, RoleGrant

_person: Any = Person.__table__
_held: Any = Affiliation.__table__
_role: Any = RoleGrant.__table__
_link: Any = Guardianship.__table__
_leaver: Any = Leaver.__table__
_unplaced: Any = Unplaced.__table__


def has_a_right(person: Any) -> ColumnElement[bool]:
    """The condition that somebody still is something: holds a profile or a role, or is named by a pupil of a school or by a source.

    Contacts and guardians whose link is cut hold no profile; as long as the pupil is here they have not left. No more have
    those whom a source still names without a school (``Unplaced``, ACCT-6). Whoever a rollover has set aside is nothing any
    more, whatever roles they held (S3-2).
    """
    profile = select(_held.c.id).where(_held.c.person_id == person.c.id, _held.c.set_aside_by.is_(None))
    role = select(_role.c.id).where(_role.c.person_id == person.c.id, _role.c.set_aside_by.is_(None))
    pupil = _held.alias("pupil")
    named = (
        select(_link.c.id)
        .join_from(_link, pupil, pupil.c.person_id == _link.c.student_id)
        .where(_link.c.guardian_id == person.c.id, _link.c.set_aside_by.is_(None), pupil.c.set_aside_by.is_(None))
    )
    fed = select(_unplaced.c.person_id).where(_unplaced.c.person_id == person.c.id)
    return and_(person.c.set_aside_by.is_(None), or_(profile.exists(), role.exists(), named.exists(), fed.exists()))


def notice(now: datetime, among: SelectBase | None = None) -> int:
    """Mark everybody who is in no school of the project since; how many. ``now`` is portal time.

    ``among`` are the numbers of those who can have left, for whoever knows that nothing has changed for all others.
    A record that was merged into another is nobody of its own (KIN-4).
    """
    known = exists().where(_leaver.c.person_id == _person.c.id)
    gone = select(_person.c.id, literal(now, _leaver.c.noticed_at.type), null()).where(
        _person.c.source != "merged",
        ~known,
        ~has_a_right(_person),
        true() if among is None else _person.c.id.in_(among),
    )
    made = insert(_leaver).from_select(["person_id", "noticed_at", "left_on"], gone, include_defaults=False)
    return len(db.session.execute(made.returning(_leaver.c.person_id)).all())


def returned() -> list[int]:
    """The numbers of those who were marked and are in a school again."""
    query = select(_leaver.c.person_id).join_from(_leaver, _person, _person.c.id == _leaver.c.person_id)
    return list(db.session.scalars(query.where(has_a_right(_person)).order_by(_leaver.c.person_id)))
