"""For whom a lesson or some work may be, which subject, who may stand in."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from app.db import db
from app.directory.models import (
    Affiliation,
    ClassMembership,
    GroupMembership,
    Person,
    SchoolClass,
    Subject,
    TeachingGroup,
)
from app.directory.names import name_of
from app.profiles import Profile, Visitor
from app.schoollife.standing import ClassFacts, Standing

#: How many groups are offered at most.
MOST = 200


def targets(visitor: Visitor, facts: ClassFacts) -> list[tuple[str, str]]:
    """For whom a lesson or some work of this class may be: the class, or a group taught that has pupils of it."""
    pupils = select(ClassMembership.person_id).where(
        ClassMembership.class_id == facts.id, ClassMembership.role == "student"
    )
    theirs = select(GroupMembership.group_id).where(
        GroupMembership.person_id.in_(pupils), GroupMembership.role == "student"
    )
    query = select(TeachingGroup.id, TeachingGroup.name).where(
        TeachingGroup.school_id == facts.school_id,
        TeachingGroup.year_id == facts.year_id,
        TeachingGroup.id.in_(theirs),
    )
    if Standing.HEAD not in facts.standings:
        taught = select(GroupMembership.group_id).where(
            GroupMembership.person_id == visitor.person_id, GroupMembership.role != "student"
        )
        query = query.where(TeachingGroup.id.in_(taught))
    groups = db.session.execute(query.order_by(TeachingGroup.name).limit(MOST))
    return [("class", facts.name), *((f"group:{number}", name) for number, name in groups)]


def subject_taught(person_id: int | None, class_id: int) -> str:
    """The name of the subject that somebody teaches in a class; empty where no feed says it."""
    query = (
        select(Subject.label)
        .join(ClassMembership, ClassMembership.subject_code == Subject.code)
        .where(ClassMembership.class_id == class_id, ClassMembership.person_id == person_id)
    )
    return db.session.scalar(query.limit(1)) or ""


def colleagues(school_id: int) -> list[tuple[int, str]]:
    """The teachers of a school, by name: who may stand in."""
    query = (
        select(Person)
        .join(Affiliation, Affiliation.person_id == Person.id)
        .where(Affiliation.school_id == school_id, Affiliation.profile == Profile.TEACHER)
        .order_by(Person.search_name, Person.id)
    )
    return [(person.id, name_of(person)) for person in db.session.scalars(query).unique()]


def classes_of_pupils(student_ids: Collection[int], school_id: int, year_id: int) -> dict[int, int | None]:
    """The class of each of some pupils in a school's year; those of a teaching group come from several. One query."""
    query = (
        select(ClassMembership.person_id, ClassMembership.class_id)
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .where(
            ClassMembership.person_id.in_(student_ids),
            ClassMembership.role == "student",
            SchoolClass.school_id == school_id,
            SchoolClass.year_id == year_id,
        )
    )
    return {person_id: class_id for person_id, class_id in db.session.execute(query)}  # noqa: C416
