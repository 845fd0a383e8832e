"""The cast of the tests: one primary school, one collège, and somebody of every kind, all with a password.

``cast(app)`` inserts them and commits. What it returns are plain facts, not rows, so that they outlive sessions and
requests; ``db.session.get(Person, somebody.id)`` gives the row. Years N 2025-2026 and N+1 2026-2027.

The guardian Alice Moreau has two children: Hugo (collège; 6A in N, 5A in N+1) and Chloé (primary; CM1 in N, CM2 in N+1).
Bruno Moreau is their other legal guardian and lives elsewhere; their grandmother is only a contact and has no account. Léa
Petit is in CM2 in N and already in 6A of the collège in N+1 (GATE-15); Paul Petit stands for her.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from flask import Flask

from app.db import db
from app.directory.models import Person, School, SchoolClass, SchoolYear
from app.directory.names import folded
from app.profiles import Profile, Role
from tests import builders
from tests.builders import PASSWORD
from tests.recorded import recorded

LAST_DAY, TEACHERS_FIRST_DAY, FIRST_DAY = date(2026, 7, 4), date(2026, 8, 31), date(2026, 9, 1)


@dataclass(frozen=True, kw_only=True)
class ProjectFacts:
    """The project."""

    id: int
    name: str
    zone: str
    rollover_year: int


@dataclass(frozen=True, kw_only=True)
class YearFacts:
    """A school year."""

    id: int
    begins: int


@dataclass(frozen=True, kw_only=True)
class SchoolFacts:
    """A school and the numbers of its classes: ``classes[2026]["6A"]``."""

    id: int
    uai: str
    name: str
    zone: str
    kind: str
    classes: dict[int, dict[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Someone:
    """A member of the cast; ``login`` is empty for those without an account, ``door`` is the one of their profile."""

    id: int
    first_name: str
    last_name: str
    login: str = ""
    password: str = PASSWORD
    email: str = ""
    door: str = ""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Everybody, and where they stand."""

    project: ProjectFacts
    years: dict[int, YearFacts]
    primary: SchoolFacts
    college: SchoolFacts
    #: Project's operator and owner, without a profile.
    operator: Someone
    owner: Someone
    #: Head of the collège, its administrator (a member of its staff), and the head of the primary school, who also teaches.
    head: Someone
    school_admin: Someone
    primary_head: Someone
    #: Teaches 6A and 5A in the collège.
    teacher: Someone
    staff: Someone
    #: Teaches in the collège, where his son Jules will be (GATE-15: the door used decides).
    teacher_and_parent: Someone
    #: Hugo (collège), Chloé (primary), Léa (both), Jules (collège, 6A of N+1).
    student: Someone
    pupil: Someone
    mover: Someone
    other_student: Someone
    #: Alice, guardian of Hugo and Chloé; Bruno, their other guardian; Paul, Léa's.
    guardian: Someone
    other_guardian: Someone
    movers_guardian: Someone
    #: Only a contact: no account (KIN-1).
    contact: Someone
    authority: Someone
    guest: Someone

    @property
    def everybody(self) -> tuple[Someone, ...]:
        """Everybody who has an account."""
        return tuple(value for value in vars(self).values() if isinstance(value, Someone) and value.login)


def cast(app: Flask) -> Cast:
    """Insert the cast into the database of ``app`` (empty), commit, and say who they are."""
    with app.app_context():
        made = recorded(_make)
        db.session.commit()
        return made


def _make() -> Cast:
    project = builders.make_project()
    old = builders.make_year(2025, first_day=date(2025, 9, 1), last_day=LAST_DAY)
    new = builders.make_year(2026, teachers_first_day=TEACHERS_FIRST_DAY, first_day=FIRST_DAY)
    college = builders.make_school("Collège Simone-Veil", "9990002B", kind="college")
    primary = builders.make_school("École Jules-Ferry", "9990001A", kind="primary")
    c, p = _classes(college, primary, old, new)

    def someone(
        first: str, last: str, door: str, *places: tuple[School, Profile], account: bool = True
    ) -> tuple[Person, Someone]:
        person = builders.make_person(first, last)
        for school, profile in places:
            builders.affiliate(person, school, profile)
        login = email = ""
        if account:
            email = f"{folded(first)}.{folded(last)}@exemple.test"
            login = builders.make_account(person, email=email).login
        facts = Someone(id=person.id, first_name=first, last_name=last, login=login, email=email, door=door)
        return person, facts

    operator_row, operator = someone("Odile", "Perrin", "guest")
    owner_row, owner = someone("Olivier", "Royer", "guest")
    head_row, head = someone("Hélène", "Garnier", "school", (college, Profile.STAFF))
    admin_row, admin = someone("Adrien", "Colin", "school", (college, Profile.STAFF))
    director_row, director = someone("Denis", "Roche", "school", (primary, Profile.TEACHER))
    teacher_row, teacher = someone("Thérèse", "Marchand", "school", (college, Profile.TEACHER))
    _, staff = someone("Sonia", "Leroux", "school", (college, Profile.STAFF))
    both_row, both = someone("Thomas", "Faure", "school", (college, Profile.TEACHER), (college, Profile.GUARDIAN))
    hugo_row, hugo = someone("Hugo", "Moreau", "families", (college, Profile.STUDENT))
    chloe_row, chloe = someone("Chloé", "Moreau", "families", (primary, Profile.STUDENT))
    lea_row, lea = someone("Léa", "Petit", "families", (primary, Profile.STUDENT), (college, Profile.STUDENT))
    jules_row, jules = someone("Jules", "Faure", "families", (college, Profile.STUDENT))
    family = ((college, Profile.GUARDIAN), (primary, Profile.GUARDIAN))
    alice_row, alice = someone("Alice", "Moreau", "families", *family)
    bruno_row, bruno = someone("Bruno", "Moreau", "families", *family)
    paul_row, paul = someone("Paul", "Petit", "families", *family)
    contact_row, contact = someone("Colette", "Moreau", "", account=False)
    _, authority = someone("Aurélie", "Brun", "authority", (college, Profile.AUTHORITY))
    _, guest = someone("Gaspard", "Noël", "guest", (college, Profile.GUEST))

    for child in (hugo_row, chloe_row):
        builders.guard(alice_row, child, link_code="10")
        builders.guard(bruno_row, child, link_code="20")
        builders.guard(contact_row, child, "contact", link_code="38")
    builders.guard(paul_row, lea_row, link_code="20")
    builders.guard(both_row, jules_row, link_code="20")
    for person, classes in (
        (hugo_row, (c[2025]["6A"], c[2026]["5A"])),
        (chloe_row, (p[2025]["CM1"], p[2026]["CM2"])),
        (lea_row, (p[2025]["CM2"], c[2026]["6A"])),
        (jules_row, (c[2026]["6A"],)),
    ):
        for school_class in classes:
            builders.enrol(person, school_class)
    for school_class in (c[2025]["6A"], c[2026]["6A"], c[2026]["5A"]):
        builders.enrol(teacher_row, school_class, "teacher")
    builders.enrol(director_row, p[2026]["CM2"], "teacher")
    builders.give_function(head_row, college, "DIR", "DIRECTION")
    builders.give_function(director_row, primary, "DIR", "DIRECTION")
    builders.grant(operator_row, Role.OPERATOR)
    builders.grant(owner_row, Role.OWNER)
    builders.grant(head_row, Role.HEAD, college)
    builders.grant(director_row, Role.HEAD, primary)
    builders.grant(admin_row, Role.SCHOOL_ADMIN, college)
    return Cast(
        project=ProjectFacts(id=1, name=project.name, zone=project.zone, rollover_year=project.rollover_year),
        years={year.begins: YearFacts(id=year.id, begins=year.begins) for year in (old, new)},
        primary=_facts(primary, p),
        college=_facts(college, c),
        operator=operator,
        owner=owner,
        head=head,
        school_admin=admin,
        primary_head=director,
        teacher=teacher,
        staff=staff,
        teacher_and_parent=both,
        student=hugo,
        pupil=chloe,
        mover=lea,
        other_student=jules,
        guardian=alice,
        other_guardian=bruno,
        movers_guardian=paul,
        contact=contact,
        authority=authority,
        guest=guest,
    )


_Classes = dict[int, dict[str, SchoolClass]]


def _classes(college: School, primary: School, old: SchoolYear, new: SchoolYear) -> tuple[_Classes, _Classes]:
    def made(school: School, names: dict[str, str]) -> _Classes:
        return {
            year.begins: {code: builders.make_class(school, year, code, level=level) for code, level in names.items()}
            for year in (old, new)
        }

    return made(college, {"6A": "6e", "5A": "5e"}), made(primary, {"CM1": "CM1", "CM2": "CM2"})


def _facts(school: School, classes: _Classes) -> SchoolFacts:
    return SchoolFacts(
        id=school.id,
        uai=school.uai,
        name=school.name,
        zone=school.zone,
        kind=school.kind,
        classes={year: {code: row.id for code, row in rows.items()} for year, rows in classes.items()},
    )
