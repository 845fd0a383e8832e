"""Populations become people by SQL: whoever is addressed in however many ways is found once.

``everybody`` is a select of (owner_id, profile, school_id, student_id, class_id): a line a way of being addressed. ``class_id`` is the
class by which the owner's gate is decided (GATE-13): a pupil's own, a guardian's child's, of the newest year. Only links that count
lead to guardians (KIN-1, KIN-3); a pupil who has died, or has left for good, leads to nobody (ACCT-8). Statements that insert do
not pass through the criterion of ``SetAside``: people, classes and groups that are set aside are left out here by name, and with them
whatever hangs on them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from app.db import Id, db
from app.directory.groups.models import FreeGroup, FreeGroupMember
from app.directory.kin.models import PupilExit
from app.directory.models import (
    Affiliation,
    ClassMembership,
    GroupMembership,
    Guardianship,
    Person,
    PersonFunction,
    RoleGrant,
    SchoolClass,
    SchoolYear,
    TeachingGroup,
)
from app.gate.disclosure import may_know
from app.gate.queries import closures
from app.messaging.populations import HEADS, Recipient, RecipientKind
from app.messaging.who_may_write import WORKS
from app.profiles import FAMILIES, Place, Profile, Role

STANDING = ("legal", "in-charge")
#: Profiles of whoever is in a population as themselves.
_THEMSELVES = tuple(profile for profile in Profile if profile not in FAMILIES)


def everybody(recipients: Iterable[Recipient], now: datetime) -> FromClause | None:
    """Whoever is addressed at ``now`` (portal time), a line a way; None where nothing can be addressed."""
    parts = [part for recipient in recipients for part in _ways(recipient, now)]
    return union_all(*parts).subquery("addressed") if parts else None


def placed(ways: FromClause) -> Select[Any]:
    """The lines of ``ways`` with the class by which each is let in, and the living only."""
    owner = aliased(Person)
    pupil = func.coalesce(ways.c.student_id, ways.c.owner_id)
    return (
        select(
            ways.c.owner_id,
            ways.c.profile,
            ways.c.school_id,
            ways.c.student_id,
            class_of(pupil, ways.c.school_id).label("class_id"),
        )
        .join(owner, owner.id == ways.c.owner_id)
        .where(owner.died_on.is_(None), owner.set_aside_by.is_(None))
    )


def class_of(pupil: Any, school: Any) -> ColumnElement[Any]:
    """The class of a pupil in a school, of the newest year in which there is one (GATE-15); None for others."""
    membership, school_class, year = aliased(ClassMembership), aliased(SchoolClass), aliased(SchoolYear)
    return (
        select(school_class.id)
        .join(membership, membership.class_id == school_class.id)
        .join(year, year.id == school_class.year_id)
        .where(
            membership.person_id == pupil,
            school_class.school_id == school,
            membership.role == "student",
            school_class.set_aside_by.is_(None),
        )
        .order_by(year.begins.desc(), school_class.code)
        .limit(1)
        .scalar_subquery()
    )


def living_link(guardian: Any, pupil: Any) -> ColumnElement[bool]:
    """Does a link that counts lead from the guardian to the pupil (KIN-1, KIN-3)?"""
    link = aliased(Guardianship)
    counts = (link.standing.in_(STANDING), link.cut_at.is_(None))
    return select(link.id).where(link.guardian_id == guardian, link.student_id == pupil, *counts).exists()


# The ways ---------------------------------------------------------------------------------------------------------------


def _ways(to: Recipient, now: datetime) -> list[Select[Any]]:
    if to.kind == RecipientKind.PERSON:
        return _person(to)
    if to.kind == RecipientKind.FUNCTION:
        return [_heads(to)] if to.code == HEADS else [_function(to, PersonFunction.code == to.code)]
    if to.kind == RecipientKind.SUBJECT:
        return [_function(to, PersonFunction.discipline_code == to.code)]
    wanted = to.profiles or frozenset(Profile)
    found: list[Select[Any]] = []
    if wanted & FAMILIES:
        pupils = _still_here(_pupils(to), now)
        if Profile.STUDENT in wanted:
            found.append(_line(pupils.c.student_id, Profile.STUDENT, pupils.c.school_id).select_from(pupils))
        if Profile.GUARDIAN in wanted:
            found.append(_guardians(pupils))
    if Profile.TEACHER in wanted and to.kind in _TAUGHT:
        found.append(_teachers(to))
    held = [p for p in _THEMSELVES if p in wanted]
    if held and to.kind in (RecipientKind.PROFILE, RecipientKind.FREE_GROUP):
        found.append(_holders(to, held))
    return found


_TAUGHT = frozenset({RecipientKind.CLASS, RecipientKind.LEVEL, RecipientKind.TEACHING_GROUP})


def _line(owner: Any, profile: Any, school: Any, student: Any = None) -> Select[Any]:
    return select(
        owner.label("owner_id"),
        (cast(literal(profile.value), String) if isinstance(profile, Profile) else cast(profile, String)).label(
            "profile"
        ),
        school.label("school_id"),
        (cast(null(), Id) if student is None else student).label("student_id"),
    )


def _person(to: Recipient) -> list[Select[Any]]:
    if to.school_id is None or not to.profiles:
        return [_line(Person.id, cast(null(), String), cast(null(), Id)).where(Person.id == to.number)]
    held = and_(
        Affiliation.person_id == to.number,
        Affiliation.school_id == to.school_id,
        Affiliation.profile.in_([profile.value for profile in to.profiles]),
    )
    line = _line(Affiliation.person_id, Affiliation.profile, Affiliation.school_id).where(held)
    if to.profiles != {Profile.GUARDIAN}:
        return [line]
    child = aliased(Affiliation)
    return [
        _line(Guardianship.guardian_id, Profile.GUARDIAN, child.school_id, Guardianship.student_id)
        .join(child, child.person_id == Guardianship.student_id)
        .where(
            Guardianship.guardian_id == to.number,
            Guardianship.standing.in_(STANDING),
            Guardianship.cut_at.is_(None),
            child.school_id == to.school_id,
            child.profile == Profile.STUDENT,
        )
    ]


def _function(to: Recipient, condition: ColumnElement[bool]) -> Select[Any]:
    held = and_(
        Affiliation.person_id == PersonFunction.person_id,
        Affiliation.school_id == PersonFunction.school_id,
        Affiliation.profile.in_([profile.value for profile in WORKS]),
    )
    line = _line(PersonFunction.person_id, Affiliation.profile, PersonFunction.school_id)
    return line.join(Affiliation, held).where(PersonFunction.school_id == to.school_id, condition)


def _heads(to: Recipient) -> Select[Any]:
    held = and_(
        Affiliation.person_id == RoleGrant.person_id,
        Affiliation.school_id == RoleGrant.school_id,
        Affiliation.profile.in_([profile.value for profile in WORKS]),
    )
    line = _line(RoleGrant.person_id, Affiliation.profile, RoleGrant.school_id).join(Affiliation, held)
    line = line.where(RoleGrant.role == Role.HEAD)
    return line if to.school_id is None else line.where(RoleGrant.school_id == to.school_id)


def _pupils(to: Recipient) -> Any:
    """The pupils of a population, with their school."""
    if to.kind == RecipientKind.PROFILE:
        pupils = select(Affiliation.person_id.label("student_id"), Affiliation.school_id)
        return pupils.where(Affiliation.school_id == to.school_id, Affiliation.profile == Profile.STUDENT)
    if to.kind == RecipientKind.FREE_GROUP:
        members = select(FreeGroupMember.person_id.label("student_id"), FreeGroup.school_id).join(
            FreeGroup, FreeGroup.id == FreeGroupMember.group_id
        )
        held = and_(Affiliation.person_id == FreeGroupMember.person_id, Affiliation.school_id == FreeGroup.school_id)
        return members.join(Affiliation, held).where(*_group(to), Affiliation.profile == Profile.STUDENT)
    if to.kind == RecipientKind.TEACHING_GROUP:
        members = select(GroupMembership.person_id.label("student_id"), TeachingGroup.school_id).join(
            TeachingGroup, TeachingGroup.id == GroupMembership.group_id
        )
        return members.where(*_teaching_group(to), GroupMembership.role == "student")
    members = select(ClassMembership.person_id.label("student_id"), SchoolClass.school_id)
    members = members.join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
    return members.where(_classes(to), ClassMembership.role == "student")


def _still_here(pupils: Any, now: datetime) -> FromClause:
    """Without those who have died or have left that school for good (ACCT-8); excluded for some days, they stay."""
    found = pupils.subquery()
    gone = select(PupilExit.id).where(
        PupilExit.student_id == found.c.student_id,
        PupilExit.school_id == found.c.school_id,
        PupilExit.kind != "suspended",
        PupilExit.since <= now.date(),
        PupilExit.ended_at.is_(None),
    )
    living = select(found.c.student_id, found.c.school_id).join(Person, Person.id == found.c.student_id)
    return living.where(Person.died_on.is_(None), Person.set_aside_by.is_(None), ~gone.exists()).subquery()


def _guardians(pupils: FromClause) -> Select[Any]:
    line = _line(Guardianship.guardian_id, Profile.GUARDIAN, pupils.c.school_id, Guardianship.student_id)
    line = line.select_from(pupils).join(Guardianship, Guardianship.student_id == pupils.c.student_id)
    return line.where(Guardianship.standing.in_(STANDING), Guardianship.cut_at.is_(None))


def _teachers(to: Recipient) -> Select[Any]:
    if to.kind == RecipientKind.TEACHING_GROUP:
        line = _line(GroupMembership.person_id, Profile.TEACHER, TeachingGroup.school_id)
        line = line.join(TeachingGroup, TeachingGroup.id == GroupMembership.group_id)
        return line.where(*_teaching_group(to), GroupMembership.role != "student")
    line = _line(ClassMembership.person_id, Profile.TEACHER, SchoolClass.school_id)
    line = line.join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
    return line.where(_classes(to), ClassMembership.role != "student")


def _holders(to: Recipient, profiles: Collection[Profile]) -> Select[Any]:
    line = _line(Affiliation.person_id, Affiliation.profile, Affiliation.school_id)
    line = line.where(Affiliation.profile.in_([profile.value for profile in profiles]))
    if to.kind == RecipientKind.PROFILE:
        return line.where(Affiliation.school_id == to.school_id)
    line = line.join(FreeGroupMember, FreeGroupMember.person_id == Affiliation.person_id)
    return line.join(
        FreeGroup, and_(FreeGroup.id == FreeGroupMember.group_id, FreeGroup.school_id == Affiliation.school_id)
    ).where(*_group(to))


def _classes(to: Recipient) -> ColumnElement[bool]:
    year = select(SchoolYear.id).where(SchoolYear.begins == to.year).scalar_subquery()
    same = and_(SchoolClass.school_id == to.school_id, SchoolClass.year_id == year, SchoolClass.set_aside_by.is_(None))
    if to.kind == RecipientKind.LEVEL:
        return and_(same, SchoolClass.level == to.code)
    return and_(same, SchoolClass.id == to.number, SchoolClass.code == to.code)


def _teaching_group(to: Recipient) -> tuple[ColumnElement[bool], ...]:
    year = select(SchoolYear.id).where(SchoolYear.begins == to.year).scalar_subquery()
    return (
        TeachingGroup.id == to.number,
        TeachingGroup.school_id == to.school_id,
        TeachingGroup.code == to.code,
        TeachingGroup.year_id == year,
        TeachingGroup.set_aside_by.is_(None),
    )


def _group(to: Recipient) -> tuple[ColumnElement[bool], ...]:
    return (
        FreeGroup.id == to.number,
        FreeGroup.school_id == to.school_id,
        FreeGroup.set_aside_by.is_(None),
        FreeGroupMember.set_aside_by.is_(None),
    )


# What still exists ------------------------------------------------------------------------------------------------------


def gone(recipients: Iterable[Recipient]) -> list[Recipient]:
    """Those of ``recipients`` of a school year whose class, level or group exists no more (PORTAL-20); two queries a kind at most."""
    missing = []
    for to in recipients:
        if to.kind in (RecipientKind.CLASS, RecipientKind.LEVEL):
            found = db.session.scalar(select(SchoolClass.id).where(_classes(to)).limit(1))
        elif to.kind == RecipientKind.TEACHING_GROUP:
            found = db.session.scalar(select(TeachingGroup.id).where(*_teaching_group(to)).limit(1))
        elif to.kind == RecipientKind.FREE_GROUP:
            alive = (FreeGroup.id == to.number, FreeGroup.school_id == to.school_id)
            found = db.session.scalar(select(FreeGroup.id).where(*alive))
        else:
            continue
        if found is None:
            missing.append(to)
    return missing


def newest_year(recipients: Iterable[Recipient]) -> int | None:
    """The newest school year of the classes, levels and groups addressed; None where none is."""
    return max((to.year for to in recipients if to.year is not None), default=None)


# Who waits (GATE-8) -----------------------------------------------------------------------------------------------------


def blocked(place: Place, year_begins: int | None, now: datetime) -> bool:
    """Must what is sent to ``place`` wait: is it closed, or does it concern a year that may not be known there yet?"""
    kept = closures()
    if not kept.at_place(place, now).allowed:
        return True
    return year_begins is not None and not may_know(kept, place, year_begins, now).allowed


def blocked_lines(
    pairs: Iterable[tuple[int, Profile]], year_begins: int | None, now: datetime, lines: Any
) -> ColumnElement[bool]:
    """The condition on ``lines`` (profile, school_id, class_id) that they must wait, for those (school, profile) pairs.

    A class without a date of its own follows its school, so that only differing classes are named (GATE-13).
    """
    wanted = sorted(set(pairs))
    families = sorted({school_id for school_id, profile in wanted if profile in FAMILIES})
    classes = _levels(families) if families else []
    conditions: list[ColumnElement[bool]] = []
    for school_id, profile in wanted:
        whole = blocked(Place(school_id=school_id, profile=profile), year_begins, now)
        differing = [
            class_id
            for class_id, school, level in classes
            if school == school_id
            and profile in FAMILIES
            and blocked(Place(school_id=school_id, profile=profile, level=level, class_id=class_id), year_begins, now)
            != whole
        ]
        here = and_(lines.school_id == school_id, lines.profile == profile.value)
        if whole:
            following = or_(lines.class_id.is_(None), lines.class_id.not_in(differing)) if differing else true()
            conditions.append(and_(here, following))
        elif differing:
            conditions.append(and_(here, lines.class_id.in_(differing)))
    return or_(*conditions) if conditions else literal(1) == 0


def _levels(school_ids: Collection[int]) -> Sequence[Any]:
    query = select(SchoolClass.id, SchoolClass.school_id, SchoolClass.level)
    return db.session.execute(query.where(SchoolClass.school_id.in_(school_ids))).all()


# Counting before it leaves (PORTAL-20) ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """How many people one entry of the list reaches, by what they are there."""

    to: Recipient
    by_profile: dict[Profile | None, int]

    @property
    def people(self) -> int:
        return sum(self.by_profile.values())


def counts(recipients: Sequence[Recipient], now: datetime) -> list[Count]:
    """What each entry comes to now; one query an entry."""
    found = []
    for to in recipients:
        ways = everybody([to], now)
        by_profile: dict[Profile | None, int] = {}
        if ways is not None:
            lines = placed(ways).subquery()
            query = select(lines.c.profile, func.count(lines.c.owner_id.distinct())).group_by(lines.c.profile)
            for profile, count in db.session.execute(query):
                by_profile[Profile(profile) if profile else None] = count
        found.append(Count(to=to, by_profile=by_profile))
    return found


def reach(recipients: Sequence[Recipient], now: datetime, *, but: int | None = None) -> int:
    """How many people the whole list reaches, each once, without ``but``, who writes."""
    ways = everybody(recipients, now)
    if ways is None:
        return 0
    lines = placed(ways).subquery()
    query = select(func.count(lines.c.owner_id.distinct()))
    return db.session.scalar(query if but is None else query.where(lines.c.owner_id != but)) or 0
