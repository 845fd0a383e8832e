"""Sections and articles: what everybody may read (SITE-2), what a school's editors see, and the newest of somebody's own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager

# The rows that views handle are handed on with their names: views import no tables.
from app.content.markup import first_words
from app.content.models import Article as Article
from app.content.models import Category as Category
from app.content.models import Section as Section
from app.content.spaces import SpaceKind
from app.db import db
from app.directory.models import Person
from app.directory.models import School as School
from app.directory.names import name_of
from app.errors import NotFound
from app.profiles import Visitor

NEWS_A_PAGE = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticleLine:
    """An article as lists show it. ``author`` is empty where nobody is named any more; ``published_at`` is portal time."""

    id: int
    section_id: int
    section: str
    title: str
    summary: str
    author: str
    published_at: datetime | None
    category: str = ""


def _open() -> ColumnElement[bool]:
    """A school's own section that everybody may see: no class's, group's or person's space ever is (SITE-2)."""
    return and_(Section.kind == SpaceKind.SCHOOL, Section.visible, ~Section.restricted, Section.trashed_at.is_(None))


def _public(now: datetime) -> ColumnElement[bool]:
    """SITE-2, SITE-3: the section is visible and not restricted, the article published; neither is in the trash."""
    return and_(_open(), Article.trashed_at.is_(None), Article.published_at.is_not(None), Article.published_at <= now)


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
        select(Section).where(Section.school_id == school_id, _open()).order_by(Section.position, Section.title)
    ).all()


def public_section(school_id: int, slug: str) -> Section:
    """The public section called ``slug``. Raises ``NotFound`` for a hidden or restricted one too."""
    found = db.session.scalar(select(Section).where(Section.school_id == school_id, Section.slug == slug, _open()))
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
    query = select(func.min(Article.published_at)).join(Article.section)
    query = query.where(Article.published_at > now, Article.trashed_at.is_(None), _open())
    if school_id is not None:
        query = query.where(Section.school_id == school_id)
    return db.session.scalar(query)


# A school's editors ----------------------------------------------------------------------------------------------------


def _site(school_id: int | None) -> ColumnElement[bool]:
    """The sections of a school's public site, hidden and restricted ones too."""
    return and_(Section.school_id == school_id, Section.kind == SpaceKind.SCHOOL, Section.trashed_at.is_(None))


def sections(school_id: int | None) -> Sequence[tuple[Section, int, int]]:
    """Every section of a school's site in its order, with its articles published and in draft."""
    rows = db.session.execute(
        select(Section, func.count(Article.published_at), func.count(Article.id))
        .outerjoin(Article, and_(Article.section_id == Section.id, Article.trashed_at.is_(None)))
        .where(_site(school_id))
        .group_by(Section.id)
        .order_by(Section.position, Section.title)
    )
    return [(section, published, articles - published) for section, published, articles in rows]


def section(school_id: int, section_id: int, *, for_change: bool = False) -> Section:
    """A section of that school's site and no other. Raises ``NotFound``. ``for_change`` locks the row."""
    query = select(Section).where(_site(school_id), Section.id == section_id)
    found = db.session.scalar(query.with_for_update() if for_change else query)
    if found is None:
        raise NotFound()
    return found


def article(school_id: int, number: int, *, for_change: bool = False) -> Article:
    """An article of that school's site, draft or not, with its section. Raises ``NotFound``. ``for_change`` locks the row."""
    query = _articles(school_id).where(_site(school_id), Article.id == number, Article.trashed_at.is_(None))
    found = db.session.scalar(query.with_for_update(of=Article) if for_change else query)
    if found is None:
        raise NotFound()
    return found


def articles_of(section: Section) -> Sequence[Article]:
    """The articles of a section, drafts first, then the newest; the first 300."""
    return db.session.scalars(
        select(Article)
        .where(Article.section_id == section.id, Article.trashed_at.is_(None))
        .order_by(Article.published_at.is_not(None), Article.published_at.desc(), Article.id.desc())
        .limit(300)
    ).all()


def taken_slugs(school_id: int | None) -> frozenset[str]:
    """The slugs that a school's sections have."""
    return frozenset(db.session.scalars(select(Section.slug).where(Section.school_id == school_id)))


# What is somebody's own ------------------------------------------------------------------------------------------------


def newest_for(
    visitor: Visitor, sections: Collection[Section], now: datetime, limit: int, *, archived: bool = False
) -> list[ArticleLine]:
    """The newest published articles of ``sections``, which ``visitor`` may read already; one query.

    ``now`` is portal time; articles dated ahead are not there yet, those of sections in the trash no more (SITE-3) unless
    ``archived``: on the page of an archived section itself.
    """
    numbers = [one.id for one in sections if archived or one.trashed_at is None]
    if not numbers or not visitor.signed_in:
        return []
    return lines_of(
        and_(Article.section_id.in_(numbers), Article.published_at <= now, Article.trashed_at.is_(None)), limit
    )


def lines_of(condition: ColumnElement[bool], limit: int) -> list[ArticleLine]:
    """The articles for which ``condition`` holds as lines, the newest first; one query."""
    query = (
        select(Article, Section.title, Person, Category.name)
        .join(Section, Section.id == Article.section_id)
        .outerjoin(Person, Person.id == Article.author_id)
        .outerjoin(Category, Category.id == Article.category_id)
        .where(condition)
        .order_by(Article.published_at.desc(), Article.id.desc())
        .limit(limit)
    )
    return [
        ArticleLine(
            id=one.id,
            section_id=one.section_id,
            section=title,
            title=one.title,
            summary=one.summary or first_words(one.body),
            author=name_of(author) if author is not None else "",
            published_at=one.published_at,
            category=category or "",
        )
        for one, title, author, category in db.session.execute(query)
    ]


def zone_of(section: Section) -> str:
    """The time zone in which a section's days are told: its school's, or the portal's."""
    school = db.session.get(School, section.school_id) if section.school_id is not None else None
    return school.zone if school is not None else str(current_app.extensions["settings"].zone)


def _older(article: Article) -> ColumnElement[bool]:
    return or_(
        Article.published_at < article.published_at,
        and_(Article.published_at == article.published_at, Article.id < article.id),
    )
