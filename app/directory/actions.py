"""Changing the directory by hand: the project and its years, people, roles, ended sessions. Feeds have their own loaders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select

from app import clock
from app.audit.actions import Actor, record
from app.db import db
from app.directory.models import Affiliation, Person, Project, RoleGrant, School, SchoolYear, SessionsCut
from app.directory.names import search_name
from app.errors import Refused
from app.profiles import PROJECT_ROLES, Profile, Role
from app.pulse import DIRECTORY, GATE, PUBLIC, bump
from app.words import N_, Words

_ANCHORS = ("teachers_first_day", "first_day", "last_day", "holidays_from")


class RoleMisplaced(Refused):
    """A role of the project was given for a school, or a school's without one."""

    status = 422


class LastOperator(Refused):
    message = N_("C’est le dernier exploitant du projet : sans lui, plus personne n’entrerait pendant une maintenance.")
    advice = N_("Donnez d’abord ce rôle à quelqu’un d’autre.")


def make_project(name: str, *, zone: str, rollover_year: int, demo: bool = False, by: Actor, now: datetime) -> Project:
    """The project, made or renamed. ``rollover_year`` is the civil year in which N+1 begins."""
    project = db.session.get(Project, 1)
    if project is None:
        project = Project(id=1, name=name, zone=zone, rollover_year=rollover_year, demo=demo, created_at=now)
        project.accent, project.contact = "#1f5f5b", ""
        db.session.add(project)
        before = None
    else:
        before = {"name": project.name, "zone": project.zone, "rollover_year": project.rollover_year}
        project.name, project.zone, project.rollover_year = name, zone, rollover_year
    after = {"name": name, "zone": zone, "rollover_year": rollover_year}
    if before != after:
        db.session.flush()
        record("project.set", by=by, now=now, subject=("project", 1), before=before, after=after)
        bump(db.session(), GATE, PUBLIC)
    return project


def mark_as_demo(project: Project, *, by: Actor, now: datetime) -> None:
    """Mark the database as a demo's: with BASCULE_DEMO=1 the bar and the time machine exist on it. Never unmarked."""
    if not project.demo:
        project.demo = True
        record("project.marked-as-demo", by=by, now=now, subject=("project", project.id))
        bump(db.session(), PUBLIC)


def set_year(begins: int, anchors: Mapping[str, date | None], *, by: Actor, now: datetime) -> SchoolYear:
    """The school year that begins in ``begins``, made if need be, with the anchors given (CAL-12).

    ``anchors``: teachers_first_day, first_day (the pupils'), last_day, holidays_from; None leaves what is there.
    """
    year = db.session.scalar(select(SchoolYear).where(SchoolYear.begins == begins))
    if year is None:
        year = SchoolYear(begins=begins)
        db.session.add(year)
        db.session.flush()
    before = {name: _day(getattr(year, name)) for name in _ANCHORS}
    for name, day in anchors.items():
        if day is not None:
            setattr(year, name, day)
    after = {name: _day(getattr(year, name)) for name in _ANCHORS}
    if before != after:
        record("year.set", by=by, now=now, subject=("school-year", year.id), before=before, after=after)
        bump(db.session(), GATE, PUBLIC)
    return year


def _day(value: date | None) -> str | None:
    return value.isoformat() if value is not None else None


def make_person(
    key: str, *, last_name: str, first_name: str = "", title: str = "", email: str = "", by: Actor, now: datetime
) -> Person:
    """Somebody made by hand, under ``key``, which is unique among those (PORTAL-8: guests, administrators)."""
    person = Person(source="hand", source_key=key, title=title, last_name=last_name, first_name=first_name, email=email)
    person.search_name = search_name(last_name, first_name)
    person.created_at = now
    db.session.add(person)
    db.session.flush()
    record("person.made", by=by, now=now, subject=("person", person.id), after={"key": key})
    bump(db.session(), DIRECTORY)
    return person


def affiliate(
    person: Person, school: School, profile: Profile, *, by: Actor, now: datetime, source: str = "hand"
) -> Affiliation:
    """Give somebody a profile in a school; the one they already hold there is returned."""
    held = db.session.scalar(
        select(Affiliation).where(
            Affiliation.person_id == person.id, Affiliation.school_id == school.id, Affiliation.profile == profile
        )
    )
    if held is None:
        held = Affiliation(person_id=person.id, school_id=school.id, profile=profile, source=source)
        db.session.add(held)
        after = {"profile": profile.value}
        record("affiliation.made", by=by, now=now, subject=("person", person.id), school_id=school.id, after=after)
        bump(db.session(), DIRECTORY)
    return held


def grant_role(
    person: Person, role: Role, school: School | None, *, by: Actor, now: datetime, source: str = "hand"
) -> bool:
    """Give ``role`` in ``school``, or for the project where it is None. False where they held it already.

    Raises ``RoleMisplaced`` for a project's role in a school, and for a school's role without one.
    """
    if (role in PROJECT_ROLES) != (school is None):
        raise RoleMisplaced(
            Words(N_("Ce rôle est celui du projet : il ne se donne pas dans un établissement."))
            if school is not None
            else Words(N_("Ce rôle se donne dans un établissement : dites lequel.")),
            field="school",
        )
    school_id = school.id if school is not None else None
    if any(grant.source == source for grant in _grants(person.id, role, school_id)):
        return False
    db.session.add(RoleGrant(person_id=person.id, role=role, school_id=school_id, source=source, granted_at=now))
    _note_role("role.granted", person, role, school_id, by, now, source)
    return True


def revoke_role(
    person: Person, role: Role, school: School | None, *, source: str | None = None, by: Actor, now: datetime
) -> bool:
    """Take ``role`` back, whoever gave it, or only what ``source`` gave. False where they did not hold it. Raises ``LastOperator``."""
    school_id = school.id if school is not None else None
    grants = [grant for grant in _grants(person.id, role, school_id) if source in (None, grant.source)]
    if not grants:
        return False
    if role == Role.OPERATOR:
        others = select(RoleGrant.id).where(RoleGrant.role == role, RoleGrant.person_id != person.id).limit(1)
        if db.session.scalar(others) is None:
            raise LastOperator()
    for grant in grants:
        db.session.delete(grant)
    _note_role("role.revoked", person, role, school_id, by, now, ", ".join(sorted(grant.source for grant in grants)))
    return True


def _grants(person_id: int, role: Role, school_id: int | None) -> list[RoleGrant]:
    same = RoleGrant.school_id.is_(None) if school_id is None else RoleGrant.school_id == school_id
    query = select(RoleGrant).where(RoleGrant.person_id == person_id, RoleGrant.role == role, same)
    return list(db.session.scalars(query))


def _note_role(
    action: str, person: Person, role: Role, school_id: int | None, by: Actor, now: datetime, source: str
) -> None:
    values = {"role": role.value, "source": source}
    record(action, by=by, now=now, subject=("person", person.id), school_id=school_id, after=values)
    bump(db.session(), DIRECTORY)


def end_sessions_of_person(person_id: int, *, by: Actor, now: datetime) -> None:
    """Every session that somebody has now is over: a role, a link or a secret changed. ``now`` is for the audit."""
    person = db.session.get_one(Person, person_id)
    person.sessions_valid_from = clock.machine_now()
    record("sessions.ended", by=by, now=now, subject=("person", person_id))
    bump(db.session(), DIRECTORY)


def end_sessions_of_profile(school_id: int, profile: Profile, *, by: Actor, now: datetime) -> None:
    """Every session that the people of a profile in a school have now is over, in one row."""
    cut = db.session.scalar(
        select(SessionsCut).where(SessionsCut.school_id == school_id, SessionsCut.profile == profile)
    )
    if cut is None:
        cut = SessionsCut(school_id=school_id, profile=profile)
        db.session.add(cut)
    cut.at = clock.machine_now()
    values = {"profile": profile.value}
    record("sessions.ended", by=by, now=now, subject=("school", school_id), school_id=school_id, after=values)
    bump(db.session(), DIRECTORY)
