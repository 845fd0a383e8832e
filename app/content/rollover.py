"""What a rollover asks spaces: what somebody owns there (DATA-3, LAW-4), and which rows it takes and changes (S1-1, S2-1, S2-2).

Articles and comments here, other services by ``media.rollover``; selections by ``sections.rollover``, roles by ``roles.rollover``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import selectinload

from app.content.media import rollover as media
from app.content.models import Article, Comment, Section
from app.content.roles import rollover as roles
from app.content.sections import rollover as sections
from app.content.sections.rollover import space_of
from app.content.trash import queries as trash
from app.content.trash.queries import LateArrival
from app.db import db
from app.fates import Scope, Space
from app.files.names import numbered, safe_name
from app.files.queries import path_of
from app.files.sheets import spreadsheet

#: The kinds that spaces answer for: those of the table of fates, and the roles of what step 2 archives.
KINDS: frozenset[str] = sections.KINDS | roles.KINDS


def rows(kind: str, space: Space, scope: Scope) -> Select[Any]:
    """The rows of ``kind`` in ``space`` that the rollover is about, of every school and live or not: ``id`` and ``school_id``.

    Raises KeyError for another room's kind.
    """
    selected: Select[Any] = (roles if kind in roles.KINDS else sections).rows(kind, space, scope)
    return selected


def changed(kind: str, scope: Scope) -> dict[str, Any]:
    """The columns that a change gives to rows of ``kind``: a section moves into the trash (S2-1). Raises KeyError for others."""
    if kind != "section":
        raise KeyError(kind)
    return sections.archived_now(scope)


def make(kind: str, ids: Sequence[int], scope: Scope, task: int) -> int:
    """Give the roles of archived sections ``ids``; how many rows are new (S2-2). Raises KeyError for other kinds."""
    return roles.make(kind, ids, scope, task)


def settled(kinds: Collection[str], school_id: int | None) -> None:
    """After changes of ``kinds`` are through in a school, or undone there, the bytes that its sections take are counted anew."""
    if not media.WEIGHTY.isdisjoint(kinds):
        media.recount(school_id)


def late_arrivals(school_id: int, purge_at: datetime) -> list[LateArrival]:
    """The sections that came into a school's trash only days before its purge at ``purge_at`` (portal time): whom the calendar
    warns of them are the school's administrators (S1-2). The oldest first.
    """
    return trash.late_arrivals(school_id, purge_at)


def owned(person_id: int, now: datetime) -> dict[tuple[str, Space], int]:
    """How many live rows of each owned kind somebody has in spaces, by where they lie; two queries."""
    lies = space_of(Article.trashed_at)
    articles: Any = (
        select(literal("article").label("kind"), lies.label("space"), func.count(Article.id).label("count"))
        .join(Section, Section.id == Article.section_id)
        .where(Article.author_id == person_id)
        .group_by(lies)
    )
    comments: Any = (
        select(literal("comment").label("kind"), lies.label("space"), func.count(Comment.id).label("count"))
        .join(Article, Article.id == Comment.article_id)
        .join(Section, Section.id == Article.section_id)
        .where(Comment.author_id == person_id)
        .group_by(lies)
    )
    rows = db.session.execute(union_all(articles, comments))
    return {(kind, Space(space)): count for kind, space, count in rows} | media.owned(person_id, now)


def takeaway(person_id: int, now: datetime) -> Iterator[tuple[str, bytes | Path]]:
    """Somebody's articles as pages with their files beside, their comments as a table, then their media and the rest."""
    query = (
        select(Article, Section.title)
        .join(Section, Section.id == Article.section_id)
        .where(Article.author_id == person_id, Article.trashed_at.is_(None))
        .options(selectinload(Article.attachments))
        .order_by(Article.section_id, Article.id)
    )
    taken: dict[str, set[str]] = {}
    for article, title in db.session.execute(query).all():
        folder = f"articles/{safe_name(title, 'espace')} ({article.section_id})"
        name = numbered(f"{safe_name(article.title, 'article')}.html", taken.setdefault(folder, set()))
        files = [(one, f"pieces-{article.id}/{one.id}-{safe_name(one.name)}") for one in article.attachments]
        yield f"{folder}/{name}", _page(article, title, [place for _one, place in files])
        for one, place in files:
            yield f"{folder}/{place}", path_of(one.sha256)
    said = (
        select(Comment.written_at, Article.title, Comment.text)
        .join(Article, Article.id == Comment.article_id)
        .where(Comment.author_id == person_id)
        .order_by(Comment.id)
    )
    rows = [[at.isoformat(), title, text] for at, title, text in db.session.execute(said)]
    if rows:
        yield "articles/commentaires.csv", spreadsheet(["le", "article", "commentaire"], rows)
    yield from media.takeaway(person_id, now)


def _page(article: Article, section: str, files: list[str]) -> bytes:
    title = escape(article.title)
    when = article.published_at.date().isoformat() if article.published_at is not None else "brouillon"
    links = "".join(f'<li><a href="{escape(place)}">{escape(place.rpartition("/")[2])}</a></li>' for place in files)
    return (
        f'<!doctype html><html lang="fr"><meta charset="utf-8"><title>{title}</title><h1>{title}</h1>'
        f"<p>{escape(section)} – {when}</p>{article.body}{f'<ul>{links}</ul>' if links else ''}</html>"
    ).encode()
