"""How the visitor stands to a class, a pupil, a school: asked by every page of the room before anything else.

What is closed or not to be known yet does not exist (GATE-8, GATE-13, GATE-15). A pupil's own answers count only at the door of
families; at the school's door somebody is what they are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select

from app.db import db
from app.directory.groups.queries import belonging
from app.directory.kin.models import SupportLink
from app.directory.models import (
    ClassMembership,
    GroupMembership,
    Guardianship,
    Person,
    PersonFunction,
    School,
    SchoolClass,
    SchoolYear,
    TeachingGroup,
)
from app.directory.names import name_of
from app.errors import NotFound
from app.gate.disclosure import visitor_may_know
from app.gate.queries import closures, open_for
from app.gate.services.queries import demand_service
from app.profiles import Profile, Role, Visitor
from app.schoollife.standing import (
    SCHOOL_LIFE_ASSISTANTS,
    SCHOOL_LIFE_HEADS,
    ClassFacts,
    GroupFacts,
    PupilFacts,
    Right,
    Standing,
    may,
    service_of,
)


def class_for(visitor: Visitor, class_id: int, right: Right, now: datetime) -> ClassFacts:
    """The class with that number, if ``visitor`` may do ``right`` there at ``now`` (portal time). Raises ``NotFound``, ``ServiceClosed``.

    Five queries at most. A guardian or support worker stands to the class through a pupil of it.
    """
    found = _class(class_id)
    facts = _facts(found, _standings_in_class(visitor, found[0]))
    if not facts.may(right) or not _may_be_known(visitor, facts, now):
        raise NotFound()
    demand_service(service_of(right), facts.school_id, now)
    return facts


def whole_class_for(visitor: Visitor, class_id: int, right: Right, now: datetime) -> ClassFacts:
    """As ``class_for``, for pages about every pupil: whoever stands to the class through one pupil has none (KIN-2)."""
    facts = class_for(visitor, class_id, right, now)
    if not facts.may_for_all(right):
        raise NotFound()
    return facts


def pupil_for(
    visitor: Visitor, student_id: int, right: Right, now: datetime, *, class_id: int | None = None
) -> PupilFacts:
    """The pupil with that number in ``class_id``, or in the newest class of theirs that ``visitor`` may know of.

    Raises ``NotFound`` where ``visitor`` may not do ``right`` about them.
    """
    query = (
        select(SchoolClass, School, SchoolYear, Person)
        .join(ClassMembership, ClassMembership.class_id == SchoolClass.id)
        .join(Person, Person.id == ClassMembership.person_id)
        .join(School, School.id == SchoolClass.school_id)
        .join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
        .where(ClassMembership.person_id == student_id, ClassMembership.role == "student")
        .order_by(SchoolYear.begins.desc(), SchoolClass.code)
    )
    if class_id is not None:
        query = query.where(SchoolClass.id == class_id)
    own = _standings_to_pupil(visitor, student_id)
    followed_in = _schools_following(visitor, student_id)
    for school_class, school, year, person in db.session.execute(query):
        standings = own | _standings_in_school(visitor, school.id) | _teaching(visitor, school_class.id)
        if school.id in followed_in:
            standings |= {Standing.SUPPORT}
        facts = _facts((school_class, school, year), standings)
        if facts.may(right) and _may_be_known(visitor, facts, now):
            return _pupil(person, facts)
    raise NotFound()


def school_for(visitor: Visitor, uai: str, right: Right, now: datetime) -> tuple[School, frozenset[Standing]]:
    """The school with that UAI and the visitor's standings in it, if they give ``right`` there. Raises ``NotFound``."""
    school = db.session.scalar(select(School).where(School.uai == uai.upper(), School.in_service))
    if school is None or not open_for(visitor, school.id, now):
        raise NotFound()
    standings = _standings_in_school(visitor, school.id)
    if not may(standings, right):
        raise NotFound()
    return school, standings


def group_for(visitor: Visitor, group_id: int, right: Right, now: datetime) -> GroupFacts:
    """The teaching group with that number, if ``visitor`` may do ``right`` there at ``now``. Raises ``NotFound``."""
    row = db.session.execute(
        select(TeachingGroup, School, SchoolYear)
        .join(School, School.id == TeachingGroup.school_id)
        .join(SchoolYear, SchoolYear.id == TeachingGroup.year_id)
        .where(TeachingGroup.id == group_id)
    ).one_or_none()
    if row is None:
        raise NotFound()
    group, school, year = row
    facts = GroupFacts(
        id=group.id,
        name=group.name,
        school_id=school.id,
        school=school.name,
        uai=school.uai,
        zone=school.zone,
        year_id=year.id,
        year_begins=year.begins,
        standings=_standings_in_group(visitor, group),
    )
    if not facts.may(right) or not _known_there(visitor, facts.standings, school.id, year.begins, now):
        raise NotFound()
    demand_service(service_of(right), facts.school_id, now)
    return facts


def classes_of(visitor: Visitor, now: datetime) -> list[ClassFacts]:
    """The classes that are ``visitor``'s own, and for whoever works in a school all of its classes; newest year first.

    Three queries. What may not be known yet is not among them (GATE-8, GATE-15).
    """
    mine = belonging(visitor)
    working = {p.school_id for p in visitor.places if p.profile in (Profile.TEACHER, Profile.STAFF)}
    working |= {
        school for role, school in visitor.roles if school is not None and role in (Role.HEAD, Role.SCHOOL_ADMIN)
    }
    query = (
        select(SchoolClass, School, SchoolYear)
        .join(School, School.id == SchoolClass.school_id)
        .join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
        .where(or_(SchoolClass.id.in_(mine.classes), SchoolClass.school_id.in_(working)))
        .order_by(SchoolYear.begins.desc(), School.name, SchoolClass.name, SchoolClass.id)
    )
    in_school = {school_id: frozenset[Standing]() for school_id in working}
    in_school |= _standings_in_schools(visitor, working)
    found = []
    for school_class, school, year in db.session.execute(query):
        standings = set(in_school.get(school.id, ()))
        standings |= {Standing.PUPIL} if school_class.id in mine.student_of else set()
        standings |= {Standing.GUARDIAN} if school_class.id in mine.children_in else set()
        standings |= {Standing.TEACHER} if school_class.id in mine.teaches else set()
        facts = _facts((school_class, school, year), frozenset(standings))
        if facts.may(Right.SEE_CLASS) and _may_be_known(visitor, facts, now):
            found.append(facts)
    return found


def family_pupils(visitor: Visitor, now: datetime) -> list[PupilFacts]:
    """Whom ``visitor`` may act for as family: themselves as a pupil, and their children by links that count (KIN-1, KIN-3).

    Once for each class that may be known, newest first; two queries.
    """
    mine = belonging(visitor)
    wanted = set(mine.children) | ({visitor.person_id} if visitor.has_profile(Profile.STUDENT) else set())
    if not wanted:
        return []
    query = (
        select(SchoolClass, School, SchoolYear, Person)
        .join(ClassMembership, ClassMembership.class_id == SchoolClass.id)
        .join(Person, Person.id == ClassMembership.person_id)
        .join(School, School.id == SchoolClass.school_id)
        .join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
        .where(ClassMembership.person_id.in_(wanted), ClassMembership.role == "student")
        .order_by(Person.search_name, SchoolYear.begins.desc(), SchoolClass.code)
    )
    found = []
    for school_class, school, year, person in db.session.execute(query):
        standing = Standing.GUARDIAN if person.id in mine.children else Standing.PUPIL
        facts = _facts((school_class, school, year), frozenset({standing}))
        if _may_be_known(visitor, facts, now):
            found.append(_pupil(person, facts))
    return found


def pupils_of(class_id: int) -> Sequence[Person]:
    """The pupils of a class, by name."""
    query = select(Person).join(ClassMembership, ClassMembership.person_id == Person.id)
    query = query.where(ClassMembership.class_id == class_id, ClassMembership.role == "student")
    return db.session.scalars(query.order_by(Person.search_name, Person.id)).unique().all()


def _pupil(person: Person, facts: ClassFacts) -> PupilFacts:
    return PupilFacts(
        id=person.id,
        name=name_of(person),
        first_name=person.used_first_name or person.first_name,
        last_name=person.last_name,
        school_class=facts,
        standings=facts.standings,
    )


def _class(class_id: int) -> tuple[SchoolClass, School, SchoolYear]:
    row = db.session.execute(
        select(SchoolClass, School, SchoolYear)
        .join(School, School.id == SchoolClass.school_id)
        .join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
        .where(SchoolClass.id == class_id)
    ).one_or_none()
    if row is None:
        raise NotFound()
    return row[0], row[1], row[2]


def _facts(found: tuple[SchoolClass, School, SchoolYear], standings: frozenset[Standing]) -> ClassFacts:
    school_class, school, year = found
    if school.kind == "primary" and Standing.TEACHER in standings:
        # No feed names form teachers there: whoever teaches the class answers for it whole.
        standings |= {Standing.FORM_TEACHER}
    return ClassFacts(
        id=school_class.id,
        name=school_class.name,
        level=school_class.level,
        school_id=school.id,
        school=school.name,
        uai=school.uai,
        school_kind=school.kind,
        zone=school.zone,
        year_id=year.id,
        year_begins=year.begins,
        standings=standings,
    )


def _may_be_known(visitor: Visitor, facts: ClassFacts, now: datetime) -> bool:
    """Is the school open to the visitor, and may they know of the class already?"""
    return _known_there(
        visitor, facts.standings, facts.school_id, facts.year_begins, now, level=facts.level, class_id=facts.id
    )


def _known_there(
    visitor: Visitor,
    standings: frozenset[Standing],
    school_id: int,
    year_begins: int,
    now: datetime,
    *,
    level: str | None = None,
    class_id: int | None = None,
) -> bool:
    if not open_for(visitor, school_id, now):
        return False
    # Whoever comes by a role only administers: the gate has let them in. A family's link alone gives no place.
    stands_there = any(place.school_id == school_id for place in visitor.places)
    if not stands_there and standings & {Standing.HEAD, Standing.ADMINISTRATOR}:
        return True
    known = visitor_may_know(
        closures(), visitor, school_id=school_id, year_begins=year_begins, now=now, level=level, class_id=class_id
    )
    return known.allowed


def _standings_in_class(visitor: Visitor, school_class: SchoolClass) -> frozenset[Standing]:
    found = set(_standings_in_school(visitor, school_class.school_id)) | _teaching(visitor, school_class.id)
    me = visitor.person_id
    pupils = select(ClassMembership.person_id).where(
        ClassMembership.class_id == school_class.id, ClassMembership.role == "student"
    )
    own = pupils.where(ClassMembership.person_id == me).limit(1)
    if visitor.has_profile(Profile.STUDENT, school_class.school_id) and db.session.scalar(own) is not None:
        found.add(Standing.PUPIL)
    return frozenset(found | _through_pupils(visitor, school_class.school_id, pupils))


def _through_pupils(visitor: Visitor, school_id: int, pupils: Select[int]) -> set[Standing]:
    """What somebody is to a class or group of that school through one of its ``pupils``, a select of their numbers."""
    me = visitor.person_id
    found: set[Standing] = set()
    if visitor.has_profile(Profile.GUARDIAN):
        link = select(Guardianship.id).where(*_counting(me), Guardianship.student_id.in_(pupils)).limit(1)
        if db.session.scalar(link) is not None:
            found.add(Standing.GUARDIAN)
    if _works_in(visitor, school_id):
        follows = select(SupportLink.id).where(
            SupportLink.adult_id == me, SupportLink.school_id == school_id, SupportLink.student_id.in_(pupils)
        )
        if db.session.scalar(follows.limit(1)) is not None:
            found.add(Standing.SUPPORT)
    return found


def _standings_to_pupil(visitor: Visitor, student_id: int) -> frozenset[Standing]:
    found: set[Standing] = set()
    me = visitor.person_id
    if visitor.has_profile(Profile.STUDENT) and me == student_id:
        found.add(Standing.PUPIL)
    if visitor.has_profile(Profile.GUARDIAN):
        link = select(Guardianship.id).where(*_counting(me), Guardianship.student_id == student_id)
        if db.session.scalar(link) is not None:
            found.add(Standing.GUARDIAN)
    return frozenset(found)


def _schools_following(visitor: Visitor, student_id: int) -> frozenset[int]:
    """The schools in which the visitor works and follows the pupil: a link of one school opens nothing of another."""
    if not (visitor.has_profile(Profile.STAFF) or visitor.has_profile(Profile.TEACHER)):
        return frozenset()
    links = select(SupportLink.school_id).where(
        SupportLink.adult_id == visitor.person_id, SupportLink.student_id == student_id
    )
    return frozenset(school_id for school_id in db.session.scalars(links) if _works_in(visitor, school_id))


def _standings_in_school(visitor: Visitor, school_id: int) -> frozenset[Standing]:
    return _standings_in_schools(visitor, {school_id})[school_id]


def schools_where(visitor: Visitor, right: Right) -> frozenset[int]:
    """The schools in which ``visitor``'s place or role there gives ``right`` for every class; one query at most."""
    known = {place.school_id for place in visitor.places} | {school for _role, school in visitor.roles if school}
    return frozenset(number for number, found in _standings_in_schools(visitor, known).items() if may(found, right))


def _standings_in_schools(visitor: Visitor, school_ids: set[int]) -> dict[int, frozenset[Standing]]:
    """What ``visitor`` is in each of some schools, by roles, profiles and functions; one query at most."""
    found: dict[int, set[Standing]] = {school_id: set() for school_id in school_ids}
    for school_id, standings in found.items():
        standings |= {Standing.HEAD} if (Role.HEAD, school_id) in visitor.roles else set()
        standings |= {Standing.ADMINISTRATOR} if (Role.SCHOOL_ADMIN, school_id) in visitor.roles else set()
        standings |= {Standing.COLLEAGUE} if visitor.has_profile(Profile.TEACHER, school_id) else set()
        standings |= {Standing.STAFF} if visitor.has_profile(Profile.STAFF, school_id) else set()
    staffed = [school_id for school_id, standings in found.items() if Standing.STAFF in standings]
    if staffed:
        functions = select(PersonFunction.school_id, PersonFunction.code).where(
            PersonFunction.person_id == visitor.person_id, PersonFunction.school_id.in_(staffed)
        )
        for school_id, code in db.session.execute(functions):
            found[school_id] |= {Standing.SCHOOL_LIFE} if code in SCHOOL_LIFE_HEADS else set()
            found[school_id] |= {Standing.ASSISTANT} if code in SCHOOL_LIFE_ASSISTANTS else set()
    return {school_id: frozenset(standings) for school_id, standings in found.items()}


def _standings_in_group(visitor: Visitor, group: TeachingGroup) -> frozenset[Standing]:
    found = set(_standings_in_school(visitor, group.school_id))
    me = visitor.person_id
    pupils = select(GroupMembership.person_id).where(
        GroupMembership.group_id == group.id, GroupMembership.role == "student"
    )
    roles = select(GroupMembership.role).where(GroupMembership.group_id == group.id, GroupMembership.person_id == me)
    mine = set(db.session.scalars(roles))
    if mine - {"student"} and _works_in(visitor, group.school_id):
        found.add(Standing.TEACHER)
    if "student" in mine and visitor.has_profile(Profile.STUDENT, group.school_id):
        found.add(Standing.PUPIL)
    return frozenset(found | _through_pupils(visitor, group.school_id, pupils))


def _teaching(visitor: Visitor, class_id: int) -> frozenset[Standing]:
    """Does the visitor teach the class, or lead it as its form teacher? Only at the school's door."""
    if not (visitor.has_profile(Profile.TEACHER) or visitor.has_profile(Profile.STAFF)):
        return frozenset()
    roles = set(
        db.session.scalars(
            select(ClassMembership.role).where(
                ClassMembership.class_id == class_id,
                ClassMembership.person_id == visitor.person_id,
                ClassMembership.role != "student",
            )
        )
    )
    found = {Standing.TEACHER} if roles else set()
    return frozenset(found | ({Standing.FORM_TEACHER} if "head-teacher" in roles else set()))


def _works_in(visitor: Visitor, school_id: int) -> bool:
    return visitor.has_profile(Profile.STAFF, school_id) or visitor.has_profile(Profile.TEACHER, school_id)


def _counting(person_id: int | None) -> tuple[ColumnElement[bool], ...]:
    return (
        Guardianship.guardian_id == person_id,
        Guardianship.standing.in_(("legal", "in-charge")),
        Guardianship.cut_at.is_(None),
    )
