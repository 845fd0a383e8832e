"""Which rows of a space a selection means, which of them are in the new space already, and what was taken so far (CLASS-2, CLASS-3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, false, func, or_, select, true

from app.classchoice.models import ClassCarry, ClassChoice, ClassOffer
from app.classchoice.selection import Selection
from app.content.media.tree import Node, Tree
from app.content.models import Article, ArticleAttachment, Contest, Folder, MapPoint, MediaFile, Section
from app.db import db
from app.directory.models import SchoolClass
from app.profiles import Profile

article: Table = Article.__table__  # type: ignore[assignment]
attachment: Table = ArticleAttachment.__table__  # type: ignore[assignment]
folder: Table = Folder.__table__  # type: ignore[assignment]
media: Table = MediaFile.__table__  # type: ignore[assignment]
contest: Table = Contest.__table__  # type: ignore[assignment]
point: Table = MapPoint.__table__  # type: ignore[assignment]


@dataclass(frozen=True, kw_only=True, slots=True)
class Meant:
    """The rows of a space that a selection means: a condition for each table, and the folders that come with the files."""

    articles: ColumnElement[bool]
    files: ColumnElement[bool]
    contests: ColumnElement[bool]
    points: ColumnElement[bool]
    #: Whole folders come even where they are empty; the others only as the way down to a file.
    whole_folders: frozenset[int]
    tree: Tree


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenLine:
    """One act of taking along, for 'what was taken' and 'put it right'."""

    carry_id: int
    from_title: str
    class_id: int
    class_name: str
    section_id: int
    at: datetime
    articles: int
    files: int
    folders: int
    contests: int
    points: int
    bytes: int
    returned: bool


def tree_of(section_id: int) -> Tree:
    """The folders of a space's media library that are not in the trash, whether a rollover has set them aside or not."""
    c = folder.c
    rows = select(c.id, c.parent_id, c.name).where(
        c.section_id == section_id, c.shared.is_(False), c.trashed_at.is_(None)
    )
    return Tree(Node(id=row.id, parent_id=row.parent_id, name=row.name) for row in db.session.execute(rows))


def meant(section_id: int, selection: Selection, *, own: bool = True) -> Meant:
    """What ``selection`` means in a space; one query, for its folders.

    ``own``: of contests and places only those that the class's teachers made (DATA-2); a class that changed takes all (CLASS-9).
    """
    tree = tree_of(section_id)
    everything = selection.everything
    folders = {node.id for _depth, node in tree.in_order()}
    whole = folders if everything else {one for top in selection.folders & folders for one in tree.beneath(top)}
    whole -= selection.but_folders
    a, m = article.c, media.c
    wide = or_(
        true() if everything else false(),
        a.category_id.in_(selection.categories),
        a.category_id.is_(None) if selection.uncategorised else false(),
    )
    usual: ColumnElement[bool] = (
        true() if selection.pupils_too else a.author_profile.is_distinct_from(Profile.STUDENT.value)
    )
    articles = and_(
        a.section_id == section_id,
        a.trashed_at.is_(None),
        or_(and_(wide, usual, a.id.not_in(selection.but_articles)), a.id.in_(selection.articles)),
    )
    reached = or_(m.folder_id.in_(whole), m.folder_id.is_(None) if everything or selection.top_files else false())
    fit: ColumnElement[bool] = true() if selection.pupils_too else m.shows_pupils.is_(False)
    files = and_(
        m.section_id == section_id,
        m.trashed_at.is_(None),
        m.shared.is_(False),
        or_(m.folder_id.is_(None), m.folder_id.in_(folders)),
        or_(and_(reached, fit, m.id.not_in(selection.but_files)), m.id.in_(selection.files)),
    )
    return Meant(
        articles=articles,
        files=files,
        contests=_things(contest, section_id, selection.contests, everything, own),
        points=_things(point, section_id, selection.points, everything, own),
        whole_folders=frozenset(whole),
        tree=tree,
    )


def _things(
    table: Table, section_id: int, numbers: Collection[int], everything: bool, own: bool
) -> ColumnElement[bool]:
    c = table.c
    found = and_(c.section_id == section_id, c.trashed_at.is_(None), true() if everything else c.id.in_(numbers))
    return and_(found, by_its_teachers(table, section_id)) if own else found


def by_its_teachers(table: Table, section_id: Any) -> ColumnElement[bool]:
    """A contest or a place that a teacher of the class made: pupils' own are not offered (DATA-2)."""
    offer: Any = ClassOffer.__table__.c
    teachers = select(offer.person_id).where(offer.section_id == section_id, offer.set_aside_by.is_(None))
    return or_(table.c.author_id.is_(None), table.c.author_id.in_(teachers))


def is_there(table: Table, section_ids: Any) -> ColumnElement[bool]:
    """Has the row of ``table`` a copy in one of these spaces?"""
    copy = table.alias("copy")
    found = select(copy.c.id).where(copy.c.carried_from == table.c.id, copy.c.section_id.in_(section_ids))
    return found.exists()


def spaces_of(class_ids: Collection[int]) -> dict[int, tuple[int, int | None]]:
    """Class -> its live space and that space's school; one query."""
    query = select(Section.class_id, Section.id, Section.school_id)
    query = query.where(Section.class_id.in_(class_ids), Section.trashed_at.is_(None)).order_by(Section.id)
    rows = db.session.execute(query)
    return {class_id: (number, school_id) for class_id, number, school_id in rows if class_id is not None}


def taken(choice: ClassChoice) -> list[TakenLine]:
    """What was taken along with this choice, the newest first; one query."""
    return _lines(ClassCarry.choice_id == choice.id)


def taken_into(class_id: int) -> list[TakenLine]:
    """What was taken into a class, by whomever; one query."""
    return _lines(ClassCarry.class_id == class_id)


def _lines(condition: ColumnElement[bool]) -> list[TakenLine]:
    query = select(ClassCarry, SchoolClass.name).join(SchoolClass, SchoolClass.id == ClassCarry.class_id)
    rows = db.session.execute(query.where(condition).order_by(ClassCarry.id.desc()).limit(200))
    return [
        TakenLine(
            carry_id=row.id,
            from_title=row.from_title,
            class_id=row.class_id,
            class_name=name,
            section_id=row.to_section_id,
            at=row.taken_at,
            articles=row.counts.get("article", 0),
            files=row.counts.get("media_file", 0),
            folders=row.counts.get("folder", 0),
            contests=row.counts.get("contest", 0),
            points=row.counts.get("map_point", 0),
            bytes=row.bytes,
            returned=row.returned_at is not None,
        )
        for row, name in rows
    ]


def carries(choice_id: int, class_id: int) -> Sequence[ClassCarry]:
    """The acts that brought something into a class with a choice and have not gone back."""
    query = select(ClassCarry).where(
        ClassCarry.choice_id == choice_id, ClassCarry.class_id == class_id, ClassCarry.returned_at.is_(None)
    )
    return db.session.scalars(query.order_by(ClassCarry.id)).all()


def carries_of_change(change_id: int) -> Sequence[ClassCarry]:
    """The acts by which a director's decision brought something into classes, that have not gone back (CLASS-9)."""
    query = select(ClassCarry).where(ClassCarry.change_id == change_id, ClassCarry.returned_at.is_(None))
    return db.session.scalars(query.order_by(ClassCarry.id)).all()


def bytes_of(section_id: int, chosen: Meant, target: Collection[int] = ()) -> dict[str, tuple[int, int]]:
    """Table -> rows meant and their bytes, without those that are in ``target`` already; two queries."""
    found: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    new_file = ~is_there(media, target) if target else true()
    count, size = db.session.execute(
        select(func.count(), func.coalesce(func.sum(media.c.size), 0)).where(chosen.files, new_file)
    ).one()
    found["media_file"] = (count, int(size))
    new_article = ~is_there(article, target) if target else true()
    attached = (
        select(func.coalesce(func.sum(attachment.c.size), 0))
        .join(article, article.c.id == attachment.c.article_id)
        .where(chosen.articles, new_article)
        .scalar_subquery()
    )
    number = select(func.count()).select_from(article).where(chosen.articles, new_article).scalar_subquery()
    things = [
        select(func.count())
        .select_from(table)
        .where(condition, ~is_there(table, target) if target else true())
        .scalar_subquery()
        for table, condition in ((contest, chosen.contests), (point, chosen.points))
    ]
    articles, weight, contests, points = db.session.execute(select(number, attached, *things)).one()
    found["article"] = (articles, int(weight))
    found["contest"], found["map_point"] = (contests, 0), (points, 0)
    return dict(found)
