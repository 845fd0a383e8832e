"""What somebody owns of media, contests, entries, map points and minisite pages, and all of it to take away (DATA-2, DATA-3, LAW-4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, union_all

from app.content.map.places import link_to, written
from app.content.media.queries import tree_of
from app.content.models import Contest, ContestEntry, MapPoint, MediaFile, MinisitePage, Section
from app.content.spaces import SpaceKind
from app.db import db
from app.fates import Space
from app.files.names import numbered, safe_name
from app.files.queries import path_of
from app.files.sheets import spreadsheet


def space_of(trashed: ColumnElement[bool]) -> ColumnElement[str]:
    """Where a row of a section lies, as far as that decides its fate; ``trashed``: whether the row itself is in the trash."""
    return case(
        (or_(trashed, Section.trashed_at.is_not(None)), Space.TRASH.value),
        (Section.kind == SpaceKind.PERSONAL, Space.PERSONAL.value),
        (Section.kind == SpaceKind.CLASS, Space.CLASS.value),
        (and_(Section.kind == SpaceKind.PARTNERSHIP, Section.departmental), Space.DEPARTMENTAL.value),
        (Section.kind == SpaceKind.PARTNERSHIP, Space.PARTNERSHIP.value),
        (Section.temporary, Space.TEMPORARY.value),
        (Section.kind == SpaceKind.GROUP, Space.GROUP.value),
        (Section.kind == SpaceKind.TOWN, Space.TOWN.value),
        else_=Space.SCHOOL.value,
    )


def owned(person_id: int, now: datetime) -> dict[tuple[str, Space], int]:
    """How many live rows of each kind somebody has, by the space in which they lie; one query."""
    parts = [
        *(
            _count(key, MediaFile, MediaFile.trashed_at.is_not(None), person_id).where(MediaFile.shared == shared)
            for key, shared in (("media", False), ("shared", True))
        ),
        _count("contest", Contest, Contest.trashed_at.is_not(None), person_id),
        _count("map-point", MapPoint, MapPoint.trashed_at.is_not(None), person_id),
        _count("minisite", MinisitePage, MinisitePage.trashed_at.is_not(None), person_id),
        _grouped(
            select(
                literal("contest-entry").label("kind"),
                space_of(Contest.trashed_at.is_not(None)).label("space"),
                ContestEntry.id.label("row"),
            )
            .join(Contest, Contest.id == ContestEntry.contest_id)
            .join(Section, Section.id == Contest.section_id)
            .where(ContestEntry.author_id == person_id)
        ),
    ]
    return {(kind, Space(space)): count for kind, space, count in db.session.execute(union_all(*parts)) if count}


def _count(key: str, table: Any, trashed: ColumnElement[bool], person_id: int) -> Any:
    return _grouped(
        select(literal(key).label("kind"), space_of(trashed).label("space"), table.id.label("row"))
        .join(Section, Section.id == table.section_id)
        .where(table.author_id == person_id)
    )


def _grouped(rows: Any) -> Any:
    return rows.with_only_columns(
        rows.selected_columns.kind, rows.selected_columns.space, func.count().label("count")
    ).group_by(rows.selected_columns.space)


def takeaway(person_id: int, now: datetime) -> Iterator[tuple[str, bytes | Path]]:
    """Somebody's own files as they are, and what they wrote beside as pages and tables. Paths are safe on any computer."""
    yield from _files(person_id)
    yield from _entries(person_id)
    points = db.session.scalars(_mine(MapPoint, person_id)).all()
    if points:
        lines = [
            [one.title, one.text, written(one.latitude, one.longitude), link_to(one.latitude, one.longitude)]
            for one in points
        ]
        yield "carte/lieux.csv", spreadsheet(["lieu", "texte", "position", "adresse"], lines)
    taken: set[str] = set()
    for contest in db.session.scalars(_mine(Contest, person_id)):
        name = numbered(f"{safe_name(contest.title, 'concours')}.html", taken)
        yield f"concours/proposes/{name}", _page(contest.title, contest.body)
    taken = set()
    for page in db.session.scalars(_mine(MinisitePage, person_id)):
        name = numbered(f"{safe_name(page.title, 'page')}.html", taken)
        yield f"mini-site/{name}", _page(page.title, page.body)


def _mine(table: Any, person_id: int) -> Select[Any]:
    return select(table).where(table.author_id == person_id, table.trashed_at.is_(None)).order_by(table.id)


def _files(person_id: int) -> Iterator[tuple[str, bytes | Path]]:
    query = (
        select(MediaFile, Section)
        .join(Section, Section.id == MediaFile.section_id)
        .where(or_(MediaFile.author_id == person_id, Section.person_id == person_id), MediaFile.trashed_at.is_(None))
        .order_by(Section.id, MediaFile.shared, MediaFile.folder_id, MediaFile.id)
    )
    taken: dict[str, set[str]] = {}
    trees: dict[tuple[int, bool], Any] = {}
    for file, section in db.session.execute(query).all():
        place = (section.id, file.shared)
        if place not in trees:
            trees[place] = tree_of(section, file.shared)
        space = safe_name(section.title, "espace")
        if section.kind != SpaceKind.PERSONAL:
            space = f"{space} ({section.id})"
        steps = [space, *(safe_name(node.name, "dossier") for node in trees[place].path(file.folder_id))]
        folder = "/".join(["fichiers", *steps])
        name = numbered(safe_name(file.name), taken.setdefault(folder, set()))
        yield f"{folder}/{name}", path_of(file.sha256)


def _entries(person_id: int) -> Iterator[tuple[str, bytes | Path]]:
    query = (
        select(ContestEntry, Contest.title)
        .join(Contest, Contest.id == ContestEntry.contest_id)
        .where(ContestEntry.author_id == person_id)
        .order_by(ContestEntry.id)
    )
    for entry, title in db.session.execute(query).all():
        folder = f"concours/participations/{safe_name(title, 'concours')} ({entry.id})"
        if entry.text:
            yield f"{folder}/texte.txt", entry.text.encode()
        if entry.sha256 is not None:
            yield f"{folder}/fichier-{safe_name(entry.name)}", path_of(entry.sha256)


def _page(title: str, body: str) -> bytes:
    shown = escape(title)
    return (
        f'<!doctype html><html lang="fr"><meta charset="utf-8"><title>{shown}</title><h1>{shown}</h1>{body}</html>'
    ).encode()
