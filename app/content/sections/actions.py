"""Settling what a section is: services, place in the tree, openness, duration, categories (PORTAL-1, SITE-2, DATA-3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from app.audit.actions import Actor, record
from app.content.actions import change_section, note, section_facts
from app.content.models import Article, Category, Section
from app.content.sections.problems import CategoryExists, TooDeep, UnderItself
from app.content.sections.queries import DEEPEST, parents_of, subtree
from app.content.spaces import Service
from app.db import db


def settle(
    section: Section,
    *,
    title: str,
    introduction: str,
    services: Sequence[str],
    visible: bool,
    restricted: bool,
    by: Actor,
    now: datetime,
) -> int:
    """Change a section. What stands below is never more open: how many sections below were closed with it (SITE-2)."""
    before = list(section.services)
    section.services = [str(one) for one in Service if str(one) in services]
    changed = before != section.services
    change_section(
        section, title=title, introduction=introduction, visible=visible, restricted=restricted, by=by, now=now
    )
    if changed:
        note(
            "section.services-changed",
            section,
            by=by,
            now=now,
            before={"services": before},
            after=section_facts(section),
        )
    return _close_below(section, by=by, now=now)


def _close_below(section: Section, *, by: Actor, now: datetime) -> int:
    if section.visible and not section.restricted:
        return 0
    closed = 0
    for one in subtree(section)[1:]:
        visible, restricted = one.visible and section.visible, one.restricted or section.restricted
        if (visible, restricted) != (one.visible, one.restricted):
            before = section_facts(one)
            one.visible, one.restricted = visible, restricted
            note("section.changed", one, by=by, now=now, before=before, after=section_facts(one))
            closed += 1
    return closed


def move_under(section: Section, parent: Section | None, *, by: Actor, now: datetime) -> None:
    """Put a section below another of the same school, or at the top. Raises ``UnderItself`` and ``TooDeep``."""
    wanted = parent.id if parent is not None else None
    if wanted == section.parent_id:
        return
    if parent is not None:
        below = subtree(section)
        if parent.school_id != section.school_id or parent in below:
            raise UnderItself()
        if len(parents_of(parent)) + 2 > DEEPEST:
            raise TooDeep(most=DEEPEST)
    before, section.parent_id = section.parent_id, wanted
    note("section.moved", section, by=by, now=now, before={"parent": before}, after={"parent": wanted})
    if parent is not None:
        _close_below(parent, by=by, now=now)


def set_temporary(section: Section, temporary: bool, *, by: Actor, now: datetime) -> None:
    """Make a section permanent, or one that is archived with the year (SITE-3, DATA-3)."""
    if section.temporary != temporary:
        section.temporary = temporary
        action = "section.made-temporary" if temporary else "section.made-permanent"
        note(action, section, by=by, now=now)


def set_departmental(section: Section, departmental: bool, *, by: Actor, now: datetime) -> None:
    """Say that a partnership is with a class of the departmental school: it keeps its content (DATA-6)."""
    if section.departmental != departmental:
        section.departmental = departmental
        note("section.departmental-set", section, by=by, now=now, after={"departmental": departmental})


def add_category(section: Section, name: str, *, by: Actor, now: datetime) -> Category:
    """Add a heading to the blog. Raises ``CategoryExists``."""
    there = select(Category.id).where(Category.section_id == section.id, func.lower(Category.name) == name.lower())
    if db.session.scalar(there.limit(1)) is not None:
        raise CategoryExists(name=name)
    last = db.session.scalar(select(func.max(Category.position)).where(Category.section_id == section.id))
    made = Category(section_id=section.id, name=name, position=(last or 0) + 1)
    db.session.add(made)
    db.session.flush()
    record("category.added", by=by, now=now, subject=("category", made.id), school_id=section.school_id)
    return made


def remove_category(section: Section, category: Category, *, by: Actor, now: datetime) -> None:
    """Take a heading away; its articles stay, without one."""
    db.session.execute(
        update(Article)
        .where(Article.category_id == category.id)
        .values(category_id=None, version=Article.version + 1)
        .execution_options(synchronize_session=False)
    )
    record("category.removed", by=by, now=now, subject=("category", category.id), school_id=section.school_id)
    db.session.delete(category)
