"""Reading announcements: those for somebody, those that they have issued, those of a school; and who holds which role.

A page looks at the newest ``LOOKED_AT`` that are shown in the reader's schools and decides in Python which are for them: a fixed
number of queries, whatever the number of people and announcements.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, literal, or_, select, union_all

from app.db import db
from app.directory.groups.models import FreeGroup, FreeGroupMember
from app.directory.models import (
    ClassMembership,
    GroupMembership,
    Guardianship,
    Person,
    PersonFunction,
    SchoolClass,
    SchoolYear,
    TeachingGroup,
)
from app.directory.names import name_of
from app.errors import NotFound
from app.gate.disclosure import visitor_may_know
from app.gate.queries import closures, open_for
from app.messaging.announcement_roles import BY_NATURE, AnnouncementRole, Form, Right, may
from app.messaging.concern import Belongs, Reader, concerned
from app.messaging.models import Announcement as Announcement
from app.messaging.models import AnnouncementCopy, AnnouncementGrant, AnnouncementOffline
from app.messaging.populations import HEADS, Recipient, RecipientKind, Severity, read_all
from app.messaging.recipients.queries import STANDING
from app.profiles import PROJECT_ROLES, Profile, Role, Visitor

LOOKED_AT, PAGE = 300, 50
_SEVERITIES = (Severity.ALERT, Severity.WARNING, Severity.INFORMATION)


@dataclass(frozen=True, kw_only=True, slots=True)
class HomeLine:
    """An announcement as its readers see it."""

    id: int
    form: Form
    severity: Severity
    title: str
    body: str
    link: str
    shown_from: datetime
    shown_until: datetime | None
    school_id: int | None
    opened: bool


# The reader -------------------------------------------------------------------------------------------------------------


def reader_of(visitor: Visitor, now: datetime) -> Reader:
    """What ``visitor`` belongs to, of what is open and disclosed to them at ``now`` (portal time); four queries."""
    me = visitor.person_id or 0
    opened = open_schools(visitor, now)
    profiles = {(place.school_id, place.profile) for place in visitor.places if place.school_id in opened}
    found: set[Belongs] = set()
    for school_id, profile in profiles:
        found |= {(RecipientKind.PROFILE, school, None, None, "", profile) for school in (school_id, None)}
    if profiles:
        found |= set(_classes(visitor, me, profiles, now)) | set(_groups(me, profiles))
    done = select(PersonFunction.school_id, PersonFunction.code, PersonFunction.discipline_code)
    if any(profile in (Profile.TEACHER, Profile.STAFF) for _school, profile in profiles):
        for school_id, code, subject in db.session.execute(done.where(PersonFunction.person_id == me)):
            if school_id in opened:
                found.add((RecipientKind.FUNCTION, school_id, None, None, code, None))
                found.add((RecipientKind.SUBJECT, school_id, None, None, subject, None))
    for role, held_in in visitor.roles:
        if role == Role.HEAD and held_in in opened:
            found |= {(RecipientKind.FUNCTION, school, None, None, HEADS, None) for school in (held_in, None)}
    return Reader(person_id=me, belongs=frozenset(found))


def open_schools(visitor: Visitor, now: datetime) -> frozenset[int]:
    """The schools in which ``visitor`` stands or holds a role, and that are open to them. No query."""
    schools = {place.school_id for place in visitor.places} | {s for _role, s in visitor.roles if s is not None}
    return frozenset(school for school in schools if open_for(visitor, school, now))


def _living_children(me: int) -> Any:
    links = select(Guardianship.student_id).join(Person, Person.id == Guardianship.student_id)
    counts = (Guardianship.standing.in_(STANDING), Guardianship.cut_at.is_(None), Person.died_on.is_(None))
    return links.where(Guardianship.guardian_id == me, *counts)


def _classes(visitor: Visitor, me: int, profiles: set[tuple[int, Profile]], now: datetime) -> Iterable[Belongs]:
    member = (ClassMembership.role == "student", ClassMembership.role != "student")
    ways = (
        (Profile.STUDENT, and_(member[0], ClassMembership.person_id == me)),
        (Profile.GUARDIAN, and_(member[0], ClassMembership.person_id.in_(_living_children(me)))),
        (Profile.TEACHER, and_(member[1], ClassMembership.person_id == me)),
    )
    parts = [
        select(
            literal(profile.value).label("profile"),
            SchoolClass.id,
            SchoolClass.school_id,
            SchoolClass.code,
            SchoolClass.level,
            SchoolYear.begins,
        )
        .join(ClassMembership, ClassMembership.class_id == SchoolClass.id)
        .join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
        .where(condition)
        for profile, condition in ways
    ]
    kept = closures()
    for name, number, school_id, code, level, begins in db.session.execute(union_all(*parts)):
        profile = Profile(name)
        if (school_id, profile) not in profiles:
            continue
        known = visitor_may_know(
            kept, visitor, school_id=school_id, year_begins=begins, now=now, level=level, class_id=number
        )
        if known.allowed:
            yield RecipientKind.CLASS, school_id, number, begins, code, profile
            if level:
                yield RecipientKind.LEVEL, school_id, None, begins, level, profile


def _groups(me: int, profiles: set[tuple[int, Profile]]) -> Iterable[Belongs]:
    children = _living_children(me)
    own = GroupMembership.person_id == me
    taught = select(
        GroupMembership.role,
        own.label("own"),
        TeachingGroup.id,
        TeachingGroup.school_id,
        TeachingGroup.code,
        SchoolYear.begins,
    )
    taught = taught.join(TeachingGroup, TeachingGroup.id == GroupMembership.group_id)
    taught = taught.join(SchoolYear, SchoolYear.id == TeachingGroup.year_id)
    for role, is_own, number, school_id, code, begins in db.session.execute(
        taught.where(or_(own, and_(GroupMembership.role == "student", GroupMembership.person_id.in_(children))))
    ):
        as_own = Profile.STUDENT if role == "student" else Profile.TEACHER
        profile = as_own if is_own else Profile.GUARDIAN
        if (school_id, profile) in profiles:
            yield RecipientKind.TEACHING_GROUP, school_id, number, begins, code, profile
    mine = FreeGroupMember.person_id == me
    free = select(mine.label("own"), FreeGroup.id, FreeGroup.school_id)
    free = free.join(FreeGroup, FreeGroup.id == FreeGroupMember.group_id)
    for is_own, number, school_id in db.session.execute(free.where(or_(mine, FreeGroupMember.person_id.in_(children)))):
        for school, profile in profiles:
            if school == school_id and (is_own != (profile == Profile.GUARDIAN)):
                yield RecipientKind.FREE_GROUP, school_id, number, None, "", profile


# For somebody -----------------------------------------------------------------------------------------------------------


def for_home(visitor: Visitor, now: datetime, limit: int = 8) -> list[HomeLine]:
    """The news and announcements that are for ``visitor`` now: alerts first, then warnings, the newest first. Five queries."""
    lines = [line for line in received(visitor, now) if line.shown_until is None or line.shown_until > now]
    return sorted(lines, key=lambda line: _SEVERITIES.index(line.severity))[:limit]


def received(visitor: Visitor, now: datetime) -> list[HomeLine]:
    """What was or is for ``visitor``, newest first: spread, not cancelled, not taken offline. Five queries."""
    if not visitor.signed_in:
        return []
    opened = open_schools(visitor, now)
    offline = select(AnnouncementOffline.announcement_id).where(
        AnnouncementOffline.announcement_id == Announcement.id, AnnouncementOffline.school_id.in_(opened)
    )
    copy = and_(AnnouncementCopy.announcement_id == Announcement.id, AnnouncementCopy.person_id == visitor.person_id)
    query = (
        select(Announcement, AnnouncementCopy.opened_at, offline.exists())
        .outerjoin(AnnouncementCopy, copy)
        .where(
            or_(Announcement.school_id.is_(None), Announcement.school_id.in_(opened)),
            Announcement.spread_at.is_not(None),
            Announcement.shown_from <= now,
            Announcement.cancelled_at.is_(None),
            Announcement.form != Form.MESSAGE.value,
        )
        .order_by(Announcement.shown_from.desc(), Announcement.id.desc())
        .limit(LOOKED_AT)
    )
    reader = reader_of(visitor, now)
    return [
        _line(found, opened_at)
        for found, opened_at, is_offline in db.session.execute(query)
        if not (is_offline and found.form == Form.NEWS) and concerned(read_all(found.recipients), reader)
    ]


def _line(found: Announcement, opened_at: datetime | None) -> HomeLine:
    return HomeLine(
        id=found.id,
        form=Form(found.form),
        severity=Severity(found.severity),
        title=found.title,
        body=found.body,
        link=found.link,
        shown_from=found.shown_from,
        shown_until=found.shown_until,
        school_id=found.school_id,
        opened=opened_at is not None,
    )


def is_for(found: Announcement, visitor: Visitor, now: datetime) -> bool:
    """Is it for ``visitor``, spread and not cancelled, in a school that is open to them?"""
    if found.spread_at is None or found.cancelled_at is not None or found.shown_from > now:
        return False
    opened = open_schools(visitor, now)
    if found.school_id is not None and found.school_id not in opened:
        return False
    if found.form == Form.NEWS and db.session.scalar(
        select(func.count()).where(
            AnnouncementOffline.announcement_id == found.id, AnnouncementOffline.school_id.in_(opened)
        )
    ):
        return False
    return concerned(read_all(found.recipients), reader_of(visitor, now))


def announcement(announcement_id: int) -> Announcement:
    """The announcement. Raises ``NotFound``; who may see it is asked by the caller."""
    found = db.session.get(Announcement, announcement_id)
    if found is None:
        raise NotFound()
    return found


def copy_of(announcement_id: int, person_id: int) -> AnnouncementCopy | None:
    """That somebody has opened an announcement, or was told of it."""
    same = (AnnouncementCopy.announcement_id == announcement_id, AnnouncementCopy.person_id == person_id)
    return db.session.scalar(select(AnnouncementCopy).where(*same))


def opened_by(announcement_id: int) -> int:
    """How many have opened it."""
    opened = (AnnouncementCopy.announcement_id == announcement_id, AnnouncementCopy.opened_at.is_not(None))
    return db.session.scalar(select(func.count()).where(*opened)) or 0


# Roles ------------------------------------------------------------------------------------------------------------------


def roles_held(visitor: Visitor, now: datetime) -> dict[int | None, frozenset[AnnouncementRole]]:
    """The roles of ``visitor`` by school, None standing for the project; one query. A closed school gives none."""
    found: dict[int | None, set[AnnouncementRole]] = {}
    for role, school_id in visitor.roles:
        if role in PROJECT_ROLES:
            found.setdefault(None, set()).update(BY_NATURE)
        elif school_id is not None:
            found.setdefault(school_id, set()).update(BY_NATURE)
    grants = select(AnnouncementGrant).where(AnnouncementGrant.person_id == (visitor.person_id or 0))
    for grant in db.session.scalars(grants):
        found.setdefault(grant.school_id, set()).add(AnnouncementRole(grant.role))
    return {
        school: frozenset(roles) for school, roles in found.items() if school is None or open_for(visitor, school, now)
    }


def roles_for(
    held: dict[int | None, frozenset[AnnouncementRole]], school_id: int | None
) -> frozenset[AnnouncementRole]:
    """The roles that count for an announcement of that school, or of the project: a project's role counts in every school."""
    return held.get(None, frozenset()) | (held.get(school_id, frozenset()) if school_id is not None else frozenset())


def issued(visitor: Visitor, now: datetime, before: int | None = None) -> tuple[list[tuple[Announcement, str]], bool]:
    """What ``visitor`` may see of what was issued, newest first, with its author's name; two queries."""
    held = roles_held(visitor, now)
    schools = [school for school in held if school is not None]
    where = or_(Announcement.school_id.in_(schools), Announcement.author_id == visitor.person_id)
    query = select(Announcement, Person).outerjoin(Person, Person.id == Announcement.author_id)
    if None not in held:
        query = query.where(where)
    if before is not None:
        query = query.where(Announcement.id < before)
    rows = db.session.execute(query.order_by(Announcement.id.desc()).limit(PAGE + 1)).all()
    seen = [
        (found, name_of(author) if author is not None else "")
        for found, author in rows[:PAGE]
        if may(
            roles_for(held, found.school_id),
            Right.SEE_ISSUED,
            Form(found.form),
            own=found.author_id == visitor.person_id,
        )
    ]
    return seen, len(rows) > PAGE


def received_by_school(school_id: int) -> list[tuple[Announcement, str, bool]]:
    """What the school's people receive or have received, with its author and whether the school has taken it offline; one query."""
    offline = and_(AnnouncementOffline.announcement_id == Announcement.id, AnnouncementOffline.school_id == school_id)
    query = (
        select(Announcement, Person, AnnouncementOffline.taken_at)
        .outerjoin(Person, Person.id == Announcement.author_id)
        .outerjoin(AnnouncementOffline, offline)
        .where(
            or_(Announcement.school_id == school_id, Announcement.school_id.is_(None)),
            Announcement.spread_at.is_not(None),
        )
        .order_by(Announcement.shown_from.desc(), Announcement.id.desc())
        .limit(PAGE)
    )
    return [
        (found, name_of(author) if author is not None else "", taken is not None)
        for found, author, taken in db.session.execute(query)
    ]


def grants_of(school_id: int | None) -> list[tuple[AnnouncementGrant, str]]:
    """Who holds which role by a grant, with the name."""
    same = AnnouncementGrant.school_id.is_(None) if school_id is None else AnnouncementGrant.school_id == school_id
    query = select(AnnouncementGrant, Person).join(Person, Person.id == AnnouncementGrant.person_id).where(same)
    rows = db.session.execute(query.order_by(Person.search_name, AnnouncementGrant.id).limit(LOOKED_AT))
    return [(grant, name_of(person)) for grant, person in rows]


def grant(grant_id: int, school_id: int | None) -> AnnouncementGrant:
    """One grant of that school. Raises ``NotFound``."""
    found = db.session.get(AnnouncementGrant, grant_id)
    if found is None or found.school_id != school_id:
        raise NotFound()
    return found


def due(now: datetime) -> Sequence[int]:
    """Announcements dated ahead whose instant has come."""
    waiting = (
        Announcement.spread_at.is_(None),
        Announcement.cancelled_at.is_(None),
        Announcement.shown_from <= now,
    )
    return db.session.scalars(select(Announcement.id).where(*waiting).order_by(Announcement.shown_from)).all()


def recipients_of(found: Announcement) -> tuple[Recipient, ...]:
    """To whom it goes."""
    return read_all(found.recipients)
