"""What a printed blog holds: articles with their authors and pictures, in the order in which they appeared."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select

from app.content.models import Article, ArticleAttachment, Category, Section
from app.db import db
from app.directory.models import Person
from app.directory.names import name_of
from app.files.models import Blob
from app.files.queries import path_of
from app.gate.queries import open_for
from app.profiles import Visitor

#: One document holds at most this many articles, the newest ones, and so many pictures each.
MOST_ARTICLES, MOST_PICTURES = 2_000, 6
#: Pictures heavier than this are not printed.
HEAVIEST = 25_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Printed:
    """An article as it is printed; ``when`` is None for a draft. ``pictures`` are blobs with their names."""

    title: str
    body: str
    summary: str
    author: str
    category: str
    section: str
    school_id: int | None
    when: datetime | None
    pictures: Sequence[tuple[str, str]]


def of_blog(section_id: int, now: datetime, category_id: int | None = None) -> list[Printed]:
    """What is online in a blog, the oldest first; two queries."""
    wanted = [Article.section_id == section_id, Article.published_at <= now]
    if category_id is not None:
        wanted.append(Article.category_id == category_id)
    return _printed(and_(*wanted))


def of_person(person_id: int, visitor: Visitor, now: datetime) -> list[Printed]:
    """What somebody has written in spaces that are open to them, drafts too; two queries."""
    found = _printed(and_(Article.author_id == person_id, Section.trashed_at.is_(None)))
    return [one for one in found if one.school_id is None or open_for(visitor, one.school_id, now)]


def category_name(section_id: int, category_id: int) -> str:
    """The heading's name; empty where the section has none of that number."""
    query = select(Category.name).where(Category.id == category_id, Category.section_id == section_id)
    return db.session.scalar(query) or ""


def read_pictures(pictures: Sequence[tuple[str, str]]) -> Iterator[tuple[bytes, str]]:
    """The bytes of some pictures with their names; one whose file is gone is left out."""
    for sha256, name in pictures:
        try:
            yield path_of(sha256).read_bytes(), name
        except OSError:
            continue


def _printed(condition: ColumnElement[bool]) -> list[Printed]:
    query = (
        select(Article, Section.title, Section.school_id, Person, Category.name)
        .join(Section, Section.id == Article.section_id)
        .outerjoin(Person, Person.id == Article.author_id)
        .outerjoin(Category, Category.id == Article.category_id)
        .where(condition, Article.trashed_at.is_(None))
        .order_by(Article.published_at.desc(), Article.id.desc())
        .limit(MOST_ARTICLES)
    )
    rows = db.session.execute(query).all()[::-1]
    pictures = _pictures([row[0].id for row in rows])
    return [
        Printed(
            title=one.title,
            body=one.body,
            summary=one.summary,
            author=name_of(person) if person is not None else "",
            category=category or "",
            section=section,
            school_id=school_id,
            when=one.published_at,
            pictures=pictures.get(one.id, []),
        )
        for one, section, school_id, person, category in rows
    ]


def _pictures(article_ids: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    if not article_ids:
        return found
    query = (
        select(ArticleAttachment.article_id, ArticleAttachment.sha256, ArticleAttachment.name)
        .join(Blob, Blob.sha256 == ArticleAttachment.sha256)
        .where(ArticleAttachment.article_id.in_(article_ids), Blob.kind.startswith("image/"), Blob.size <= HEAVIEST)
        .order_by(ArticleAttachment.id)
    )
    for article_id, sha256, name in db.session.execute(query):
        kept = found.setdefault(article_id, [])
        if len(kept) < MOST_PICTURES:
            kept.append((sha256, name))
    return found
