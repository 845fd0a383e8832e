"""Reading people and their accounts, for those who answer for them. What a page shows costs a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.accounts.doors import Provider, doors_of, ways_in
from app.accounts.models import Account
from app.accounts.people.privileges import Target
from app.db import db
from app.directory.models import ClassMembership, Guardianship, Person, RoleGrant, SchoolClass, SchoolYear
from app.directory.names import name_of
from app.directory.queries import affiliations_of, search_people, visitor_facts
from app.errors import NotFound
from app.profiles import Profile, Role
from app.words import N_

#: People on one page.
PAGE = 40

ACCOUNT_STATES: dict[str, str] = {
    "none": N_("pas de compte"),
    "disabled": N_("désactivé"),
    "waiting": N_("code à utiliser"),
    "never": N_("jamais connecté"),
    "used": N_("utilisé"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A person in the list of a school. ``state`` is one of ``ACCOUNT_STATES``."""

    id: int
    name: str
    search_name: str
    profiles: tuple[Profile, ...]
    login: str
    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Relative:
    """A pupil's guardian or contact, or a guardian's pupil: a name and the standing, nothing that one may not tell the other."""

    id: int
    name: str
    standing: str
    cut: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Pupil:
    """A pupil of a class that somebody teaches."""

    id: int
    name: str
    class_id: int
    class_name: str
    level: str | None
    year_begins: int
    school_id: int
    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """Somebody who holds a role; ``source`` is 'hand' or the feed that gave it."""

    person_id: int
    name: str
    login: str
    role: Role
    source: str
    granted_at: datetime


def account_state(account: Account | None) -> str:
    """One of ``ACCOUNT_STATES``."""
    if account is None:
        return "none"
    if account.disabled_at is not None:
        return "disabled"
    if account.password_hash is None and account.code_hash is not None:
        return "waiting"
    return "never" if account.first_sign_in_at is None else "used"


def people_page(
    school_id: int, text: str, profile: Profile | None, after: tuple[str, int] | None
) -> tuple[list[Row], bool]:
    """A page of the people of a school, by name, and whether more follow: three queries whatever their number."""
    found = search_people([school_id], text, PAGE + 1, profile=profile, after=after)
    more, found = len(found) > PAGE, found[:PAGE]
    numbers = [person.id for person in found]
    held = affiliations_of(numbers) if numbers else {}
    accounts = _accounts(numbers)
    rows = [
        Row(
            id=person.id,
            name=name_of(person),
            search_name=person.search_name,
            profiles=tuple(profile for school, profile in held.get(person.id, ()) if school == school_id),
            login=accounts[person.id].login if person.id in accounts else "",
            state=account_state(accounts.get(person.id)),
        )
        for person in found
    ]
    return rows, more


def _accounts(person_ids: Collection[int]) -> dict[int, Account]:
    if not person_ids:
        return {}
    return {a.person_id: a for a in db.session.scalars(select(Account).where(Account.person_id.in_(person_ids)))}


def person_of_school(person_id: int, school_id: int) -> tuple[Person, tuple[Profile, ...]]:
    """Somebody who holds a profile in that school, and which. Raises ``NotFound`` for anybody else (G11)."""
    here = tuple(profile for school, profile in affiliations_of([person_id]).get(person_id, ()) if school == school_id)
    person = db.session.get(Person, person_id)
    if person is None or not here:
        raise NotFound()
    return person, here


def target_of(person_id: int, school_id: int | None, providers: Sequence[Provider], *, taught: bool = False) -> Target:
    """Somebody as the rules about codes and roles look at them."""
    held = affiliations_of([person_id]).get(person_id, [])
    places, roles = visitor_facts(person_id, frozenset(Profile))
    ways = [ways_in(door, providers) for door in doors_of(places, roles)]
    account = db.session.get(Account, person_id)
    return Target(
        person_id=person_id,
        here=frozenset(profile for school, profile in held if school == school_id),
        everywhere=frozenset(profile for _school, profile in held),
        roles=roles,
        has_account=account is not None,
        taught=taught,
        portal_door=not ways or any(way.portal for way in ways),
        providers=tuple(provider.title for way in ways for provider in way.providers),
    )


def guardians_of(student_id: int) -> list[Relative]:
    """Who stands for a pupil, contacts and cut links included, for the school's eyes only."""
    return _relatives(Guardianship.guardian_id, Guardianship.student_id == student_id, None)


def pupils_of(guardian_id: int, school_id: int) -> list[Relative]:
    """The pupils of one school for whom somebody stands."""
    return _relatives(Guardianship.student_id, Guardianship.guardian_id == guardian_id, school_id)


def _relatives(column: object, condition: object, school_id: int | None) -> list[Relative]:
    query = (
        select(
            Person.id,
            Person.used_first_name,
            Person.first_name,
            Person.last_name,
            Guardianship.standing,
            Guardianship.cut_at,
        )
        .join(Guardianship, Person.id == column)
        .where(condition)  # type: ignore[arg-type]
        .order_by(Person.search_name, Person.id)
    )
    rows = db.session.execute(query).all()
    if school_id is not None:
        held = affiliations_of([row.id for row in rows]) if rows else {}
        rows = [row for row in rows if (school_id, Profile.STUDENT) in held.get(row.id, ())]
    return [Relative(id=r.id, name=name_of(r), standing=r.standing, cut=r.cut_at is not None) for r in rows]


def taught_pupils(teacher_id: int, school_ids: Collection[int], pupil_id: int | None = None) -> list[Pupil]:
    """The pupils of the classes that somebody teaches in these schools, the newest year first, by class and name."""
    teaching = aliased(ClassMembership)
    query = (
        select(
            Person.id,
            Person.used_first_name,
            Person.first_name,
            Person.last_name,
            SchoolClass.id.label("class_id"),
            SchoolClass.name,
            SchoolClass.level,
            SchoolYear.begins,
            SchoolClass.school_id,
            Account,
        )
        .join(ClassMembership, ClassMembership.person_id == Person.id)
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(
            ClassMembership.role == "student",
            SchoolClass.school_id.in_(school_ids),
            select(teaching.id)
            .where(
                teaching.class_id == ClassMembership.class_id,
                teaching.person_id == teacher_id,
                teaching.role.in_(("teacher", "head-teacher")),
            )
            .exists(),
        )
        .order_by(SchoolYear.begins.desc(), SchoolClass.name, Person.search_name, Person.id)
    )
    if pupil_id is not None:
        query = query.where(Person.id == pupil_id)
    return [
        Pupil(
            id=row.id,
            name=name_of(row),
            class_id=row.class_id,
            class_name=row.name,
            level=row.level,
            year_begins=row.begins,
            school_id=row.school_id,
            state=account_state(row.Account),
        )
        for row in db.session.execute(query)
    ]


def holders(school_id: int | None) -> list[Holder]:
    """Who holds a role in a school, or for the project, by role and name."""
    same = RoleGrant.school_id.is_(None) if school_id is None else RoleGrant.school_id == school_id
    query = (
        select(Person.id, Person.used_first_name, Person.first_name, Person.last_name, Account.login, RoleGrant)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(same)
        .order_by(RoleGrant.role, Person.search_name, Person.id, RoleGrant.id)
    )
    return [
        Holder(
            person_id=row.id,
            name=name_of(row),
            login=row.login or "",
            role=Role(row.RoleGrant.role),
            source=row.RoleGrant.source,
            granted_at=row.RoleGrant.granted_at,
        )
        for row in db.session.execute(query)
    ]


def roles_here(person_id: int, school_id: int) -> list[Role]:
    """The roles that somebody holds in one school."""
    query = select(RoleGrant.role).where(RoleGrant.person_id == person_id, RoleGrant.school_id == school_id)
    return [Role(role) for role in dict.fromkeys(db.session.scalars(query.order_by(RoleGrant.role)))]
