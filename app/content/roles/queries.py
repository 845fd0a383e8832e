"""Reading roles: who holds what, and to whom one may be given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.content.models import PartnershipClass, Section, SectionRole
from app.content.spaces import SpaceKind, SpaceRole
from app.db import db
from app.directory.groups.models import FreeGroup
from app.directory.models import Affiliation, Person, Project, SchoolClass, SchoolYear, TeachingGroup
from app.directory.names import name_of
from app.directory.queries import search_people
from app.errors import NotFound
from app.profiles import PROFILE_PLURALS, Profile

MOST_SHOWN = 400


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """A role that was given: ``who`` is a name, empty where a profile or the whole school is meant; ``profile`` a word or empty."""

    id: int
    role: SpaceRole
    kind: str
    who: str
    profile: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """To whom a role may be given beside people: numbers and names."""

    classes: Sequence[tuple[int, str]]
    groups: Sequence[tuple[int, str]]
    teaching_groups: Sequence[tuple[int, str]]


def grants(section_id: int) -> list[Grant]:
    """The roles given in a section, people last; one query."""
    query = (
        select(SectionRole, Person, FreeGroup.name, TeachingGroup.name, SchoolClass.name)
        .outerjoin(Person, Person.id == SectionRole.person_id)
        .outerjoin(FreeGroup, FreeGroup.id == SectionRole.group_id)
        .outerjoin(TeachingGroup, TeachingGroup.id == SectionRole.teaching_group_id)
        .outerjoin(SchoolClass, SchoolClass.id == SectionRole.class_id)
        .where(SectionRole.section_id == section_id)
        .order_by(SectionRole.person_id.is_not(None), Person.search_name, SectionRole.id)
        .limit(MOST_SHOWN)
    )
    found = []
    for row, person, group, teaching, school_class in db.session.execute(query):
        if row.person_id is not None:
            kind, who = "person", name_of(person) if person is not None else ""
        elif row.group_id is not None:
            kind, who = "group", group or ""
        elif row.teaching_group_id is not None:
            kind, who = "teaching", teaching or ""
        elif row.class_id is not None:
            kind, who = "class", school_class or ""
        else:
            kind, who = "profile" if row.profile else "school", ""
        profile = PROFILE_PLURALS[Profile(row.profile)] if row.profile else ""
        found.append(Grant(id=row.id, role=SpaceRole(row.role), kind=kind, who=who, profile=profile))
    return found


def grant(section_id: int, role_id: int) -> SectionRole:
    """A role given in that section. Raises ``NotFound``."""
    found = db.session.scalar(
        select(SectionRole).where(SectionRole.id == role_id, SectionRole.section_id == section_id)
    )
    if found is None:
        raise NotFound()
    return found


def same(section_id: int, role: SpaceRole, subject: dict[str, object]) -> bool:
    """Is exactly this role given already?"""
    columns = ("person_id", "group_id", "teaching_group_id", "class_id", "profile")
    wanted = [getattr(SectionRole, name) == subject.get(name) for name in columns]
    query = select(SectionRole.id).where(SectionRole.section_id == section_id, SectionRole.role == role, *wanted)
    return db.session.scalar(query.limit(1)) is not None


def choices(school_id: int) -> Choices:
    """The classes of the years from N on, free groups and teaching groups of a school."""
    year = db.session.scalar(select(Project.rollover_year)) or 0
    now_on = select(SchoolYear.id).where(SchoolYear.begins >= year - 1)
    classes = select(SchoolClass.id, SchoolClass.name, SchoolYear.begins).join(
        SchoolYear, SchoolYear.id == SchoolClass.year_id
    )
    classes = classes.where(SchoolClass.school_id == school_id, SchoolClass.year_id.in_(now_on))
    teaching = select(TeachingGroup.id, TeachingGroup.name).where(
        TeachingGroup.school_id == school_id, TeachingGroup.year_id.in_(now_on)
    )
    groups = select(FreeGroup.id, FreeGroup.name).where(FreeGroup.school_id == school_id)
    return Choices(
        classes=[
            (number, f"{name} ({begins}-{begins + 1})")
            for number, name, begins in db.session.execute(
                classes.order_by(SchoolYear.begins, SchoolClass.level, SchoolClass.name).limit(MOST_SHOWN)
            )
        ],
        groups=[(one.id, one.name) for one in db.session.execute(groups.order_by(FreeGroup.name).limit(MOST_SHOWN))],
        teaching_groups=[
            (one.id, one.name) for one in db.session.execute(teaching.order_by(TeachingGroup.name).limit(MOST_SHOWN))
        ],
    )


def schools_of(section: Section) -> list[int]:
    """The schools whose people may be given a role: the section's, and in a partnership those of the classes in it."""
    numbers = {section.school_id} if section.school_id is not None else set()
    if section.kind == SpaceKind.PARTNERSHIP:
        query = select(PartnershipClass.school_id).where(PartnershipClass.section_id == section.id)
        numbers |= set(db.session.scalars(query))
    return sorted(numbers)


def people_called(section: Section, text: str, limit: int = 20) -> list[tuple[int, str, list[str]]]:
    """People of the section's schools whom ``text`` names, with their profiles; nobody for an empty text."""
    schools = schools_of(section)
    if not text.strip() or not schools:
        return []
    found = search_people(schools, text, limit)
    held: dict[int, list[str]] = {one.id: [] for one in found}
    query = select(Affiliation.person_id, Affiliation.profile)
    query = query.where(Affiliation.person_id.in_(held), Affiliation.school_id.in_(schools))
    for person_id, profile in db.session.execute(query.order_by(Affiliation.id)):
        if (word := PROFILE_PLURALS[Profile(profile)]) not in held[person_id]:
            held[person_id].append(word)
    return [(one.id, name_of(one), held[one.id]) for one in found]


def is_of(section: Section, person_id: int) -> bool:
    """Does somebody hold a profile in one of the section's schools?"""
    query = select(Affiliation.id).where(
        Affiliation.person_id == person_id, Affiliation.school_id.in_(schools_of(section))
    )
    return db.session.scalar(query.limit(1)) is not None
