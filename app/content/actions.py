"""Writing sections and articles. Every change leaves an audit line; one of a school's site makes the public pages stale."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, func, insert, literal, select

from app.audit.actions import Actor, record
from app.content.markup import first_words, to_html
from app.content.models import Article, Section
from app.content.queries import sections, taken_slugs
from app.content.slugs import slug
from app.content.spaces import FIRST_SERVICES, SpaceKind
from app.db import db
from app.directory.models import SchoolClass
from app.errors import Refused
from app.profiles import Profile
from app.pulse import PUBLIC, bump
from app.words import N_

#: What is written of a class's new space, in the order of the statement that makes it.
_COLUMNS = [
    "school_id", "kind", "title", "slug", "introduction", "position", "visible", "restricted", "temporary", "services",
    "class_id", "departmental", "quota", "used", "trash_reason", "created_at", "version",
]  # fmt: skip
#: Bytes that a new space may hold (PORTAL-14).
_QUOTA = 1_000_000_000


class ChangedMeanwhile(Refused):
    """Somebody else saved the same thing since the form was opened."""

    message = N_(
        "Quelqu’un d’autre a enregistré une modification pendant que vous écriviez. Votre texte est encore dans le "
        "formulaire, rien n’est perdu."
    )
    advice = N_("Comparez avec la version enregistrée, puis enregistrez de nouveau pour la remplacer.")


class SectionNotEmpty(Refused):
    """A section with articles is not deleted."""

    message = N_("Cette rubrique contient encore des articles ou des sous-rubriques.")
    advice = N_("Déplacez-les ou mettez-les à la corbeille d’abord, ou rendez la rubrique invisible.")


def demand_version(found: int, shown: int) -> None:
    """Refuse to write over a state that the writer has not seen. Raises ``ChangedMeanwhile``."""
    if found != shown:
        raise ChangedMeanwhile()


def add_section(
    school_id: int | None,
    *,
    title: str,
    introduction: str,
    visible: bool,
    restricted: bool,
    by: Actor,
    now: datetime,
    kind: SpaceKind = SpaceKind.SCHOOL,
    parent: Section | None = None,
    temporary: bool = False,
    **owner: Any,
) -> Section:
    """Add a section at the end of the school's list, or below ``parent``, than which it is never more open (SITE-2).

    ``owner``: whose space it is, as columns (``class_id``, ``group_id``, ``person_id``, ``code``).
    """
    if parent is not None and parent.school_id != school_id:
        raise ValueError("a section stays in its school")
    last = db.session.scalar(select(func.max(Section.position)).where(Section.school_id == school_id))
    section = Section(
        school_id=school_id,
        kind=kind,
        parent_id=parent.id if parent is not None else None,
        title=title,
        slug=_address(title, school_id, kind, owner),
        introduction=introduction,
        position=(last or 0) + 1,
        visible=visible and (parent is None or parent.visible),
        restricted=restricted or (parent is not None and parent.restricted),
        temporary=temporary or (parent is not None and parent.temporary),
        services=[str(one) for one in FIRST_SERVICES[kind]],
        created_at=now,
        **owner,
    )
    db.session.add(section)
    db.session.flush()
    note("section.added", section, by=by, now=now, after=section_facts(section))
    return section


def _address(title: str, school_id: int | None, kind: SpaceKind, owner: Mapping[str, Any]) -> str:
    """A space has an address that no title can take: two hyphens never come out of ``slug``."""
    if owner:
        return f"{kind}--{next(iter(owner.values()))}"
    return slug(title, taken_slugs(school_id))


def change_section(
    section: Section, *, title: str, introduction: str, visible: bool, restricted: bool, by: Actor, now: datetime
) -> None:
    """Change a section; its address stays."""
    before, presented = section_facts(section), section.introduction
    section.title, section.introduction = title, introduction
    section.visible, section.restricted = visible, restricted
    if (after := section_facts(section)) != before or presented != introduction:
        note("section.changed", section, by=by, now=now, before=before, after=after)


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
    note("section.moved", section, by=by, now=now, before={"place": at + 1}, after={"place": other + 1})


def remove_section(section: Section, *, by: Actor, now: datetime) -> None:
    """Put an empty section into the trash. Raises ``SectionNotEmpty``."""
    articles = select(Article.id).where(Article.section_id == section.id, Article.trashed_at.is_(None)).limit(1)
    below = select(Section.id).where(Section.parent_id == section.id, Section.trashed_at.is_(None)).limit(1)
    if db.session.scalar(articles) is not None or db.session.scalar(below) is not None:
        raise SectionNotEmpty()
    section.trashed_at, section.trashed_by_id, section.trash_reason = now, by.person_id, "hand"
    note("section.trashed", section, by=by, now=now, before=section_facts(section))


def make_class_spaces(year_id: int, school_id: int | None = None, *, by: Actor, now: datetime) -> int:
    """Make the space of every class of a school year that has none, in one statement; how many were made (S4-1).

    ``school_id`` narrows it to one school. A space in the trash or set aside by a rollover counts: it is not made again, and a
    class that a rollover has taken gets none.
    """
    own = select(Section.id).where(Section.class_id == SchoolClass.id)
    source = select(
        SchoolClass.school_id,
        literal(SpaceKind.CLASS.value),
        SchoolClass.name,
        "class--" + cast(SchoolClass.id, String),
        literal(""),
        literal(0),
        literal(True),
        literal(True),
        literal(False),
        literal([str(one) for one in FIRST_SERVICES[SpaceKind.CLASS]], Section.services.type),
        SchoolClass.id,
        literal(False),
        literal(_QUOTA, Section.quota.type),
        literal(0),
        literal(""),
        literal(now, Section.created_at.type),
        literal(1),
    ).where(SchoolClass.year_id == year_id, SchoolClass.set_aside_by.is_(None), ~own.exists())
    if school_id is not None:
        source = source.where(SchoolClass.school_id == school_id)
    statement = insert(Section).from_select(_COLUMNS, source).returning(Section.id)
    made = len(db.session.connection().execute(statement).all())
    if made:
        after = {"year": year_id, "count": made}
        record("class-spaces.made", by=by, now=now, subject=("school", school_id), school_id=school_id, after=after)
    return made


def write_article(
    section: Section,
    *,
    title: str,
    summary: str,
    source: str,
    author_id: int | None,
    by: Actor,
    now: datetime,
    author_profile: Profile | None = None,
) -> Article:
    """Write a new article as a draft; its HTML is made and sanitised here."""
    article = Article(
        section=section,
        school_id=section.school_id,
        author_profile=author_profile,
        title=title,
        summary=summary,
        source=source,
        body=to_html(source),
        author_id=author_id,
        published_at=None,
        attachments=[],
        changed_at=now,
    )
    db.session.add(article)
    db.session.flush()
    note("article.written", article, by=by, now=now, after=_article(article))
    return article


def change_article(
    article: Article, section: Section, *, title: str, summary: str, source: str, by: Actor, now: datetime
) -> None:
    """Change an article, or move it to another section of the same school; published it stays published."""
    if section.school_id != article.section.school_id:
        raise ValueError("an article stays in its school")
    before, body = _article(article), to_html(source)
    same = (title, summary, source, body) == (article.title, article.summary, article.source, article.body)
    if same and article.section is section:
        return
    article.title, article.summary, article.source, article.body = title, summary, source, body
    if article.section is not section:
        article.section, article.category_id = section, None
    article.changed_at = now
    db.session.flush()
    note("article.changed", article, by=by, now=now, before=before, after=_article(article))


def publish_article(article: Article, *, by: Actor, now: datetime, when: datetime | None = None) -> None:
    """Show a draft to whoever may read its section (SITE-2), from ``when`` on (portal time; at once unless given).

    Published already, nothing happens.
    """
    if article.published_at is None:
        article.published_at, article.submitted_at = max(when or now, now), None
        article.returned = ""
        after = {"from": article.published_at.isoformat()}
        note("article.published", article, by=by, now=now, after=after)


def withdraw_article(article: Article, *, by: Actor, now: datetime) -> None:
    """Take an article off the public site; it is a draft again."""
    if article.published_at is not None:
        before = {"published_at": article.published_at.isoformat()}
        article.published_at = None
        note("article.withdrawn", article, by=by, now=now, before=before)


def remove_article(article: Article, *, by: Actor, now: datetime) -> None:
    """Put an article into its section's trash; it leaves every page at once."""
    article.trashed_at, article.trashed_by_id = now, by.person_id
    note("article.trashed", article, by=by, now=now, before=_article(article))


def summary_of(article: Article) -> str:
    """What lists show of an article: its summary, or its first words."""
    return article.summary or first_words(article.body)


def section_facts(section: Section) -> dict[str, Any]:
    """What the audit keeps of a section."""
    return {
        "title": section.title,
        "visible": section.visible,
        "restricted": section.restricted,
        "services": list(section.services),
        "temporary": section.temporary,
    }


def _article(article: Article) -> dict[str, Any]:
    return {
        "title": article.title,
        "section": article.section_id,
        "signs": len(article.source or article.body),
    }


def note(
    action: str,
    subject: Section | Article,
    *,
    by: Actor,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """An audit line, and stale public pages where the public site may change."""
    section = subject if isinstance(subject, Section) else subject.section
    kind = "section" if isinstance(subject, Section) else "article"
    record(action, by=by, now=now, subject=(kind, subject.id), school_id=section.school_id, before=before, after=after)
    if section.kind == SpaceKind.SCHOOL:
        bump(db.session(), PUBLIC)
