"""What somebody finds on arriving: their classes, or their children and theirs. Plain.

Nothing of a closed school, and nothing of year N+1 before its day (GATE-8, GATE-13, GATE-15).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.gate.closures import Closures
from app.gate.disclosure import visitor_may_know
from app.profiles import FAMILIES, Visitor
from app.schoolyear import YearName


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassFact:
    """Somebody in a class, as the directory has it; ``role`` is 'student', 'teacher' or 'head-teacher'."""

    person_id: int
    first_name: str
    last_name: str
    school_id: int
    school: str
    class_id: int
    class_name: str
    level: str | None
    year_begins: int
    role: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """What the page shows of one person in one school: their classes by school year, the newest first."""

    person_id: int
    name: str
    school_id: int
    school: str
    years: tuple[tuple[YearName, tuple[str, ...]], ...]


def cards(
    facts: Iterable[ClassFact],
    people: Mapping[int, str],
    schools: Mapping[int, str],
    stands: Iterable[tuple[int, int]],
    *,
    visitor: Visitor,
    closures: Closures,
    open_schools: frozenset[int],
    now: datetime,
) -> tuple[Card, ...]:
    """One card for each of ``stands``, the (person, school) pairs that concern the visitor, open schools only.

    ``people`` and ``schools`` are names by number. A class is told where ``disclosure`` allows it, to families only that of the
    newest year. Somebody whose classes in a school are all still to come has no card there: the school itself is news.
    """
    told: dict[tuple[int, int], dict[int, list[str]]] = {}
    for fact in facts:
        years = told.setdefault((fact.person_id, fact.school_id), {})
        if fact.school_id in open_schools and _may_know(fact, visitor, closures, now):
            names = years.setdefault(fact.year_begins, [])
            if fact.class_name not in names:
                names.append(fact.class_name)
    found = []
    for person_id, school_id in stands:
        if school_id not in open_schools or person_id not in people or school_id not in schools:
            continue
        years = told.get((person_id, school_id), {})
        if (person_id, school_id) in told and not years:
            continue
        newest = sorted(years, reverse=True)[: 1 if is_family(visitor) else None]
        found.append(
            Card(
                person_id=person_id,
                name=people[person_id],
                school_id=school_id,
                school=schools[school_id],
                years=tuple((YearName(begins=year), tuple(years[year])) for year in newest),
            )
        )
    return tuple(found)


def _may_know(fact: ClassFact, visitor: Visitor, closures: Closures, now: datetime) -> bool:
    return visitor_may_know(
        closures,
        visitor,
        school_id=fact.school_id,
        year_begins=fact.year_begins,
        now=now,
        level=fact.level,
        class_id=fact.class_id,
    ).allowed


def is_family(visitor: Visitor) -> bool:
    """Does the visitor come as a pupil or for one?"""
    return any(place.profile in FAMILIES for place in visitor.places)
