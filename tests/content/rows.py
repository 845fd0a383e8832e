"""Spaces, articles and roles for tests; they flush and never commit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from app.content.models import Article, Category, Section, SectionRole
from app.content.spaces import FIRST_SERVICES, SpaceKind, SpaceRole
from app.db import db
from app.directory.groups.models import FreeGroup, FreeGroupMember

MADE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
_numbers = count(1)


def make_section(school_id: int | None, title: str = "Vie du collège", **columns: Any) -> Section:
    """A section of a school's tree, open to all unless ``columns`` say otherwise."""
    kind = columns.get("kind", SpaceKind.SCHOOL)
    values = {"services": [str(one) for one in FIRST_SERVICES[kind]], "slug": f"rubrique-{next(_numbers)}"}
    section = Section(**{"school_id": school_id, "title": title, "created_at": MADE, **values, **columns})
    db.session.add(section)
    db.session.flush()
    return section


def make_class_space(school_id: int, class_id: int, title: str = "6A") -> Section:
    """The space of a class."""
    return make_section(school_id, title, kind=SpaceKind.CLASS, class_id=class_id, restricted=True)


def make_article(section: Section, title: str = "Le musée", *, published: bool = True, **columns: Any) -> Article:
    """An article, online since March unless ``published`` is False."""
    values = {"published_at": MADE + timedelta(minutes=next(_numbers)) if published else None}
    article = Article(
        **{
            "section_id": section.id,
            "school_id": section.school_id,
            "title": title,
            "source": "Nous y étions.",
            "body": "<p>Nous y étions.</p>",
            "changed_at": MADE,
            **values,
            **columns,
        }
    )
    db.session.add(article)
    db.session.flush()
    return article


def give_role(section: Section, role: SpaceRole, **subject: Any) -> SectionRole:
    """A role in a section, to whom ``subject`` names by columns."""
    made = SectionRole(section_id=section.id, role=role, given_at=MADE, **subject)
    db.session.add(made)
    db.session.flush()
    return made


def make_group(school_id: int, manager_id: int, *members: int, lifetime: str = "year") -> FreeGroup:
    """A free group with its manager and members."""
    group = FreeGroup(school_id=school_id, name="Journal du collège", lifetime=lifetime, created_at=MADE)
    db.session.add(group)
    db.session.flush()
    for person_id in (manager_id, *members):
        db.session.add(
            FreeGroupMember(group_id=group.id, person_id=person_id, manager=person_id == manager_id, since=MADE)
        )
    db.session.flush()
    return group


def make_category(section: Section, name: str = "Sorties") -> Category:
    """A heading of a blog."""
    category = Category(section_id=section.id, name=name)
    db.session.add(category)
    db.session.flush()
    return category
