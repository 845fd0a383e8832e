"""Throwing sections away, fetching back, erasing for good (PORTAL-1, S1-1)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from app.audit.actions import Actor
from app.content.actions import note
from app.content.media.actions import take_room
from app.content.models import Article, ArticleAttachment, Comment, Section
from app.content.sections.queries import subtree
from app.db import db


def trash_section(section: Section, *, by: Actor, now: datetime) -> int:
    """Put a section with everything below it into the trash; how many sections went. It leaves every page at once (SITE-3)."""
    gone = [one for one in subtree(section) if one.trashed_at is None]
    for one in gone:
        one.trashed_at, one.trashed_by_id, one.trash_reason = now, by.person_id, "hand"
        note("section.trashed", one, by=by, now=now)
    return len(gone)


def restore_section(section: Section, *, by: Actor, now: datetime) -> int:
    """Fetch a section back with what went together with it; how many sections came.

    One whose parent is still in the trash comes back at the top of the tree.
    """
    when = section.trashed_at
    back = [one for one in subtree(section) if one.trashed_at == when]
    parent = db.session.get(Section, section.parent_id) if section.parent_id is not None else None
    if parent is not None and parent.trashed_at is not None:
        section.parent_id = None
    for one in back:
        one.trashed_at, one.trashed_by_id, one.trash_reason = None, None, ""
        note("section.restored", one, by=by, now=now)
    return len(back)


def restore_article(article: Article, *, by: Actor, now: datetime) -> None:
    """Fetch an article back, as it was."""
    article.trashed_at = article.trashed_by_id = None
    note("article.restored", article, by=by, now=now)


def erase_article(article: Article, *, by: Actor, now: datetime) -> None:
    """Erase an article with its files and comments for good; their room is free again."""
    note("article.removed", article, by=by, now=now, before={"title": article.title})
    take_room(article.section_id, -sum(one.size for one in article.attachments))
    db.session.execute(delete(Comment).where(Comment.article_id == article.id))
    db.session.execute(delete(ArticleAttachment).where(ArticleAttachment.article_id == article.id))
    db.session.execute(delete(Article).where(Article.id == article.id))
