"""Reading a blog: a page of it, one article with its comments, what waits for approval. Each a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from app.content.blog import months
from app.content.models import Article as Article
from app.content.models import ArticleAttachment as ArticleAttachment
from app.content.models import Category as Category
from app.content.models import Comment as Comment
from app.content.models import Section
from app.content.queries import ArticleLine as ArticleLine
from app.content.queries import lines_of
from app.content.services.queries import Entered
from app.content.spaces import SpaceVerb
from app.db import db
from app.directory.models import Person
from app.directory.names import name_of
from app.errors import NotFound

ARTICLES_A_PAGE = 10
COMMENTS_A_PAGE = 30
#: Drafts and proposals shown at once.
MOST_WAITING = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class CommentLine:
    """A comment as it is shown; ``hidden`` ones only to whoever may show them again."""

    id: int
    author: str
    text: str
    written_at: datetime
    hidden: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A page of a blog; ``after`` marks the next page, empty on the last."""

    lines: Sequence[ArticleLine]
    after: str


def page(
    section_id: int,
    now: datetime,
    *,
    zone: str,
    category_id: int | None = None,
    month: date | None = None,
    after: tuple[datetime, int] | None = None,
) -> Page:
    """The newest articles of a section, by category or month, older than ``after``; one query."""
    wanted: list[ColumnElement[bool]] = [
        Article.section_id == section_id,
        Article.trashed_at.is_(None),
        Article.published_at <= now,
    ]
    if category_id is not None:
        wanted.append(Article.category_id == category_id)
    if month is not None:
        begins, ends = months.span(month, zone)
        wanted += [Article.published_at >= begins, Article.published_at < ends]
    if after is not None:
        when, number = after
        wanted.append(or_(Article.published_at < when, and_(Article.published_at == when, Article.id < number)))
    lines = lines_of(and_(*wanted), ARTICLES_A_PAGE + 1)
    more, lines = len(lines) > ARTICLES_A_PAGE, lines[:ARTICLES_A_PAGE]
    last = lines[-1] if lines else None
    marked = months.mark(last.published_at, last.id) if more and last and last.published_at else ""
    return Page(lines=lines, after=marked)


def waiting(entered: Entered, now: datetime) -> Sequence[tuple[Article, str]]:
    """What is not online yet: one's own drafts and, for whoever may approve, what others propose or have dated ahead."""
    hidden = or_(Article.published_at.is_(None), Article.published_at > now)
    whose = Article.author_id == entered.person_id
    if entered.may(SpaceVerb.APPROVE):
        whose = or_(whose, Article.submitted_at.is_not(None), Article.published_at > now)
    query = (
        select(Article, Person)
        .outerjoin(Person, Person.id == Article.author_id)
        .where(Article.section_id == entered.section.id, Article.trashed_at.is_(None), hidden, whose)
        .order_by(Article.submitted_at.is_(None), Article.changed_at.desc(), Article.id.desc())
        .limit(MOST_WAITING)
    )
    return [(one, name_of(person) if person is not None else "") for one, person in db.session.execute(query)]


def categories_of(section_id: int) -> Sequence[Category]:
    """The categories of a section, in their order."""
    query = select(Category).where(Category.section_id == section_id).order_by(Category.position, Category.name)
    return db.session.scalars(query.limit(100)).all()


def months_of(section_id: int, now: datetime, zone: str) -> list[date]:
    """The months from the newest article back to the oldest; the index answers, whatever the number of articles."""
    here = (Article.section_id == section_id, Article.published_at <= now, Article.trashed_at.is_(None))
    first, last = db.session.execute(
        select(
            select(func.min(Article.published_at)).where(*here).scalar_subquery(),
            select(func.max(Article.published_at)).where(*here).scalar_subquery(),
        )
    ).one()
    return months.months_between(first, last, zone) if first is not None and last is not None else []


def article_in(entered: Entered, article_id: int, now: datetime, *, for_change: bool = False) -> Article:
    """An article of the section that the visitor may see, with its attachments. ``for_change`` locks the row.

    What is not online yet exists for its author, and for whoever may approve once it is proposed or dated. Raises ``NotFound``.
    """
    query = (
        select(Article)
        .join(Article.section)
        .where(Article.id == article_id, Article.section_id == entered.section.id, Article.trashed_at.is_(None))
        .options(contains_eager(Article.section), selectinload(Article.attachments))
    )
    found = db.session.scalar(query.with_for_update(of=Article) if for_change else query)
    if found is None or not may_see(entered, found, now):
        raise NotFound()
    return found


def may_see(entered: Entered, article: Article, now: datetime) -> bool:
    """Is the article there for the visitor at ``now``?"""
    if article.published_at is not None and article.published_at <= now:
        return True
    proposed = article.submitted_at is not None or article.published_at is not None
    return article.author_id == entered.person_id or (proposed and entered.may(SpaceVerb.APPROVE))


def attachment(article: Article, attachment_id: int) -> ArticleAttachment:
    """A file of the article. Raises ``NotFound``."""
    found = next((one for one in article.attachments if one.id == attachment_id), None)
    if found is None:
        raise NotFound()
    return found


def author_of(article: Article) -> str:
    """Who wrote the article, as they are shown; empty where nobody is named any more."""
    person = db.session.get(Person, article.author_id) if article.author_id is not None else None
    return name_of(person) if person is not None else ""


def comments_of(
    article_id: int, *, hidden_too: bool, before: int | None = None
) -> tuple[Sequence[CommentLine], int | None]:
    """The newest comments of an article in the order in which they were written, and the mark of the older ones."""
    query = (
        select(Comment, Person)
        .outerjoin(Person, Person.id == Comment.author_id)
        .where(Comment.article_id == article_id)
        .order_by(Comment.id.desc())
        .limit(COMMENTS_A_PAGE + 1)
    )
    if not hidden_too:
        query = query.where(Comment.hidden_at.is_(None))
    if before is not None:
        query = query.where(Comment.id < before)
    lines = [
        CommentLine(
            id=one.id,
            author=name_of(person) if person is not None else "",
            text=one.text,
            written_at=one.written_at,
            hidden=one.hidden_at is not None,
        )
        for one, person in db.session.execute(query)
    ]
    more, lines = len(lines) > COMMENTS_A_PAGE, lines[:COMMENTS_A_PAGE]
    return lines[::-1], lines[-1].id if more else None


def comment(article_id: int, comment_id: int) -> Comment:
    """A comment of that article. Raises ``NotFound``."""
    found = db.session.scalar(select(Comment).where(Comment.id == comment_id, Comment.article_id == article_id))
    if found is None:
        raise NotFound()
    return found


def waiting_count(section_ids: Sequence[int], most: int = 99) -> int:
    """How many articles wait for approval in some sections, at most ``most``."""
    query = select(Article.id).join(Section, Section.id == Article.section_id)
    query = query.where(
        Article.section_id.in_(section_ids),
        Article.submitted_at.is_not(None),
        Article.published_at.is_(None),
        Article.trashed_at.is_(None),
        Section.trashed_at.is_(None),
    )
    return len(db.session.scalars(query.limit(most)).all())
