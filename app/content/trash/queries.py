"""Reading the trash of a section and of a school."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, select, union_all
from sqlalchemy.orm import contains_eager, selectinload

from app.content.access.queries import open_section, role_in
from app.content.models import Article as Article
from app.content.models import Contest, MapPoint, MediaFile, MinisitePage
from app.content.models import Section as Section
from app.content.services.queries import Entered
from app.content.spaces import SpaceKind, SpaceVerb
from app.content.trash.purges import LATELY, next_purge
from app.db import db
from app.directory.models import SchoolClass
from app.errors import NotFound
from app.gate.queries import closures
from app.gate.windows import Source, WindowKind
from app.profiles import Place, Profile, Visitor

MOST_SHOWN = 200
_OTHERS: tuple[Any, ...] = (Contest, MapPoint, MinisitePage)


@dataclass(frozen=True, slots=True)
class Held:
    """How much a section holds: articles, files of both libraries, contests with points of the map and pages."""

    articles: int = 0
    files: int = 0
    others: int = 0

    def with_more(self, kind: str, count: int) -> Held:
        """The same and ``count`` more of ``kind``."""
        return replace(self, **{kind: getattr(self, kind) + count})


@dataclass(frozen=True, slots=True)
class LateArrival:
    """A section that came into the trash only days before its purge; ``trashed_at`` is portal time, ``reason`` 'hand' or 'archived'."""

    section_id: int
    title: str
    trashed_at: datetime
    reason: str


def enter_trash(section_id: int, visitor: Visitor, now: datetime) -> Entered:
    """A section, in the trash or not, whose trash ``visitor`` may empty. Raises ``NotFound``."""
    section = open_section(section_id, visitor, SpaceVerb.EMPTY_TRASH, now)
    role = role_in(section, visitor, now)
    if role is None or section.set_aside_by is not None:
        raise NotFound()
    return Entered(section=section, role=role, visitor=visitor)


def articles(section_id: int) -> Sequence[Article]:
    """The articles in a section's trash, those thrown away last first."""
    query = select(Article).where(Article.section_id == section_id, Article.trashed_at.is_not(None))
    return db.session.scalars(query.order_by(Article.trashed_at.desc(), Article.id.desc()).limit(MOST_SHOWN)).all()


def article(section_id: int, article_id: int) -> Article:
    """An article in a section's trash, to be changed. Raises ``NotFound``."""
    query = (
        select(Article)
        .join(Article.section)
        .options(contains_eager(Article.section), selectinload(Article.attachments))
        .where(Article.section_id == section_id, Article.id == article_id, Article.trashed_at.is_not(None))
    )
    found = db.session.scalar(query.with_for_update(of=Article))
    if found is None:
        raise NotFound()
    return found


def sections(school_id: int, limit: int = MOST_SHOWN) -> Sequence[Section]:
    """The sections in a school's trash, those that came last first."""
    query = select(Section).where(Section.school_id == school_id, Section.trashed_at.is_not(None))
    return db.session.scalars(query.order_by(Section.trashed_at.desc(), Section.title, Section.id).limit(limit)).all()


def held(section_ids: Collection[int]) -> dict[int, Held]:
    """What sections hold outside their own trash; one query. Empty ones are there too."""
    found = {number: Held() for number in section_ids}
    if found:
        for number, kind, count in db.session.execute(_counted(Section.id.in_(found), thrown=False)):
            found[number] = found[number].with_more(kind, count)
    return found


def thrown_within(school_id: int) -> list[tuple[Section, Held]]:
    """What lies in the trash of a school's sections, which stay themselves: by section, in the order of their titles (S1-1)."""
    here = and_(Section.school_id == school_id, Section.trashed_at.is_(None))
    found: dict[int, Held] = {}
    for number, kind, count in db.session.execute(_counted(here, thrown=True).limit(MOST_SHOWN * 3)):
        found[number] = found.get(number, Held()).with_more(kind, count)
    rows = db.session.scalars(select(Section).where(Section.id.in_(found)).order_by(Section.title, Section.id))
    return [(section, found[section.id]) for section in rows]


def _counted(condition: ColumnElement[bool], *, thrown: bool) -> Any:
    parts = []
    for kind, table in (("articles", Article), ("files", MediaFile), *(("others", one) for one in _OTHERS)):
        lies = table.trashed_at.is_not(None) if thrown else table.trashed_at.is_(None)
        part = select(Section.id.label("section"), literal(kind).label("kind"), func.count(table.id).label("count"))
        parts.append(part.join(table, table.section_id == Section.id).where(condition, lies).group_by(Section.id))
    return union_all(*parts)


def next_purge_of(school_id: int, now: datetime) -> datetime | None:
    """When the school's trash is purged next, as the campaign has announced it to the gate; None while it has not. No query."""
    of_everybody = closures().timeline(Place(school_id=school_id, profile=Profile.STAFF)).windows
    wanted = (WindowKind.MAINTENANCE, Source.CAMPAIGN)
    return next_purge((one.start for one in of_everybody if (one.kind, one.source) == wanted), now)


def late_arrivals(school_id: int, purge_at: datetime) -> list[LateArrival]:
    """The sections that came into a school's trash only days before ``purge_at``, for its administrators (S1-2)."""
    query = select(Section.id, Section.title, Section.trashed_at, Section.trash_reason).where(
        Section.school_id == school_id, Section.trashed_at >= purge_at - LATELY, Section.trashed_at < purge_at
    )
    rows = db.session.execute(query.order_by(Section.trashed_at, Section.id).limit(MOST_SHOWN))
    return [LateArrival(number, title, at, reason) for number, title, at, reason in rows if at is not None]


def temporary_sections(school_id: int) -> Sequence[Section]:
    """A school's sections that are archived with the year unless they are made permanent before (S2-1, SITE-3)."""
    query = select(Section).where(
        Section.school_id == school_id,
        Section.temporary,
        Section.trashed_at.is_(None),
        Section.kind.in_((SpaceKind.SCHOOL, SpaceKind.TOWN, SpaceKind.GROUP)),
    )
    return db.session.scalars(query.order_by(Section.title, Section.id).limit(MOST_SHOWN)).all()


def temporary_section(school_id: int, section_id: int) -> Section:
    """One of them, to be changed. Raises ``NotFound``."""
    query = select(Section).where(
        Section.id == section_id,
        Section.school_id == school_id,
        Section.trashed_at.is_(None),
        Section.kind.in_((SpaceKind.SCHOOL, SpaceKind.TOWN, SpaceKind.GROUP)),
    )
    found = db.session.scalar(query.with_for_update())
    if found is None:
        raise NotFound()
    return found


def outlived(section: Section) -> bool:
    """Is it the space of a class that has gone? Then it is thrown away by hand like any other (S1-2)."""
    if section.kind != SpaceKind.CLASS:
        return False
    alive = select(SchoolClass.id).where(SchoolClass.id == section.class_id)
    return section.class_id is None or db.session.scalar(alive) is None


def trashed_section(school_id: int, section_id: int) -> Section:
    """A section in that school's trash, to be changed. Raises ``NotFound``."""
    query = select(Section).where(
        Section.id == section_id, Section.school_id == school_id, Section.trashed_at.is_not(None)
    )
    found = db.session.scalar(query.with_for_update())
    if found is None:
        raise NotFound()
    return found
