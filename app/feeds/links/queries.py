"""Reading the links that wait to be confirmed (S4-5). The one place that asks for rows that every other statement passes over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select

from app.db import db
from app.directory.models import ClassMembership, Person, SchoolClass, SchoolYear, Subject
from app.directory.names import name_of
from app.gate.disclosure import visitor_may_know
from app.gate.queries import closures
from app.profiles import Visitor

#: Links on one page.
PAGE = 60
_DOUBTED = {"unconfirmed": True}


@dataclass(frozen=True, kw_only=True, slots=True)
class DoubtedLink:
    """A teacher's link of last year: shown, without access to the class. ``class_year`` is the civil year in which it begins."""

    id: int
    person_id: int
    name: str
    search_name: str
    class_id: int
    class_name: str
    class_year: int
    school_id: int
    head_teacher: bool
    subject: str


def _links() -> Any:
    return (
        select(ClassMembership, SchoolClass, SchoolYear.begins, Person, Subject.label)
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
        .join(Person, Person.id == ClassMembership.person_id)
        .outerjoin(Subject, Subject.code == ClassMembership.subject_code)
        .where(ClassMembership.unconfirmed)
        .execution_options(**_DOUBTED)
    )


def _read(query: Any) -> list[DoubtedLink]:
    return [
        DoubtedLink(
            id=link.id,
            person_id=person.id,
            name=name_of(person),
            search_name=person.search_name,
            class_id=school_class.id,
            class_name=school_class.name,
            class_year=begins,
            school_id=school_class.school_id,
            head_teacher=link.role == "head-teacher",
            subject=subject or "",
        )
        for link, school_class, begins, person, subject in db.session.execute(query)
    ]


def doubted_links(school_id: int, after: tuple[str, int] | None = None) -> tuple[list[DoubtedLink], bool]:
    """A page of a school's unconfirmed links, by teacher, and whether more follow; one query."""
    query = _links().where(SchoolClass.school_id == school_id)
    if after is not None:
        name, number = after
        query = query.where(
            or_(Person.search_name > name, and_(Person.search_name == name, ClassMembership.id > number))
        )
    found = _read(query.order_by(Person.search_name, ClassMembership.id).limit(PAGE + 1))
    return found[:PAGE], len(found) > PAGE


def doubted_by_school(school_ids: Collection[int]) -> dict[int, int]:
    """How many unconfirmed links wait in each of these schools that has any; one query."""
    query = (
        select(SchoolClass.school_id, func.count())
        .select_from(ClassMembership)
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .where(ClassMembership.unconfirmed, SchoolClass.school_id.in_(school_ids))
        .group_by(SchoolClass.school_id)
    )
    found = db.session.execute(query, execution_options=_DOUBTED)
    return {school_id: count for school_id, count in found}  # noqa: C416  (rows are not pairs to dict)


def my_doubted_links(visitor: Visitor, school_ids: Collection[int], now: Any) -> list[DoubtedLink]:
    """The visitor's own unconfirmed links in these open schools, as far as they may know of that year (GATE-8); one query."""
    if visitor.person_id is None or not school_ids:
        return []
    query = _links().where(
        ClassMembership.person_id == visitor.person_id, SchoolClass.school_id.in_(sorted(school_ids))
    )
    return [
        link
        for link in _read(query.order_by(SchoolClass.name, ClassMembership.id).limit(PAGE))
        if visitor_may_know(closures(), visitor, school_id=link.school_id, year_begins=link.class_year, now=now).allowed
    ]


def links_to_confirm(
    school_id: int | None = None,
    *,
    link_ids: Collection[int] | None = None,
    person_id: int | None = None,
    class_ids: Collection[int] | None = None,
) -> Sequence[tuple[ClassMembership, int]]:
    """Unconfirmed links with their school, held until the commit: of a school, by number, or somebody's in some classes."""
    query = select(ClassMembership, SchoolClass.school_id).join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
    query = query.where(ClassMembership.unconfirmed)
    if school_id is not None:
        query = query.where(SchoolClass.school_id == school_id)
    if link_ids is not None:
        query = query.where(ClassMembership.id.in_(link_ids))
    if person_id is not None:
        query = query.where(ClassMembership.person_id == person_id)
    if class_ids is not None:
        query = query.where(ClassMembership.class_id.in_(class_ids))
    held = query.order_by(ClassMembership.id).with_for_update(of=ClassMembership)
    rows = db.session.execute(held, execution_options={**_DOUBTED, "populate_existing": True})
    return [(link, school) for link, school in rows]
