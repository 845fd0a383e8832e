"""Writing in a blog: what a role may do without anybody's approval and what waits for it (PORTAL-2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from app.audit.actions import Actor, record
from app.content import actions as content
from app.content.blog.problems import CommentsClosed, TooManyAttachments
from app.content.media.actions import take_room
from app.content.models import Article, ArticleAttachment, Comment
from app.content.services.queries import Entered
from app.content.spaces import SpaceVerb
from app.db import db
from app.files.actions import receive
from app.web.uploads import Upload

MOST_ATTACHMENTS = 20


def write(
    entered: Entered,
    *,
    title: str,
    summary: str,
    source: str,
    category_id: int | None,
    comments_open: bool,
    by: Actor,
    now: datetime,
) -> Article:
    """Begin an article of the visitor's own as a draft."""
    article = content.write_article(
        entered.section,
        title=title,
        summary=summary,
        source=source,
        author_id=entered.person_id,
        author_profile=entered.profile,
        by=by,
        now=now,
    )
    article.category_id, article.comments_open = category_id, comments_open
    return article


def change(
    article: Article,
    entered: Entered,
    *,
    title: str,
    summary: str,
    source: str,
    category_id: int | None,
    comments_open: bool,
    by: Actor,
    now: datetime,
) -> None:
    """Change an article. Online, by somebody who may not publish, it waits for approval again."""
    before = article.source
    content.change_article(article, article.section, title=title, summary=summary, source=source, by=by, now=now)
    article.category_id, article.comments_open = category_id, comments_open
    if article.published_at is not None and article.source != before and not may_publish(entered, article):
        content.withdraw_article(article, by=by, now=now)
        submit(article, by=by, now=now)


def may_publish(entered: Entered, article: Article | None) -> bool:
    """One's own with the right to publish, somebody else's with the right to approve."""
    own = article is None or article.author_id == entered.person_id
    return entered.may(SpaceVerb.PUBLISH if own else SpaceVerb.APPROVE)


def submit(article: Article, *, by: Actor, now: datetime) -> None:
    """Propose a draft to whoever may approve it. Online or proposed already, nothing happens."""
    if article.published_at is None and article.submitted_at is None:
        article.submitted_at, article.returned = now, ""
        content.note("article.submitted", article, by=by, now=now)


def send_back(article: Article, words: str, *, by: Actor, now: datetime) -> None:
    """Give a proposed article back to its author with a word of why."""
    if article.submitted_at is not None and article.published_at is None:
        article.submitted_at, article.returned = None, words[:600]
        content.note("article.sent-back", article, by=by, now=now)


def attach(article: Article, files: Sequence[Upload], *, by: Actor, now: datetime) -> None:
    """Take files along with an article. Raises ``FileRefused`` (``QuotaReached`` too) and ``TooManyAttachments``."""
    if len(article.attachments) + len(files) > MOST_ATTACHMENTS:
        raise TooManyAttachments(most=MOST_ATTACHMENTS)
    for upload in files:
        taken = receive(upload.stream, upload.name, now=now)
        take_room(article.section_id, taken.size)
        article.attachments.append(ArticleAttachment(sha256=taken.sha256, name=taken.name, size=taken.size))
        db.session.flush()
        content.note("article.file-added", article, by=by, now=now, after={"size": taken.size})


def detach(article: Article, numbers: Collection[int], *, by: Actor, now: datetime) -> None:
    """Take files away from an article, and give their room back."""
    for one in [one for one in article.attachments if one.id in numbers]:
        article.attachments.remove(one)
        db.session.delete(one)
        take_room(article.section_id, -one.size)
        content.note("article.file-removed", article, by=by, now=now, before={"size": one.size})


def comment(article: Article, text: str, *, author_id: int, by: Actor, now: datetime) -> Comment:
    """Say something of an article. Raises ``CommentsClosed``."""
    if not article.comments_open:
        raise CommentsClosed()
    said = Comment(article_id=article.id, author_id=author_id, text=text, written_at=now)
    db.session.add(said)
    db.session.flush()
    record("comment.written", by=by, now=now, subject=("comment", said.id), school_id=article.school_id)
    return said


def hide_comment(said: Comment, *, hidden: bool, school_id: int | None, by: Actor, now: datetime) -> None:
    """Hide a comment, or show it again."""
    if (said.hidden_at is not None) != hidden:
        said.hidden_at = now if hidden else None
        action = "comment.hidden" if hidden else "comment.shown"
        record(action, by=by, now=now, subject=("comment", said.id), school_id=school_id)
