"""Reading minisites: as the class's people see them, and as everybody does (SITE-2, GATE-8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.content.models import MinisitePage as MinisitePage
from app.content.models import Section as Section
from app.content.services.queries import Entered, enter
from app.content.spaces import Service, SpaceKind, SpaceVerb
from app.db import db
from app.directory.models import School as School
from app.directory.models import SchoolClass, SchoolYear
from app.errors import NotFound
from app.gate.disclosure import may_know
from app.gate.queries import closures
from app.profiles import Place, Profile, Visitor

MOST_PAGES = 50


def enter_minisite(section_id: int, visitor: Visitor, now: datetime, verb: SpaceVerb) -> Entered:
    """Into the minisite of a primary school's class. Raises ``NotFound`` for any other section too."""
    entered = enter(section_id, visitor, Service.PAGES, now, verb=verb)
    kind = db.session.scalar(select(School.kind).where(School.id == entered.section.school_id))
    if kind != "primary" or entered.section.kind != SpaceKind.CLASS:
        raise NotFound()
    return entered


def page_for(
    page_id: int, visitor: Visitor, now: datetime, verb: SpaceVerb, *, trashed: bool = False
) -> tuple[MinisitePage, Entered]:
    """The page, if ``visitor`` may do ``verb`` in its minisite. Raises ``NotFound``."""
    found = db.session.get(MinisitePage, page_id)
    if found is None or found.set_aside_by is not None or (found.trashed_at is not None) != trashed:
        raise NotFound()
    return found, enter_minisite(found.section_id, visitor, now, verb)


def pages_of(section_id: int, *, trashed: bool = False, published_only: bool = False) -> Sequence[MinisitePage]:
    """The pages in their order, at most fifty."""
    there = MinisitePage.trashed_at.is_not(None) if trashed else MinisitePage.trashed_at.is_(None)
    query = select(MinisitePage).where(MinisitePage.section_id == section_id, there)
    if published_only:
        query = query.where(MinisitePage.published)
    return db.session.scalars(query.order_by(MinisitePage.position, MinisitePage.id).limit(MOST_PAGES)).all()


def public_minisite(school: School, slug: str, now: datetime) -> Section:
    """The section of a minisite that everybody may read at ``now`` (portal time).

    A primary school's class whose section is visible and not restricted (SITE-2) and which families may know of already
    (GATE-8). Raises ``NotFound``.
    """
    row = db.session.execute(
        select(Section, SchoolClass.level, SchoolYear.begins)
        .join(SchoolClass, SchoolClass.id == Section.class_id)
        .join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
        .where(
            Section.school_id == school.id,
            Section.slug == slug,
            Section.kind == SpaceKind.CLASS,
            Section.visible,
            ~Section.restricted,
            Section.trashed_at.is_(None),
        )
    ).one_or_none()
    if row is None or school.kind != "primary" or Service.PAGES.value not in row[0].services:
        raise NotFound()
    section: Section = row[0]
    family = Place(school_id=school.id, profile=Profile.GUARDIAN, level=row.level, class_id=section.class_id)
    if not may_know(closures(), family, row.begins, now).allowed:
        raise NotFound()
    return section
