"""The role of a visitor in a section, and the sections that somebody has (PORTAL-1 to PORTAL-3).

A closed school stays undisclosed (GATE-15), and so does the space of a class of year N+1 before its day (GATE-8).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select

from app.content.models import PartnershipClass, Section, SectionRole
from app.content.spaces import SpaceKind, SpaceRole, SpaceVerb, highest, role_may
from app.db import db
from app.directory.belonging import Belonging
from app.directory.groups.queries import belonging
from app.directory.models import SchoolClass, SchoolYear
from app.errors import NotFound
from app.gate.disclosure import visitor_may_know
from app.gate.queries import closures, open_for
from app.profiles import FAMILIES, Profile, Verb, Visitor

#: What members of a class or group may do in its space unless more was given to them.
_PUPILS, _FAMILIES, _TEACHERS = SpaceRole.WRITER, SpaceRole.VISITOR, SpaceRole.MANAGER


def open_section(section_id: int, visitor: Visitor, verb: SpaceVerb, now: datetime) -> Section:
    """The section with that number, if ``visitor`` may do ``verb`` there at ``now`` (portal time).

    Raises ``NotFound`` for one that does not exist for them: no role, closed school, undisclosed class, or in the trash (where only
    who may empty it sees it).
    """
    section = db.session.get(Section, section_id)
    if section is None or (section.trashed_at is not None and verb != SpaceVerb.EMPTY_TRASH):
        raise NotFound()
    if not role_may(role_in(section, visitor, now), verb):
        raise NotFound()
    return section


def role_in(section: Section, visitor: Visitor, now: datetime) -> SpaceRole | None:
    """The highest role of ``visitor`` in ``section``; None where it does not exist for them."""
    return roles_in([section], visitor, now).get(section.id)


def roles_in(sections: Collection[Section], visitor: Visitor, now: datetime) -> dict[int, SpaceRole]:
    """The highest role of ``visitor`` in each of ``sections`` in which there is one; a fixed number of queries."""
    if not visitor.signed_in or not sections:
        return {}
    mine = belonging(visitor)
    numbers = [section.id for section in sections]
    given: dict[int, list[SpaceRole]] = {number: [] for number in numbers}
    grants = select(SectionRole).where(SectionRole.section_id.in_(numbers))
    schools = {section.id: section.school_id for section in sections}
    for grant in db.session.scalars(grants):
        if _is_meant(grant, schools[grant.section_id], visitor, mine):
            given[grant.section_id].append(SpaceRole(grant.role))
    joined: dict[int, set[int]] = {number: set() for number in numbers}
    partnerships = [section.id for section in sections if section.kind == SpaceKind.PARTNERSHIP]
    if partnerships:
        rows = select(PartnershipClass.section_id, PartnershipClass.class_id)
        for section_id, class_id in db.session.execute(rows.where(PartnershipClass.section_id.in_(partnerships))):
            joined[section_id].add(class_id)
    hidden = _undisclosed_classes({s.class_id for s in sections if s.class_id is not None}, visitor, now)
    found = {}
    for section in sections:
        if section.class_id in hidden or (
            section.school_id is not None and not open_for(visitor, section.school_id, now)
        ):
            continue
        roles = [*given[section.id], *_by_nature(section, visitor, mine, joined[section.id])]
        role = highest(roles)
        if role is not None:
            found[section.id] = role
    return found


def my_sections(
    visitor: Visitor, now: datetime, *, kinds: Iterable[SpaceKind] | None = None
) -> list[tuple[Section, SpaceRole]]:
    """The sections that are somebody's own: of their classes, groups and partnerships, their personal space, and those in which a
    role was given to them or to a group of theirs. Open school sections are the school's tree, not theirs. By kind and title.
    """
    if visitor.person_id is None:
        return []
    mine = belonging(visitor)
    granted = select(SectionRole.section_id).where(
        or_(
            SectionRole.person_id == visitor.person_id,
            SectionRole.group_id.in_(mine.groups),
            SectionRole.teaching_group_id.in_(mine.teaching_groups),
            SectionRole.class_id.in_(mine.classes),
        )
    )
    query = select(Section).where(
        Section.trashed_at.is_(None),
        or_(
            Section.person_id == visitor.person_id,
            and_(Section.kind == SpaceKind.CLASS, Section.class_id.in_(mine.classes)),
            and_(Section.kind == SpaceKind.GROUP, Section.group_id.in_(mine.groups)),
            Section.id.in_(select(PartnershipClass.section_id).where(PartnershipClass.class_id.in_(mine.classes))),
            Section.id.in_(granted),
        ),
    )
    if kinds is not None:
        query = query.where(Section.kind.in_(list(kinds)))
    sections: Sequence[Section] = db.session.scalars(query.limit(300)).all()
    roles = roles_in(sections, visitor, now)
    order = list(SpaceKind)
    known = [(section, roles[section.id]) for section in sections if section.id in roles]
    return sorted(known, key=lambda pair: (order.index(pair[0].kind), pair[0].title.casefold(), pair[0].id))


def _by_nature(section: Section, visitor: Visitor, mine: Belonging, joined: set[int]) -> Iterable[SpaceRole]:
    """The roles that come with what the section is, without anybody giving them."""
    if section.person_id is not None and section.kind == SpaceKind.PERSONAL:
        return (SpaceRole.MANAGER,) if section.person_id == visitor.person_id else ()
    roles: list[SpaceRole] = []
    if section.school_id is not None and visitor.may(Verb.EDIT_SITE, section.school_id):
        roles.append(SpaceRole.MANAGER)
    if section.kind in (SpaceKind.CLASS, SpaceKind.PARTNERSHIP):
        classes = joined if section.kind == SpaceKind.PARTNERSHIP else {section.class_id}
        roles += [_TEACHERS] if mine.teaches & classes else []
        roles += [_PUPILS] if mine.student_of & classes else []
        roles += [_FAMILIES] if mine.children_in & classes else []
    elif section.kind == SpaceKind.GROUP:
        roles += [SpaceRole.MANAGER] if section.group_id in mine.manages else []
        roles += [SpaceRole.WRITER] if section.group_id in mine.groups else []
    elif not section.restricted and section.visible and _stands_in(visitor, section.school_id):
        roles.append(SpaceRole.VISITOR)
    if section.kind == SpaceKind.TOWN and visitor.has_profile(Profile.AUTHORITY, section.school_id):
        roles.append(SpaceRole.MANAGER)
    return roles


def _is_meant(grant: SectionRole, school_id: int | None, visitor: Visitor, mine: Belonging) -> bool:
    if grant.person_id is not None:
        return grant.person_id == visitor.person_id
    if grant.group_id is not None:
        return grant.group_id in mine.groups
    if grant.teaching_group_id is not None:
        return grant.teaching_group_id in mine.teaching_groups
    if grant.class_id is not None:
        of_class = {
            Profile.STUDENT: mine.student_of,
            Profile.GUARDIAN: mine.children_in,
            Profile.TEACHER: mine.teaches,
            None: mine.classes,
        }
        return grant.class_id in of_class.get(grant.profile, frozenset())
    if grant.profile is not None:
        return visitor.has_profile(grant.profile, school_id)
    return _stands_in(visitor, school_id)


def _stands_in(visitor: Visitor, school_id: int | None) -> bool:
    return any(place.school_id == school_id for place in visitor.places)


def _undisclosed_classes(class_ids: Collection[int], visitor: Visitor, now: datetime) -> frozenset[int]:
    """Those of ``class_ids`` of which ``visitor`` may not know yet (GATE-8, GATE-13)."""
    if not class_ids or not any(place.profile in FAMILIES for place in visitor.places):
        return frozenset()
    query = select(SchoolClass.id, SchoolClass.school_id, SchoolClass.level, SchoolYear.begins).join(
        SchoolYear, SchoolYear.id == SchoolClass.year_id
    )
    kept = closures()
    return frozenset(
        number
        for number, school_id, level, begins in db.session.execute(query.where(SchoolClass.id.in_(class_ids)))
        if not visitor_may_know(
            kept, visitor, school_id=school_id, year_begins=begins, now=now, level=level, class_id=number
        ).allowed
    )
