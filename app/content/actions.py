"""Writing sections and articles. Every change leaves an audit line and makes the public pages stale."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.audit.actions import Actor, record
from app.content.markup import first_words, to_html
from app.content.models import Article, Section
from app.content.queries import sections, taken_slugs
from app.content.slugs import slug
from app.db import db
from app.errors import Refused
from app.pulse import PUBLIC, bump
from app.words import N_


class ChangedMeanwhile(Refused):
    """Somebody else saved the same thing since the form was opened."""

    message = N_(
        "Quelqu’un d’autre a enregistré une modification pendant que vous écriviez. Votre texte est encore dans le "
        "formulaire, rien n’est perdu."
    )
    advice = N_("Comparez avec la version enregistrée, puis enregistrez de nouveau pour la remplacer.")


class SectionNotEmpty(Refused):
    """A section with articles is not deleted."""

    message = N_("Cette rubrique contient encore des articles.")
    advice = N_("Déplacez-les ou supprimez-les d’abord, ou rendez la rubrique invisible.")


def demand_version(found: int, shown: int) -> None:
    """Refuse to write over a state that the writer has not seen. Raises ``ChangedMeanwhile``."""
    if found != shown:
        raise ChangedMeanwhile()


def add_section(
    school_id: int, *, title: str, introduction: str, visible: bool, restricted: bool, by: Actor, now: datetime
) -> Section:
    """Add a section at the end of the school's list."""
    last = db.session.scalar(select(func.max(Section.position)).where(Section.school_id == school_id))
    section = Section(
        school_id=school_id,
        title=title,
        slug=slug(title, taken_slugs(school_id)),
        introduction=introduction,
        position=(last or 0) + 1,
        visible=visible,
        restricted=restricted,
        created_at=now,
    )
    db.session.add(section)
    db.session.flush()
    _record("section.added", section, by=by, now=now, after=_section(section))
    return section


def change_section(
    section: Section, *, title: str, introduction: str, visible: bool, restricted: bool, by: Actor, now: datetime
) -> None:
    """Change a section; its address stays."""
    before = _section(section)
    section.title, section.introduction = title, introduction
    section.visible, section.restricted = visible, restricted
    if (after := _section(section)) != before:
        _record("section.changed", section, by=by, now=now, before=before, after=after)


def move_section(section: Section, *, up: bool, by: Actor, now: datetime) -> None:
    """Change places with the neighbour above or below; at the end of the list nothing happens."""
    order = [one for one, _published, _drafts in sections(section.school_id)]
    at = order.index(section)
    other = at - 1 if up else at + 1
    if not 0 <= other < len(order):
        return
    order[at], order[other] = order[other], order[at]
    for position, one in enumerate(order, 1):
        if one.position != position:
            one.position = position
    _record("section.moved", section, by=by, now=now, before={"place": at + 1}, after={"place": other + 1})


def remove_section(section: Section, *, by: Actor, now: datetime) -> None:
    """Remove an empty section. Raises ``SectionNotEmpty``."""
    if db.session.scalar(select(func.count(Article.id)).where(Article.section_id == section.id)):
        raise SectionNotEmpty()
    _record("section.removed", section, by=by, now=now, before=_section(section))
    db.session.delete(section)


def write_article(
    section: Section, *, title: str, summary: str, source: str, author_id: int | None, by: Actor, now: datetime
) -> Article:
    """Write a new article as a draft; its HTML is made and sanitised here."""
    article = Article(
        section=section,
        title=title,
        summary=summary,
        source=source,
        body=to_html(source),
        author_id=author_id,
        published_at=None,
        changed_at=now,
    )
    db.session.add(article)
    db.session.flush()
    _record("article.written", article, school_id=section.school_id, by=by, now=now, after=_article(article))
    return article


def change_article(
    article: Article, section: Section, *, title: str, summary: str, source: str, by: Actor, now: datetime
) -> None:
    """Change an article, or move it to another section of the same school; published it stays published."""
    if section.school_id != article.section.school_id:
        raise ValueError("an article stays in its school")
    before = _article(article)
    article.title, article.summary, article.source, article.body = title, summary, source, to_html(source)
    article.section = section
    db.session.flush()
    if (after := _article(article)) != before:
        article.changed_at = now
        _record("article.changed", article, school_id=section.school_id, by=by, now=now, before=before, after=after)


def publish_article(article: Article, *, by: Actor, now: datetime) -> None:
    """Show a draft on the public site, as far as its section is open (SITE-2). Published already, nothing happens."""
    if article.published_at is None:
        article.published_at = now
        _record("article.published", article, school_id=article.section.school_id, by=by, now=now)


def withdraw_article(article: Article, *, by: Actor, now: datetime) -> None:
    """Take an article off the public site; it is a draft again."""
    if article.published_at is not None:
        before = {"published_at": article.published_at.isoformat()}
        article.published_at = None
        _record("article.withdrawn", article, school_id=article.section.school_id, by=by, now=now, before=before)


def remove_article(article: Article, *, by: Actor, now: datetime) -> None:
    """Remove an article for good; the audit keeps what it said."""
    _record(
        "article.removed",
        article,
        school_id=article.section.school_id,
        by=by,
        now=now,
        before=_article(article) | {"source": article.source},
    )
    db.session.delete(article)


def summary_of(article: Article) -> str:
    """What lists show of an article: its summary, or its first words."""
    return article.summary or first_words(article.body)


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "introduction": section.introduction,
        "visible": section.visible,
        "restricted": section.restricted,
    }


def _article(article: Article) -> dict[str, Any]:
    return {
        "title": article.title,
        "summary": article.summary,
        "section": article.section_id,
        "body": article.body[:2000],
    }


def _record(
    action: str,
    subject: Section | Article,
    *,
    by: Actor,
    now: datetime,
    school_id: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """An audit line, and stale public pages."""
    kind = "section" if isinstance(subject, Section) else "article"
    school = subject.school_id if isinstance(subject, Section) else school_id
    record(action, by=by, now=now, subject=(kind, subject.id), school_id=school, before=before, after=after)
    bump(db.session(), PUBLIC)
