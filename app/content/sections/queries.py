"""Reading a school's tree of sections and what stands on the page of a space; each a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select

from app.content.access.queries import role_in
from app.content.models import Category as Category
from app.content.models import MediaFile as MediaFile
from app.content.models import PartnershipClass
from app.content.models import Section as Section
from app.content.services.queries import Entered
from app.content.spaces import SpaceKind, SpaceVerb, enters, role_may
from app.db import db
from app.directory.groups.models import FreeGroup as FreeGroup
from app.directory.groups.models import FreeGroupMember
from app.directory.models import ClassMembership, Person, School, SchoolClass
from app.directory.names import name_of
from app.errors import NotFound
from app.gate.disclosure import PREPARE_THE_YEAR
from app.gate.queries import open_for
from app.profiles import Verb, Visitor

#: Sections of a school that its tree shows.
MOST_SECTIONS = 1_500
#: So deep may sections stand below each other.
DEEPEST = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassFacts:
    """Who is in the class of a space."""

    name: str
    level: str | None
    teachers: Sequence[str]
    pupils: int


def enter_space(
    section_id: int, visitor: Visitor, verb: SpaceVerb, now: datetime, *, for_change: bool = False
) -> Entered:
    """Into a section, whatever it offers, if ``visitor`` may do ``verb`` there at ``now``; ``for_change`` locks its row.

    Raises ``NotFound``, also for a section in the trash; an archived one can be read (S2-2).
    """
    query = select(Section).where(Section.id == section_id)
    section = db.session.scalar(query.with_for_update() if for_change else query)
    if section is None or not enters(section.trashed_at is not None, section.trash_reason, verb):
        raise NotFound()
    role = role_in(section, visitor, now)
    if role is None or not role_may(role, verb):
        raise NotFound()
    return Entered(section=section, role=role, visitor=visitor)


def gives_roles(entered: Entered) -> bool:
    """May the visitor give roles here? Their role must hold it, and they come by an adult's door of the school or administer."""
    section, visitor = entered.section, entered.visitor
    adult = any(visitor.has_profile(profile) for profile in PREPARE_THE_YEAR) or (
        section.school_id is not None and visitor.may(Verb.EDIT_SITE, section.school_id)
    )
    return section.kind != SpaceKind.PERSONAL and adult and entered.may(SpaceVerb.GIVE_ROLES)


def tree_of(school_id: int) -> Sequence[Section]:
    """A school's sections and its class spaces, in their order."""
    kinds = (SpaceKind.SCHOOL, SpaceKind.TOWN, SpaceKind.CLASS)
    return db.session.scalars(
        select(Section)
        .where(Section.school_id == school_id, Section.kind.in_(kinds), Section.trashed_at.is_(None))
        .order_by(Section.position, Section.title, Section.id)
        .limit(MOST_SECTIONS)
    ).all()


def nested(sections: Sequence[Section]) -> list[tuple[Section, int]]:
    """``sections`` in the order of their tree, each with its depth (from 0); one whose parent is not there stands at the top."""
    there = {one.id for one in sections}
    below: dict[int | None, list[Section]] = defaultdict(list)
    for one in sections:
        below[one.parent_id if one.parent_id in there else None].append(one)
    found: list[tuple[Section, int]] = []

    def walk(parent: int | None, depth: int) -> None:
        for one in below[parent]:
            found.append((one, depth))
            walk(one.id, depth + 1)

    walk(None, 0)
    return found


def below(section: Section) -> Sequence[Section]:
    """The sections that stand directly below one."""
    if section.kind not in (SpaceKind.SCHOOL, SpaceKind.TOWN):
        return []
    query = select(Section).where(Section.parent_id == section.id, Section.trashed_at.is_(None))
    return db.session.scalars(query.order_by(Section.position, Section.title).limit(200)).all()


def parents_of(section: Section) -> list[tuple[int, str]]:
    """The sections above one, from the top down, with their titles; one query."""
    if section.parent_id is None:
        return []
    table = Section.__table__
    live = and_(table.c.set_aside_by.is_(None), table.c.trashed_at.is_(None))
    chain = (
        select(table.c.id, table.c.parent_id, table.c.title)
        .where(table.c.id == section.parent_id, live)
        .cte(recursive=True)
    )
    above = select(table.c.id, table.c.parent_id, table.c.title).where(table.c.id == chain.c.parent_id, live)
    whole = chain.union(above)
    rows = {number: (parent, title) for number, parent, title in db.session.execute(select(whole).limit(50))}
    steps: list[tuple[int, str]] = []
    at: int | None = section.parent_id
    while at is not None and at in rows and len(steps) < len(rows):
        parent, title = rows[at]
        steps.append((at, title))
        at = parent
    return steps[::-1]


def subtree(section: Section) -> Sequence[Section]:
    """A section and every section below it, in the trash or not."""
    found, level = [section], [section.id]
    for _depth in range(20):
        rows = db.session.scalars(select(Section).where(Section.parent_id.in_(level))).all()
        rows = [one for one in rows if one not in found]
        if not rows:
            break
        found += rows
        level = [one.id for one in rows]
    return found


def newest_files(section_id: int, limit: int) -> Sequence[MediaFile]:
    """The files that came last into the section's media library."""
    return db.session.scalars(
        select(MediaFile)
        .where(MediaFile.section_id == section_id, MediaFile.shared.is_(False), MediaFile.trashed_at.is_(None))
        .order_by(MediaFile.id.desc())
        .limit(limit)
    ).all()


def class_facts(class_id: int) -> ClassFacts | None:
    """The class of a space with its teachers and the number of its pupils; two queries."""
    found = db.session.execute(
        select(
            SchoolClass.name,
            SchoolClass.level,
            select(func.count(ClassMembership.person_id.distinct()))
            .where(ClassMembership.class_id == class_id, ClassMembership.role == "student")
            .scalar_subquery(),
        ).where(SchoolClass.id == class_id)
    ).one_or_none()
    if found is None:
        return None
    teachers = db.session.scalars(
        select(Person)
        .where(
            Person.id.in_(
                select(ClassMembership.person_id).where(
                    ClassMembership.class_id == class_id, ClassMembership.role != "student"
                )
            )
        )
        .order_by(Person.search_name, Person.id)
        .limit(60)
    )
    return ClassFacts(name=found[0], level=found[1], pupils=found[2], teachers=[name_of(one) for one in teachers])


def group_size(group_id: int) -> int:
    """How many people are in a free group."""
    return db.session.scalar(select(func.count()).where(FreeGroupMember.group_id == group_id)) or 0


def partners(section_id: int) -> Sequence[tuple[int, str, str]]:
    """The classes of a partnership: number, name, school."""
    query = (
        select(SchoolClass.id, SchoolClass.name, School.name)
        .join(PartnershipClass, PartnershipClass.class_id == SchoolClass.id)
        .join(School, School.id == SchoolClass.school_id)
        .where(PartnershipClass.section_id == section_id)
        .order_by(School.search_name, SchoolClass.name)
    )
    return [(number, name, school) for number, name, school in db.session.execute(query)]


def schools_open_to(visitor: Visitor, now: datetime) -> Sequence[School]:
    """The schools in which the visitor stands and which are open to them now, by name."""
    numbers = {place.school_id for place in visitor.places}
    if not numbers:
        return []
    rows = db.session.scalars(
        select(School).where(School.id.in_(numbers), School.in_service).order_by(School.search_name)
    )
    return [one for one in rows if open_for(visitor, one.id, now)]


def groups_without_space(visitor: Visitor, now: datetime) -> Sequence[FreeGroup]:
    """The free groups that the visitor manages and that have no space yet."""
    query = (
        select(FreeGroup)
        .join(FreeGroupMember, FreeGroupMember.group_id == FreeGroup.id)
        .where(
            FreeGroupMember.person_id == visitor.person_id,
            FreeGroupMember.manager,
            ~select(Section.id).where(Section.group_id == FreeGroup.id, Section.set_aside_by.is_(None)).exists(),
        )
        .order_by(FreeGroup.name)
        .limit(100)
    )
    return [one for one in db.session.scalars(query) if open_for(visitor, one.school_id, now)]


def categories(section_id: int) -> Sequence[Category]:
    """The headings of a section's blog."""
    query = select(Category).where(Category.section_id == section_id).order_by(Category.position, Category.name)
    return db.session.scalars(query.limit(100)).all()
