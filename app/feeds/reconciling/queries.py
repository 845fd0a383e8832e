"""Reading what was done by hand in a school and what feeds say of it; a fixed number of queries, whatever there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Account
from app.accounts.people.privileges import covers
from app.db import db
from app.directory.models import Affiliation, ClassMembership, Person, RoleGrant, School, SchoolClass, SchoolYear
from app.directory.names import name_of
from app.directory.queries import affiliations_of
from app.errors import NotFound
from app.feeds.reconciling.judging import Agreement, Said, Twin, judge
from app.feeds.reconciling.models import HandVerdict
from app.profiles import Profile, Role, Visitor

#: Links that people have made; a replacement's has its own days and no feed knows it.
BY_PEOPLE, NOT_FED = ("choice", "hand"), ("choice", "hand", "replacement")
#: Links and pairs looked at together: more than a school ever has.
MOST = 400
_WORKING = (Profile.TEACHER, Profile.STAFF)


@dataclass(frozen=True, kw_only=True, slots=True)
class HandLink:
    """Somebody in a class by hand, with the feed's word. ``elsewhere`` and ``others`` are names of classes and of teachers."""

    id: int
    person_id: int
    name: str
    class_id: int
    class_name: str
    class_year: int
    role: str
    source: str
    agreement: Agreement
    said: str
    decided: bool
    elsewhere: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class TwinLine:
    """Two accounts of one name: ``hand_id`` made by hand, ``fed_id`` brought by a feed. ``sure``: a birth date or address agrees too."""

    hand_id: int
    fed_id: int
    name: str
    hand_login: str
    fed_login: str
    fed_source: str
    sure: bool


def hand_links(school: School, *, link_id: int | None = None) -> list[HandLink]:
    """The links that people have made in a school's classes, conflicts first; five queries."""
    found = [line for _school_id, line in _judged([school], link_id)]
    order = list(Agreement)
    return sorted(found, key=lambda one: (one.decided, order.index(one.agreement)))


def waiting_by_school(schools: Collection[School]) -> dict[int, int]:
    """How many links and pairs of accounts ask each of these schools for a decision, where any does; six queries at most."""
    found: dict[int, int] = defaultdict(int)
    for school_id, line in _judged(schools):
        found[school_id] += line.agreement == Agreement.CONFLICT and not line.decided
    for school_id, _line in _pairs([school.id for school in schools]):
        found[school_id] += 1
    return {school_id: count for school_id, count in found.items() if count}


def _judged(schools: Collection[School], link_id: int | None = None) -> list[tuple[int, HandLink]]:
    """The links that people have made in the classes of some schools, with the school."""
    known = {school.id: school for school in schools}
    query = (
        select(ClassMembership, SchoolClass, SchoolYear.begins, Person)
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
        .join(Person, Person.id == ClassMembership.person_id)
        .where(SchoolClass.school_id.in_(known), ClassMembership.source.in_(BY_PEOPLE))
        .order_by(SchoolYear.begins.desc(), Person.search_name, ClassMembership.id)
        .limit(MOST * len(known))
    )
    if link_id is not None:
        query = query.where(ClassMembership.id == link_id)
    rows = db.session.execute(query).all()
    people, classes = {row.ClassMembership.person_id for row in rows}, {row.SchoolClass.id for row in rows}
    fed = _fed_classes(people, known)
    teachers = _fed_teachers(classes)
    decided = _verdicts(known)
    found = []
    for link, school_class, begins, person in rows:
        # Of the same kind: a pupil's class says nothing of the teacher that they may be elsewhere.
        school = known[school_class.school_id]
        own = fed.get((school.id, link.person_id, link.role == "student", school_class.year_id), {})
        others = {number: name for number, name in teachers.get(link.class_id, {}).items() if number != link.person_id}
        elsewhere = {number: name for number, name in own.items() if number != link.class_id}
        said = Said(
            same=link.also_from is not None or link.class_id in own,
            elsewhere=frozenset(elsewhere),
            others=frozenset(others) if link.role != "student" else frozenset(),
        )
        line = HandLink(
            id=link.id,
            person_id=link.person_id,
            name=name_of(person),
            class_id=link.class_id,
            class_name=school_class.name,
            class_year=begins,
            role=link.role,
            source=link.source,
            agreement=judge(said, link.role, one_teacher=school.kind == "primary"),
            said=said.spelled(),
            decided=decided.get((link.person_id, link.class_id, link.role)) == said.spelled(),
            elsewhere=tuple(sorted(elsewhere.values())),
            others=tuple(sorted(others.values())) if link.role != "student" else (),
        )
        found.append((school.id, line))
    return found


def hand_link(school: School, link_id: int) -> HandLink:
    """One of them. Raises ``NotFound`` for a link of another school, or of a feed (G11)."""
    found = hand_links(school, link_id=link_id)
    if not found:
        raise NotFound()
    return found[0]


def link_row(link_id: int) -> ClassMembership:
    """The link's row, read anew and held until the commit. Raises ``NotFound``."""
    query = select(ClassMembership).where(ClassMembership.id == link_id).with_for_update()
    found = db.session.scalar(query, execution_options={"populate_existing": True})
    if found is None:
        raise NotFound()
    return found


def _fed_classes(
    person_ids: Collection[int], school_ids: Collection[int]
) -> Mapping[tuple[int, int, bool, int], dict[int, str]]:
    """(school, person, as a pupil, year) -> the classes of the school in which feeds put them, with their names."""
    query = (
        select(ClassMembership.person_id, ClassMembership.role, SchoolClass)
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .where(
            SchoolClass.school_id.in_(school_ids),
            ClassMembership.person_id.in_(person_ids),
            or_(ClassMembership.source.not_in(NOT_FED), ClassMembership.also_from.is_not(None)),
        )
    )
    found: dict[tuple[int, int, bool, int], dict[int, str]] = defaultdict(dict)
    for person_id, role, row in db.session.execute(query):
        found[row.school_id, person_id, role == "student", row.year_id][row.id] = row.name
    return found


def _fed_teachers(class_ids: Collection[int]) -> Mapping[int, dict[int, str]]:
    """Class -> the teachers whom feeds name there, with their names."""
    query = (
        select(ClassMembership.class_id, Person)
        .join(Person, Person.id == ClassMembership.person_id)
        .where(
            ClassMembership.class_id.in_(class_ids),
            ClassMembership.role != "student",
            or_(ClassMembership.source.not_in(NOT_FED), ClassMembership.also_from.is_not(None)),
        )
    )
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for class_id, person in db.session.execute(query):
        found[class_id][person.id] = name_of(person)
    return found


def _verdicts(school_ids: Collection[int]) -> Mapping[tuple[int, int | None, str], str]:
    query = select(HandVerdict.person_id, HandVerdict.class_id, HandVerdict.role, HandVerdict.said)
    query = query.where(HandVerdict.school_id.in_(school_ids), HandVerdict.class_id.is_not(None))
    return {(person, class_, role): said for person, class_, role, said in db.session.execute(query)}


# Accounts --------------------------------------------------------------------------------------------------------------


def twins(school_id: int) -> list[TwinLine]:
    """Accounts made by hand of whom a feed has brought somebody of the same name to the school's staff; one query.

    Two whose birth dates differ are two people. What was decided to be two is left out.
    """
    return [line for _school_id, line in _pairs([school_id])]


def _pairs(school_ids: Collection[int]) -> list[tuple[int, TwinLine]]:
    """Such pairs in some schools, with the school; one query."""
    hand, fed, here, there = aliased(Person), aliased(Person), aliased(Affiliation), aliased(Affiliation)
    own, theirs = aliased(Account), aliased(Account)
    apart = select(HandVerdict.id).where(HandVerdict.person_id == hand.id, HandVerdict.other_id == fed.id)
    born = and_(hand.birth_date.is_not(None), hand.birth_date == fed.birth_date)
    mail = and_(hand.email != "", func.lower(hand.email) == func.lower(fed.email))
    query = (
        select(here.school_id, hand, fed.id, fed.source, own.login, theirs.login, or_(born, mail))
        .join(fed, fed.search_name == hand.search_name)
        .join(here, and_(here.person_id == hand.id, here.school_id.in_(school_ids)))
        .join(there, and_(there.person_id == fed.id, there.school_id == here.school_id))
        .outerjoin(own, own.person_id == hand.id)
        .outerjoin(theirs, theirs.person_id == fed.id)
        .where(
            hand.source == "hand",
            fed.source.not_in(("hand", "merged")),
            here.profile.not_in((Profile.STUDENT, Profile.GUARDIAN)),
            there.profile.in_(_WORKING),
            or_(hand.birth_date.is_(None), fed.birth_date.is_(None), hand.birth_date == fed.birth_date),
            ~apart.exists(),
        )
        .order_by(hand.search_name, hand.id, fed.id)
        .limit(MOST * len(school_ids))
    )
    found: dict[tuple[int, int, int], TwinLine] = {}
    for school_id, person, fed_id, source, hand_login, fed_login, sure in db.session.execute(query):
        found[school_id, person.id, fed_id] = TwinLine(
            hand_id=person.id,
            fed_id=fed_id,
            name=name_of(person),
            hand_login=hand_login or "",
            fed_login=fed_login or "",
            fed_source=source,
            sure=bool(sure),
        )
    return [(school_id, line) for (school_id, _hand, _fed), line in found.items()]


def twin_line(school_id: int, hand_id: int, fed_id: int) -> TwinLine:
    """One pair. Raises ``NotFound`` for any other two people (G11)."""
    for line in twins(school_id):
        if (line.hand_id, line.fed_id) == (hand_id, fed_id):
            return line
    raise NotFound()


def twin_facts(line: TwinLine, actor: Visitor) -> Twin:
    """The pair as the rule looks at it."""
    both = [line.hand_id, line.fed_id]
    held = [place for places in affiliations_of(both).values() for place in places]
    roles = db.session.execute(select(RoleGrant.role, RoleGrant.school_id).where(RoleGrant.person_id.in_(both))).all()
    sources = dict(db.session.execute(select(Person.id, Person.source).where(Person.id.in_(both))).all())
    return Twin(
        profiles=frozenset(profile for _school, profile in held),
        schools=frozenset(school for school, _profile in held),
        roles_covered=all(covers(actor, Role(role), school) for role, school in roles),
        hand_is_hand=sources.get(line.hand_id) == "hand",
        fed_is_fed=sources.get(line.fed_id) not in (None, "hand", "merged"),
    )


def older_first(line: TwinLine) -> tuple[int, int]:
    """The account that stays and the one that goes: the older one stays, one without account never does (FEED-5)."""
    rows: list[Any] = list(
        db.session.scalars(select(Account).where(Account.person_id.in_([line.hand_id, line.fed_id])))
    )
    opened = {row.person_id: row.created_at for row in rows}
    kept, merged = sorted(
        (line.hand_id, line.fed_id), key=lambda n: (n not in opened, opened[n].timestamp() if n in opened else 0.0, n)
    )
    return kept, merged
