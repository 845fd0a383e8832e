"""The roles of sections that step 2 archives, secondary only (S2-2).

Temporary sections: managers stay managers, everybody else's access is withdrawn. Class sections: the school's teachers and whoever
managed become visitors, everybody else's access is withdrawn. Head and administrators are managers by what they are
(``access.queries``). Sections that are not archived are not touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, cast, insert, literal, null, or_, select, union

from app.content.models import Section, SectionRole
from app.content.sections.rollover import rows as rows_of_spaces
from app.content.spaces import SpaceKind, SpaceRole
from app.db import db
from app.directory.groups.models import FreeGroupMember
from app.directory.models import Affiliation, ClassMembership
from app.fates import Scope, Space
from app.profiles import Profile

WITHDRAWN, GIVEN = "section-role-withdrawn", "section-role-given"
KINDS: frozenset[str] = frozenset({WITHDRAWN, GIVEN})

role: Table = SectionRole.__table__  # type: ignore[assignment]
section: Table = Section.__table__  # type: ignore[assignment]
_SUBJECT = ("person_id", "group_id", "teaching_group_id", "class_id", "profile")
_COLUMNS = ["section_id", "role", *_SUBJECT, "given_at", "made_by"]


def rows(kind: str, space: Space, scope: Scope) -> Select[Any]:
    """Roles to withdraw (``section-role-withdrawn``), or the sections in which others are given (``section-role-given``).

    ``space``: CLASS or TEMPORARY. Columns ``id`` and ``school_id``. Raises KeyError for another kind.
    """
    sections = rows_of_spaces("section", space, scope)
    if kind == GIVEN:
        # The rows of this kind are what is made, so that nobody else asks whether the section itself is live.
        return sections.where(section.c.set_aside_by.is_(None))
    if kind != WITHDRAWN:
        raise KeyError(kind)
    archived = sections.subquery("archived")
    found = select(role.c.id.label("id"), archived.c.school_id.label("school_id"))
    return found.join(archived, archived.c.id == role.c.section_id).where(_goes(space))


def _goes(space: Space) -> ColumnElement[bool]:
    """Every role but a temporary section's managers, and what this step has already given."""
    if space == Space.TEMPORARY:
        return role.c.role != SpaceRole.MANAGER
    return or_(role.c.role != SpaceRole.VISITOR, role.c.made_by.is_(None))


def make(kind: str, ids: Sequence[int], scope: Scope, task: int) -> int:
    """Give the roles of archived sections ``ids``, once: how many are new. Each is dated ``scope.now`` and made by ``task``.

    Their withdrawn managers are read from the roles that were set aside just before.
    """
    if kind != GIVEN:
        raise KeyError(kind)
    if not ids:
        return 0
    wanted = union(*(part.where(section.c.id.in_(list(ids))) for part in _wanted())).subquery("wanted")
    there = role.alias("there")
    same = (there.c[name].is_not_distinct_from(wanted.c[name]) for name in ("section_id", "role", *_SUBJECT))
    new = select(
        *(wanted.c[name] for name in _COLUMNS[:-2]),
        literal(scope.now, role.c.given_at.type),
        literal(task, role.c.made_by.type),
    ).where(~select(there.c.id).where(there.c.set_aside_by.is_(None), *same).exists())
    return len(db.session.execute(insert(role).from_select(_COLUMNS, new).returning(role.c.id)).all())


def _wanted() -> tuple[Select[Any], ...]:
    in_class = and_(section.c.kind == SpaceKind.CLASS, section.c.class_id.is_not(None))
    held, affiliation = ClassMembership.__table__.c, Affiliation.__table__.c
    also_teaches = select(affiliation.id).where(
        affiliation.person_id == held.person_id,
        affiliation.school_id == section.c.school_id,
        affiliation.profile == Profile.TEACHER,
        affiliation.set_aside_by.is_(None),
    )
    member = FreeGroupMember.__table__.c
    return (
        _row(SpaceRole.VISITOR, profile=literal(Profile.TEACHER.value, role.c.profile.type)).where(in_class),
        # Managers by a role that was given to them.
        _row(SpaceRole.VISITOR, **{name: role.c[name] for name in _SUBJECT})
        .join(role, role.c.section_id == section.c.id)
        .where(in_class, role.c.role == SpaceRole.MANAGER),
        # Managers by their place in the class who are not teachers of the school.
        _row(SpaceRole.VISITOR, person_id=held.person_id)
        .join(ClassMembership.__table__, held.class_id == section.c.class_id)
        .where(
            in_class,
            held.role != "student",
            held.set_aside_by.is_(None),
            # Last year's link that nobody has confirmed is none (S4-5).
            held.unconfirmed.is_(False),
            ~also_teaches.exists(),
        ),
        # A group limited to the year goes; those who managed it go on managing its section.
        _row(SpaceRole.MANAGER, person_id=member.person_id)
        .join(FreeGroupMember.__table__, member.group_id == section.c.group_id)
        .where(
            and_(section.c.kind == SpaceKind.GROUP, section.c.temporary), member.manager, member.set_aside_by.is_(None)
        ),
    )


def _row(wanted: SpaceRole, **subject: ColumnElement[Any]) -> Select[Any]:
    columns = (cast(subject.get(name, null()), role.c[name].type).label(name) for name in _SUBJECT)
    return select(section.c.id.label("section_id"), literal(wanted.value, role.c.role.type).label("role"), *columns)
