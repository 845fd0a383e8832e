"""Reading the directory: schools, years, classes, people, and the facts about a visitor (GATE-15)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.db import db
from app.directory.models import (
    Affiliation,
    ClassMembership,
    Guardianship,
    Person,
    PersonFunction,
    Project,
    RoleGrant,
    School,
    SchoolClass,
    SchoolYear,
)
from app.directory.names import folded
from app.errors import NotFound, NotSetUp, UnknownSchool
from app.profiles import Place, Profile, Role
from app.words import N_, Words

# The project and its years ---------------------------------------------------------------------------------------------


def project() -> Project:
    """The project of this database. Raises ``NotSetUp`` before ``setup`` has run."""
    found = db.session.get(Project, 1)
    if found is None:
        raise NotSetUp()
    return found


def years() -> dict[int, SchoolYear]:
    """The school years by the civil year in which they begin: 2026 is 2026-2027."""
    return {year.begins: year for year in db.session.scalars(select(SchoolYear).order_by(SchoolYear.begins))}


def rollover_year() -> SchoolYear:
    """The school year N+1 to which the rollover leads. Raises ``NotSetUp``."""
    found = years().get(project().rollover_year)
    if found is None:
        raise NotSetUp()
    return found


# Schools and classes ---------------------------------------------------------------------------------------------------


def school_by_uai(uai: str) -> School:
    """The school in service with that UAI, however its letter is written. Raises ``UnknownSchool``."""
    found = db.session.scalar(select(School).where(School.uai == uai.strip().upper(), School.in_service))
    if found is None:
        raise UnknownSchool(uai=uai)
    return found


def school_by_id(school_id: int) -> School:
    """The school with that number, in service or not. Raises ``NotFound``."""
    found = db.session.get(School, school_id)
    if found is None:
        raise NotFound()
    return found


def schools(in_service: bool = True) -> Sequence[School]:
    """The schools by name; with ``in_service`` False, the services that feeds keep beside them too (FEED-9)."""
    query = select(School).order_by(School.search_name, School.uai)
    return db.session.scalars(query.where(School.in_service) if in_service else query).all()


def search_schools(text: str, limit: int = 20) -> Sequence[School]:
    """Schools in service that ``text`` names: words of the name or town without accents, or the UAI's beginning."""
    query = select(School).where(School.in_service).order_by(School.search_name, School.uai).limit(limit)
    words = folded(text).split()
    if words:
        by_uai = School.uai.startswith("".join(words).upper(), autoescape=True)
        query = query.where(or_(_every_word(School.search_name, words), by_uai))
    return db.session.scalars(query).all()


def class_by_code(school_id: int, year_id: int, code: str) -> SchoolClass:
    """The class with that code, compared exactly, in one school and year. Raises ``NotFound`` naming the code."""
    found = db.session.scalar(
        select(SchoolClass).where(
            SchoolClass.school_id == school_id, SchoolClass.year_id == year_id, SchoolClass.code == code
        )
    )
    if found is None:
        raise NotFound(Words(N_("Cet établissement n’a pas de classe « %(code)s » cette année-là."), code=code))
    return found


def classes_of_school(school_id: int, year_id: int) -> Sequence[SchoolClass]:
    """The classes of a school in a year, by level and code."""
    query = select(SchoolClass).where(SchoolClass.school_id == school_id, SchoolClass.year_id == year_id)
    return db.session.scalars(query.order_by(SchoolClass.level, SchoolClass.code)).all()


# People ----------------------------------------------------------------------------------------------------------------


def person_by_id(person_id: int) -> Person:
    """The person with that number. Raises ``NotFound``."""
    found = db.session.get(Person, person_id)
    if found is None:
        raise NotFound()
    return found


def search_people(
    school_ids: Collection[int] | None,
    text: str = "",
    limit: int = 50,
    *,
    profile: Profile | None = None,
    after: tuple[str, int] | None = None,
) -> Sequence[Person]:
    """People who hold a profile in one of ``school_ids`` (None: whoever, in any school or none), by name.

    ``text``: each of its words begins a word of the name, accents aside. ``after``: the (search name, number) of the last person of
    the page before.
    """
    query = select(Person).order_by(Person.search_name, Person.id).limit(limit)
    if school_ids is not None or profile is not None:
        held = select(Affiliation.person_id)
        if school_ids is not None:
            held = held.where(Affiliation.school_id.in_(school_ids))
        if profile is not None:
            held = held.where(Affiliation.profile == profile)
        query = query.where(Person.id.in_(held))
    words = folded(text).split()
    if text.strip() and not words:
        return []
    if words:
        query = query.where(_every_word(Person.search_name, words))
    if after is not None:
        name, number = after
        query = query.where(or_(Person.search_name > name, and_(Person.search_name == name, Person.id > number)))
    return db.session.scalars(query).all()


def _every_word(column: object, words: Iterable[str]) -> ColumnElement[bool]:
    """Each word begins a word of the column. ``folded`` left letters and digits only, so nothing needs escaping."""
    return and_(*(or_(column.like(f"{word}%"), column.like(f"% {word}%")) for word in words))  # type: ignore[attr-defined]


def affiliations_of(person_ids: Collection[int]) -> dict[int, list[tuple[int, Profile]]]:
    """For each of ``person_ids``, the (school, profile) pairs that they hold."""
    held: dict[int, list[tuple[int, Profile]]] = defaultdict(list)
    query = select(Affiliation.person_id, Affiliation.school_id, Affiliation.profile)
    query = query.where(Affiliation.person_id.in_(person_ids)).order_by(Affiliation.id)
    for person_id, school_id, profile in db.session.execute(query):
        held[person_id].append((school_id, Profile(profile)))
    return dict(held)


def functions_of(person_id: int, school_id: int | None = None) -> Sequence[PersonFunction]:
    """What a member of staff does, in one school or everywhere."""
    query = select(PersonFunction).where(PersonFunction.person_id == person_id).order_by(PersonFunction.id)
    if school_id is not None:
        query = query.where(PersonFunction.school_id == school_id)
    return db.session.scalars(query).all()


def roles_of(person_id: int) -> frozenset[tuple[Role, int | None]]:
    """The roles granted to a person, each with its school; None is the whole project."""
    query = select(RoleGrant.role, RoleGrant.school_id).where(RoleGrant.person_id == person_id)
    return frozenset((Role(role), school_id) for role, school_id in db.session.execute(query))


def holders(role: Role, school_id: int | None) -> Sequence[Person]:
    """Who holds ``role`` in that school, or for the project where ``school_id`` is None, by name."""
    same = RoleGrant.school_id.is_(None) if school_id is None else RoleGrant.school_id == school_id
    query = select(Person).join(RoleGrant, RoleGrant.person_id == Person.id).where(RoleGrant.role == role, same)
    return db.session.scalars(query.order_by(Person.search_name, Person.id).distinct()).all()


def people_count(school_id: int) -> dict[Profile, int]:
    """How many people hold each profile in a school."""
    query = select(Affiliation.profile, func.count()).where(Affiliation.school_id == school_id)
    return {Profile(profile): count for profile, count in db.session.execute(query.group_by(Affiliation.profile))}


# What the gate and @allowed need to know of somebody ------------------------------------------------------------------


def visitor_facts(
    person_id: int, profiles: frozenset[Profile]
) -> tuple[tuple[Place, ...], frozenset[tuple[Role, int | None]]]:
    """The places of a person under ``profiles`` (those of the door used, GATE-15), and their roles.

    A pupil has a place in each school, with their class of year N+1 there, else that of year N. A guardian has one for each
    child and school of that child, with the child's class (GATE-13); a link that was cut (KIN-3) or that only makes a contact
    (KIN-1) gives none. Others have one for each school.
    """
    places: list[Place] = []
    own = dict.fromkeys(affiliations_of([person_id]).get(person_id, []))
    if Profile.STUDENT in profiles:
        taught = [school_id for school_id, profile in own if profile == Profile.STUDENT]
        places += _places_of_pupils({person_id: taught} if taught else {}, Profile.STUDENT)
    if Profile.GUARDIAN in profiles:
        places += _places_of_pupils(_children(person_id), Profile.GUARDIAN)
    places += [
        Place(school_id=school_id, profile=profile)
        for school_id, profile in own
        if profile in profiles and profile not in (Profile.STUDENT, Profile.GUARDIAN)
    ]
    return tuple(dict.fromkeys(places)), roles_of(person_id)


def children_of(guardian_id: int) -> Sequence[Person]:
    """The pupils for whom somebody stands, by a link that counts (KIN-1, KIN-3), by name."""
    query = select(Person).join(Guardianship, Guardianship.student_id == Person.id).where(*_counts(guardian_id))
    return db.session.scalars(query.order_by(Person.search_name, Person.id)).all()


def _counts(guardian_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Guardianship.guardian_id == guardian_id,
        Guardianship.standing.in_(("legal", "in-charge")),
        Guardianship.cut_at.is_(None),
    )


def _children(guardian_id: int) -> dict[int, list[int]]:
    """The schools of each child for whom a person stands."""
    query = (
        select(Guardianship.student_id, Affiliation.school_id)
        .join(Affiliation, Affiliation.person_id == Guardianship.student_id)
        .where(*_counts(guardian_id), Affiliation.profile == Profile.STUDENT)
        .order_by(Guardianship.student_id, Affiliation.id)
    )
    children: dict[int, list[int]] = defaultdict(list)
    for student_id, school_id in db.session.execute(query):
        children[student_id].append(school_id)
    return children


def _places_of_pupils(pupils: Mapping[int, Iterable[int]], profile: Profile) -> list[Place]:
    classes = current_classes(pupils) if pupils else {}
    places = []
    for pupil, school_ids in pupils.items():
        for school_id in school_ids:
            class_id, level = classes.get((pupil, school_id), (None, None))
            places.append(Place(school_id=school_id, profile=profile, level=level, class_id=class_id))
    return places


def current_classes(pupil_ids: Iterable[int]) -> dict[tuple[int, int], tuple[int, str | None]]:
    """For each (pupil, school) the class's number and level: that of the newest year in which the pupil has one there."""
    query = (
        select(ClassMembership.person_id, SchoolClass.school_id, SchoolClass.id, SchoolClass.level)
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
        .where(ClassMembership.person_id.in_(list(pupil_ids)), ClassMembership.role == "student")
        .order_by(SchoolYear.begins.desc(), SchoolClass.code)
    )
    found: dict[tuple[int, int], tuple[int, str | None]] = {}
    for pupil, school_id, class_id, level in db.session.execute(query):
        found.setdefault((pupil, school_id), (class_id, level))
    return found
