"""Which rows of spaces belong to the rollover of year N, by kind and by where they lie (DATA-2, S1-1, S2-1, DATA-6).

Every row lies in exactly one space: ``space_of`` is the only place that says which. The statements are Core and know no live-filter:
whoever runs them adds it for the kind's own table. What hangs on a section is found whether the section itself is live or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, case, func, not_, or_, select, true

from app.content.models import (
    Article,
    Comment,
    Contest,
    ContestEntry,
    Folder,
    MapPoint,
    MediaFile,
    MinisitePage,
    PartnershipClass,
    SearchLink,
    Section,
)
from app.content.spaces import ARCHIVED, SpaceKind
from app.directory.models import SchoolClass, SchoolYear
from app.fates import Scope, Space

#: What step 2 has archived is purged a year later (S1-1): nothing that was archived in the same summer, on whatever day each
#: of two rollovers comes.
ARCHIVED_BEFORE = timedelta(days=180)

section: Table = Section.__table__  # type: ignore[assignment]


def _table(model: Any) -> Table:
    return model.__table__  # type: ignore[no-any-return]


#: Kinds whose rows stand in a section themselves: their table, and the condition that tells them from another kind's.
_DIRECT: dict[str, tuple[Table, ColumnElement[bool]]] = {
    "article": (_table(Article), true()),
    "media": (_table(MediaFile), not_(MediaFile.__table__.c.shared)),
    "shared": (_table(MediaFile), MediaFile.__table__.c.shared),
    "folder": (_table(Folder), true()),
    "contest": (_table(Contest), true()),
    "map-point": (_table(MapPoint), true()),
    "minisite": (_table(MinisitePage), true()),
    "search-link": (_table(SearchLink), true()),
}
#: Kinds whose rows hang on such a row: their table, that row's, the column between.
_INDIRECT: dict[str, tuple[Table, Table, str]] = {
    "contest-entry": (_table(ContestEntry), _table(Contest), "contest_id"),
    "comment": (_table(Comment), _table(Article), "article_id"),
}
KINDS: frozenset[str] = frozenset({"section", "partnership-class", *_DIRECT, *_INDIRECT})


def space_of(trashed_at: Any = None, scope: Scope | None = None) -> ColumnElement[str]:
    """Where a row of a section lies, as far as that decides its fate; ``trashed_at``: the row's own column, where it has one.

    Without ``scope`` as it looks today. With it as the rollover sees it: only spaces of classes of year N are classes'; what was
    thrown away from the cut-off on, and spaces made since, fare as if nothing had happened. A personal space's trash is its
    owner's, never the school's (S1-1).
    """
    c = section.c
    thrown = thrown_away(c.trashed_at, c.trash_reason, scope)
    if trashed_at is not None:
        thrown = or_(thrown, _thrown_by_hand(trashed_at, scope))
    partnership = c.kind == SpaceKind.PARTNERSHIP
    old: ColumnElement[bool] = c.created_at < scope.cutoff if scope is not None else true()
    return case(
        (c.kind == SpaceKind.PERSONAL, Space.PERSONAL.value),
        (thrown, Space.TRASH.value),
        *_archived_before(scope),
        (and_(c.kind == SpaceKind.CLASS, _of_the_year(scope)), Space.CLASS.value),
        (and_(partnership, c.departmental), Space.DEPARTMENTAL.value),
        (and_(partnership, old, _ends(scope)), Space.PARTNERSHIP.value),
        (and_(not_(partnership), c.temporary, c.class_id.is_(None), old), Space.TEMPORARY.value),
        (and_(c.kind == SpaceKind.GROUP, old), Space.GROUP.value),
        (c.kind == SpaceKind.TOWN, Space.TOWN.value),
        else_=Space.SCHOOL.value,
    )


def _archived_before(scope: Scope | None) -> Iterator[tuple[ColumnElement[bool], str]]:
    """What another rollover of the same summer has archived already lies nowhere: neither to archive again nor to purge."""
    if scope is not None:
        earlier = and_(section.c.trash_reason == ARCHIVED, section.c.trashed_at < scope.cutoff)
        yield earlier, Space.NONE.value


def thrown_away(trashed_at: ColumnElement[Any], reason: ColumnElement[Any], scope: Scope | None) -> ColumnElement[bool]:
    """Is a section in the trash, as a purge sees it: by hand before the cut-off, or archived the year before (S1-1)?"""
    by_hand = _thrown_by_hand(trashed_at, scope)
    if scope is None:
        return by_hand
    return and_(by_hand, or_(reason != ARCHIVED, trashed_at < scope.cutoff - ARCHIVED_BEFORE))


def _thrown_by_hand(trashed_at: ColumnElement[Any], scope: Scope | None) -> ColumnElement[bool]:
    return trashed_at.is_not(None) if scope is None else trashed_at < scope.cutoff


def _of_the_year(scope: Scope | None) -> ColumnElement[bool]:
    """Is the section's class one of year N? A space that outlived its class is the school's, unless it is temporary."""
    if scope is None:
        return section.c.class_id.is_not(None)
    classes = _table(SchoolClass).c
    return section.c.class_id.in_(select(classes.id).where(classes.year_id == scope.year_id))


def _ends(scope: Scope | None) -> ColumnElement[bool]:
    """Does a partnership end with year N? One that a class of a later year has joined goes on."""
    if scope is None:
        return true()
    joined, classes, years = _table(PartnershipClass).c, _table(SchoolClass).c, _table(SchoolYear).c
    later = (
        select(joined.section_id)
        .join(_table(SchoolClass), classes.id == joined.class_id)
        .join(_table(SchoolYear), years.id == classes.year_id)
        .where(years.begins > scope.begins, joined.set_aside_by.is_(None))
    )
    return section.c.id.not_in(later)


def rows(kind: str, space: Space, scope: Scope) -> Select[Any]:
    """The rows of ``kind`` in ``space``, of every school: ``id`` and ``school_id`` (the section's; 0 for a personal space's).

    A section that step 2 has archived is not one to archive again; what lies in it is still told as lying there. No order.
    Raises KeyError for another room's kind.
    """
    if kind == "partnership-class":
        return _partners(scope)
    if kind == "section":
        found = select(section.c.id.label("id"), _school(space)).where(space_of(None, scope) == space.value)
        thrown = thrown_away(section.c.trashed_at, section.c.trash_reason, scope)
        return found.where(or_(section.c.trash_reason != ARCHIVED, thrown))
    if kind in _INDIRECT:
        table, parent, column = _INDIRECT[kind]
        found = select(table.c.id.label("id"), _school(space)).join(parent, parent.c.id == table.c[column])
        found = found.join(section, section.c.id == parent.c.section_id)
        return found.where(space_of(parent.c.trashed_at, scope) == space.value)
    table, own = _DIRECT[kind]
    found = select(table.c.id.label("id"), _school(space)).join(section, section.c.id == table.c.section_id)
    return found.where(own, space_of(table.c.get("trashed_at"), scope) == space.value)


def _school(space: Space) -> ColumnElement[int]:
    """The section's school as it stands, so that an index serves whoever asks for one school; a person's own space has none."""
    number: ColumnElement[int] = section.c.school_id
    return (func.coalesce(number, 0) if space == Space.PERSONAL else number).label("school_id")


def _partners(scope: Scope) -> Select[Any]:
    """The classes of year N in partnerships, the departmental school's too: its content stays, a class rejoins (DATA-6)."""
    joined, classes = _table(PartnershipClass).c, _table(SchoolClass).c
    found = select(joined.id.label("id"), joined.school_id.label("school_id"))
    found = found.join(_table(SchoolClass), classes.id == joined.class_id)
    return found.where(classes.year_id == scope.year_id)


def archived_now(scope: Scope) -> dict[str, Any]:
    """What becomes of a section that moves into the trash with the year (S2-1)."""
    return {"trashed_at": scope.now, "trashed_by_id": None, "trash_reason": ARCHIVED}
