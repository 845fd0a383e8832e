"""The facts about a writer and about those they would address; what the assistant offers. A fixed number of queries each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from app.db import db
from app.directory.groups.models import FreeGroup, FreeGroupMember
from app.directory.groups.queries import belonging
from app.directory.models import (
    Affiliation,
    ClassMembership,
    GroupMembership,
    Person,
    PersonFunction,
    RoleGrant,
    School,
    SchoolClass,
    SchoolYear,
    TeachingGroup,
)
from app.directory.names import folded, name_of
from app.gate.disclosure import visitor_may_know
from app.gate.queries import closures, open_for
from app.messaging.models import HiddenEntry
from app.messaging.naming import in_words
from app.messaging.populations import HEADS, Recipient, RecipientKind
from app.messaging.problems import NotYours, PopulationGone
from app.messaging.recipients.queries import gone
from app.messaging.who_may_write import Addressed, Hidden, Writer, may_address
from app.profiles import FAMILIES, PROJECT_ROLES, Profile, Role, Visitor
from app.words import Words

#: People found by a search, before those who may not be addressed are left out, and shown.
_LOOKED_AT, FOUND = 120, 20
_LEADING = frozenset({Role.HEAD, Role.SCHOOL_ADMIN})


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """Something that may be addressed: its group in the list (``naming.GROUPS``), and its words."""

    group: str
    to: Recipient
    words: Words


# The writer -------------------------------------------------------------------------------------------------------------


def writer_of(visitor: Visitor, now: datetime) -> Writer:
    """What counts about ``visitor`` for writing at ``now`` (portal time); three queries.

    What is closed to them, or of a class that they may not know of yet, is not in it (GATE-8, GATE-15).
    """
    mine = belonging(visitor)
    standings = frozenset((place.school_id, place.profile) for place in visitor.places)
    schools = {school for school, _profile in standings} | {s for _role, s in visitor.roles if s is not None}
    opened = {school for school in schools if open_for(visitor, school, now)}
    known = _known_classes(mine.student_of | mine.children_in, visitor, now)
    rows = db.session.scalars(select(HiddenEntry).where(HiddenEntry.school_id.in_(opened))) if opened else ()
    return Writer(
        person_id=visitor.person_id or 0,
        standings=frozenset((school, profile) for school, profile in standings if school in opened),
        leads=frozenset(school for role, school in visitor.roles if role in _LEADING and school in opened if school),
        project=any(role in PROJECT_ROLES for role, _school in visitor.roles),
        student_of=mine.student_of & known,
        children_in=mine.children_in & known,
        groups=mine.groups,
        teaching_groups=mine.teaching_groups,
        children=mine.children,
        hidden=tuple(
            Hidden(
                school_id=row.school_id,
                viewer=Profile(row.viewer),
                profile=Profile(row.profile) if row.profile else None,
                function=row.function_code,
                person_id=row.person_id,
                former=row.former,
            )
            for row in rows
        ),
    )


def _known_classes(class_ids: Collection[int], visitor: Visitor, now: datetime) -> frozenset[int]:
    if not class_ids:
        return frozenset()
    query = select(SchoolClass.id, SchoolClass.school_id, SchoolClass.level, SchoolYear.begins)
    query = query.join(SchoolYear, SchoolYear.id == SchoolClass.year_id).where(SchoolClass.id.in_(class_ids))
    kept = closures()
    return frozenset(
        number
        for number, school_id, level, begins in db.session.execute(query)
        if visitor_may_know(
            kept, visitor, school_id=school_id, year_begins=begins, now=now, level=level, class_id=number
        ).allowed
    )


def schools_of(writer: Writer) -> Sequence[School]:
    """The schools in which somebody may write, by name."""
    numbers = {school for school, _profile in writer.standings} | writer.leads
    query = select(School).where(School.id.in_(numbers)).order_by(School.search_name)
    return db.session.scalars(query).all() if numbers else []


# What is offered --------------------------------------------------------------------------------------------------------


def offered(writer: Writer, school_id: int | None) -> list[Option]:
    """Every population of the school that ``writer`` may address, in the order of the list; five queries."""
    candidates: list[tuple[str, Recipient, str]] = []
    if writer.project:
        candidates.append(("project", Recipient(kind=RecipientKind.FUNCTION, code=HEADS), ""))
    if school_id is not None:
        candidates += _of_school(school_id)
    names = {_key(to): name for _group, to, name in candidates}
    new_year = closures().rules.new_year
    return [
        Option(group=group, to=to, words=in_words(to, names, new_year))
        for group, to, _name in candidates
        if may_address(writer, to)
    ]


def offered_to_all(school_id: int | None) -> list[Option]:
    """Every population of a school, or of the project, for whoever holds a role in targeted communication; four queries."""
    candidates: list[tuple[str, Recipient, str]] = []
    if school_id is not None:
        candidates += _of_school(school_id)
    else:
        candidates.append(("project", Recipient(kind=RecipientKind.FUNCTION, code=HEADS), ""))
        everywhere = (Recipient(kind=RecipientKind.PROFILE, profiles=frozenset({profile})) for profile in Profile)
        candidates += [("project", to, "") for to in everywhere]
    names = {_key(to): name for _group, to, name in candidates}
    new_year = closures().rules.new_year
    return [Option(group=group, to=to, words=in_words(to, names, new_year)) for group, to, _name in candidates]


def _of_school(school_id: int) -> Iterable[tuple[str, Recipient, str]]:
    for profile in Profile:
        yield "school", _one(RecipientKind.PROFILE, school_id, profile), ""
    classes = db.session.execute(
        select(SchoolClass.id, SchoolClass.code, SchoolClass.name, SchoolClass.level, SchoolYear.begins)
        .join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
        .where(SchoolClass.school_id == school_id)
        .order_by(SchoolYear.begins, SchoolClass.level, SchoolClass.name)
    ).all()
    of_class = (("guardians", Profile.GUARDIAN), ("pupils", Profile.STUDENT), ("teachers", Profile.TEACHER))
    for group, profile in of_class:
        for row in classes:
            more = {"number": row.id, "code": row.code, "year": row.begins}
            yield group, _one(RecipientKind.CLASS, school_id, profile, **more), row.name
    for begins, level in sorted({(row.begins, row.level) for row in classes if row.level}):
        for _group, profile in of_class:
            yield "levels", _one(RecipientKind.LEVEL, school_id, profile, code=level, year=begins), level
    yield from _groups_of(school_id)
    yield "functions", Recipient(kind=RecipientKind.FUNCTION, school_id=school_id, code=HEADS), ""
    done = select(PersonFunction.code, PersonFunction.label, PersonFunction.discipline_code, PersonFunction.discipline)
    rows = db.session.execute(done.where(PersonFunction.school_id == school_id).distinct()).all()
    for code, label in sorted({row.code: row.label for row in rows}.items()):
        yield "functions", Recipient(kind=RecipientKind.FUNCTION, school_id=school_id, code=code), label.capitalize()
    subjects = {row.discipline_code: row.discipline for row in rows if row.discipline_code}
    for code, label in sorted(subjects.items(), key=lambda pair: pair[1]):
        yield "subjects", Recipient(kind=RecipientKind.SUBJECT, school_id=school_id, code=code), label.capitalize()


def _groups_of(school_id: int) -> Iterable[tuple[str, Recipient, str]]:
    families = (Profile.GUARDIAN, Profile.STUDENT, Profile.TEACHER)
    taught = select(TeachingGroup.id, TeachingGroup.code, TeachingGroup.name, SchoolYear.begins)
    taught = taught.join(SchoolYear, SchoolYear.id == TeachingGroup.year_id)
    for row in db.session.execute(taught.where(TeachingGroup.school_id == school_id).order_by(TeachingGroup.name)):
        for profile in families:
            more = {"number": row.id, "code": row.code, "year": row.begins}
            yield "groups", _one(RecipientKind.TEACHING_GROUP, school_id, profile, **more), row.name
    free = select(FreeGroup.id, FreeGroup.name).where(FreeGroup.school_id == school_id).order_by(FreeGroup.name)
    for number, name in db.session.execute(free.limit(200)):
        for profile in (*families, Profile.STAFF):
            yield "groups", _one(RecipientKind.FREE_GROUP, school_id, profile, number=number), name


def _one(kind: RecipientKind, school_id: int, profile: Profile, **more: Any) -> Recipient:
    return Recipient(kind=kind, school_id=school_id, profiles=frozenset({profile}), **more)


# People -----------------------------------------------------------------------------------------------------------------


def find_people(writer: Writer, text: str) -> list[tuple[Recipient, str, Profile]]:
    """People whom ``writer`` may address and whom ``text`` names: each with a name, and as what. Seven queries at most.

    Somebody who may only address who works in a school finds nobody else, not even by leaving them out afterwards.
    """
    words = folded(text).split()
    if not words:
        return []
    here: Any = Affiliation.school_id.in_({school for school, _profile in writer.standings} | writer.leads)
    if writer.project:
        leads = select(RoleGrant.person_id).where(RoleGrant.role.in_([role.value for role in _LEADING]))
        here = or_(here, Affiliation.person_id.in_(leads))
    query = select(Person, Affiliation.school_id, Affiliation.profile).join(Affiliation).where(here)
    for word in words:
        query = query.where(or_(Person.search_name.like(f"{word}%"), Person.search_name.like(f"% {word}%")))
    if writer.is_family and not writer.student_of:
        works = Affiliation.profile.not_in([profile.value for profile in FAMILIES])
        query = query.where(or_(works, Person.id.in_(writer.children)))
    query = query.where(Person.died_on.is_(None)).order_by(Person.search_name, Person.id).limit(_LOOKED_AT)
    rows = db.session.execute(query).all()
    facts = addressed({(row.Person.id, row.school_id) for row in rows})
    found = []
    for person, school_id, profile in rows:
        one = Recipient(
            kind=RecipientKind.PERSON, school_id=school_id, number=person.id, profiles=frozenset({Profile(profile)})
        )
        if may_address(writer, one, facts.get((person.id, school_id))):
            found.append((one, name_of(person), Profile(profile)))
    return found[:FOUND]


def addressed(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], Addressed]:
    """The facts about people addressed, by (person, school); six queries whatever their number."""
    if not pairs:
        return {}
    people = {person for person, _school in pairs}
    profiles: dict[tuple[int, int], set[Profile]] = defaultdict(set)
    functions: dict[tuple[int, int], set[str]] = defaultdict(set)
    groups: dict[int, set[int]] = defaultdict(set)
    learns: dict[tuple[int, int], set[int]] = defaultdict(set)
    teaches: dict[tuple[int, int], set[int]] = defaultdict(set)
    years: dict[tuple[int, int], int] = defaultdict(int)
    newest: dict[int, int] = defaultdict(int)
    held = select(Affiliation.person_id, Affiliation.school_id, Affiliation.profile)
    for person, school, profile in db.session.execute(held.where(Affiliation.person_id.in_(people))):
        profiles[person, school].add(Profile(profile))
    done = select(PersonFunction.person_id, PersonFunction.school_id, PersonFunction.code)
    for person, school, code in db.session.execute(done.where(PersonFunction.person_id.in_(people))):
        functions[person, school].add(code)
    member = (
        select(
            ClassMembership.person_id, SchoolClass.school_id, SchoolClass.id, ClassMembership.role, SchoolYear.begins
        )
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
    )
    for person, school, number, role, begins in db.session.execute(member.where(ClassMembership.person_id.in_(people))):
        (learns if role == "student" else teaches)[person, school].add(number)
        years[person, school] = max(years[person, school], begins)
    schools = {school for _person, school in pairs}
    latest = select(SchoolClass.school_id, SchoolYear.begins).join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
    for school, begins in db.session.execute(latest.where(SchoolClass.school_id.in_(schools)).distinct()):
        newest[school] = max(newest[school], begins)
    in_groups = select(GroupMembership.person_id, GroupMembership.group_id)
    for person, number in db.session.execute(in_groups.where(GroupMembership.person_id.in_(people))):
        groups[person].add(number)
    in_free = select(FreeGroupMember.person_id, FreeGroupMember.group_id)
    for person, number in db.session.execute(in_free.where(FreeGroupMember.person_id.in_(people))):
        groups[person].add(number)
    leading = select(RoleGrant.person_id, RoleGrant.school_id).where(
        RoleGrant.person_id.in_(people), RoleGrant.role.in_([role.value for role in _LEADING])
    )
    leads = {(person, school) for person, school in db.session.execute(leading)}
    return {
        (person, school): Addressed(
            person_id=person,
            profiles=frozenset(profiles[person, school]),
            functions=frozenset(functions[person, school]),
            learns_in=frozenset(learns[person, school]),
            teaches=frozenset(teaches[person, school]),
            groups=frozenset(groups[person]),
            head=(person, school) in leads,
            former=bool(profiles[person, school] & {Profile.STUDENT, Profile.TEACHER})
            and years[person, school] < newest[school],
        )
        for person, school in pairs
    }


def check(writer: Writer, recipients: Sequence[Recipient], *, answering: Collection[Recipient] = ()) -> None:
    """Raises ``NotYours`` where ``writer`` may not address one of ``recipients``, ``PopulationGone`` where one exists no more.

    ``answering``: whom a message received names, who may be answered whatever the rules say of others.
    """
    pairs = {
        (to.number, to.school_id)
        for to in recipients
        if to.kind == RecipientKind.PERSON and to.number is not None and to.school_id is not None
    }
    facts = addressed(pairs)
    for to in recipients:
        person = facts.get((to.number or 0, to.school_id or 0)) if to.kind == RecipientKind.PERSON else None
        if to not in answering and not may_address(writer, to, person):
            raise NotYours()
    if gone(recipients):
        raise PopulationGone()


# Names ------------------------------------------------------------------------------------------------------------------


def names_of(recipients: Iterable[Recipient]) -> dict[tuple[RecipientKind, object], str]:
    """The names of classes, groups, people, functions and disciplines; a query a kind at most."""
    by_kind: dict[RecipientKind, list[Recipient]] = defaultdict(list)
    for to in recipients:
        by_kind[to.kind].append(to)
    found: dict[tuple[RecipientKind, object], str] = {}
    named = ((RecipientKind.CLASS, SchoolClass), (RecipientKind.TEACHING_GROUP, TeachingGroup))
    for kind, table in (*named, (RecipientKind.FREE_GROUP, FreeGroup)):
        numbers = [to.number for to in by_kind[kind]]
        if numbers:
            rows: Any = db.session.execute(select(table.id, table.name).where(table.id.in_(numbers)))
            found |= {(kind, number): name for number, name in rows}
    people = [to.number for to in by_kind[RecipientKind.PERSON]]
    if people:
        for person in db.session.scalars(select(Person).where(Person.id.in_(people))):
            found[RecipientKind.PERSON, person.id] = name_of(person)
    done = by_kind[RecipientKind.FUNCTION] + by_kind[RecipientKind.SUBJECT]
    if done:
        codes = or_(
            *(
                and_(
                    PersonFunction.school_id == to.school_id,
                    or_(PersonFunction.code == to.code, PersonFunction.discipline_code == to.code),
                )
                for to in done
            )
        )
        labels = select(
            PersonFunction.code, PersonFunction.label, PersonFunction.discipline_code, PersonFunction.discipline
        )
        for code, label, discipline_code, discipline in db.session.execute(labels.where(codes).distinct()):
            found[RecipientKind.FUNCTION, code] = label.capitalize()
            found[RecipientKind.SUBJECT, discipline_code] = discipline.capitalize()
    return found


def words_of(recipients: Sequence[Recipient]) -> list[Words]:
    """Each entry in words."""
    names, new_year = names_of(recipients), closures().rules.new_year
    return [in_words(to, names, new_year) for to in recipients]


def _key(to: Recipient) -> tuple[RecipientKind, object]:
    return to.kind, to.code if to.kind in (RecipientKind.FUNCTION, RecipientKind.SUBJECT) else to.number


def functions_of_school(school_id: int) -> dict[str, str]:
    """The functions that somebody has in a school, by code, with the feed's words."""
    done = select(PersonFunction.code, PersonFunction.label).where(PersonFunction.school_id == school_id).distinct()
    return {code: label.capitalize() for code, label in sorted(db.session.execute(done), key=str)}
