"""Who has chosen what, who has not, what the feed says of it, and the classes: for a school's head and administrators (CLASS-5, CLASS-8).

Bounded by the school, in a fixed number of queries. The views narrow it to whoever keeps the school's people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.classchoice.answers import Answer, Facts, State, is_asked, state_of
from app.classchoice.mending.agreement import Agreement, agreement
from app.classchoice.mending.queries import fed_classes
from app.classchoice.models import ChosenClass, ClassChoice, ClosedClass
from app.classchoice.queries import (
    WITH_UNCONFIRMED,
    levels_of,
    new_year_id,
    of_new_year,
    rolled,
    with_pupils,
)
from app.db import db
from app.directory.models import Affiliation, ClassMembership, Person, SchoolClass
from app.directory.names import name_of
from app.profiles import Profile

#: Teachers of a school that the page shows.
MOST_TEACHERS = 600


@dataclass(frozen=True, kw_only=True, slots=True)
class TeacherLine:
    """A teacher of the school. ``classes`` chosen or held, ``fed`` those that a feed says, ``line`` the word on a missing class.

    ``waiting``: asked and without an answer, whether they have postponed it or not.
    """

    person_id: int
    name: str
    state: State
    waiting: bool
    choice_id: int | None
    classes: Sequence[tuple[int, str]]
    fed: Sequence[tuple[int, str]]
    agreement: Agreement
    line: str
    postponed_until: datetime | None
    chosen_at: datetime | None
    unconfirmed: Sequence[tuple[int, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassLine:
    """A class of the new year with its teachers."""

    class_id: int
    name: str
    levels: tuple[str, ...]
    pupils: int
    teachers: Sequence[str]
    closed: bool


def is_through(school_id: int) -> bool:
    """Is the school's rollover through, so that its teachers choose (CLASS-6)?"""
    return bool(rolled([school_id]))


def teachers(school_id: int, now: datetime) -> list[TeacherLine]:
    """The school's teachers by name; nobody before its rollover is through. Seven queries, however many they are."""
    through = rolled([school_id])
    if not through:
        return []
    people = db.session.scalars(
        select(Person)
        .join(Affiliation, Affiliation.person_id == Person.id)
        .where(Affiliation.school_id == school_id, Affiliation.profile == Profile.TEACHER)
        .order_by(Person.search_name, Person.id)
        .limit(MOST_TEACHERS)
    ).all()
    numbers = [person.id for person in people]
    rows = select(ClassChoice).where(
        ClassChoice.school_id == school_id, ClassChoice.person_id.in_(numbers), ClassChoice.year_id == new_year_id()
    )
    choices = {row.person_id: row for row in db.session.scalars(rows)}
    held, doubted, sources = _held(numbers, school_id)
    chosen, fed = _chosen(school_id), fed_classes(numbers, school_id)
    any_open = _any_open(school_id)
    found = []
    for person in people:
        choice = choices.get(person.id)
        mine = chosen.get(choice.id, {}) if choice is not None else {}
        facts = Facts(
            answer=Answer(choice.answer) if choice is not None else Answer.OPEN,
            chosen=bool(mine),
            placed=bool(held.get(person.id)),
            replaces=sources.get(person.id) == {"replacement"},
            any_open=any_open,
            postponed_until=None,
        )
        said = fed.get(person.id, {})
        found.append(
            TeacherLine(
                person_id=person.id,
                name=name_of(person),
                state=state_of(facts),
                waiting=is_asked(facts, through[0].preset, now),
                choice_id=choice.id if choice is not None else None,
                classes=list((held.get(person.id) or {}).items()),
                fed=list(said.items()),
                agreement=agreement(mine, said, kept=choice is not None and choice.kept_at is not None),
                line=choice.line if choice is not None else "",
                postponed_until=choice.postponed_until if choice is not None else None,
                chosen_at=choice.answered_at if choice is not None else None,
                unconfirmed=list((doubted.get(person.id) or {}).items()),
            )
        )
    return found


def missing_by_school(school_ids: Collection[int]) -> dict[int, int]:
    """How many teachers in each of these schools say that their class is not there and still have none; one query (CLASS-1)."""
    placed = (
        select(ClassMembership.id)
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .where(
            ClassMembership.person_id == ClassChoice.person_id,
            ClassMembership.role != "student",
            ClassMembership.set_aside_by.is_(None),
            SchoolClass.school_id == ClassChoice.school_id,
            SchoolClass.set_aside_by.is_(None),
            of_new_year(),
        )
    )
    query = (
        select(ClassChoice.school_id, func.count())
        .where(
            ClassChoice.school_id.in_(school_ids),
            ClassChoice.year_id == new_year_id(),
            ClassChoice.answer == Answer.MISSING.value,
            ~placed.exists(),
        )
        .group_by(ClassChoice.school_id)
    )
    return {school_id: count for school_id, count in db.session.execute(query)}  # noqa: C416  (rows are not pairs to dict)


def _held(
    person_ids: Collection[int], school_id: int
) -> tuple[dict[int, dict[int, str]], dict[int, dict[int, str]], dict[int, set[str]]]:
    """Teacher -> classes of N+1 with their names, those of unconfirmed links apart (S4-5), and who says so; one query."""
    query = (
        select(
            ClassMembership.person_id,
            ClassMembership.unconfirmed,
            ClassMembership.source,
            SchoolClass.id,
            SchoolClass.name,
        )
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .where(
            ClassMembership.person_id.in_(person_ids),
            ClassMembership.role != "student",
            SchoolClass.school_id == school_id,
            of_new_year(),
        )
        .order_by(SchoolClass.name, SchoolClass.id)
    )
    held: dict[int, dict[int, str]] = defaultdict(dict)
    doubted: dict[int, dict[int, str]] = defaultdict(dict)
    sources: dict[int, set[str]] = defaultdict(set)
    for person_id, unconfirmed, source, class_id, name in db.session.execute(query, execution_options=WITH_UNCONFIRMED):
        (doubted if unconfirmed else held)[person_id][class_id] = name
        if not unconfirmed:
            sources[person_id].add(source)
    return held, doubted, sources


def _chosen(school_id: int) -> dict[int, dict[int, str]]:
    query = (
        select(ChosenClass.choice_id, SchoolClass.id, SchoolClass.name)
        .join(SchoolClass, SchoolClass.id == ChosenClass.class_id)
        .where(ChosenClass.school_id == school_id, of_new_year())
        .order_by(SchoolClass.name)
    )
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for choice_id, class_id, name in db.session.execute(query):
        found[choice_id][class_id] = name
    return found


def _any_open(school_id: int) -> bool:
    closed = select(ClosedClass.id).where(ClosedClass.class_id == SchoolClass.id, ClosedClass.set_aside_by.is_(None))
    query = select(SchoolClass.id).where(SchoolClass.school_id == school_id, of_new_year(), ~closed.exists())
    return db.session.scalar(query.limit(1)) is not None


def classes(school_id: int, now: datetime) -> list[ClassLine]:
    """The school's classes of N+1 that have pupils, by level; four queries."""
    rows = with_pupils(school_id)
    numbers = [number for number, *_rest in rows]
    query = (
        select(ClassMembership.class_id, Person)
        .join(Person, Person.id == ClassMembership.person_id)
        .where(ClassMembership.class_id.in_(numbers), ClassMembership.role != "student")
        .order_by(Person.search_name, Person.id)
    )
    taught: dict[int, dict[int, str]] = defaultdict(dict)
    for class_id, person in db.session.execute(query):
        taught[class_id][person.id] = name_of(person)
    closed = set(db.session.scalars(select(ClosedClass.class_id).where(ClosedClass.class_id.in_(numbers))))
    levels = levels_of(numbers)
    return [
        ClassLine(
            class_id=number,
            name=name,
            levels=levels.get(number) or ((level,) if level else ()),
            pupils=pupils,
            teachers=list(taught.get(number, {}).values()),
            closed=number in closed,
        )
        for number, name, level, pupils in rows
    ]
