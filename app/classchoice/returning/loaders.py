"""Sending copies back, moving and throwing away edited ones: set-based, Core only; never commits (CLASS-5)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, func, select, update

from app.classchoice.carrying.queries import article, attachment, folder, media
from app.classchoice.returning.queries import KINDS, edited
from app.content.media.tree import DEEPEST
from app.content.models import Category
from app.db import db

category: Table = Category.__table__  # type: ignore[assignment]


def weight_of(acts: Any) -> int:
    """Bytes of the unedited copies of some acts."""
    return _weight(media.c.carried_by.in_(acts) & ~edited("file"), article.c.carried_by.in_(acts) & ~edited("article"))


def weight_in(acts: Any, section_id: int) -> int:
    """Bytes of the copies of some acts that lie in a space."""
    return _weight(
        *(and_(table.c.carried_by.in_(acts), table.c.section_id == section_id) for table in (media, article))
    )


def _weight(of_files: ColumnElement[bool], of_articles: ColumnElement[bool]) -> int:
    files = select(func.coalesce(func.sum(media.c.size), 0)).where(of_files)
    attached = select(func.coalesce(func.sum(attachment.c.size), 0)).join(
        article, article.c.id == attachment.c.article_id
    )
    return int(db.session.scalar(files) or 0) + int(db.session.scalar(attached.where(of_articles)) or 0)


def remove_unedited(acts: Any, sections: Collection[int], origins: Collection[int]) -> int:
    """Remove the copies of some acts that nobody has edited; how many rows. Their sources stand where they were.

    A folder stays while anything is in it; of the categories those go that came along and are empty.
    """
    gone = 0
    mine = select(article.c.id).where(article.c.carried_by.in_(acts), ~edited("article"))
    db.session.execute(delete(attachment).where(attachment.c.article_id.in_(mine)))
    for kind, (table, _name) in KINDS.items():
        # Which ones are decided before any goes: what hangs on a copy is looked for on the way.
        numbers = select(table.c.id).where(table.c.carried_by.in_(acts), ~edited(kind))
        gone += _rows(delete(table).where(table.c.id.in_(numbers)))
    below, inside = folder.alias("below"), media.alias("inside")
    empty = and_(
        folder.c.carried_by.in_(acts),
        folder.c.version == 1,
        ~select(below.c.id).where(below.c.parent_id == folder.c.id).exists(),
        ~select(inside.c.id).where(inside.c.folder_id == folder.c.id).exists(),
    )
    for _depth in range(DEEPEST + 2):
        count = _rows(delete(folder).where(empty))
        gone += count
        if not count:
            break
    old = category.alias("old")
    names = select(old.c.name).where(old.c.section_id.in_(origins))
    used = select(article.c.id).where(article.c.category_id == category.c.id)
    db.session.execute(
        delete(category).where(category.c.section_id.in_(sections), category.c.name.in_(names), ~used.exists())
    )
    return gone


def throw_away_edited(acts: Any, *, by_id: int | None, now: datetime) -> None:
    """The edited copies into the trash of the space where they are: they can be fetched back there."""
    for kind, (table, _name) in KINDS.items():
        c = table.c
        change = update(table).where(c.carried_by.in_(acts), c.trashed_at.is_(None), edited(kind))
        db.session.execute(change.values(trashed_at=now, trashed_by_id=by_id, version=c.version + 1))


def move_edited(acts: Any, target: int, school_id: int) -> None:
    """The edited copies into another space, but for those whose source has a copy there already; at the top of its library."""
    old, new = category.alias("old"), category.alias("new")
    same = (
        select(func.min(new.c.id))
        .join(old, old.c.name == new.c.name)
        .where(old.c.id == article.c.category_id, new.c.section_id == target, new.c.set_aside_by.is_(None))
        .correlate(article)
        .scalar_subquery()
    )
    more: dict[str, dict[str, Any]] = {"article": {"category_id": same}, "file": {"folder_id": None}}
    for kind, (table, _name) in KINDS.items():
        c, there = table.c, table.alias("there")
        twin = select(there.c.id).where(there.c.section_id == target, there.c.carried_from == c.carried_from)
        change = update(table).where(c.carried_by.in_(acts), c.section_id != target, edited(kind), ~twin.exists())
        db.session.execute(change.values(section_id=target, school_id=school_id, **more.get(kind, {})))


def _rows(statement: Any) -> int:
    return int(db.session.execute(statement).rowcount)  # type: ignore[attr-defined]
