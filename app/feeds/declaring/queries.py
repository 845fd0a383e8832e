"""Reading what is declared (FEED-7)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.db import db
from app.directory.models import Person, School, SchoolYear
from app.errors import NotFound
from app.feeds.declaring.kinds import ENDING, Declared
from app.feeds.declaring.models import SchoolDeclaration as SchoolDeclaration
from app.schoolyear import start_of_day


def declarations(limit: int = 200) -> Sequence[tuple[SchoolDeclaration, School]]:
    """All that was declared, the newest first, with the schools."""
    query = select(SchoolDeclaration, School).join(School, School.id == SchoolDeclaration.school_id)
    return [
        (one, school) for one, school in db.session.execute(query.order_by(SchoolDeclaration.id.desc()).limit(limit))
    ]


def declaration_called(declaration_id: int) -> SchoolDeclaration:
    """The declaration of that number. Raises ``NotFound``."""
    found = db.session.get(SchoolDeclaration, declaration_id)
    if found is None:
        raise NotFound()
    return found


def school_of(declaration: SchoolDeclaration) -> School:
    """Of which school it is."""
    return db.session.get_one(School, declaration.school_id)


def names_of(declaration: SchoolDeclaration) -> dict[str, str]:
    """Names of the declared UAIs that are schools here."""
    found = db.session.execute(select(School.uai, School.name).where(School.uai.in_(declaration.uais)))
    return {row.uai: row.name for row in found}


def people_of(declaration: SchoolDeclaration) -> dict[int, str]:
    """Who declared and confirmed, by number."""
    wanted = [number for number in (declaration.declared_by_id, declaration.confirmed_by_id) if number is not None]
    rows = db.session.execute(select(Person.id, Person.first_name, Person.last_name).where(Person.id.in_(wanted)))
    return {number: f"{first} {last}" for number, first, last in rows}


def is_ending(school_id: int | None) -> bool:
    """Is the school's closure, merger or split declared and confirmed? Then two people may lift its last threshold."""
    if school_id is None:
        return False
    return db.session.scalar(_confirmed(ENDING).where(SchoolDeclaration.school_id == school_id)) is not None


def ending(session: Session, *, year_id: int, day: date) -> Mapping[int, Sequence[str]]:
    """The schools that have ended for a delivery of that day and year, with the UAIs of their successors.

    A school that ends in the summer has ended for every delivery of the year that begins then, from the first one on.
    """
    begins = session.scalar(select(SchoolYear.begins).where(SchoolYear.id == year_id)) or 0
    last = max(day, date(begins, 9, 30)) if begins else day
    found = session.scalars(_confirmed(ENDING).where(SchoolDeclaration.day <= last))
    return {one.school_id: one.uais for one in found}


def heirs(session: Session, *, year_id: int, day: date) -> Mapping[int, Sequence[int]]:
    """The schools that have ended (``ending``), with their successors here, also those that have a new UAI since; three queries."""
    ended = ending(session, year_id=year_id, day=day)
    numbers = _numbers_of({uai for uais in ended.values() for uai in uais})
    found = {old: [numbers[uai] for uai in uais if uai in numbers] for old, uais in ended.items()}
    return {old: to for old, to in found.items() if to}


def kept_by(school_ids: Collection[int] | None, now: datetime) -> list[tuple[School, int]]:
    """The schools that have ended and whose archives one of these keeps, with the keeper's number; three queries at most.

    ``school_ids``: None for every school. ``now`` is portal time; each school ends on its own day in its own zone.
    """
    row = SchoolDeclaration
    query = select(row, School).join(School, School.id == row.school_id)
    query = query.where(
        row.kind.in_(sorted(ENDING)), row.confirmed_at.is_not(None), row.open, row.keeper_uai != "",
        row.day <= (now + timedelta(days=1)).date(),
    )  # fmt: skip
    found = [
        (one, school)
        for one, school in db.session.execute(query.order_by(School.search_name, School.id))
        if start_of_day(one.day, ZoneInfo(school.zone)) <= now
    ]
    numbers = _numbers_of({one.keeper_uai for one, _school in found})
    kept = [(school, numbers[one.keeper_uai]) for one, school in found if one.keeper_uai in numbers]
    return [(school, keeper) for school, keeper in kept if school_ids is None or keeper in school_ids]


def _numbers_of(uais: Collection[str]) -> dict[str, int]:
    """The schools here that have these UAIs, or had them; a live one comes before a former one."""
    if not uais:
        return {}
    row = SchoolDeclaration
    former = db.session.execute(select(row.former_uai, row.school_id).where(row.former_uai.in_(uais))).all()
    known = db.session.execute(select(School.uai, School.id).where(School.uai.in_(uais))).all()
    return {uai: number for uai, number in [*former, *known]}  # noqa: C416  (rows are not pairs to dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Unsettled:
    """A declaration of which something is missing before step 1: the second person's word, or else what becomes of the school's things."""

    declaration_id: int
    school_id: int
    school: str
    confirmed: bool


def unsettled(school_ids: Collection[int], begins: int) -> list[Unsettled]:
    """What is declared of these schools for the year that begins in ``begins``, and not confirmed or without its words; one query.

    What begins later than that year's September waits for a campaign of its own.
    """
    mine = set(school_ids)
    query = (
        select(SchoolDeclaration, School.name)
        .join(School, School.id == SchoolDeclaration.school_id)
        .where(SchoolDeclaration.open, SchoolDeclaration.day <= date(begins, 9, 30))
        .order_by(School.search_name, School.id)
    )
    return [
        Unsettled(declaration_id=one.id, school_id=one.school_id, school=name, confirmed=one.confirmed_at is not None)
        for one, name in db.session.execute(query)
        if one.school_id in mine and (one.confirmed_at is None or _wordless(one))
    ]


def _wordless(one: SchoolDeclaration) -> bool:
    """Does a school end without a word about its sections, trash, archives or their keeper?"""
    return one.kind in ENDING and not all(text.strip() for text in (one.sections, one.trash, one.archives, one.keeper))


def renamed(session: Session) -> Mapping[str, int]:
    """New UAIs that are confirmed and not given yet, with their schools."""
    return {one.uais[0]: one.school_id for one in session.scalars(_confirmed({Declared.NEW_UAI}))}


def _confirmed(kinds: Collection[Declared]) -> Select[Any]:
    return select(SchoolDeclaration).where(
        SchoolDeclaration.kind.in_(sorted(kinds)),
        SchoolDeclaration.confirmed_at.is_not(None),
        SchoolDeclaration.open,
    )
