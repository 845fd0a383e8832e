"""Who may open which space."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.content.models import PartnershipClass, Section
from app.content.spaces import SpaceKind
from app.db import db
from app.directory.groups.models import FreeGroup as FreeGroup
from app.directory.groups.queries import belonging
from app.directory.models import School, SchoolClass, SchoolYear
from app.errors import NotFound
from app.gate.queries import open_for
from app.profiles import Profile, Visitor


def classes_taught(visitor: Visitor, now: datetime) -> Sequence[tuple[int, int, str]]:
    """The classes that the visitor teaches, of schools open to them: number, school's number, name with year and school."""
    teaches = belonging(visitor).teaches if visitor.has_profile(Profile.TEACHER) else frozenset()
    if not teaches:
        return []
    query = (
        select(SchoolClass.id, School.id, SchoolClass.name, School.name, SchoolYear.begins)
        .join(School, School.id == SchoolClass.school_id)
        .join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
        .where(SchoolClass.id.in_(teaches))
        .order_by(SchoolYear.begins.desc(), School.search_name, SchoolClass.name)
    )
    return [
        (number, school_id, f"{name}, {school} ({begins}-{begins + 1})")
        for number, school_id, name, school, begins in db.session.execute(query)
        if open_for(visitor, school_id, now)
    ]


def group_managed(group_id: int, visitor: Visitor, now: datetime) -> FreeGroup:
    """The free group, if the visitor manages it and its school is open to them. Raises ``NotFound``."""
    group = db.session.scalar(select(FreeGroup).where(FreeGroup.id == group_id))
    if group is None or group_id not in belonging(visitor).manages or not open_for(visitor, group.school_id, now):
        raise NotFound()
    return group


def space_of_group(group_id: int) -> Section | None:
    """The group's space, in the trash or not."""
    return db.session.scalar(select(Section).where(Section.group_id == group_id))


def personal_of(person_id: int) -> Section | None:
    """Somebody's personal space."""
    query = select(Section).where(Section.person_id == person_id, Section.kind == SpaceKind.PERSONAL)
    return db.session.scalar(query)


def partnership_called(code: str) -> Section | None:
    """The partnership with that code."""
    query = select(Section).where(Section.code == code, Section.kind == SpaceKind.PARTNERSHIP)
    return db.session.scalar(query.where(Section.trashed_at.is_(None)))


def joined(section_id: int, class_ids: Sequence[int]) -> Sequence[PartnershipClass]:
    """Those of some classes that have joined a partnership."""
    query = select(PartnershipClass).where(PartnershipClass.section_id == section_id)
    return db.session.scalars(query.where(PartnershipClass.class_id.in_(class_ids))).all()
