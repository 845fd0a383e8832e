"""Copies of rows, never of bytes: INSERT ... SELECT in one transaction, each row once for a space (CLASS-3). Core only; never commits.

The copies keep author and dates and name their source in ``carried_from``; a unique index on it decides between two at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)

from app.classchoice.carrying.links import Moved, mended, numbers_in
from app.classchoice.carrying.queries import Meant, article, attachment, contest, folder, is_there, media, point
from app.content.models import Category
from app.db import db
from app.directory.models import School
from app.files.names import ending, numbered

category: Table = Category.__table__  # type: ignore[assignment]

#: Never copied: the number, marks of a rollover, the trash, the count of edits.
_OWN = {
    "id",
    "section_id",
    "school_id",
    "set_aside_by",
    "made_by",
    "trashed_at",
    "trashed_by_id",
    "version",
    "carried_from",
    "carried_by",
}
#: How long names may be.
LONGEST = {"folder": 120, "media_file": 160}


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """From a space into another, by one act."""

    source: int
    target: int
    school_id: int | None
    carry_id: int


def copy_rows(way: Way, chosen: Meant, own_folders: Collection[int]) -> dict[str, int]:
    """Copy what is meant and not there yet; how many rows of each table. ``own_folders``: those that come along, by number."""
    counts = {
        "category": _categories(way, chosen),
        "folder": _copy(way, folder, folder.c.id.in_(own_folders), parent_id=null()),
    }
    if counts["folder"]:
        _hang_folders(way)
    counts["media_file"] = _copy(way, media, chosen.files, folder_id=_copied(folder, media.c.folder_id, way))
    counts["article"] = _copy(way, article, chosen.articles, category_id=_same_category(way))
    counts["article_attachment"] = _attachments(way) if counts["article"] else 0
    counts["contest"] = _copy(way, contest, chosen.contests)
    counts["map_point"] = _copy(way, point, chosen.points)
    return counts


def _copy(way: Way, table: Table, condition: ColumnElement[bool], **instead: Any) -> int:
    """The rows of ``table`` that fit, into the target, but for those that are there; ``instead``: columns that change."""
    same = [column for column in table.columns if column.name not in _OWN and column.name not in instead]
    names = [column.name for column in same] + list(instead)
    values: list[Any] = [*same, *instead.values()]
    for name, value in (
        ("section_id", way.target),
        ("school_id", way.school_id),
        ("version", 1),
        ("carried_by", way.carry_id),
    ):
        names.append(name)
        values.append(literal(value, table.c[name].type))
    names.append("carried_from")
    values.append(table.c.id)
    new = select(*values).where(condition, ~is_there(table, [way.target])).order_by(table.c.id)
    return _made(insert(table).from_select(names, new))


def _made(statement: Any) -> int:
    """How many rows an INSERT ... SELECT has made; the driver is asked to keep the figure."""
    result: Any = db.session.execute(statement, execution_options={"preserve_rowcount": True})
    return int(result.rowcount)


def _copied(table: Table, number: Any, way: Way) -> Any:
    """The number of the copy of row ``number`` of ``table`` in the target."""
    copy = table.alias("placed")
    found = select(copy.c.id).where(copy.c.section_id == way.target, copy.c.carried_from == number)
    return found.correlate(media, folder).scalar_subquery()


def _hang_folders(way: Way) -> None:
    """Below each other as they were; those whose parent does not come along stand at the top."""
    source, above = folder.alias("source"), folder.alias("above")
    parent = (
        select(above.c.id)
        .join(source, source.c.parent_id == above.c.carried_from)
        .where(source.c.id == folder.c.carried_from, above.c.section_id == way.target)
        .correlate(folder)
        .scalar_subquery()
    )
    db.session.execute(update(folder).where(folder.c.carried_by == way.carry_id).values(parent_id=parent))


def _categories(way: Way, chosen: Meant) -> int:
    """The categories of what comes along; one that has the same name is the same."""
    there = category.alias("there")
    same = exists().where(
        there.c.section_id == way.target, there.c.name == category.c.name, there.c.set_aside_by.is_(None)
    )
    wanted = select(article.c.category_id).where(chosen.articles, ~is_there(article, [way.target]))
    new = select(literal(way.target, category.c.section_id.type), category.c.name, func.min(category.c.position)).where(
        category.c.id.in_(wanted), ~same
    )
    rows = insert(category).from_select(["section_id", "name", "position"], new.group_by(category.c.name))
    return _made(rows)


def _same_category(way: Way) -> Any:
    old, new = category.alias("old"), category.alias("new")
    found = (
        select(func.min(new.c.id))
        .join(old, old.c.name == new.c.name)
        .where(old.c.id == article.c.category_id, new.c.section_id == way.target, new.c.set_aside_by.is_(None))
    )
    return found.correlate(article).scalar_subquery()


def _attachments(way: Way) -> int:
    """What comes with the articles of this act."""
    copy = article.alias("copied_article")
    new = (
        select(
            copy.c.id,
            attachment.c.sha256,
            attachment.c.name,
            attachment.c.size,
            attachment.c.id,
            literal(way.carry_id, attachment.c.carried_by.type),
        )
        .join(attachment, attachment.c.article_id == copy.c.carried_from)
        .where(copy.c.carried_by == way.carry_id)
        .order_by(attachment.c.id)
    )
    columns = ["article_id", "sha256", "name", "size", "carried_from", "carried_by"]
    return _made(insert(attachment).from_select(columns, new))


# Names and links -------------------------------------------------------------------------------------------------------


def number_names(way: Way) -> int:
    """Files and folders of this act whose name was there already in the same folder get a number; how many."""
    changed = 0
    for table, place in ((folder, "parent_id"), (media, "folder_id")):
        for number, name, inside in db.session.execute(_clashing(way, table, place)).all():
            here = select(func.lower(table.c.name)).where(
                table.c.section_id == way.target,
                table.c[place].is_not_distinct_from(inside),
                table.c.id != number,
                table.c.trashed_at.is_(None),
                table.c.shared.is_(False),
            )
            taken = {one.casefold() for one in db.session.scalars(here)}
            fresh = numbered(_shortened(name, LONGEST[table.name]), taken)
            db.session.execute(update(table).where(table.c.id == number).values(name=fresh))
            changed += 1
    return changed


def _shortened(name: str, longest: int) -> str:
    """Room for a number, the ending kept."""
    if len(name) <= longest - 8:
        return name
    tail = ending(name)
    return name[: longest - 9 - len(tail)] + (f".{tail}" if tail else "")


def _clashing(way: Way, table: Table, place: str) -> Select[Any]:
    """The copies of this act beside which something older has the same name. The older ones are gathered first: looked for one by one,
    ten thousand among ten thousand would take minutes.
    """
    other = table.alias("other")
    older = (
        select(func.coalesce(other.c[place], 0).label("place"), func.lower(other.c.name).label("name"))
        .where(
            other.c.section_id == way.target,
            other.c.shared.is_(False),
            other.c.trashed_at.is_(None),
            other.c.set_aside_by.is_(None),
            or_(other.c.carried_by.is_(None), other.c.carried_by != way.carry_id),
        )
        .distinct()
        .subquery("older")
    )
    same = and_(older.c.place == func.coalesce(table.c[place], 0), older.c.name == func.lower(table.c.name))
    mine = and_(table.c.section_id == way.target, table.c.carried_by == way.carry_id)
    return select(table.c.id, table.c.name, table.c[place]).join(older, same).where(mine).order_by(table.c.id)


def mend_links(way: Way) -> int:
    """Addresses in the copies that led to the old space lead to the new one, as far as what they name is there; how many texts changed.

    Copies of earlier acts are looked at too: what they lead to may have come only now.
    """
    texts: list[tuple[Table, int, str, str]] = []
    for table in (article, contest):
        source = table.alias("source")
        query = (
            select(table.c.id, table.c.source, table.c.body)
            .join(source, source.c.id == table.c.carried_from)
            .where(
                table.c.section_id == way.target,
                source.c.section_id == way.source,
                # Whatever leads somewhere does so in the HTML too; one look at each text is enough.
                table.c.body.contains("href="),
            )
            .order_by(table.c.id)
        )
        texts += [(table, number, written, body) for number, written, body in db.session.execute(query)]
    if not texts:
        return 0
    moved = _moved(way, [text for _table, _number, *both in texts for text in both])
    changed: dict[str, list[dict[str, Any]]] = {}
    for table, number, written, body in texts:
        new = {"row": number, "new_source": mended(written, moved), "new_body": mended(body, moved)}
        if (new["new_source"], new["new_body"]) != (written, body):
            changed.setdefault(table.name, []).append(new)
    for table in (article, contest):
        if table.name in changed:
            change = update(table).where(table.c.id == bindparam("row"))
            change = change.values(source=bindparam("new_source"), body=bindparam("new_body"))
            db.session.connection().execute(change, changed[table.name])
    return sum(len(rows) for rows in changed.values())


def _moved(way: Way, texts: Collection[str]) -> Moved:
    """Where what the texts name has gone; five queries at most."""
    articles = _copies(article, numbers_in(texts, f"espaces/{way.source}/blog"), way)
    pieces: Mapping[int, int] = {}
    wanted = numbers_in(texts, "pieces")
    if wanted and articles:
        c = attachment.c
        rows = select(c.carried_from, c.id).where(c.article_id.in_(articles.values()), c.carried_from.in_(wanted))
        pieces = {old: new for old, new in db.session.execute(rows)}  # noqa: C416
    folders = numbers_in(texts, "dossiers") | numbers_in(
        (text.replace("?folder=", "/folder/") for text in texts), "folder"
    )
    hosts = db.session.scalars(select(School.__table__.c.hostname).where(School.__table__.c.hostname.is_not(None)))
    return Moved(
        section=(way.source, way.target),
        articles=articles,
        attachments=pieces,
        files=_copies(media, numbers_in(texts, "fichiers"), way),
        folders=_copies(folder, folders, way),
        contests=_copies(contest, numbers_in(texts, "concours"), way),
        points=_copies(point, numbers_in(texts, "lieux"), way),
        hosts=[host for host in hosts if host],
    )


def _copies(table: Table, numbers: Collection[int], way: Way) -> dict[int, int]:
    if not numbers:
        return {}
    c = table.c
    rows = select(c.carried_from, c.id).where(c.section_id == way.target, c.carried_from.in_(numbers))
    return {old: new for old, new in db.session.execute(rows)}  # noqa: C416


def folders_along(way: Way, chosen: Meant) -> set[int]:
    """The folders that come along: whole ones, and for each file that comes the way down to it."""
    found = set(chosen.whole_folders)
    direct = select(media.c.folder_id).where(chosen.files, media.c.folder_id.is_not(None)).distinct()
    for number in db.session.scalars(direct):
        found |= {node.id for node in chosen.tree.path(number)}
    for number in list(found):
        found |= {node.id for node in chosen.tree.path(number)}
    return found
