"""People as the command line lists them: who, under which login, as what, where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, func, select

from app.accounts.models import Account
from app.db import db
from app.directory.models import (
    Affiliation,
    ClassMembership,
    Guardianship,
    Person,
    RoleGrant,
    School,
    SchoolClass,
    SchoolYear,
)
from app.profiles import Profile


def people(school: School | None = None) -> Iterator[dict[str, Any]]:
    """One entry for each profile that somebody holds in a school, by school and name; without a school also those who hold none.

    ``roles`` are those in that school (for people without a profile all of theirs); ``classes`` the codes of the newest year in
    which the school has any, a guardian's being those of their children. The number of queries does not grow with people.
    """
    classes, roles = _classes(school), _roles()
    query = (
        select(Person.id, Account.login, Affiliation.profile, Affiliation.school_id, School.uai)
        .join(Affiliation, Affiliation.person_id == Person.id)
        .join(School, School.id == Affiliation.school_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .order_by(School.uai, Person.search_name, Person.id, Affiliation.profile)
    )
    if school is not None:
        query = query.where(Affiliation.school_id == school.id)
    for person_id, login, profile, school_id, uai in db.session.execute(query):
        kind = "guardian" if profile == Profile.GUARDIAN else "own"
        yield {
            "id": person_id,
            "login": login,
            "profile": str(profile),
            "roles": sorted(roles[person_id, school_id] | roles[person_id, None]),
            "classes": sorted(classes[kind].get((person_id, school_id), ())),
            "school": uai,
        }
    if school is None:
        yield from _without_profile(roles)


def _without_profile(roles: dict[tuple[int, int | None], set[str]]) -> Iterator[dict[str, Any]]:
    query = (
        select(Person.id, Account.login)
        .join(Account, Account.person_id == Person.id)
        .where(~select(Affiliation.id).where(Affiliation.person_id == Person.id).exists())
        .order_by(Person.search_name, Person.id)
    )
    everywhere: dict[int, set[str]] = defaultdict(set)
    for (person_id, _school), held in roles.items():
        everywhere[person_id] |= held
    for person_id, login in db.session.execute(query):
        roles_held = sorted(everywhere.get(person_id, ()))
        yield {"id": person_id, "login": login, "profile": None, "roles": roles_held, "classes": [], "school": None}


def _roles() -> defaultdict[tuple[int, int | None], set[str]]:
    held: defaultdict[tuple[int, int | None], set[str]] = defaultdict(set)
    for person_id, school_id, role in db.session.execute(
        select(RoleGrant.person_id, RoleGrant.school_id, RoleGrant.role)
    ):
        held[person_id, school_id].add(str(role))
    return held


def _classes(school: School | None) -> dict[str, dict[tuple[int, int], set[str]]]:
    """The class codes of people and of the guardians' children, by (person, school)."""
    newest = (
        select(SchoolClass.school_id, func.max(SchoolYear.begins).label("begins"))
        .join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
        .group_by(SchoolClass.school_id)
        .subquery()
    )

    def current(query: Select[int, int, str]) -> Select[int, int, str]:
        query = query.join(SchoolYear, SchoolYear.id == SchoolClass.year_id).join(
            newest, (newest.c.school_id == SchoolClass.school_id) & (newest.c.begins == SchoolYear.begins)
        )
        return query.where(SchoolClass.school_id == school.id) if school is not None else query

    own = current(
        select(ClassMembership.person_id, SchoolClass.school_id, SchoolClass.code).join(
            SchoolClass, SchoolClass.id == ClassMembership.class_id
        )
    )
    children = current(
        select(Guardianship.guardian_id, SchoolClass.school_id, SchoolClass.code)
        .join(ClassMembership, ClassMembership.person_id == Guardianship.student_id)
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .where(
            ClassMembership.role == "student",
            Guardianship.standing.in_(("legal", "in-charge")),
            Guardianship.cut_at.is_(None),
        )
    )
    found: dict[str, dict[tuple[int, int], set[str]]] = {"own": defaultdict(set), "guardian": defaultdict(set)}
    for kind, query in (("own", own), ("guardian", children)):
        for person_id, school_id, code in db.session.execute(query):
            found[kind][person_id, school_id].add(code)
    return found
