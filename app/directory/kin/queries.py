"""Reading who stands for a pupil, what was cut, who has left, who gets no message any more, which numbers wait."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from app.db import db
from app.directory.kin.models import LinkCut as LinkCut
from app.directory.kin.models import PhoneChange as PhoneChange
from app.directory.kin.models import PupilExit as PupilExit
from app.directory.kin.standing import CLOSING, COUNTING, closes, day_there
from app.directory.models import Affiliation, Guardianship, School
from app.directory.models import Person as Person
from app.directory.names import name_of
from app.errors import NotFound
from app.profiles import Profile


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkLine:
    """A pupil's link to somebody, for those who administer; ``reason`` is never shown to families (KIN-3)."""

    guardian_id: int
    name: str
    standing: str
    cut_at: datetime | None
    reason: str
    #: The source still carries a link that is cut here.
    differs: bool
    died: bool


def links_of(student_id: int) -> list[LinkLine]:
    """Everybody who stands for a pupil, contacts and cut links included, by standing and name; one query."""
    query = (
        select(Guardianship, Person, LinkCut)
        .join(Person, Person.id == Guardianship.guardian_id)
        .outerjoin(LinkCut, and_(LinkCut.guardianship_id == Guardianship.id, LinkCut.ended_at.is_(None)))
        .where(Guardianship.student_id == student_id)
        .order_by(Person.search_name, Person.id)
    )
    order = {"legal": 0, "in-charge": 1}
    lines = {
        person.id: LinkLine(
            guardian_id=person.id,
            name=name_of(person),
            standing=link.standing,
            cut_at=link.cut_at,
            reason=cut.reason if cut is not None and link.cut_at is not None else "",
            differs=cut is not None and cut.carried_at is not None and cut.agreed_at is None,
            died=person.died_on is not None,
        )
        for link, person, cut in db.session.execute(query)
    }
    return sorted(lines.values(), key=lambda line: order.get(line.standing, 2))


def link_between(student_id: int, guardian_id: int) -> Guardianship:
    """The link, cut or not. Raises ``NotFound``."""
    found = db.session.scalar(
        select(Guardianship).where(Guardianship.student_id == student_id, Guardianship.guardian_id == guardian_id)
    )
    if found is None:
        raise NotFound()
    return found


def exits_of(student_id: int, school_id: int) -> Sequence[PupilExit]:
    """A pupil's exits from a school, the newest first."""
    query = select(PupilExit).where(PupilExit.student_id == student_id, PupilExit.school_id == school_id)
    return db.session.scalars(query.order_by(PupilExit.since.desc(), PupilExit.id.desc())).all()


def exit_of(exit_id: int, student_id: int, school_id: int) -> PupilExit:
    """One of them. Raises ``NotFound`` for another pupil's or school's."""
    found = db.session.get(PupilExit, exit_id)
    if found is None or (found.student_id, found.school_id) != (student_id, school_id):
        raise NotFound()
    return found


def exits_due(now: datetime) -> list[PupilExit]:
    """The exits whose day has come in their school's zone at ``now`` and that have not closed the school yet."""
    query = (
        select(PupilExit, School.zone)
        .join(School, School.id == PupilExit.school_id)
        .where(
            PupilExit.kind.in_(CLOSING),
            PupilExit.took_effect_at.is_(None),
            PupilExit.ended_at.is_(None),
            PupilExit.since <= now.date() + timedelta(days=1),
        )
        .order_by(PupilExit.id)
    )
    return [row for row, zone in db.session.execute(query) if closes(row.kind, row.since, day_there(now, zone))]


def has_been_pupil(student_id: int, school_id: int) -> bool:
    """Is somebody a pupil of the school, or have they left it by an exit recorded here?"""
    here = select(Affiliation.id).where(
        Affiliation.person_id == student_id, Affiliation.school_id == school_id, Affiliation.profile == Profile.STUDENT
    )
    gone = select(PupilExit.id).where(PupilExit.student_id == student_id, PupilExit.school_id == school_id)
    return bool(db.session.scalar(select(or_(here.exists(), gone.exists()))))


# What differs from the sources -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class CutLine:
    """A link cut in a school that its source has not given up yet. ``carried_at``: the last import that carried it."""

    student_id: int
    student: str
    guardian_id: int
    guardian: str
    cut_at: datetime
    carried_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ExitLine:
    """A pupil who has left a school or is about to. ``carried_at``: the last import that still named them there."""

    exit_id: int
    student_id: int
    student: str
    kind: str
    since: date
    until: date | None
    took_effect_at: datetime | None
    carried_at: datetime | None


def cuts_to_settle(school_id: int, limit: int = 200) -> list[CutLine]:
    """The cut links of a school until their source agrees (KIN-3), the newest first, ``limit`` at most; one query."""
    guardian = aliased(Person)
    query = (
        select(LinkCut, Person, guardian)
        .join(Guardianship, Guardianship.id == LinkCut.guardianship_id)
        .join(Person, Person.id == Guardianship.student_id)
        .join(guardian, guardian.id == Guardianship.guardian_id)
        .where(LinkCut.school_id == school_id, LinkCut.ended_at.is_(None), LinkCut.agreed_at.is_(None))
        .order_by(LinkCut.cut_at.desc(), LinkCut.id.desc())
        .limit(limit)
    )
    return [
        CutLine(
            student_id=student.id,
            student=name_of(student),
            guardian_id=adult.id,
            guardian=name_of(adult),
            cut_at=cut.cut_at,
            carried_at=cut.carried_at,
        )
        for cut, student, adult in db.session.execute(query)
    ]


def exits_of_school(school_id: int, limit: int = 200) -> list[ExitLine]:
    """The exits of a school that stand and that its source has not taken over, the newest first, ``limit`` at most."""
    query = (
        select(PupilExit, Person)
        .join(Person, Person.id == PupilExit.student_id)
        .where(PupilExit.school_id == school_id, PupilExit.ended_at.is_(None), PupilExit.agreed_at.is_(None))
        .order_by(PupilExit.since.desc(), PupilExit.id.desc())
        .limit(limit)
    )
    return [
        ExitLine(
            exit_id=row.id,
            student_id=person.id,
            student=name_of(person),
            kind=row.kind,
            since=row.since,
            until=row.until,
            took_effect_at=row.took_effect_at,
            carried_at=row.carried_at,
        )
        for row, person in db.session.execute(query)
    ]


# Who gets no automatic message -----------------------------------------------------------------------------------------


def silenced(person_ids: Collection[int], *, about: int | None = None) -> frozenset[int]:
    """Those of ``person_ids`` who get no automatic message (ACCT-8).

    The dead; guardians all of whose children have died, unless they are something else in a school too; and where the matter is
    ``about`` a pupil who has died, everybody who stands for them. Three queries at most.
    """
    asked = set(person_ids)
    if not asked:
        return frozenset()
    found = set(db.session.scalars(select(Person.id).where(Person.id.in_(asked), Person.died_on.is_not(None))))
    child = aliased(Person)
    of_dead = (
        select(Guardianship.guardian_id)
        .join(child, child.id == Guardianship.student_id)
        .where(Guardianship.guardian_id.in_(asked), child.died_on.is_not(None))
    )
    if about is not None:
        found |= set(db.session.scalars(of_dead.where(Guardianship.student_id == about)))
    bereaved = set(db.session.scalars(of_dead.distinct()))
    if bereaved:
        found |= bereaved - set(db.session.scalars(_still_concerned(bereaved)))
    return frozenset(found)


def _still_concerned(guardian_ids: Collection[int]) -> Select[Any]:
    """Guardians of a child who lives, and those who are something else than guardians."""
    child = aliased(Person)
    living: ColumnElement[bool] = and_(
        Guardianship.guardian_id == Person.id,
        Guardianship.standing.in_(COUNTING),
        Guardianship.cut_at.is_(None),
        Guardianship.student_id == child.id,
        child.died_on.is_(None),
    )
    other = and_(Affiliation.person_id == Person.id, Affiliation.profile != Profile.GUARDIAN)
    return select(Person.id).where(
        Person.id.in_(guardian_ids),
        or_(select(Guardianship.id).where(living).exists(), select(Affiliation.id).where(other).exists()),
    )


# Numbers that guardians have changed -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class PhoneLine:
    """A number changed by a guardian, and for which pupils of the school they stand (PORTAL-6)."""

    change_id: int
    person_id: int
    name: str
    which: str
    number: str
    changed_at: datetime


def phones_waiting(school_id: int, limit: int = 200) -> list[PhoneLine]:
    """The numbers that the guardians of a school have changed and nobody has taken over, oldest first; one query."""
    here = select(Affiliation.person_id).where(
        Affiliation.school_id == school_id, Affiliation.profile == Profile.GUARDIAN
    )
    query = (
        select(PhoneChange, Person)
        .join(Person, Person.id == PhoneChange.person_id)
        .where(PhoneChange.taken_over_at.is_(None), PhoneChange.person_id.in_(here))
        .order_by(PhoneChange.changed_at, PhoneChange.id)
        .limit(limit)
    )
    return [
        PhoneLine(
            change_id=change.id,
            person_id=person.id,
            name=name_of(person),
            which=change.which,
            number=change.number,
            changed_at=change.changed_at,
        )
        for change, person in db.session.execute(query)
    ]


def phone_waiting(change_id: int, school_id: int) -> PhoneChange:
    """One of them. Raises ``NotFound`` for another school's, or one taken over."""
    found = db.session.get(PhoneChange, change_id)
    if found is None or found.taken_over_at is not None:
        raise NotFound()
    here = select(Affiliation.id).where(
        Affiliation.person_id == found.person_id,
        Affiliation.school_id == school_id,
        Affiliation.profile == Profile.GUARDIAN,
    )
    if db.session.scalar(here.limit(1)) is None:
        raise NotFound()
    return found


def changes_of(person_id: int) -> dict[str, datetime]:
    """Since when each of somebody's changed numbers waits to be taken over, by its column."""
    query = select(PhoneChange.which, PhoneChange.changed_at).where(
        PhoneChange.person_id == person_id, PhoneChange.taken_over_at.is_(None)
    )
    return {row.which: row.changed_at for row in db.session.execute(query)}
