"""Sections and articles: what everybody may read (SITE-2), and what a school's editors see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager

# The rows that views handle are handed on with their names: views import no tables.
from app.content.models import Article as Article
from app.content.models import Section as Section
from app.db import db
from app.directory.models import School as School
from app.errors import NotFound

NEWS_A_PAGE = 10


def _public(now: datetime) -> ColumnElement[bool]:
    """SITE-2: the section is visible and not restricted, the article published."""
    return and_(Section.visible, ~Section.restricted, Article.published_at.is_not(None), Article.published_at <= now)


def _articles(school_id: int | None) -> Select[Article]:
    return (
        select(Article)
        .join(Article.section)
        .options(contains_eager(Article.section))
        .where(Section.school_id == school_id)
        .order_by(Article.published_at.desc(), Article.id.desc())
    )


def public_news(
    school_id: int, now: datetime, *, limit: int = NEWS_A_PAGE, before: Article | None = None
) -> Sequence[Article]:
    """The newest public articles of a school, with their sections; those older than ``before``, if it is given."""
    query = _articles(school_id).where(_public(now)).limit(limit)
    if before is not None:
        query = query.where(_older(before))
    return db.session.scalars(query).all()


def public_articles_of(section: Section, now: datetime) -> Sequence[Article]:
    """A section's public articles, the newest first."""
    return db.session.scalars(
        _articles(section.school_id).where(_public(now), Article.section_id == section.id).limit(200)
    ).all()


def public_sections(school_id: int) -> Sequence[Section]:
    """The sections that everybody may open, in the school's order."""
    return db.session.scalars(
        select(Section)
        .where(Section.school_id == school_id, Section.visible, ~Section.restricted)
        .order_by(Section.position, Section.title)
    ).all()


def public_section(school_id: int, slug: str) -> Section:
    """The public section called ``slug``. Raises ``NotFound`` for a hidden or restricted one too."""
    found = db.session.scalar(
        select(Section).where(
            Section.school_id == school_id, Section.slug == slug, Section.visible, ~Section.restricted
        )
    )
    if found is None:
        raise NotFound()
    return found


def public_article(school_id: int, number: int, now: datetime) -> Article:
    """One public article of the school, with its section. Raises ``NotFound`` for drafts and closed sections too."""
    found = db.session.scalar(_articles(school_id).where(_public(now), Article.id == number))
    if found is None:
        raise NotFound()
    return found


def next_publication(now: datetime, school_id: int | None = None) -> datetime | None:
    """The next instant at which an article dated ahead becomes public, None if there is none."""
    query = select(func.min(Article.published_at)).where(Article.published_at > now)
    if school_id is not None:
        query = query.join(Article.section).where(Section.school_id == school_id)
    return db.session.scalar(query)


def sections(school_id: int | None) -> Sequence[tuple[Section, int, int]]:
    """Every section of a school in its order, with its articles published and in draft."""
    rows = db.session.execute(
        select(Section, func.count(Article.published_at), func.count(Article.id))
        .outerjoin(Article, Article.section_id == Section.id)
        .where(Section.school_id == school_id)
        .group_by(Section.id)
        .order_by(Section.position, Section.title)
    )
    return [(section, published, articles - published) for section, published, articles in rows]


def section(school_id: int, section_id: int, *, for_change: bool = False) -> Section:
    """A section of that school and no other. Raises ``NotFound``. ``for_change`` locks the row."""
    query = select(Section).where(Section.school_id == school_id, Section.id == section_id)
    found = db.session.scalar(query.with_for_update() if for_change else query)
    if found is None:
        raise NotFound()
    return found


def article(school_id: int, number: int, *, for_change: bool = False) -> Article:
    """An article of that school, draft or not, with its section. Raises ``NotFound``. ``for_change`` locks the row."""
    query = _articles(school_id).where(Article.id == number)
    found = db.session.scalar(query.with_for_update(of=Article) if for_change else query)
    if found is None:
        raise NotFound()
    return found


def articles_of(section: Section) -> Sequence[Article]:
    """Every article of a section, drafts first, then the newest."""
    return db.session.scalars(
        select(Article)
        .where(Article.section_id == section.id)
        .order_by(Article.published_at.is_not(None), Article.published_at.desc(), Article.id.desc())
    ).all()


def taken_slugs(school_id: int) -> frozenset[str]:
    """The slugs that a school's sections have."""
    return frozenset(db.session.scalars(select(Section.slug).where(Section.school_id == school_id)))


def _older(article: Article) -> ColumnElement[bool]:
    return or_(
        Article.published_at < article.published_at,
        and_(Article.published_at == article.published_at, Article.id < article.id),
    )
