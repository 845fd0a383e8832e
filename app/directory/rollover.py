"""The directory in a rollover: which rows belong to year N (S3-2), what is left of it (S3-5); what somebody has (DATA-3, LAW-4)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Select, func, literal, or_, select, union_all

from app.db import Id, db
from app.directory.groups.models import FreeGroup, FreeGroupMember
from app.directory.kin.models import SupportLink
from app.directory.models import (
    Affiliation,
    ClassMembership,
    GroupMembership,
    Person,
    PersonFunction,
    RoleGrant,
    School,
    SchoolClass,
    SchoolYear,
    TeachingGroup,
)
from app.directory.names import name_of
from app.fates import Scope, Space
from app.files.sheets import spreadsheet
from app.profiles import PROJECT_ROLES

KINDS = frozenset({"class", "teaching-group", "group-year", "support-link", "account-year"})


def rows(kind: str, space: Space, scope: Scope) -> Select[Any]:
    """The rows of ``kind`` that a rollover from year N takes: ``id`` and ``school_id``, of every school, live or not.

    Groups limited to the year go whenever they were made (S3-4), those for teaching too (S3-3). An account made by hand belongs to
    its home school, or to the first of its schools (G11); whoever holds a role of the project stays, so that a step never
    takes away the last operator. Raises KeyError for a kind of another room.
    """
    school_class, group, free = SchoolClass.__table__, TeachingGroup.__table__, FreeGroup.__table__
    link, person, grant = SupportLink.__table__, Person.__table__, RoleGrant.__table__
    if kind == "account-year":
        held = Affiliation.__table__
        # As ``homes`` says, but told of each of these few: a database that joins them to everybody's looks at all again for each.
        first = select(func.min(held.c.school_id)).where(held.c.person_id == person.c.id).scalar_subquery()
        at_home = func.coalesce(person.c.home_school_id, first, literal(0, Id)).label("school_id")
        answers = select(grant.c.id).where(
            grant.c.person_id == person.c.id, grant.c.role.in_([role.value for role in PROJECT_ROLES])
        )
        return select(person.c.id, at_home).where(
            person.c.source == "hand", person.c.lifetime == "year", ~answers.exists()
        )
    return {
        "class": select(school_class.c.id, school_class.c.school_id).where(school_class.c.year_id == scope.year_id),
        "teaching-group": select(group.c.id, group.c.school_id).where(group.c.year_id == scope.year_id),
        "group-year": select(free.c.id, free.c.school_id).where(free.c.lifetime == "year"),
        "support-link": select(link.c.id, link.c.school_id),
    }[kind]


def homes() -> Any:
    """A relation (person_id, school_id): in whose part of a run somebody's own things are dealt with, one row a person.

    The home school, else the first of the schools in which they hold a profile, set aside or not, else 0. The three cases
    stand apart, so that a database asked for one school looks at that school's people only.
    """
    person, held = Person.__table__, Affiliation.__table__
    before = held.alias("before")
    first = ~(
        select(before.c.id)
        .where(
            before.c.person_id == held.c.person_id,
            or_(
                before.c.school_id < held.c.school_id,
                (before.c.school_id == held.c.school_id) & (before.c.id < held.c.id),
            ),
        )
        .exists()
    )
    placed = select(before.c.id).where(before.c.person_id == person.c.id).exists()
    fed = select(person.c.id.label("person_id"), person.c.home_school_id.label("school_id")).where(
        person.c.home_school_id.is_not(None)
    )
    elsewhere = (
        select(held.c.person_id, held.c.school_id)
        .join_from(held, person, person.c.id == held.c.person_id)
        .where(person.c.home_school_id.is_(None), first)
    )
    # The same type in all three: PostgreSQL looks at one school only where the columns of the union agree.
    nowhere = select(person.c.id, literal(0, Id)).where(person.c.home_school_id.is_(None), ~placed)
    return union_all(fed, elsewhere, nowhere).subquery("home")


def left_of_year(year_id: int, school_id: int) -> int:
    """How many classes, option groups and memberships of a year are live in a school; 0 after step 3 (S3-5).

    A membership whose class is set aside counts too: it should have followed. One query.
    """
    counts = []
    for table, members, number in (
        (SchoolClass.__table__, ClassMembership.__table__, "class_id"),
        (TeachingGroup.__table__, GroupMembership.__table__, "group_id"),
    ):
        here = (table.c.year_id == year_id, table.c.school_id == school_id)
        own = select(func.count(table.c.id)).where(*here, table.c.set_aside_by.is_(None))
        inside = (
            select(func.count(members.c.id))
            .join_from(members, table, table.c.id == members.c[number])
            .where(*here, members.c.set_aside_by.is_(None))
        )
        counts += [own.scalar_subquery(), inside.scalar_subquery()]
    total = counts[0] + counts[1] + counts[2] + counts[3]
    return int(db.session.scalar(select(total)) or 0)


def owned(person_id: int, now: datetime) -> dict[tuple[str, Space], int]:
    """How many free groups somebody manages, by lifetime; one query. ``now`` is portal time and changes nothing here."""
    query = (
        select(FreeGroup.lifetime, func.count())
        .join(FreeGroupMember, FreeGroupMember.group_id == FreeGroup.id)
        .where(FreeGroupMember.person_id == person_id, FreeGroupMember.manager)
        .group_by(FreeGroup.lifetime)
    )
    return {(f"group-{lifetime}", Space.NONE): count for lifetime, count in db.session.execute(query)}


#: What a card tells, and the column of ``Person`` that holds it.
_CARD = {
    "nom": "last_name",
    "nom de naissance": "birth_name",
    "prénom": "first_name",
    "prénom d’usage": "used_first_name",
    "autres prénoms": "other_first_names",
    "civilité": "title",
    "INE": "ine",
    "adresse électronique": "email",
    "téléphone du domicile": "home_phone",
    "téléphone professionnel": "work_phone",
    "téléphone mobile": "mobile_phone",
    "adresse": "address",
    "code postal": "postal_code",
    "commune": "town",
    "pays": "country",
    "origine": "source",
}


def takeaway(person_id: int, now: datetime) -> Iterator[tuple[str, bytes | Path]]:
    """The person's own card, as JSON for machines and as CSV for readers; nothing of anybody else (KIN-2)."""
    person = db.session.get(Person, person_id)
    if person is None:
        return
    card: dict[str, object] = {"affiché": name_of(person)}
    card |= {label: value for label, column in _CARD.items() if (value := getattr(person, column))}
    if person.birth_date is not None:
        card["date de naissance"] = person.birth_date.isoformat()
    card["établissements"] = [f"{school}\u00a0: {profile}" for school, profile in _places(person_id)]
    card["fonctions"] = _functions(person_id)
    card["classes"] = _classes(person_id, now)
    card["groupes"] = _groups(person_id)
    card["extrait le"] = now.isoformat()
    yield "annuaire/ma-fiche.json", json.dumps(card, ensure_ascii=False, indent=2).encode()
    rows = [
        (label, str(one)) for label, value in card.items() for one in (value if isinstance(value, list) else [value])
    ]
    yield "annuaire/ma-fiche.csv", spreadsheet(["quoi", "valeur"], rows)


def _places(person_id: int) -> list[tuple[str, str]]:
    query = select(School.name, Affiliation.profile).join(Affiliation, Affiliation.school_id == School.id)
    rows = db.session.execute(query.where(Affiliation.person_id == person_id).order_by(School.name))
    return [(name, str(profile)) for name, profile in rows]


def _functions(person_id: int) -> list[str]:
    query = select(PersonFunction).where(PersonFunction.person_id == person_id).order_by(PersonFunction.id)
    return [
        " ".join(part for part in (one.label or one.code, one.discipline) if part) for one in db.session.scalars(query)
    ]


def _classes(person_id: int, now: datetime) -> list[str]:
    """The classes up to the present year only: the coming one is told on its own day, by pages (GATE-13)."""
    query = (
        select(SchoolYear.begins, SchoolClass.name)
        .join(SchoolClass, SchoolClass.year_id == SchoolYear.id)
        .join(ClassMembership, ClassMembership.class_id == SchoolClass.id)
        .where(ClassMembership.person_id == person_id, SchoolYear.first_day <= now.date())
        .distinct()
        .order_by(SchoolYear.begins, SchoolClass.name)
    )
    return [f"{begins}-{begins + 1}\u00a0: {name}" for begins, name in db.session.execute(query)]


def _groups(person_id: int) -> list[str]:
    query = select(FreeGroup.name).join(FreeGroupMember, FreeGroupMember.group_id == FreeGroup.id)
    return list(db.session.scalars(query.where(FreeGroupMember.person_id == person_id).order_by(FreeGroup.name)))
