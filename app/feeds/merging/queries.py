"""Finding records of guardians that may be one person, and what was merged (KIN-4). No address, phone or mail (KIN-2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select

from app.accounts.models import Account
from app.db import db
from app.directory.kin.standing import COUNTING
from app.directory.models import Affiliation, Guardianship, Person, School
from app.directory.names import folded, name_of
from app.directory.queries import affiliations_of
from app.errors import NotFound
from app.feeds.merging.models import GuardianMerge
from app.feeds.merging.pairs import Record
from app.profiles import Profile

#: Names shown on one page of possible doubles.
PAGE = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Guardian:
    """A record of a guardian with what tells it from its double: pupils, schools, where the record comes from."""

    person_id: int
    name: str
    source: str
    key: str
    login: str
    opened_at: datetime | None
    signed_in: bool
    pupils: tuple[str, ...]
    schools: tuple[str, ...]


def possible_doubles(school_id: int | None, text: str = "") -> tuple[list[list[Guardian]], bool]:
    """Guardians of the same name, in a school or whose name begins with ``text`` anywhere, and whether more follow.

    Six queries whatever their number. Without a school a name is needed.
    """
    if school_id is None and not folded(text):
        return [], False
    query = select(Person.search_name).join(Affiliation, Affiliation.person_id == Person.id)
    query = query.where(Affiliation.profile == Profile.GUARDIAN, Person.source != "merged")
    if school_id is not None:
        query = query.where(Affiliation.school_id == school_id)
    if prefix := folded(text):
        query = query.where(Person.search_name >= prefix, Person.search_name < after_prefix(prefix))
    query = query.group_by(Person.search_name).having(func.count(Person.id.distinct()) > 1)
    names = list(db.session.scalars(query.order_by(Person.search_name).limit(PAGE + 1)))
    if not names:
        return [], False
    people = select(Person.id).join(Affiliation, Affiliation.person_id == Person.id)
    people = people.where(Affiliation.profile == Profile.GUARDIAN, Person.search_name.in_(names[:PAGE]))
    if school_id is not None:
        people = people.where(Affiliation.school_id == school_id)
    found: dict[str, list[Guardian]] = defaultdict(list)
    for one in guardians(list(db.session.scalars(people.distinct().limit(PAGE * 10))), school_id):
        found[folded(one.name)].append(one)
    return [group for group in found.values() if len(group) > 1], len(names) > PAGE


def after_prefix(prefix: str) -> str:
    """The first text after all those that begin with ``prefix`` (lower case letters, digits and single spaces)."""
    stem = prefix.rstrip("z")
    return f"{stem[:-1]}{chr(ord(stem[-1]) + 1)}" if stem else "zzzzzzzz"


def guardians(person_ids: Collection[int], school_id: int | None) -> list[Guardian]:
    """These guardians as a page shows them, pupils and schools of ``school_id`` only where it is given (KIN-4)."""
    rows = db.session.execute(
        select(Person, Account)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.id.in_(person_ids))
        .order_by(Person.search_name, Person.id)
    ).all()
    pupils: dict[int, list[str]] = defaultdict(list)
    linked = (
        select(Guardianship.guardian_id, Person)
        .join(Person, Person.id == Guardianship.student_id)
        .where(Guardianship.guardian_id.in_(person_ids), Guardianship.standing.in_(COUNTING))
        .order_by(Person.search_name, Person.id)
    )
    if school_id is not None:
        here = select(Affiliation.person_id).where(Affiliation.school_id == school_id)
        linked = linked.where(Guardianship.student_id.in_(here))
    for guardian_id, pupil in db.session.execute(linked):
        pupils[guardian_id].append(name_of(pupil))
    held = affiliations_of(person_ids)
    names = _school_names({school for places in held.values() for school, _profile in places})
    return [
        Guardian(
            person_id=person.id,
            name=name_of(person),
            source=person.source,
            key=person.source_key,
            login=account.login if account is not None else "",
            opened_at=account.created_at if account is not None else None,
            signed_in=account is not None and account.first_sign_in_at is not None,
            pupils=tuple(pupils[person.id]),
            schools=tuple(names[school] for school, _profile in held.get(person.id, ()) if school_id in (None, school)),
        )
        for person, account in rows
    ]


def _school_names(school_ids: Collection[int]) -> dict[int, str]:
    rows = db.session.execute(select(School.id, School.name).where(School.id.in_(school_ids)))
    return {row.id: row.name for row in rows}


def record_of(person_id: int) -> Record:
    """Somebody as the rules of merging look at them. Raises ``NotFound``."""
    person = db.session.get(Person, person_id)
    if person is None:
        raise NotFound()
    held = affiliations_of([person_id]).get(person_id, [])
    account = db.session.get(Account, person_id)
    pupils = select(Guardianship.student_id, Affiliation.school_id).outerjoin(
        Affiliation, and_(Affiliation.person_id == Guardianship.student_id, Affiliation.profile == Profile.STUDENT)
    )
    linked = db.session.execute(
        pupils.where(Guardianship.guardian_id == person_id, Guardianship.standing.in_(COUNTING))
    ).all()
    return Record(
        person_id=person_id,
        profiles=frozenset(profile for _school, profile in held),
        school_ids=frozenset(school for school, _profile in held)
        | {school for _pupil, school in linked if school is not None},
        guards=bool(linked),
        opened_at=account.created_at if account is not None else None,
        merged=person.source == "merged",
    )


def merges_to_settle(school_id: int | None, limit: int = 100) -> Sequence[tuple[GuardianMerge, str]]:
    """The merges that the school (or the project) is asked to make in SIECLE too, with the name; newest first."""
    query = select(GuardianMerge, Person).join(Person, Person.id == GuardianMerge.kept_id)
    query = query.where(GuardianMerge.agreed_at.is_(None))
    if school_id is not None:
        here = select(Affiliation.person_id).where(Affiliation.school_id == school_id)
        query = query.where(GuardianMerge.kept_id.in_(here))
    rows = db.session.execute(query.order_by(GuardianMerge.id.desc()).limit(limit))
    return [(merge, name_of(person)) for merge, person in rows]
