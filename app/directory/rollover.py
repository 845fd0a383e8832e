"""What somebody has in the directory, for 'Mes données et la bascule' (DATA-3), and their own card to take along (LAW-4)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from app.db import db
from app.directory.groups.models import FreeGroup, FreeGroupMember
from app.directory.models import Affiliation, ClassMembership, Person, PersonFunction, School, SchoolClass, SchoolYear
from app.directory.names import name_of
from app.fates import Space
from app.files.sheets import spreadsheet


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
