"""Finding records of guardians that may be one person, and what was merged (KIN-4). No address, phone or mail (KIN-2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import aliased

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
from app.words import N_, Words

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
    query = query.where(
        GuardianMerge.agreed_at.is_(None), GuardianMerge.undone_at.is_(None), GuardianMerge.kind == "guardian"
    )
    if school_id is not None:
        here = select(Affiliation.person_id).where(Affiliation.school_id == school_id)
        query = query.where(GuardianMerge.kept_id.in_(here))
    rows = db.session.execute(query.order_by(GuardianMerge.id.desc()).limit(limit))
    return [(merge, name_of(person)) for merge, person in rows]


# Siblings' doubles -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """Two records of one name, of pupils of one school, that something else says are one person; ``because`` are words."""

    one: Guardian
    other: Guardian
    because: tuple[str, ...]


SAME_PARTNER = N_("leurs élèves ont un autre responsable en commun")
SAME_NUMBER = N_("le même téléphone mobile")
SAME_MAIL = N_("la même adresse électronique")
SAME_HOME = N_("la même adresse postale")


def proposals(school_id: int) -> list[Proposal]:
    """Guardians of siblings who stand there twice (FEED-5): same name, different pupils, and a common sign; five queries.

    Two who stand for the same pupil are that pupil's two guardians, however they are called. What is compared is never shown.
    """
    one, other, here, there = aliased(Person), aliased(Person), aliased(Affiliation), aliased(Affiliation)
    of_one, of_other = aliased(Guardianship), aliased(Guardianship)
    both = (
        select(of_one.id)
        .join(of_other, of_other.student_id == of_one.student_id)
        .where(of_one.guardian_id == one.id, of_other.guardian_id == other.id)
        .exists()
    )
    by_one, by_other = aliased(Guardianship), aliased(Guardianship)
    co_one, co_other = aliased(Guardianship), aliased(Guardianship)
    partner = (
        select(co_one.id)
        .join(co_other, co_other.guardian_id == co_one.guardian_id)
        .join(by_one, by_one.student_id == co_one.student_id)
        .join(by_other, by_other.student_id == co_other.student_id)
        .where(
            by_one.guardian_id == one.id,
            by_other.guardian_id == other.id,
            co_one.guardian_id.not_in([one.id, other.id]),
            *(link.standing.in_(COUNTING) for link in (by_one, by_other, co_one, co_other)),
        )
        .exists()
    )
    signs = (
        (SAME_PARTNER, partner),
        (SAME_NUMBER, and_(one.mobile_phone != "", one.mobile_phone == other.mobile_phone)),
        (SAME_MAIL, and_(one.email != "", func.lower(one.email) == func.lower(other.email))),
        (
            SAME_HOME,
            and_(one.address != "", one.address == other.address, one.postal_code == other.postal_code),
        ),
    )
    query = (
        select(one.id, other.id, *(case((sign, 1), else_=0) for _words, sign in signs))
        .join(here, and_(here.person_id == one.id, here.school_id == school_id, here.profile == Profile.GUARDIAN))
        .join(other, and_(other.search_name == one.search_name, other.id > one.id))
        .join(there, and_(there.person_id == other.id, there.school_id == school_id))
        .where(
            there.profile == Profile.GUARDIAN,
            one.source != "merged",
            other.source != "merged",
            or_(one.title == other.title, one.title == "", other.title == ""),
            ~both,
            or_(*(sign for _words, sign in signs)),
        )
        .order_by(one.search_name, one.id, other.id)
        .limit(PAGE)
    )
    rows = db.session.execute(query).all()
    shown = (
        {found.person_id: found for found in guardians({n for row in rows for n in row[:2]}, school_id)} if rows else {}
    )
    return [
        Proposal(
            one=shown[row[0]],
            other=shown[row[1]],
            because=tuple(words for (words, _sign), there_ in zip(signs, row[2:], strict=True) if there_),
        )
        for row in rows
    ]


# Made and undone -------------------------------------------------------------------------------------------------------


def merges_made(
    school_id: int | None, kinds: Collection[str] = ("guardian",), limit: int = 60
) -> Sequence[tuple[GuardianMerge, str]]:
    """The merges of a school (the project's own where None), undone ones too, with the name; newest first."""
    same = GuardianMerge.school_id.is_(None) if school_id is None else GuardianMerge.school_id == school_id
    query = select(GuardianMerge, Person).join(Person, Person.id == GuardianMerge.kept_id)
    query = query.where(same, GuardianMerge.kind.in_(kinds))
    return [
        (made, name_of(person))
        for made, person in db.session.execute(query.order_by(GuardianMerge.id.desc()).limit(limit))
    ]


def merge_made(merge_id: int, school_id: int | None, kinds: Collection[str] = ("guardian",)) -> GuardianMerge:
    """A merge of that school, or of the project where None. Raises ``NotFound`` (G11)."""
    found = db.session.get(GuardianMerge, merge_id)
    if found is None or found.school_id != school_id or found.kind not in kinds:
        raise NotFound()
    return found


def merge_to_undo(merge_id: int) -> GuardianMerge:
    """A merge, read anew and held until the commit. Raises ``NotFound``."""
    query = select(GuardianMerge).where(GuardianMerge.id == merge_id).with_for_update()
    found = db.session.scalar(query, execution_options={"populate_existing": True})
    if found is None:
        raise NotFound()
    return found


def undo_refusal(made: GuardianMerge) -> Words | None:
    """Why a merge cannot be undone; None if it can."""
    if made.undone_at is not None:
        return Words(N_("Ce rapprochement a déjà été annulé."))
    if made.image is None or made.merged_id is None:
        return Words(N_("Ce rapprochement ne s’annule plus : ce qu’il a déplacé n’est plus connu."))
    sources = dict(
        db.session.execute(select(Person.id, Person.source).where(Person.id.in_([made.kept_id, made.merged_id]))).all()
    )
    if sources.get(made.merged_id) != "merged":
        return Words(N_("Ce rapprochement ne s’annule plus : ce qu’il a déplacé n’est plus connu."))
    later = select(GuardianMerge.id).where(
        GuardianMerge.id > made.id, GuardianMerge.kept_id == made.kept_id, GuardianMerge.undone_at.is_(None)
    )
    # What a later one has folded depends on this one.
    if sources.get(made.kept_id) == "merged" or db.session.scalar(later.limit(1)) is not None:
        return Words(N_("Un rapprochement plus récent concerne le même compte : annulez-le d’abord."))
    if made.kind == "guardian" and made.agreed_at is not None:
        return Words(N_("La source ne connaît plus qu’une seule fiche : séparez d’abord les deux dans SIECLE."))
    taken = select(Person.id).where(
        Person.source == made.source,
        Person.source_key == made.key,
        Person.id.not_in([made.kept_id, made.merged_id]),
    )
    if db.session.scalar(taken, execution_options={"set_aside": True}) is not None:
        return Words(N_("La source a fait de la seconde fiche une nouvelle personne : elle ne peut plus être rendue."))
    return None
