"""The role of a visitor in a section, and the sections that somebody has (PORTAL-1 to PORTAL-3).

A closed school stays undisclosed (GATE-15), and so does the space of a class of year N+1 before its day (GATE-8).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import and_, or_, select

from app.content.models import PartnershipClass, Section, SectionRole
from app.content.spaces import ARCHIVED, SpaceKind, SpaceRole, SpaceVerb, enters, highest, role_may
from app.db import db
from app.directory.belonging import Belonging
from app.directory.groups.queries import belonging
from app.directory.models import SchoolClass, SchoolYear, TeachingGroup
from app.errors import NotFound
from app.gate.disclosure import PREPARE_THE_YEAR, visitor_may_know
from app.gate.queries import closures, open_for
from app.profiles import Profile, Verb, Visitor

#: What members of a class or group may do in its space unless more was given to them.
_PUPILS, _FAMILIES, _TEACHERS = SpaceRole.WRITER, SpaceRole.VISITOR, SpaceRole.MANAGER

#: Archived sections that a page lists.
MOST_ARCHIVED = 400


def open_section(section_id: int, visitor: Visitor, verb: SpaceVerb, now: datetime) -> Section:
    """The section with that number, if ``visitor`` may do ``verb`` there at ``now`` (portal time).

    Raises ``NotFound`` for one that does not exist for them: no role, closed school, undisclosed class, or in the trash (where only
    who may empty it sees it, and an archived one can be read).
    """
    section = db.session.get(Section, section_id)
    if section is None or section.set_aside_by is not None:
        raise NotFound()
    if not enters(section.trashed_at is not None, section.trash_reason, verb) and verb != SpaceVerb.EMPTY_TRASH:
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
    numbers = [section.id for section in sections]
    grants = db.session.scalars(select(SectionRole).where(SectionRole.section_id.in_(numbers))).all()
    joined = _joined([section.id for section in sections if section.kind == SpaceKind.PARTNERSHIP])
    named = {class_id for classes in joined.values() for class_id in classes}
    named |= {section.class_id for section in sections if section.class_id is not None}
    named |= {grant.class_id for grant in grants if grant.class_id is not None}
    hidden = _undisclosed_classes(named, visitor, now)
    hidden |= {
        class_id
        for classes in joined.values()
        for class_id, school_id in classes.items()
        if not open_for(visitor, school_id, now)
    }
    early = {grant.teaching_group_id for grant in grants if grant.teaching_group_id is not None}
    mine = _told(belonging(visitor), hidden, _undisclosed_groups(early, visitor, now))
    given: dict[int, list[SpaceRole]] = {number: [] for number in numbers}
    schools = {section.id: section.school_id for section in sections}
    for grant in grants:
        if _is_meant(grant, schools[grant.section_id], visitor, mine):
            given[grant.section_id].append(SpaceRole(grant.role))
    found = {}
    for section in sections:
        if section.class_id in hidden or (
            section.school_id is not None and not open_for(visitor, section.school_id, now)
        ):
            continue
        roles = [*given[section.id], *_by_nature(section, visitor, mine, set(joined.get(section.id, ())))]
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


def archived_sections(visitor: Visitor, now: datetime) -> list[tuple[Section, SpaceRole]]:
    """The archived sections of the visitor's schools that exist for them, those archived last first (S2-2)."""
    schools = {place.school_id for place in visitor.places} | {school for _role, school in visitor.roles if school}
    if not visitor.signed_in or not schools:
        return []
    query = select(Section).where(
        Section.school_id.in_(schools), Section.trashed_at.is_not(None), Section.trash_reason == ARCHIVED
    )
    query = query.order_by(Section.trashed_at.desc(), Section.title, Section.id)
    sections: Sequence[Section] = db.session.scalars(query.limit(MOST_ARCHIVED)).all()
    roles = roles_in(sections, visitor, now)
    return [(section, roles[section.id]) for section in sections if section.id in roles]


def _by_nature(section: Section, visitor: Visitor, mine: Belonging, joined: set[int]) -> Iterable[SpaceRole]:
    """The roles that come with what the section is, without anybody giving them."""
    if section.person_id is not None and section.kind == SpaceKind.PERSONAL:
        return (SpaceRole.MANAGER,) if section.person_id == visitor.person_id else ()
    roles: list[SpaceRole] = []
    if section.school_id is not None and visitor.may(Verb.EDIT_SITE, section.school_id):
        roles.append(SpaceRole.MANAGER)
    if section.trashed_at is not None and section.trash_reason == ARCHIVED:
        return [*roles, *_in_archive(section, visitor, mine)]
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


def _in_archive(section: Section, visitor: Visitor, mine: Belonging) -> Iterable[SpaceRole]:
    """What is left in an archived section of the roles that come by themselves: managers of a class's become visitors (S2-2)."""
    if section.kind == SpaceKind.CLASS and section.class_id in mine.teaches:
        return (SpaceRole.VISITOR,)
    if section.kind == SpaceKind.GROUP and section.group_id in mine.manages:
        return (SpaceRole.MANAGER,)
    if section.kind == SpaceKind.TOWN and visitor.has_profile(Profile.AUTHORITY, section.school_id):
        return (SpaceRole.MANAGER,)
    return ()


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


def _joined(section_ids: Collection[int]) -> dict[int, dict[int, int]]:
    """The classes that have joined each of some partnerships, with their schools."""
    joined: dict[int, dict[int, int]] = {number: {} for number in section_ids}
    if section_ids:
        rows = select(PartnershipClass.section_id, PartnershipClass.class_id, PartnershipClass.school_id)
        for section_id, class_id, school_id in db.session.execute(
            rows.where(PartnershipClass.section_id.in_(section_ids))
        ):
            joined[section_id][class_id] = school_id
    return joined


def _told(mine: Belonging, classes: Collection[int], groups: Collection[int]) -> Belonging:
    """``mine`` without the classes and teaching groups that may not be known yet."""
    return replace(
        mine,
        student_of=mine.student_of - set(classes),
        teaches=mine.teaches - set(classes),
        children_in=mine.children_in - set(classes),
        teaching_groups=mine.teaching_groups - set(groups),
    )


def _waits(visitor: Visitor) -> bool:
    """Must the visitor wait for the new year's day? Who prepares the year, or only administers, does not."""
    return not visitor.is_operator and any(place.profile not in PREPARE_THE_YEAR for place in visitor.places)


def _undisclosed_groups(group_ids: Collection[int], visitor: Visitor, now: datetime) -> frozenset[int]:
    """Those of some teaching groups of which ``visitor`` may not know yet (GATE-8)."""
    if not group_ids or not _waits(visitor):
        return frozenset()
    query = select(TeachingGroup.id, TeachingGroup.school_id, SchoolYear.begins).join(
        SchoolYear, SchoolYear.id == TeachingGroup.year_id
    )
    kept = closures()
    return frozenset(
        number
        for number, school_id, begins in db.session.execute(query.where(TeachingGroup.id.in_(group_ids)))
        if begins >= kept.rules.new_year
        and not visitor_may_know(kept, visitor, school_id=school_id, year_begins=begins, now=now).allowed
    )


def _undisclosed_classes(class_ids: Collection[int], visitor: Visitor, now: datetime) -> frozenset[int]:
    """Those of ``class_ids`` of which ``visitor`` may not know yet (GATE-8, GATE-13)."""
    if not class_ids or not _waits(visitor):
        return frozenset()
    query = select(SchoolClass.id, SchoolClass.school_id, SchoolClass.level, SchoolYear.begins).join(
        SchoolYear, SchoolYear.id == SchoolClass.year_id
    )
    kept = closures()
    return frozenset(
        number
        for number, school_id, level, begins in db.session.execute(query.where(SchoolClass.id.in_(class_ids)))
        if begins >= kept.rules.new_year
        and not visitor_may_know(
            kept, visitor, school_id=school_id, year_begins=begins, now=now, level=level, class_id=number
        ).allowed
    )
