"""Rows for tests, one function a thing, inserted directly through the models; they flush and never commit."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from itertools import count

from argon2 import PasswordHasher

from app.accounts.models import Account
from app.db import db
from app.directory.models import (
    Affiliation,
    ClassMembership,
    Guardianship,
    Person,
    PersonFunction,
    Project,
    RoleGrant,
    School,
    SchoolClass,
    SchoolYear,
)
from app.directory.names import folded, search_name
from app.gate.models import GateRules
from app.profiles import Profile, Role

#: When everything in the tests' directory was made, unless a test says otherwise.
MADE = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
#: The password of everybody who has an account, unless a test says otherwise.
PASSWORD = "Tulipe-Bateau-42"

_numbers = count(1)


@cache
def quick_hash(password: str) -> str:
    """An Argon2 hash that costs next to nothing: verifying reads the cost from the hash itself."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)


def make_project(name: str = "Académie d’essai", *, zone: str = "Europe/Paris", year: int = 2026) -> Project:
    """The project and the gate's rules (schools may amend)."""
    project = Project(id=1, name=name, zone=zone, rollover_year=year, created_at=MADE)
    db.session.add_all([project, GateRules(id=1, schools_may_amend=True)])
    db.session.flush()
    return project


def make_year(
    begins: int, *, teachers_first_day: date | None = None, first_day: date | None = None, last_day: date | None = None
) -> SchoolYear:
    """A school year with its anchors."""
    year = SchoolYear(begins=begins, teachers_first_day=teachers_first_day, first_day=first_day, last_day=last_day)
    db.session.add(year)
    db.session.flush()
    return year


def make_school(
    name: str, uai: str | None = None, *, kind: str = "college", zone: str = "Europe/Paris", town: str = "Valmont"
) -> School:
    """A school in service; without a UAI it gets one of its own."""
    uai = uai or f"{9_900_000 + next(_numbers):07d}Z"
    school = School(
        uai=uai, name=name, search_name=folded(f"{name} {town}"), kind=kind, zone=zone, town=town, created_at=MADE
    )
    db.session.add(school)
    db.session.flush()
    return school


def make_class(school: School, year: SchoolYear, code: str, *, level: str | None = None) -> SchoolClass:
    """A class; its name is its code."""
    made = SchoolClass(school_id=school.id, year_id=year.id, code=code, name=code, level=level, source="hand")
    db.session.add(made)
    db.session.flush()
    return made


def make_person(first_name: str, last_name: str, *, title: str = "", email: str = "") -> Person:
    """Somebody who is nothing anywhere yet."""
    person = Person(
        source="hand",
        source_key=f"test-{next(_numbers)}",
        title=title,
        first_name=first_name,
        last_name=last_name,
        search_name=search_name(last_name, first_name),
        email=email,
        created_at=MADE,
    )
    db.session.add(person)
    db.session.flush()
    return person


def make_account(
    person: Person, login: str | None = None, *, password: str | None = PASSWORD, email: str | None = None
) -> Account:
    """An account whose address, where there is one, is proved. ``password`` None: none was chosen yet."""
    login = login or f"{folded(person.first_name)[:1]}.{folded(person.last_name).replace(' ', '')}"
    account = Account(
        person_id=person.id,
        login=login,
        password_hash=None if password is None else quick_hash(password),
        email=email,
        email_proved_at=MADE if email else None,
        created_at=MADE,
    )
    db.session.add(account)
    db.session.flush()
    return account


def affiliate(person: Person, school: School, profile: Profile) -> Affiliation:
    """A profile in a school."""
    made = Affiliation(person_id=person.id, school_id=school.id, profile=profile, source="hand")
    db.session.add(made)
    db.session.flush()
    return made


def enrol(person: Person, school_class: SchoolClass, role: str = "student") -> ClassMembership:
    """Into a class, as 'student', 'teacher' or 'head-teacher'."""
    made = ClassMembership(class_id=school_class.id, person_id=person.id, role=role, source="hand")
    db.session.add(made)
    db.session.flush()
    return made


def guard(guardian: Person, child: Person, standing: str = "legal", *, link_code: str = "10") -> Guardianship:
    """``guardian`` stands for ``child``: 'legal', 'in-charge' or 'contact'."""
    made = Guardianship(
        student_id=child.id, guardian_id=guardian.id, standing=standing, link_code=link_code, source="hand"
    )
    db.session.add(made)
    db.session.flush()
    return made


def grant(person: Person, role: Role, school: School | None = None) -> RoleGrant:
    """A role, of the project or in a school."""
    made = RoleGrant(
        person_id=person.id, role=role, school_id=school.id if school else None, source="hand", granted_at=MADE
    )
    db.session.add(made)
    db.session.flush()
    return made


def give_function(person: Person, school: School, code: str, label: str = "") -> PersonFunction:
    """A function of a member of staff: 'ENS', 'DIR', 'EDU' ..."""
    made = PersonFunction(person_id=person.id, school_id=school.id, code=code, label=label, source="hand")
    db.session.add(made)
    db.session.flush()
    return made
