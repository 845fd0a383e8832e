"""Who belongs to which class and group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Integer, and_, cast, literal, or_, select, union_all

from app.db import db
from app.directory.belonging import Belonging
from app.directory.groups.models import FreeGroup as FreeGroup
from app.directory.groups.models import FreeGroupMember as FreeGroupMember
from app.directory.models import (
    Affiliation,
    ClassMembership,
    GroupMembership,
    Guardianship,
    Person,
    School,
    SchoolYear,
    TeachingGroup,
)
from app.directory.names import name_of
from app.directory.queries import affiliations_of
from app.errors import NotFound
from app.profiles import Profile, Visitor

_STANDING = ("legal", "in-charge")


def belonging(visitor: Visitor) -> Belonging:
    """The classes and groups of ``visitor``, as far as the door used lets them be those people; one query (GATE-15).

    A class of year N+1 counts too: whether it may be told of is ``disclosure``'s question.
    """
    if visitor.person_id is None:
        return Belonging()
    me = visitor.person_id
    parts = [
        select(literal("manages" if manager else "groups").label("what"), FreeGroupMember.group_id.label("id"))
        .join(FreeGroup, FreeGroup.id == FreeGroupMember.group_id)
        .where(FreeGroupMember.person_id == me, FreeGroupMember.manager.is_(manager))
        for manager in (True, False)
    ]
    if visitor.has_profile(Profile.STUDENT):
        parts.append(
            select(literal("student_of"), ClassMembership.class_id).where(
                ClassMembership.person_id == me, ClassMembership.role == "student"
            )
        )
    if visitor.has_profile(Profile.TEACHER) or visitor.has_profile(Profile.STAFF):
        parts.append(
            select(literal("teaches"), ClassMembership.class_id).where(
                ClassMembership.person_id == me, ClassMembership.role != "student"
            )
        )
    parts.append(select(literal("teaching_groups"), GroupMembership.group_id).where(GroupMembership.person_id == me))
    if visitor.has_profile(Profile.GUARDIAN):
        counts = (
            Guardianship.guardian_id == me,
            Guardianship.standing.in_(_STANDING),
            Guardianship.cut_at.is_(None),
        )
        parts.append(select(literal("children"), Guardianship.student_id).where(*counts))
        parts.append(
            select(literal("children_in"), ClassMembership.class_id)
            .join(Guardianship, Guardianship.student_id == ClassMembership.person_id)
            .where(*counts, ClassMembership.role == "student")
        )
    found: dict[str, set[int]] = defaultdict(set)
    every = union_all(*parts).subquery()
    for what, number in db.session.execute(select(every.c.what, cast(every.c.id, Integer))):
        found[what].add(number)
    found["groups"] |= found["manages"]
    return Belonging(**{what: frozenset(numbers) for what, numbers in found.items()})


# Pages of groups -------------------------------------------------------------------------------------------------------

#: Groups and members on one page.
PAGE = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupLine:
    """A free group in a list; ``mine`` says how whoever asked is in it: 'manager', 'member' or ''."""

    id: int
    name: str
    words: str
    school_id: int
    school: str
    lifetime: str
    teaching: bool
    mine: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberLine:
    """Somebody in a group, by the name in use (ACCT-8); ``profiles`` are those held in the group's school."""

    person_id: int
    name: str
    search_name: str
    manager: bool
    profiles: tuple[Profile, ...]


def group_by_id(group_id: int) -> FreeGroup:
    """The live free group with that number. Raises ``NotFound``."""
    found = db.session.scalar(select(FreeGroup).where(FreeGroup.id == group_id))
    if found is None:
        raise NotFound()
    return found


def member_of(group_id: int, person_id: int) -> FreeGroupMember | None:
    """Somebody's membership of a group, or None."""
    return db.session.scalar(
        select(FreeGroupMember).where(FreeGroupMember.group_id == group_id, FreeGroupMember.person_id == person_id)
    )


def members_among(group_id: int, person_ids: Collection[int]) -> frozenset[int]:
    """Who of these people is in the group."""
    query = select(FreeGroupMember.person_id).where(
        FreeGroupMember.group_id == group_id, FreeGroupMember.person_id.in_(person_ids)
    )
    return frozenset(db.session.scalars(query))


def groups_of(person_id: int) -> list[GroupLine]:
    """The free groups in which somebody is, by name; one query."""
    query = (
        select(FreeGroup, School.name, FreeGroupMember.manager)
        .join(FreeGroupMember, FreeGroupMember.group_id == FreeGroup.id)
        .join(School, School.id == FreeGroup.school_id)
        .where(FreeGroupMember.person_id == person_id)
        .order_by(FreeGroup.name, FreeGroup.id)
    )
    return [_line(g, school, "manager" if manager else "member") for g, school, manager in db.session.execute(query)]


def groups_of_school(school_id: int, after: tuple[str, int] | None = None) -> tuple[list[GroupLine], bool]:
    """A page of a school's free groups by name, and whether more follow; ``after`` is the last one's name and number."""
    query = select(FreeGroup, School.name).join(School, School.id == FreeGroup.school_id)
    query = query.where(FreeGroup.school_id == school_id)
    if after is not None:
        name, number = after
        query = query.where(or_(FreeGroup.name > name, and_(FreeGroup.name == name, FreeGroup.id > number)))
    rows = db.session.execute(query.order_by(FreeGroup.name, FreeGroup.id).limit(PAGE + 1)).all()
    return [_line(group, school) for group, school in rows[:PAGE]], len(rows) > PAGE


def groups_ending(person_id: int) -> list[GroupLine]:
    """The groups that somebody manages and that go with the school year unless it is changed (S3-2, S3-4), by name."""
    return [line for line in groups_of(person_id) if line.mine == "manager" and line.lifetime == "year"]


def _line(group: FreeGroup, school: str, mine: str = "") -> GroupLine:
    return GroupLine(
        id=group.id,
        name=group.name,
        words=group.words,
        school_id=group.school_id,
        school=school,
        lifetime=group.lifetime,
        teaching=group.teaching,
        mine=mine,
    )


def members(
    group: FreeGroup,
    *,
    profiles: Collection[Profile] | None = None,
    also: Collection[int] = (),
    after: tuple[str, int] | None = None,
) -> tuple[list[MemberLine], bool]:
    """A page of a group's members by name, and whether more follow; two queries.

    ``profiles``: only those who hold one of them in the group's school, and whoever ``also`` names (KIN-2).
    """
    query = (
        select(Person, FreeGroupMember.manager)
        .join(FreeGroupMember, FreeGroupMember.person_id == Person.id)
        .where(FreeGroupMember.group_id == group.id)
    )
    if profiles is not None:
        held = select(Affiliation.person_id).where(
            Affiliation.school_id == group.school_id, Affiliation.profile.in_(profiles)
        )
        query = query.where(or_(Person.id.in_(held), Person.id.in_(also)))
    if after is not None:
        name, number = after
        query = query.where(or_(Person.search_name > name, and_(Person.search_name == name, Person.id > number)))
    rows = db.session.execute(query.order_by(Person.search_name, Person.id).limit(PAGE + 1)).all()
    held_by = affiliations_of([person.id for person, _manager in rows])
    found = [
        MemberLine(
            person_id=person.id,
            name=name_of(person),
            search_name=person.search_name,
            manager=manager,
            profiles=tuple(profile for school, profile in held_by.get(person.id, ()) if school == group.school_id),
        )
        for person, manager in rows[:PAGE]
    ]
    return found, len(rows) > PAGE


def managers(group_ids: Collection[int]) -> dict[int, list[Person]]:
    """Who manages each of these groups, by name."""
    query = (
        select(FreeGroupMember.group_id, Person)
        .join(Person, Person.id == FreeGroupMember.person_id)
        .where(FreeGroupMember.group_id.in_(group_ids), FreeGroupMember.manager)
        .order_by(Person.search_name, Person.id)
    )
    found: dict[int, list[Person]] = defaultdict(list)
    for group_id, person in db.session.execute(query):
        found[group_id].append(person)
    return dict(found)


@dataclass(frozen=True, kw_only=True, slots=True)
class TeachingLine:
    """A group that a feed has made (option, half-class), and what somebody is in it."""

    id: int
    name: str
    school_id: int
    school: str
    year_begins: int
    role: str


def teaching_groups_of(person_ids: Collection[int]) -> list[TeachingLine]:
    """The teaching groups of these people, in every year, by year and name; ``disclosure`` says which may be told of."""
    query = (
        select(TeachingGroup.id, TeachingGroup.name, School.id, School.name, SchoolYear.begins, GroupMembership.role)
        .join(GroupMembership, GroupMembership.group_id == TeachingGroup.id)
        .join(School, School.id == TeachingGroup.school_id)
        .join(SchoolYear, SchoolYear.id == TeachingGroup.year_id)
        .where(GroupMembership.person_id.in_(person_ids))
        .order_by(SchoolYear.begins.desc(), TeachingGroup.name, TeachingGroup.id)
        .distinct()
    )
    return [
        TeachingLine(id=number, name=name, school_id=school_id, school=school, year_begins=begins, role=role)
        for number, name, school_id, school, begins, role in db.session.execute(query)
    ]
