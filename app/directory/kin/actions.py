"""Cutting a link, a pupil's exit, a death, the first name in use, numbers that guardians change (KIN-3, ACCT-8, PORTAL-6).

Never commits; every change leaves an audit line. Reasons, names and numbers are not copied into it. ``now`` is portal time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select

from app.audit.actions import Actor, record
from app.db import db
from app.directory.actions import end_sessions_of_person
from app.directory.kin.models import LinkCut, PhoneChange, PupilExit
from app.directory.kin.standing import CLOSING, COUNTING, PHONES, SUSPENDED, closes, day_there
from app.directory.models import (
    Affiliation,
    ClassMembership,
    GroupMembership,
    Guardianship,
    Person,
    School,
    SchoolClass,
    TeachingGroup,
)
from app.directory.names import folded, search_name
from app.errors import Refused
from app.profiles import Profile
from app.pulse import DIRECTORY, bump
from app.words import N_


class AlreadyCut(Refused):
    message = N_("Ce lien est déjà coupé.")


class NotCut(Refused):
    message = N_("Ce lien n’est pas coupé.")


class AlreadyGone(Refused):
    status = 422
    message = N_("Un départ ou une exclusion définitive est déjà enregistré pour cet élève dans cet établissement.")
    advice = N_("Annulez-le d’abord s’il est faux.")


class NoDays(Refused):
    status = 422
    message = N_("Le dernier jour d’une exclusion temporaire ne peut pas être avant le premier.")


class TakenBack(Refused):
    message = N_("Cet enregistrement a déjà été annulé.")


# Links -----------------------------------------------------------------------------------------------------------------


def cut_link(link: Guardianship, school_id: int, *, reason: str, by: Actor, now: datetime) -> LinkCut:
    """Cut a guardian's link at once: it gives nothing any more, sessions end, no feed restores it (KIN-3).

    ``reason`` is for those who administer, never for families. Raises ``AlreadyCut``.
    """
    if link.cut_at is not None:
        raise AlreadyCut()
    link.cut_at = now
    cut = LinkCut(guardianship_id=link.id, school_id=school_id, reason=reason, cut_by_id=by.person_id, cut_at=now)
    db.session.add(cut)
    db.session.flush()
    settle_guardian_places(link.guardian_id, _schools_of_pupil(link.student_id))
    values = {"student": link.student_id, "guardian": link.guardian_id}
    record("link.cut", by=by, now=now, subject=("link", link.id), school_id=school_id, after=values)
    end_sessions_of_person(link.guardian_id, by=by, now=now)
    return cut


def restore_link(link: Guardianship, school_id: int, *, by: Actor, now: datetime) -> None:
    """Make a cut link count again. Raises ``NotCut``."""
    if link.cut_at is None:
        raise NotCut()
    link.cut_at = None
    for cut in db.session.scalars(
        select(LinkCut).where(LinkCut.guardianship_id == link.id, LinkCut.ended_at.is_(None))
    ):
        cut.ended_at = now
    db.session.flush()
    settle_guardian_places(link.guardian_id, _schools_of_pupil(link.student_id))
    values = {"student": link.student_id, "guardian": link.guardian_id}
    record("link.restored", by=by, now=now, subject=("link", link.id), school_id=school_id, after=values)
    end_sessions_of_person(link.guardian_id, by=by, now=now)


def _schools_of_pupil(student_id: int) -> list[int]:
    held = select(Affiliation.school_id).where(
        Affiliation.person_id == student_id, Affiliation.profile == Profile.STUDENT
    )
    return list(db.session.scalars(held))


def settle_guardian_places(guardian_id: int, school_ids: Iterable[int]) -> list[dict[str, Any]]:
    """A guardian belongs to the schools of the children for whom they stand, and to no other (KIN-1). What was taken."""
    taken = []
    for school_id in school_ids:
        stands = (
            select(Guardianship.id)
            .join(Affiliation, Affiliation.person_id == Guardianship.student_id)
            .where(
                Guardianship.guardian_id == guardian_id,
                Guardianship.standing.in_(COUNTING),
                Guardianship.cut_at.is_(None),
                Affiliation.school_id == school_id,
                Affiliation.profile == Profile.STUDENT,
            )
        )
        here = select(Affiliation).where(
            Affiliation.person_id == guardian_id,
            Affiliation.school_id == school_id,
            Affiliation.profile == Profile.GUARDIAN,
        )
        held, counts = db.session.scalar(here), db.session.scalar(stands.limit(1)) is not None
        if counts and held is None:
            source = db.session.scalar(select(Person.source).where(Person.id == guardian_id)) or "hand"
            place = Affiliation(person_id=guardian_id, school_id=school_id, profile=Profile.GUARDIAN, source=source)
            db.session.add(place)
        elif held is not None and not counts:
            taken.append({"person": guardian_id, "source": held.source})
            db.session.delete(held)
    db.session.flush()
    return taken


# Exits -----------------------------------------------------------------------------------------------------------------


def record_exit(
    student_id: int, school: School, kind: str, since: date, until: date | None, *, by: Actor, now: datetime
) -> PupilExit:
    """Note a pupil's suspension, exclusion or departure; the latter two close that school from ``since`` on (ACCT-8).

    ``since`` and ``until`` are days in the school's zone. A day that is still to come takes effect by the job ``exits``.
    Raises ``AlreadyGone`` and ``NoDays``.
    """
    if until is not None and until < since:
        raise NoDays(field="until")
    if kind in CLOSING:
        standing = select(PupilExit.id).where(
            PupilExit.student_id == student_id,
            PupilExit.school_id == school.id,
            PupilExit.kind.in_(CLOSING),
            PupilExit.ended_at.is_(None),
            PupilExit.agreed_at.is_(None),
        )
        if db.session.scalar(standing.limit(1)) is not None:
            raise AlreadyGone()
    made = PupilExit(school_id=school.id, student_id=student_id, kind=kind, since=since, recorded_at=now)
    made.until, made.recorded_by_id = until if kind == SUSPENDED else None, by.person_id
    db.session.add(made)
    db.session.flush()
    values = {"kind": kind, "since": since.isoformat()}
    record("pupil-exit.recorded", by=by, now=now, subject=("person", student_id), school_id=school.id, after=values)
    if closes(kind, since, day_there(now, school.zone)):
        take_effect(made, by=by, now=now)
    return made


def take_effect(exit_: PupilExit, *, by: Actor, now: datetime) -> None:
    """Close the school to the pupil, and to the guardians who come only through them; account and own data stay.

    What they were there is kept in ``taken``, so that it can be taken back.
    """
    student, school = exit_.student_id, exit_.school_id
    taken: dict[str, Any] = {
        "classes": _take(ClassMembership, ClassMembership.class_id, SchoolClass, student, school),
        "groups": _take(GroupMembership, GroupMembership.group_id, TeachingGroup, student, school),
    }
    held = db.session.scalar(
        select(Affiliation).where(
            Affiliation.person_id == student, Affiliation.school_id == school, Affiliation.profile == Profile.STUDENT
        )
    )
    if held is not None:
        taken["place"] = held.source
        db.session.delete(held)
        db.session.flush()
    guardians = _guardians(student)
    taken["guardians"] = [place for one in guardians for place in settle_guardian_places(one, [school])]
    exit_.taken, exit_.took_effect_at = taken, now
    record("pupil-exit.effective", by=by, now=now, subject=("person", student), school_id=school)
    for one in (student, *guardians):
        end_sessions_of_person(one, by=by, now=now)


def _take(rows: Any, of: Any, parent: Any, student_id: int, school_id: int) -> list[list[Any]]:
    """Remove a pupil's memberships of the classes or groups of a school; [number, source] each."""
    inside = select(parent.id).where(parent.school_id == school_id)
    mine = (rows.person_id == student_id, rows.role == "student", of.in_(inside))
    found = [list(row) for row in db.session.execute(select(of, rows.source).where(*mine).order_by(of))]
    db.session.execute(delete(rows).where(*mine).execution_options(synchronize_session=False))
    return found


def _guardians(student_id: int) -> list[int]:
    query = select(Guardianship.guardian_id).where(
        Guardianship.student_id == student_id, Guardianship.standing.in_(COUNTING), Guardianship.cut_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(Guardianship.guardian_id)))


def take_back_exit(exit_: PupilExit, *, by: Actor, now: datetime) -> None:
    """Undo an exit: the pupil and their guardians are again what they were there. Raises ``TakenBack``."""
    if exit_.ended_at is not None:
        raise TakenBack()
    exit_.ended_at = now
    student, school, taken = exit_.student_id, exit_.school_id, exit_.taken or {}
    record("pupil-exit.taken-back", by=by, now=now, subject=("person", student), school_id=school)
    if exit_.took_effect_at is None:
        return
    if "place" in taken and school not in _schools_of_pupil(student):
        db.session.add(Affiliation(person_id=student, school_id=school, profile=Profile.STUDENT, source=taken["place"]))
    _give_back(ClassMembership, ClassMembership.class_id, SchoolClass, student, taken.get("classes", ()))
    _give_back(GroupMembership, GroupMembership.group_id, TeachingGroup, student, taken.get("groups", ()))
    db.session.flush()
    guardians = _guardians(student)
    for one in guardians:
        settle_guardian_places(one, [school])
    for one in (student, *guardians):
        end_sessions_of_person(one, by=by, now=now)


def _give_back(rows: Any, of: Any, parent: Any, student_id: int, taken: Iterable[list[Any]]) -> None:
    wanted = dict(taken)
    there = set(db.session.scalars(select(parent.id).where(parent.id.in_(wanted)))) if wanted else set()
    held = set(db.session.scalars(select(of).where(rows.person_id == student_id, rows.role == "student")))
    for number in sorted(there - held):
        db.session.add(rows(**{of.key: number, "person_id": student_id, "role": "student", "source": wanted[number]}))


# Death, name, numbers --------------------------------------------------------------------------------------------------


def record_death(person: Person, died_on: date | None, school_id: int, *, by: Actor, now: datetime) -> None:
    """Note the day on which somebody died; None takes it back. No automatic message goes to them any more (ACCT-8).

    The account itself is the accounts room's (``accounts.kin.actions``).
    """
    if person.died_on == died_on:
        return
    person.died_on = died_on
    after = {"died": died_on is not None}
    record("person.death-noted", by=by, now=now, subject=("person", person.id), school_id=school_id, after=after)
    end_sessions_of_person(person.id, by=by, now=now)


def use_first_name(person: Person, used: str, school_id: int, *, by: Actor, now: datetime) -> None:
    """The first name by which somebody is called everywhere (ACCT-8); '' goes back to the civil one. Feeds leave it alone."""
    used = " ".join(used.split())
    if person.used_first_name == used:
        return
    person.used_first_name = used
    person.used_search_name = folded(used)[:80]
    person.search_name = f"{search_name(person.last_name, person.first_name)} {person.used_search_name}".strip()[:240]
    values = {"used": bool(used)}
    record("person.first-name-set", by=by, now=now, subject=("person", person.id), school_id=school_id, after=values)
    bump(db.session(), DIRECTORY)


def change_phone(person: Person, which: str, number: str, *, by: Actor, now: datetime) -> bool:
    """A number that somebody has changed themselves, listed until it is taken over (PORTAL-6). False: it was so.

    ``which`` is a key of ``PHONES``. Raises KeyError for another.
    """
    PHONES[which]
    if getattr(person, which) == number:
        return False
    setattr(person, which, number)
    waiting = db.session.scalar(
        select(PhoneChange).where(
            PhoneChange.person_id == person.id, PhoneChange.which == which, PhoneChange.taken_over_at.is_(None)
        )
    )
    if waiting is None:
        waiting = PhoneChange(person_id=person.id, which=which)
        db.session.add(waiting)
    waiting.number, waiting.changed_at = number, now
    record("phone.changed", by=by, now=now, subject=("person", person.id), after={"which": which})
    return True


def take_over_phone(change: PhoneChange, school_id: int, *, by: Actor, now: datetime) -> None:
    """The office has the number in its own records now: feeds speak for it again."""
    change.taken_over_at, change.taken_over_by_id = now, by.person_id
    values = {"which": change.which}
    subject = ("person", change.person_id)
    record("phone.taken-over", by=by, now=now, subject=subject, school_id=school_id, after=values)
