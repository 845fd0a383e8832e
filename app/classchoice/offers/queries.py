"""What last year's class left and a teacher may take along, and what of it is in their classes; a fixed number of queries (CLASS-2)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, case, func, or_, select

from app.classchoice.carrying.links import ARTICLE, FILE
from app.classchoice.carrying.queries import (
    Meant,
    article,
    attachment,
    by_its_teachers,
    bytes_of,
    contest,
    folder,
    is_there,
    meant,
    media,
    point,
    spaces_of,
)
from app.classchoice.inheriting.queries import offered_with
from app.classchoice.models import ChosenClass, ClassChoice, ClassOffer
from app.classchoice.offers.rows import (
    Offer,
    OfferedArticle,
    OfferedCategory,
    OfferedFile,
    OfferedFolder,
    OfferedSpace,
    OfferedThing,
    Weighing,
)
from app.classchoice.selection import Selection
from app.content.media.tree import Node, Tree
from app.content.models import Category, Section
from app.content.services.queries import names_of
from app.db import db
from app.errors import NotFound
from app.profiles import Profile

_WITH_SET_ASIDE = {"set_aside": True}
#: Contests and places of a space that are listed; articles and files on a page.
MOST_THINGS = 300
PAGE = 100
#: Articles in which links are looked for before they are taken.
_MOST_READ = 500
_EXAMPLES = 20


def offered(choice: ClassChoice, now: datetime) -> Offer:
    """Everything that is offered with a choice; eleven queries at most, however much it is. Nothing once the teacher's date is over."""
    over = now >= choice.recoverable_until
    spaces = [] if over else _offers(choice)
    numbers = [number for number, _title, _partnerships in spaces]
    targets = _targets(choice)
    if not spaces:
        return Offer(until=choice.recoverable_until, over=over, spaces=[])
    categories, folders = _categories(numbers, targets), _folders(numbers, targets)
    contests, points = _things(contest, numbers, targets), _things(point, numbers, targets)
    partnerships = _partnerships({one for _number, _title, known in spaces for one in known})
    attached = _attached(numbers)
    found = []
    for number, title, known in spaces:
        rows = folders.get(number, [])
        found.append(
            OfferedSpace(
                section_id=number,
                title=title,
                categories=categories.get(number, []),
                folders=rows,
                contests=contests.get(number, []),
                points=points.get(number, []),
                partnerships=[partnerships[one] for one in known if one in partnerships],
                bytes=sum(row.bytes for row in rows) + attached.get(number, 0),
            )
        )
    return Offer(until=choice.recoverable_until, over=over, spaces=found)


def space_offered(choice: ClassChoice, section_id: int) -> str:
    """The title of one of the spaces offered with a choice. Raises ``NotFound`` for any other."""
    found = next((title for number, title, _known in _offers(choice) if number == section_id), None)
    if found is None:
        raise NotFound()
    return found


def _offers(choice: ClassChoice) -> list[tuple[int, str, list[int]]]:
    """The spaces offered: only while the rollover that set them aside stands."""
    query = (
        select(Section.id, Section.title, ClassOffer.partnerships)
        .join(ClassOffer, ClassOffer.section_id == Section.id)
        .where(
            offered_with(choice),
            Section.set_aside_by.is_not(None),
        )
        .order_by(Section.title, Section.id)
    )
    return [
        (number, title, list(known))
        for number, title, known in db.session.execute(query, execution_options=_WITH_SET_ASIDE)
    ]


def _targets(choice: ClassChoice) -> Any:
    """The spaces of the classes of a choice, as a subquery."""
    return (
        select(Section.id)
        .join(ChosenClass, ChosenClass.class_id == Section.class_id)
        .where(ChosenClass.choice_id == choice.id, ChosenClass.set_aside_by.is_(None), Section.set_aside_by.is_(None))
    )


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _categories(section_ids: Sequence[int], targets: Any) -> dict[int, list[OfferedCategory]]:
    c = article.c
    counts = (
        select(
            c.section_id,
            c.category_id,
            func.count(),
            _number(c.author_profile == Profile.STUDENT.value),
            _number(is_there(article, targets)),
        )
        .where(c.section_id.in_(section_ids), c.trashed_at.is_(None))
        .group_by(c.section_id, c.category_id)
    )
    held = {(section, category): rest for section, category, *rest in db.session.execute(counts)}
    names = select(Category.section_id, Category.id, Category.name).where(Category.section_id.in_(section_ids))
    names = names.order_by(Category.position, Category.name)
    found: dict[int, list[OfferedCategory]] = defaultdict(list)
    order: list[tuple[int, int | None, str]] = [
        (section, number, name)
        for section, number, name in db.session.execute(names, execution_options=_WITH_SET_ASIDE)
    ]
    known = {number for _section, number, _name in order}
    # What has no category, or one that is gone, stands last.
    rest: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for (section, category), figures in held.items():
        if category not in known:
            rest[section] = [one + other for one, other in zip(rest[section], figures, strict=True)]
    for section, number, name in order:
        if (section, number) in held:
            articles, pupils, taken = held[(section, number)]
            found[section].append(OfferedCategory(id=number, name=name, articles=articles, pupils=pupils, taken=taken))
    for section, (articles, pupils, taken) in rest.items():
        found[section].append(OfferedCategory(id=None, name="", articles=articles, pupils=pupils, taken=taken))
    return found


def _folders(section_ids: Sequence[int], targets: Any) -> dict[int, list[OfferedFolder]]:
    """The folders of each space as a tree in its order, the top first; what lies in a folder of the trash is not offered."""
    f, m = folder.c, media.c
    nodes: dict[int, list[Node]] = defaultdict(list)
    rows = select(f.section_id, f.id, f.parent_id, f.name).where(
        f.section_id.in_(section_ids), f.shared.is_(False), f.trashed_at.is_(None)
    )
    for section, number, parent, name in db.session.execute(rows):
        nodes[section].append(Node(id=number, parent_id=parent, name=name))
    counts = (
        select(
            m.section_id,
            m.folder_id,
            func.count(),
            func.coalesce(func.sum(m.size), 0),
            _number(m.shows_pupils),
            _number(is_there(media, targets)),
        )
        .where(m.section_id.in_(section_ids), m.shared.is_(False), m.trashed_at.is_(None))
        .group_by(m.section_id, m.folder_id)
    )
    held = {(section, number): rest for section, number, *rest in db.session.execute(counts)}
    found: dict[int, list[OfferedFolder]] = {}
    for section in section_ids:
        places: list[tuple[int | None, str, int]] = [(None, "", 0)]
        places += [(node.id, node.name, depth + 1) for depth, node in Tree(nodes[section]).in_order()]
        found[section] = []
        for number, name, depth in places:
            files, size, showing, taken = held.get((section, number), (0, 0, 0, 0))
            if number is None and not files:
                continue
            found[section].append(
                OfferedFolder(
                    id=number, name=name, depth=depth, files=files, bytes=int(size), showing=showing, taken=taken
                )
            )
    return found


def _things(table: Table, section_ids: Sequence[int], targets: Any) -> dict[int, list[OfferedThing]]:
    c = table.c
    query = (
        select(c.section_id, c.id, c.title, is_there(table, targets))
        .where(c.section_id.in_(section_ids), c.trashed_at.is_(None), by_its_teachers(table, c.section_id))
        .order_by(c.section_id, c.title, c.id)
        .limit(MOST_THINGS)
    )
    found: dict[int, list[OfferedThing]] = defaultdict(list)
    for section, number, title, taken in db.session.execute(query):
        found[section].append(OfferedThing(id=number, title=title, taken=bool(taken)))
    return found


def _attached(section_ids: Sequence[int]) -> Mapping[int, int]:
    c = article.c
    query = (
        select(c.section_id, func.sum(attachment.c.size))
        .join(attachment, attachment.c.article_id == c.id)
        .where(c.section_id.in_(section_ids), c.trashed_at.is_(None))
        .group_by(c.section_id)
    )
    return {section: int(size) for section, size in db.session.execute(query)}


def _partnerships(numbers: Collection[int]) -> dict[int, tuple[int, str, str]]:
    query = select(Section.id, Section.title, Section.code).where(
        Section.id.in_(numbers), Section.departmental, Section.trashed_at.is_(None), Section.code.is_not(None)
    )
    return {number: (number, title, code or "") for number, title, code in db.session.execute(query)}


# One by one ------------------------------------------------------------------------------------------------------------


def articles_in(
    choice: ClassChoice, section_id: int, category_id: int | None, now: datetime, after: int | None = None
) -> tuple[list[OfferedArticle], bool]:
    """A page of a category's articles (None: of those in no category), the newest first, and whether more follow; ``after``: the last one's
    number. Raises ``NotFound`` for a space that is not offered.
    """
    _demand(choice, section_id, now)
    c = article.c
    size = (
        select(func.coalesce(func.sum(attachment.c.size), 0)).where(attachment.c.article_id == c.id).scalar_subquery()
    )
    known = select(Category.__table__.c.id).where(Category.__table__.c.section_id == section_id)
    inside = (
        or_(c.category_id.is_(None), c.category_id.not_in(known))
        if category_id is None
        else c.category_id == category_id
    )
    query = select(
        c.id,
        c.title,
        c.author_id,
        c.author_profile,
        c.published_at,
        size.label("size"),
        is_there(article, _targets(choice)).label("taken"),
    ).where(c.section_id == section_id, c.trashed_at.is_(None), inside)
    rows, more = _page(query, c.id, after)
    names = names_of([row.author_id for row in rows])
    return [
        OfferedArticle(
            id=row.id,
            title=row.title,
            author=names.get(row.author_id, ""),
            published_at=row.published_at,
            by_pupil=row.author_profile == Profile.STUDENT,
            bytes=int(row.size),
            taken=bool(row.taken),
        )
        for row in rows
    ], more


def files_in(
    choice: ClassChoice, section_id: int, folder_id: int | None, now: datetime, after: int | None = None
) -> tuple[list[OfferedFile], bool]:
    """A page of the files directly in a folder (None: at the top), the newest first; as ``articles_in``."""
    _demand(choice, section_id, now)
    c = media.c
    query = select(
        c.id, c.name, c.author_id, c.size, c.shows_pupils, is_there(media, _targets(choice)).label("taken")
    ).where(
        c.section_id == section_id,
        c.trashed_at.is_(None),
        c.shared.is_(False),
        c.folder_id.is_(None) if folder_id is None else c.folder_id == folder_id,
    )
    rows, more = _page(query, c.id, after)
    names = names_of([row.author_id for row in rows])
    return [
        OfferedFile(
            id=row.id,
            name=row.name,
            author=names.get(row.author_id, ""),
            bytes=row.size,
            shows_pupils=row.shows_pupils,
            taken=bool(row.taken),
        )
        for row in rows
    ], more


def _page(query: Select[Any], key: Any, after: int | None) -> tuple[Sequence[Any], bool]:
    if after is not None:
        query = query.where(key < after)
    rows = db.session.execute(query.order_by(key.desc()).limit(PAGE + 1)).all()
    return rows[:PAGE], len(rows) > PAGE


def _demand(choice: ClassChoice, section_id: int, now: datetime) -> None:
    if now >= choice.recoverable_until:
        raise NotFound()
    space_offered(choice, section_id)


# Before taking ---------------------------------------------------------------------------------------------------------


def weigh(choice: ClassChoice, section_id: int, selection: Selection, class_id: int, now: datetime) -> Weighing:
    """What a selection would bring into the class, and what it would meet there; nothing is written. Raises ``NotFound``."""
    _demand(choice, section_id, now)
    chosen = meant(section_id, selection)
    target = spaces_of([class_id]).get(class_id)
    there = [target[0]] if target is not None else []
    figures, all_of_it = bytes_of(section_id, chosen, there), bytes_of(section_id, chosen)
    new = sum(count for count, _size in figures.values())
    row = db.session.execute(select(Section.quota, Section.used).where(Section.id.in_(there))).first()
    left = max(row.quota - row.used, 0) if row is not None else 1_000_000_000
    return Weighing(
        articles=figures["article"][0],
        files=figures["media_file"][0],
        contests=figures["contest"][0],
        points=figures["map_point"][0],
        bytes=figures["article"][1] + figures["media_file"][1],
        left=left,
        already=sum(count for count, _size in all_of_it.values()) - new,
        same_names=_same_names(chosen, there) if there else [],
        same_titles=_same_titles(chosen, there) if there else 0,
        loose_links=_loose_links(section_id, chosen),
    )


def _same_names(chosen: Meant, there: Sequence[int]) -> list[str]:
    """Names at the top of the library that are there already; what comes is numbered."""
    other, beside = media.alias("other"), folder.alias("beside")
    # Gathered first: looked for one by one, many among many would take minutes.
    known = select(func.lower(other.c.name).label("name")).where(
        other.c.section_id.in_(there), other.c.folder_id.is_(None), other.c.trashed_at.is_(None), other.c.shared.is_(False),
        other.c.set_aside_by.is_(None),
    ).distinct().subquery("known")  # fmt: skip
    files = select(media.c.name).join(known, known.c.name == func.lower(media.c.name))
    files = files.where(chosen.files, media.c.folder_id.is_(None), ~is_there(media, there))
    tops = [node.id for depth, node in chosen.tree.in_order() if depth == 0 and node.id in chosen.whole_folders]
    twin = select(beside.c.id).where(
        beside.c.section_id.in_(there), beside.c.parent_id.is_(None), beside.c.trashed_at.is_(None), beside.c.shared.is_(False),
        beside.c.set_aside_by.is_(None), func.lower(beside.c.name) == func.lower(folder.c.name),
    )  # fmt: skip
    folders = select(folder.c.name).where(folder.c.id.in_(tops), twin.exists(), ~is_there(folder, there))
    names: list[str] = []
    for query, column in ((folders, folder.c.name), (files, media.c.name)):
        names += db.session.scalars(query.order_by(column).limit(_EXAMPLES))
    return names


def _same_titles(chosen: Meant, there: Sequence[int]) -> int:
    other = article.alias("other")
    same = select(other.c.id).where(
        other.c.section_id.in_(there), other.c.trashed_at.is_(None), other.c.set_aside_by.is_(None), other.c.title == article.c.title
    )  # fmt: skip
    query = select(func.count()).select_from(article).where(chosen.articles, same.exists(), ~is_there(article, there))
    return db.session.scalar(query) or 0


def _loose_links(section_id: int, chosen: Meant) -> int:
    """Links of selected articles to files and articles of the same space that are not selected."""
    c = article.c
    linking = or_(c.body.contains("/fichiers/"), c.body.contains(f"/espaces/{section_id}/blog/"))
    bodies = db.session.scalars(select(c.body).where(chosen.articles, linking).limit(_MOST_READ)).all()
    files = {int(number) for body in bodies for number in re.findall(FILE, body)}
    articles = {int(number) for body in bodies for number in re.findall(ARTICLE.format(section=section_id), body)}
    loose = 0
    for table, numbers, condition in ((media, files, chosen.files), (article, articles, chosen.articles)):
        if numbers:
            inside = (
                select(func.count()).select_from(table).where(table.c.id.in_(numbers), table.c.section_id == section_id)
            )
            every, going = (db.session.scalar(query) or 0 for query in (inside, inside.where(condition)))
            loose += every - going
    return loose
