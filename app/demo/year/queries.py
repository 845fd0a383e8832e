"""What a school's year is made from: its classes, people and links in year N. A fixed number of queries a school."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from app.content.models import Section
from app.db import db
from app.demo.year.facts import ClassFacts, SchoolFacts
from app.directory.models import (
    Affiliation,
    ClassMembership,
    Guardianship,
    PersonFunction,
    School,
    SchoolClass,
    SchoolYear,
    Subject,
    TeachingGroup,
)
from app.profiles import Profile


def year_begun(begins: int) -> int | None:
    """The id of the school year that begins in that civil year."""
    return db.session.scalar(select(SchoolYear.id).where(SchoolYear.begins == begins))


def school_ids() -> list[int]:
    """The schools that have classes, by UAI."""
    return list(
        db.session.scalars(select(School.id).where(School.id.in_(select(SchoolClass.school_id))).order_by(School.uai))
    )


def facts_of(school_id: int, year_id: int) -> SchoolFacts:
    """The facts of a school; every list in an order that depends on nothing but its rows."""
    school = db.session.get_one(School, school_id)
    facts = SchoolFacts(
        id=school.id,
        uai=school.uai,
        kind=school.kind,
        name=school.name,
        town=school.town,
        zone=school.zone,
        year_id=year_id,
    )
    facts.slugs.update(db.session.scalars(select(Section.slug).where(Section.school_id == school_id)))
    facts.subjects = dict(db.session.execute(select(Subject.code, Subject.label)).all())
    _add_classes(facts)
    groups = select(TeachingGroup.id).where(TeachingGroup.school_id == school_id, TeachingGroup.year_id == year_id)
    facts.groups = list(db.session.scalars(groups.order_by(TeachingGroup.id)))
    functions = select(PersonFunction.code, PersonFunction.person_id).where(PersonFunction.school_id == school_id)
    for code, person in db.session.execute(functions.order_by(PersonFunction.code, PersonFunction.person_id)):
        facts.staff.setdefault(code, []).append(person)
    outside = select(Affiliation.person_id, Affiliation.profile).where(
        Affiliation.school_id == school_id, Affiliation.profile.in_((Profile.AUTHORITY, Profile.GUEST))
    )
    facts.outsiders = [
        (person, str(profile)) for person, profile in db.session.execute(outside.order_by(Affiliation.person_id))
    ]
    in_class = (
        select(ClassMembership.person_id)
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .where(SchoolClass.school_id == school_id, SchoolClass.year_id == year_id, ClassMembership.role == "student")
    )
    links = (
        select(Guardianship.student_id, Guardianship.guardian_id)
        .where(
            Guardianship.student_id.in_(in_class),
            Guardianship.standing.in_(("legal", "in-charge")),
            Guardianship.cut_at.is_(None),
            Guardianship.student_id != Guardianship.guardian_id,
        )
        .order_by(Guardianship.student_id, Guardianship.guardian_id)
    )
    for pupil, guardian in db.session.execute(links):
        facts.guardians.setdefault(pupil, []).append(guardian)
    return facts


def _add_classes(facts: SchoolFacts) -> None:
    rooms: dict[int, ClassFacts] = {}
    query = select(SchoolClass.id, SchoolClass.code, SchoolClass.name, SchoolClass.level).where(
        SchoolClass.school_id == facts.id, SchoolClass.year_id == facts.year_id
    )
    for number, code, name, level in db.session.execute(query.order_by(SchoolClass.code)):
        rooms[number] = ClassFacts(number, code, name, level or "")
        facts.classes.append(rooms[number])
    members = (
        select(ClassMembership.class_id, ClassMembership.person_id, ClassMembership.role, ClassMembership.subject_code)
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .where(SchoolClass.school_id == facts.id, SchoolClass.year_id == facts.year_id)
        .order_by(ClassMembership.class_id, ClassMembership.person_id, ClassMembership.subject_code)
    )
    for number, person, role, code in db.session.execute(members):
        room = rooms[number]
        if role == "student":
            room.pupils.append(person)
        elif role == "head-teacher":
            room.heads.append(person)
        else:
            room.teachers.append((person, code))


def classes_of(person_ids: Iterable[int], year_id: int) -> set[int]:
    """The classes in which any of these people is a pupil or teaches, or a child of theirs is a pupil."""
    people = list(person_ids)
    children = select(Guardianship.student_id).where(Guardianship.guardian_id.in_(people))
    query = (
        select(ClassMembership.class_id)
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .where(
            SchoolClass.year_id == year_id,
            ClassMembership.person_id.in_(people) | ClassMembership.person_id.in_(children),
        )
    )
    return set(db.session.scalars(query))
