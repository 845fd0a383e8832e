"""Who is led to the choice of a class, where they stand, and the classes by which they recognise theirs (CLASS-1, CLASS-6 to CLASS-8).

A school's rollover is through when it has a class of N+1 with pupils and none of N is left: until then last year's class is in use
(CLASS-6). Everything is asked in a fixed number of queries, whatever the school's size.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select

from app.classchoice.answers import Answer, Facts, State, is_asked, state_of
from app.classchoice.models import ChosenClass, ClassChoice, ClassLevel, ClosedClass
from app.content.models import Section
from app.db import db
from app.directory.models import Affiliation, ClassMembership, Person, Project, School, SchoolClass, SchoolYear
from app.directory.names import initialled, name_of
from app.errors import NotFound
from app.fates import Preset, preset_of
from app.feeds.levels import LEVELS
from app.gate.queries import open_for
from app.profiles import Profile, Visitor

#: Classes of a school that a page shows.
MOST_CLASSES = 400
#: Pupils by whom a class is recognised (CLASS-1).
KNOWN_BY = 3
#: Unconfirmed links are shown as such (S4-5): these statements see them.
WITH_UNCONFIRMED = {"unconfirmed": True}

_ORDER = {level: place for place, level in enumerate(LEVELS.values())}


@dataclass(frozen=True, kw_only=True, slots=True)
class Rolled:
    """A school whose rollover is through."""

    id: int
    uai: str
    name: str
    preset: Preset


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where somebody stands in a school. ``asked``: they are led to the choice now; ``unlevelled``: CLASS-4's reminder."""

    school_id: int
    uai: str
    school: str
    preset: Preset
    state: State
    asked: bool
    choice_id: int | None
    version: int
    line: str
    postponed_until: datetime | None
    recoverable_until: datetime | None
    classes: Sequence[tuple[int, str]]
    unlevelled: Sequence[tuple[int, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A class by what a teacher recognises it by. ``teachers`` are the others who have it already (CLASS-5)."""

    class_id: int
    name: str
    levels: tuple[str, ...]
    pupils: int
    known_by: Sequence[str]
    teachers: Sequence[str]
    mine: bool
    unconfirmed: bool
    closed: bool
    section_id: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Choosing:
    """The first page: where the teacher stands, and the school's classes."""

    standing: Standing
    cards: Sequence[Card]


def must_choose(visitor: Visitor, now: datetime) -> int | None:
    """The school whose class ``visitor`` is led to choose at ``now`` (portal time); None where there is none (CLASS-6)."""
    return next((one.school_id for one in standings(visitor, now) if one.asked), None)


def standings(visitor: Visitor, now: datetime) -> list[Standing]:
    """Where the visitor stands in each school in which they teach, that is open to them and whose rollover is through."""
    if visitor.person_id is None:
        return []
    mine = {place.school_id for place in visitor.places if place.profile == Profile.TEACHER}
    return _standings(visitor.person_id, rolled(one for one in sorted(mine) if open_for(visitor, one, now)), now)


def standing_for(person_id: int, school_id: int, now: datetime) -> Standing:
    """Where a teacher of that school stands, whoever asks. Raises ``NotFound`` for others and before the rollover is through."""
    if not teaches_in(person_id, school_id):
        raise NotFound()
    found = _standings(person_id, rolled([school_id]), now)
    if not found:
        raise NotFound()
    return found[0]


def choosing(school_id: int, visitor: Visitor, now: datetime) -> Choosing:
    """The first page for the visitor in that school. Raises ``NotFound`` where they do not choose."""
    standing = next((one for one in standings(visitor, now) if one.school_id == school_id), None)
    if standing is None or visitor.person_id is None:
        raise NotFound()
    return Choosing(standing=standing, cards=cards(school_id, visitor.person_id))


def teaches_in(person_id: int, school_id: int) -> bool:
    """Is somebody attached to the school as a teacher? Nobody else chooses there (CLASS-8)."""
    held = select(Affiliation.id).where(
        Affiliation.person_id == person_id, Affiliation.school_id == school_id, Affiliation.profile == Profile.TEACHER
    )
    return db.session.scalar(held.limit(1)) is not None


def choice_of(person_id: int, school_id: int) -> ClassChoice | None:
    """The row of somebody's choice for the new year, None where it has not begun."""
    query = select(ClassChoice).where(ClassChoice.person_id == person_id, ClassChoice.school_id == school_id)
    return db.session.scalar(query.where(ClassChoice.year_id == _new_year()))


def my_choice(school_id: int, visitor: Visitor, now: datetime) -> ClassChoice:
    """The visitor's own choice in a school open to them. Raises ``NotFound``, also where it has not begun."""
    standing = next((one for one in standings(visitor, now) if one.school_id == school_id), None)
    found = db.session.get(ClassChoice, standing.choice_id) if standing and standing.choice_id else None
    if found is None:
        raise NotFound()
    return found


def new_year_id() -> int:
    """The number of year N+1. Raises ``NotFound`` before it is set up."""
    found = db.session.scalar(select(SchoolYear.id).where(SchoolYear.id == _new_year()))
    if found is None:
        raise NotFound()
    return int(found)


def rolled(school_ids: Any) -> list[Rolled]:
    """Those of some schools whose rollover is through, by name; one query."""
    numbers = list(school_ids)
    if not numbers:
        return []
    new = exists().where(
        SchoolClass.school_id == School.id,
        SchoolClass.year_id == _new_year(),
        SchoolClass.set_aside_by.is_(None),
        exists().where(
            ClassMembership.class_id == SchoolClass.id,
            ClassMembership.role == "student",
            ClassMembership.set_aside_by.is_(None),
        ),
    )
    old = exists().where(
        SchoolClass.school_id == School.id, SchoolClass.year_id == _old_year(), SchoolClass.set_aside_by.is_(None)
    )
    query = select(School.id, School.uai, School.name, School.kind).where(School.id.in_(numbers), new, ~old)
    return [
        Rolled(id=number, uai=uai, name=name, preset=preset_of(kind))
        for number, uai, name, kind in db.session.execute(query.order_by(School.search_name, School.id))
    ]


def _new_year() -> Any:
    return select(SchoolYear.id).join(Project, SchoolYear.begins == Project.rollover_year).scalar_subquery()


def _old_year() -> Any:
    return select(SchoolYear.id).join(Project, SchoolYear.begins == Project.rollover_year - 1).scalar_subquery()


def of_new_year() -> ColumnElement[bool]:
    """The condition that a class is one of year N+1."""
    condition: ColumnElement[bool] = SchoolClass.year_id == _new_year()
    return condition


def _standings(person_id: int, schools: Sequence[Rolled], now: datetime) -> list[Standing]:
    """Five queries at most, however many schools."""
    if not schools:
        return []
    numbers = [one.id for one in schools]
    rows = db.session.scalars(
        select(ClassChoice).where(
            ClassChoice.person_id == person_id,
            ClassChoice.school_id.in_(numbers),
            ClassChoice.year_id == _new_year(),
        )
    )
    choices = {row.school_id: row for row in rows}
    chosen: dict[int, set[int]] = defaultdict(set)
    held: dict[int, dict[int, str]] = defaultdict(dict)
    links: dict[int, set[str]] = defaultdict(set)
    # Apart from the links: a teacher who is replaced for a while has chosen all the same.
    picked = select(ChosenClass.school_id, ChosenClass.class_id).join(
        SchoolClass, SchoolClass.id == ChosenClass.class_id
    )
    picked = picked.where(ChosenClass.choice_id.in_([row.id for row in choices.values()]))
    for school_id, class_id in db.session.execute(picked):
        chosen[school_id].add(class_id)
    query = (
        select(
            SchoolClass.school_id,
            SchoolClass.id,
            SchoolClass.name,
            SchoolClass.level,
            ClassMembership.source,
        )
        .join(ClassMembership, ClassMembership.class_id == SchoolClass.id)
        .where(
            ClassMembership.person_id == person_id,
            ClassMembership.role != "student",
            SchoolClass.school_id.in_(numbers),
            of_new_year(),
        )
        .order_by(SchoolClass.name, SchoolClass.id)
    )
    bare: dict[int, str] = {}
    for school_id, class_id, name, level, source in db.session.execute(query):
        held[school_id][class_id] = name
        links[school_id].add(source)
        if level is None:
            bare[class_id] = name
    if bare:
        said = select(ClassLevel.class_id).where(ClassLevel.class_id.in_(bare))
        bare = {number: bare[number] for number in bare.keys() - set(db.session.scalars(said))}
    open_schools = _with_open_classes(numbers)
    return [
        _standing(
            one, choices.get(one.id), held[one.id], chosen[one.id], links[one.id], bare, one.id in open_schools, now
        )
        for one in schools
    ]


def _standing(
    school: Rolled,
    choice: ClassChoice | None,
    held: Mapping[int, str],
    chosen: Collection[int],
    sources: Collection[str],
    bare: Mapping[int, str],
    any_open: bool,
    now: datetime,
) -> Standing:
    facts = Facts(
        answer=Answer(choice.answer) if choice is not None else Answer.OPEN,
        chosen=bool(chosen),
        placed=bool(held),
        replaces="replacement" in sources and set(sources) == {"replacement"},
        any_open=any_open,
        postponed_until=choice.postponed_until if choice is not None else None,
    )
    return Standing(
        school_id=school.id,
        uai=school.uai,
        school=school.name,
        preset=school.preset,
        state=state_of(facts),
        asked=is_asked(facts, school.preset, now),
        choice_id=choice.id if choice is not None else None,
        version=choice.version if choice is not None else 0,
        line=choice.line if choice is not None else "",
        postponed_until=facts.postponed_until,
        recoverable_until=choice.recoverable_until if choice is not None else None,
        classes=list(held.items()),
        unlevelled=[(number, name) for number, name in held.items() if number in bare],
    )


def _with_open_classes(school_ids: Collection[int]) -> set[int]:
    closed = select(ClosedClass.id).where(ClosedClass.class_id == SchoolClass.id, ClosedClass.set_aside_by.is_(None))
    query = select(SchoolClass.school_id).where(SchoolClass.school_id.in_(school_ids), of_new_year(), ~closed.exists())
    return set(db.session.scalars(query.distinct()))


# Cards -----------------------------------------------------------------------------------------------------------------


def with_pupils(school_id: int) -> Sequence[tuple[int, str, str | None, int]]:
    """The classes of N+1 of a school that have pupils, by level and name: number, name, level, pupils (S4-2)."""
    pupils = (
        select(func.count(ClassMembership.person_id.distinct()))
        .where(ClassMembership.class_id == SchoolClass.id, ClassMembership.role == "student")
        .scalar_subquery()
    )
    query = select(SchoolClass.id, SchoolClass.name, SchoolClass.level, pupils.label("pupils")).where(
        SchoolClass.school_id == school_id, of_new_year(), pupils > 0
    )
    rows = db.session.execute(query.order_by(SchoolClass.name, SchoolClass.id).limit(MOST_CLASSES)).all()
    found = [(number, name, level, count) for number, name, level, count in rows]
    return sorted(found, key=lambda one: (_ORDER.get(one[2] or "", len(_ORDER)), one[1].casefold(), one[0]))


def cards(school_id: int, person_id: int) -> list[Card]:
    """The school's classes of N+1 for one of its teachers; six queries, whatever the school's size."""
    classes = with_pupils(school_id)
    numbers = [number for number, *_rest in classes]
    known, taught, levels = _known_by(numbers), _teachers(numbers), levels_of(numbers)
    closed = set(db.session.scalars(select(ClosedClass.class_id).where(ClosedClass.class_id.in_(numbers))))
    spaces = select(Section.class_id, Section.id).where(Section.class_id.in_(numbers), Section.trashed_at.is_(None))
    sections = {class_id: number for class_id, number in db.session.execute(spaces)}  # noqa: C416
    found = []
    for number, name, level, pupils in classes:
        people = taught.get(number, {})
        found.append(
            Card(
                class_id=number,
                name=name,
                levels=levels.get(number) or ((level,) if level else ()),
                pupils=pupils,
                known_by=known.get(number, []),
                teachers=[told for one, (told, unconfirmed) in people.items() if one != person_id and not unconfirmed],
                mine=person_id in people and not people[person_id][1],
                unconfirmed=person_id in people and people[person_id][1],
                closed=number in closed,
                section_id=sections.get(number),
            )
        )
    return found


def _known_by(class_ids: Collection[int]) -> dict[int, list[str]]:
    """Three pupils of each class, always the same ones: first name and initial, no more (CLASS-1). One query."""
    place = func.row_number().over(partition_by=ClassMembership.class_id, order_by=(Person.search_name, Person.id))
    numbered = (
        select(
            ClassMembership.class_id,
            Person.used_first_name,
            Person.first_name,
            Person.last_name,
            place.label("place"),
        )
        .join(Person, Person.id == ClassMembership.person_id)
        .where(ClassMembership.class_id.in_(class_ids), ClassMembership.role == "student")
        .subquery()
    )
    found: dict[int, list[str]] = defaultdict(list)
    query = select(numbered).where(numbered.c.place <= KNOWN_BY).order_by(numbered.c.class_id, numbered.c.place)
    for row in db.session.execute(query):
        found[row.class_id].append(initialled(row.used_first_name or row.first_name, row.last_name))
    return found


def _teachers(class_ids: Collection[int]) -> dict[int, dict[int, tuple[str, bool]]]:
    """Class -> teacher -> name, and whether every link of theirs is unconfirmed; one query."""
    query = (
        select(ClassMembership.class_id, ClassMembership.unconfirmed, Person)
        .join(Person, Person.id == ClassMembership.person_id)
        .where(ClassMembership.class_id.in_(class_ids), ClassMembership.role != "student")
        .order_by(Person.search_name, Person.id)
    )
    found: dict[int, dict[int, tuple[str, bool]]] = defaultdict(dict)
    for class_id, unconfirmed, person in db.session.execute(query, execution_options=WITH_UNCONFIRMED):
        doubted = found[class_id].get(person.id, ("", True))[1] and unconfirmed
        found[class_id][person.id] = (name_of(person), doubted)
    return found


def levels_of(class_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The levels that teachers have set, youngest first (CLASS-4)."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = select(ClassLevel.class_id, ClassLevel.level).where(ClassLevel.class_id.in_(class_ids))
    for class_id, level in db.session.execute(rows):
        found[class_id].append(level)
    return {number: tuple(sorted(held, key=lambda one: _ORDER.get(one, 99))) for number, held in found.items()}


def class_facts(class_id: int) -> tuple[str, int]:
    """The name of a class and its school. Raises ``NotFound``."""
    row = db.session.execute(select(SchoolClass.name, SchoolClass.school_id).where(SchoolClass.id == class_id)).first()
    if row is None:
        raise NotFound()
    return row[0], row[1]
