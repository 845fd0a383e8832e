"""What somebody owns of media, contests, entries, map points and minisite pages, and all of it to take away (DATA-2, DATA-3, LAW-4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from sqlalchemy import Select, func, literal, or_, select, union_all, update

from app.content.map.places import link_to, written
from app.content.media.queries import tree_of
from app.content.models import (
    Article,
    ArticleAttachment,
    Contest,
    ContestEntry,
    MapPoint,
    MediaFile,
    MinisitePage,
    Section,
)
from app.content.sections.rollover import space_of
from app.content.spaces import SpaceKind
from app.db import db
from app.fates import Space
from app.files.models import Blob
from app.files.names import numbered, safe_name
from app.files.queries import path_of
from app.files.sheets import spreadsheet

#: Kinds of the table of fates whose rows take room in their section (PORTAL-14).
WEIGHTY = frozenset({"media", "shared", "article", "contest-entry"})


def recount(school_id: int | None) -> None:
    """Count anew what the live files of a school's sections take, in one statement; without a school, of partnerships."""
    section = Section.__table__.c
    files, attached, entry = MediaFile.__table__.c, ArticleAttachment.__table__.c, ContestEntry.__table__.c
    article, contest, blob = Article.__table__.c, Contest.__table__.c, Blob.__table__.c
    parts = (
        select(func.sum(files.size)).where(files.section_id == section.id, files.set_aside_by.is_(None)),
        select(func.sum(attached.size))
        .join(Article.__table__, article.id == attached.article_id)
        .where(article.section_id == section.id, attached.set_aside_by.is_(None)),
        select(func.sum(blob.size))
        .join(ContestEntry.__table__, entry.sha256 == blob.sha256)
        .join(Contest.__table__, contest.id == entry.contest_id)
        .where(contest.section_id == section.id, entry.set_aside_by.is_(None)),
    )
    used: Any = sum((func.coalesce(part.scalar_subquery(), 0) for part in parts), literal(0))
    of = section.school_id == school_id if school_id else section.kind == SpaceKind.PARTNERSHIP
    db.session.execute(update(Section.__table__).where(of).values(used=used))  # type: ignore[arg-type]
    db.session.expire_all()


def owned(person_id: int, now: datetime) -> dict[tuple[str, Space], int]:
    """How many live rows of each kind somebody has, by the space in which they lie; one query."""
    parts = [
        *(
            _count(key, MediaFile, MediaFile.trashed_at, person_id).where(MediaFile.shared == shared)
            for key, shared in (("media", False), ("shared", True))
        ),
        _count("contest", Contest, Contest.trashed_at, person_id),
        _count("map-point", MapPoint, MapPoint.trashed_at, person_id),
        _count("minisite", MinisitePage, MinisitePage.trashed_at, person_id),
        _grouped(
            select(
                literal("contest-entry").label("kind"),
                space_of(Contest.trashed_at).label("space"),
                ContestEntry.id.label("row"),
            )
            .join(Contest, Contest.id == ContestEntry.contest_id)
            .join(Section, Section.id == Contest.section_id)
            .where(ContestEntry.author_id == person_id)
        ),
    ]
    return {(kind, Space(space)): count for kind, space, count in db.session.execute(union_all(*parts)) if count}


def _count(key: str, table: Any, trashed_at: Any, person_id: int) -> Any:
    return _grouped(
        select(literal(key).label("kind"), space_of(trashed_at).label("space"), table.id.label("row"))
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
