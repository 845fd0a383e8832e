"""Who may address whom (PORTAL-4, PORTAL-5, KIN-2). Plain: facts about the writer and the addressed in, yes or no out.

- Pupils: the teachers, heads and school-life staff of their school whose class or school is theirs, pupils of their own classes
  and groups. A school forbids pupils to write to one another by hiding the entry 'pupils' from pupils.
- Guardians: whoever works in the schools of their children, and their own children. Never another family.
- Teachers and staff: the people of their school, its classes and groups; staff its levels too.
- Heads and administrators: their whole school. Local authority and guests: who works in the school.
- Operators and owners: heads and administrators of every school.

Minus what a school hides from a profile; heads and administrators see everything. A class of year N+1 is in the facts only of whoever
may know of it already (GATE-8).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from app.messaging.populations import HEADS, Recipient, RecipientKind
from app.profiles import FAMILIES, Profile

#: Who works in a school.
WORKS = frozenset({Profile.TEACHER, Profile.STAFF})
#: Function codes that a pupil may write to: heads, school life, documentation, health, orientation.
FOR_PUPILS = frozenset({"DIR", "EDU", "AED", "ASE", "DOC", "SOC", "MDS", "ORI", HEADS})


@dataclass(frozen=True, kw_only=True)
class Hidden:
    """An entry that a school hides from a profile: a whole profile, a function, a person, or those who have left."""

    school_id: int
    viewer: Profile
    profile: Profile | None = None
    function: str | None = None
    person_id: int | None = None
    former: bool = False


@dataclass(frozen=True, kw_only=True)
class Writer:
    """What counts about the writer at the door used. Class numbers are those that they may know of.

    ``standings``: the (school, profile) pairs; ``leads``: the schools that they head or administer; ``project``: operator or owner.
    """

    person_id: int
    standings: frozenset[tuple[int, Profile]] = frozenset()
    leads: frozenset[int] = frozenset()
    project: bool = False
    student_of: frozenset[int] = frozenset()
    children_in: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()
    teaching_groups: frozenset[int] = frozenset()
    children: frozenset[int] = frozenset()
    hidden: tuple[Hidden, ...] = field(default=())

    def is_a(self, school_id: int | None, *profiles: Profile) -> bool:
        """Does the writer hold one of ``profiles`` in that school?"""
        return any((school_id, profile) in self.standings for profile in profiles)

    @property
    def is_family(self) -> bool:
        """Is the writer only a pupil or guardian at this door?"""
        return not self.leads and not self.project and all(profile in FAMILIES for _school, profile in self.standings)


@dataclass(frozen=True, kw_only=True)
class Addressed:
    """What counts about one person addressed in a school: as what, their functions there, the classes that they learn in or teach.

    ``former``: a pupil or teacher who has no class there any more.
    """

    person_id: int
    profiles: frozenset[Profile] = frozenset()
    functions: frozenset[str] = frozenset()
    learns_in: frozenset[int] = frozenset()
    teaches: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()
    head: bool = False
    former: bool = False


def may_address(writer: Writer, to: Recipient, person: Addressed | None = None) -> bool:
    """May ``writer`` address ``to``? ``person``: the facts of a person addressed; without them nobody may be."""
    if to.kind == RecipientKind.PERSON:
        return person is not None and _person(writer, to, person)
    profiles = to.profiles
    if to.kind == RecipientKind.FUNCTION:
        return _function(writer, to)
    if to.school_id is None:
        return False
    if to.kind == RecipientKind.SUBJECT:
        return not profiles and _works_or_leads(writer, to.school_id) and not _hides(writer, to, Profile.TEACHER)
    if not profiles:
        return False
    if writer.leads & {to.school_id}:
        return True
    if any(_hides(writer, to, profile) for profile in profiles):
        return False
    if writer.is_a(to.school_id, *WORKS):
        return _by_colleague(writer, to)
    if writer.is_a(to.school_id, Profile.STUDENT) and _by_pupil(writer, to):
        return True
    if writer.is_a(to.school_id, Profile.GUARDIAN):
        return to.kind == RecipientKind.CLASS and to.number in writer.children_in and profiles == {Profile.TEACHER}
    return False


def profiles_offered(writer: Writer, to: Recipient, among: Iterable[Profile]) -> tuple[Profile, ...]:
    """Which of the profiles ``among`` the writer may address in the population ``to``, one by one."""
    found = []
    for profile in among:
        one = Recipient(
            kind=to.kind,
            school_id=to.school_id,
            number=to.number,
            code=to.code,
            year=to.year,
            profiles=frozenset({profile}),
        )
        if may_address(writer, one):
            found.append(profile)
    return tuple(found)


def _works_or_leads(writer: Writer, school_id: int) -> bool:
    return school_id in writer.leads or writer.is_a(school_id, *WORKS)


def _by_colleague(writer: Writer, to: Recipient) -> bool:
    if to.kind == RecipientKind.PROFILE:
        return to.profiles <= WORKS
    if to.kind == RecipientKind.LEVEL:
        return writer.is_a(to.school_id, Profile.STAFF)
    if to.kind == RecipientKind.FREE_GROUP:
        return to.number in writer.groups
    return True


def _by_pupil(writer: Writer, to: Recipient) -> bool:
    mine = {
        RecipientKind.CLASS: writer.student_of,
        RecipientKind.FREE_GROUP: writer.groups,
        RecipientKind.TEACHING_GROUP: writer.teaching_groups,
    }.get(to.kind, frozenset())
    return to.number in mine and to.profiles <= {Profile.STUDENT, Profile.TEACHER}


def _function(writer: Writer, to: Recipient) -> bool:
    if to.profiles:
        return False
    if writer.project and to.code == HEADS:
        return True
    if to.school_id is None:
        return False
    if to.school_id in writer.leads:
        return True
    if _hides(writer, to, Profile.STAFF, functions={to.code}):
        return False
    if writer.is_a(to.school_id, Profile.STUDENT):
        return to.code in FOR_PUPILS
    return writer.is_a(to.school_id, Profile.GUARDIAN, Profile.AUTHORITY, Profile.GUEST, *WORKS)


def _person(writer: Writer, to: Recipient, person: Addressed) -> bool:
    if person.person_id == writer.person_id or len(to.profiles) != 1:
        return False
    (profile,) = to.profiles
    if to.school_id is None or profile not in person.profiles:
        return False
    if writer.project and person.head:
        return True
    if to.school_id in writer.leads:
        return True
    if _hides(writer, to, profile, functions=person.functions, person=person):
        return False
    if writer.is_a(to.school_id, *WORKS):
        return True
    works = profile in WORKS
    if writer.is_a(to.school_id, Profile.GUARDIAN) and (works or person.person_id in writer.children):
        return True
    if writer.is_a(to.school_id, Profile.STUDENT):
        if works:
            own = person.teaches & writer.student_of or person.groups & writer.teaching_groups
            return bool(own or person.functions & FOR_PUPILS or person.head)
        together = person.learns_in & writer.student_of or person.groups & (writer.groups | writer.teaching_groups)
        return profile == Profile.STUDENT and bool(together)
    return works and writer.is_a(to.school_id, Profile.AUTHORITY, Profile.GUEST)


def _hides(
    writer: Writer,
    to: Recipient,
    profile: Profile,
    *,
    functions: Collection[str] = (),
    person: Addressed | None = None,
) -> bool:
    """Does the school hide that entry from every profile that the writer holds there?"""
    held = {profile for school, profile in writer.standings if school == to.school_id}
    hiding = {
        entry.viewer
        for entry in writer.hidden
        if entry.school_id == to.school_id
        and (
            entry.profile == profile
            or (entry.function is not None and entry.function in functions)
            or (person is not None and entry.person_id == person.person_id)
            or (person is not None and entry.former and person.former)
        )
    }
    return bool(held) and held <= hiding
