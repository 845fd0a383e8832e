"""Reading whom a credentials sheet is for: a fixed number of queries a class, and one a thousand people for a whole school."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import Account
from app.accounts.sheets.choosing import Audience, Holder
from app.db import db
from app.directory.kin.standing import COUNTING
from app.directory.models import Affiliation, ClassMembership, Guardianship, Person, RoleGrant, SchoolClass, SchoolYear
from app.directory.names import name_of
from app.errors import NotFound
from app.profiles import Profile, Role, Visitor

_SLICE = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassLine:
    """A class with how many accounts it has of each audience, and how many of them were never used."""

    id: int
    name: str
    level: str | None
    year_begins: int
    school_id: int
    students: int = 0
    students_new: int = 0
    guardians: int = 0
    guardians_new: int = 0


def class_lines(school_id: int) -> list[ClassLine]:
    """The classes of a school, the newest year first, by level and code; three queries whatever their number."""
    query = (
        select(SchoolClass, SchoolYear.begins)
        .join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
        .where(SchoolClass.school_id == school_id)
        .order_by(SchoolYear.begins.desc(), SchoolClass.level, SchoolClass.code)
    )
    never = and_(Account.password_hash.is_(None), Account.first_sign_in_at.is_(None))
    counted = (
        ClassMembership.class_id,
        func.count(Account.person_id.distinct()),
        func.count(case((never, Account.person_id), else_=None).distinct()),
    )
    students = _pupils(school_id).with_only_columns(*counted)
    students = students.join(Account, Account.person_id == Person.id).where(Account.disabled_at.is_(None))
    guardians = _guardians(school_id).with_only_columns(*counted)
    guardians = guardians.join(Account, Account.person_id == Person.id).where(Account.disabled_at.is_(None))
    found = {
        audience: {number: (total, new) for number, total, new in db.session.execute(counting)}
        for audience, counting in (
            (Audience.STUDENTS, students.group_by(ClassMembership.class_id)),
            (Audience.GUARDIANS, guardians.group_by(ClassMembership.class_id)),
        )
    }
    return [
        ClassLine(
            id=row.id,
            name=row.name,
            level=row.level,
            year_begins=begins,
            school_id=school_id,
            students=found[Audience.STUDENTS].get(row.id, (0, 0))[0],
            students_new=found[Audience.STUDENTS].get(row.id, (0, 0))[1],
            guardians=found[Audience.GUARDIANS].get(row.id, (0, 0))[0],
            guardians_new=found[Audience.GUARDIANS].get(row.id, (0, 0))[1],
        )
        for row, begins in db.session.execute(query)
    ]


def class_line(class_id: int, school_id: int | None) -> ClassLine:
    """One class of that school (of any, where None). Raises ``NotFound``."""
    query = select(SchoolClass, SchoolYear.begins).join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
    query = query.where(SchoolClass.id == class_id)
    found = db.session.execute(query if school_id is None else query.where(SchoolClass.school_id == school_id)).first()
    if found is None:
        raise NotFound()
    row, begins = found
    return ClassLine(id=row.id, name=row.name, level=row.level, year_begins=begins, school_id=row.school_id)


def teaches(visitor: Visitor, class_id: int) -> bool:
    """Is the visitor a teacher of that class (ACCT-4)?"""
    query = select(ClassMembership.id).where(
        ClassMembership.class_id == class_id,
        ClassMembership.person_id == visitor.person_id,
        ClassMembership.role.in_(("teacher", "head-teacher")),
    )
    return db.session.scalar(query.limit(1)) is not None


# The people ------------------------------------------------------------------------------------------------------------


def _pupils(school_id: int) -> Any:
    """The living pupils of the school's classes, by class and name."""
    held = select(Affiliation.person_id).where(
        Affiliation.school_id == school_id, Affiliation.profile == Profile.STUDENT
    )
    return (
        select(ClassMembership.class_id, Person)
        .select_from(ClassMembership)
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .join(Person, Person.id == ClassMembership.person_id)
        .where(
            SchoolClass.school_id == school_id,
            ClassMembership.role == "student",
            Person.died_on.is_(None),
            Person.id.in_(held),
        )
    )


def _guardians(school_id: int) -> Any:
    """Who stands for the living pupils of the school's classes, by a link that counts (KIN-1, KIN-3)."""
    pupil = aliased(Person)
    held = select(Affiliation.person_id).where(
        Affiliation.school_id == school_id, Affiliation.profile == Profile.STUDENT
    )
    return (
        select(ClassMembership.class_id, Person, pupil)
        .select_from(ClassMembership)
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .join(pupil, pupil.id == ClassMembership.person_id)
        .join(Guardianship, Guardianship.student_id == pupil.id)
        .join(Person, Person.id == Guardianship.guardian_id)
        .where(
            SchoolClass.school_id == school_id,
            ClassMembership.role == "student",
            Guardianship.standing.in_(COUNTING),
            Guardianship.cut_at.is_(None),
            pupil.died_on.is_(None),
            pupil.id.in_(held),
            Person.died_on.is_(None),
        )
    )


def holders(audience: Audience, school_id: int, class_ids: Sequence[int]) -> list[Holder]:
    """Everybody of these classes of one school, in the classes' order and by name, each once.

    A guardian of pupils in several of them stands with the first; on their slip are their own pupils of these classes, and nothing
    of anybody else (KIN-2).
    """
    place = {number: order for order, number in enumerate(class_ids)}
    query = _pupils(school_id) if audience == Audience.STUDENTS else _guardians(school_id)
    people: dict[int, Person] = {}
    first: dict[int, int] = {}
    pupils: dict[int, dict[int, str]] = defaultdict(dict)
    for some in _slices(sorted(place)):
        for class_id, person, *pupil in db.session.execute(query.where(ClassMembership.class_id.in_(some))):
            people[person.id] = person
            known = first.get(person.id)
            if known is None or place[class_id] < place[known]:
                first[person.id] = class_id
            for one in pupil:
                pupils[person.id][one.id] = name_of(one)
    accounts, profiles, roles = _accounts(people), _profiles(people), _roles(people)
    found = []
    for number, person in people.items():
        account = accounts.get(number)
        found.append(
            Holder(
                person_id=number,
                name=" ".join(part for part in (person.title, name_of(person)) if part)
                if audience == Audience.GUARDIANS
                else name_of(person),
                class_id=first[number],
                pupils=tuple(sorted(pupils[number].values())),
                login=account.login if account is not None else None,
                code_expires_at=account.code_expires_at if account is not None else None,
                has_code=account is not None and account.code_hash is not None,
                has_password=account is not None and account.password_hash is not None,
                signed_in_before=account is not None and account.first_sign_in_at is not None,
                disabled=account is not None and account.disabled_at is not None,
                everywhere=frozenset(profiles[number]),
                roles=frozenset(roles[number]),
            )
        )
    return sorted(found, key=lambda one: (place[one.class_id], people[one.person_id].search_name, one.person_id))


def _accounts(person_ids: Collection[int]) -> dict[int, Account]:
    rows = (
        account
        for some in _slices(sorted(person_ids))
        for account in db.session.scalars(select(Account).where(Account.person_id.in_(some)))
    )
    return {account.person_id: account for account in rows}


def _profiles(person_ids: Collection[int]) -> dict[int, set[Profile]]:
    found: dict[int, set[Profile]] = defaultdict(set)
    for some in _slices(sorted(person_ids)):
        query = select(Affiliation.person_id, Affiliation.profile).where(Affiliation.person_id.in_(some))
        for number, profile in db.session.execute(query.distinct()):
            found[number].add(Profile(profile))
    return found


def _roles(person_ids: Collection[int]) -> dict[int, set[tuple[Role, int | None]]]:
    found: dict[int, set[tuple[Role, int | None]]] = defaultdict(set)
    for some in _slices(sorted(person_ids)):
        query = select(RoleGrant.person_id, RoleGrant.role, RoleGrant.school_id).where(RoleGrant.person_id.in_(some))
        for number, role, school_id in db.session.execute(query):
            found[number].add((Role(role), school_id))
    return found


def accounts_to_change(person_ids: Collection[int]) -> list[Account]:
    """These people's accounts, read anew and held until the commit, by number so that two who ask at once do not block each other."""
    found: list[Account] = []
    for some in _slices(sorted(person_ids)):
        query = select(Account).where(Account.person_id.in_(some)).order_by(Account.person_id).with_for_update()
        found += db.session.scalars(query, execution_options={"populate_existing": True})
    return found


def _slices(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), _SLICE):
        yield numbers[start : start + _SLICE]
