"""Reading the trash of a section and of a school."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, selectinload

from app.content.access.queries import open_section, role_in
from app.content.models import Article as Article
from app.content.models import Section as Section
from app.content.services.queries import Entered
from app.content.spaces import SpaceVerb
from app.db import db
from app.errors import NotFound
from app.profiles import Visitor

#: What went into the trash so lately is shown with a special warning (S1-2).
LATELY = timedelta(days=14)
MOST_SHOWN = 200


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


def sections(school_id: int) -> Sequence[tuple[Section, int]]:
    """The sections in a school's trash, those thrown away last first, with the number of their articles."""
    holds = (
        select(func.count(Article.id))
        .where(Article.section_id == Section.id, Article.trashed_at.is_(None), Article.set_aside_by.is_(None))
        .scalar_subquery()
    )
    query = select(Section, holds).where(Section.school_id == school_id, Section.trashed_at.is_not(None))
    rows = db.session.execute(query.order_by(Section.trashed_at.desc(), Section.id).limit(MOST_SHOWN))
    return [(section, count) for section, count in rows]


def trashed_section(school_id: int, section_id: int) -> Section:
    """A section in that school's trash, to be changed. Raises ``NotFound``."""
    query = select(Section).where(
        Section.id == section_id, Section.school_id == school_id, Section.trashed_at.is_not(None)
    )
    found = db.session.scalar(query.with_for_update())
    if found is None:
        raise NotFound()
    return found
