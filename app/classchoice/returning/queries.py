"""What would go back, and what was edited since it came (CLASS-5).

A copy is edited when its row was, when something hangs on it that did not come with it (a comment, an entry, a file), or when its
source is gone: then it is the only one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, func, or_, select

from app.classchoice.carrying.queries import article, attachment, contest, folder, media, point
from app.classchoice.models import ClassCarry, ClassChoice
from app.classchoice.problems import EditedThing
from app.content.models import Comment, ContestEntry
from app.db import db

#: Edited copies that are listed.
MOST_LISTED = 500
#: What a person calls the rows of each table, and the column that names one.
KINDS: dict[str, tuple[Table, str]] = {
    "article": (article, "title"),
    "file": (media, "name"),
    "contest": (contest, "title"),
    "point": (point, "title"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class GoingBack:
    """How many copies would go back, and the edited ones, about which is asked."""

    articles: int
    files: int
    folders: int
    contests: int
    points: int
    edited: Sequence[EditedThing]

    @property
    def empty(self) -> bool:
        """Was nothing taken, or everything sent back?"""
        return not (self.articles or self.files or self.folders or self.contests or self.points or self.edited)


def edited(kind: str) -> ColumnElement[bool]:
    """The condition that a copy of that kind was edited since it came."""
    table = KINDS[kind][0]
    c, source = table.c, table.alias("origin")
    ways: list[ColumnElement[bool]] = [
        c.version != 1,
        ~select(source.c.id).where(source.c.id == c.carried_from).exists(),
    ]
    if kind == "article":
        said, added = Comment.__table__.c, attachment.alias("added")
        ways.append(select(said.id).where(said.article_id == c.id).exists())
        ways.append(select(added.c.id).where(added.c.article_id == c.id, added.c.carried_from.is_(None)).exists())
    if kind == "contest":
        entry = ContestEntry.__table__.c
        ways.append(select(entry.id).where(entry.contest_id == c.id).exists())
    return or_(*ways)


def live_carries(choice_id: int, class_ids: Collection[int]) -> Any:
    """The acts of a choice into some classes that have not gone back, as a subquery."""
    return select(ClassCarry.id).where(
        ClassCarry.choice_id == choice_id,
        ClassCarry.class_id.in_(class_ids),
        ClassCarry.returned_at.is_(None),
        ClassCarry.set_aside_by.is_(None),
    )


def would_go_back(choice: ClassChoice, class_ids: Collection[int]) -> GoingBack:
    """What would go back if the choice dropped these classes; nine queries at most."""
    return _going(live_carries(choice.id, class_ids))


def would_be_taken_back(change_id: int) -> GoingBack:
    """What would go back if the director's decision were taken back (CLASS-9); nine queries at most."""
    live = (ClassCarry.returned_at.is_(None), ClassCarry.set_aside_by.is_(None))
    return _going(select(ClassCarry.id).where(ClassCarry.change_id == change_id, *live))


def _going(acts: Any) -> GoingBack:
    counts = {
        kind: db.session.scalar(
            select(func.count()).select_from(table).where(table.c.carried_by.in_(acts), ~edited(kind))
        )
        or 0
        for kind, (table, _name) in KINDS.items()
    }
    own = folder.c
    folders = select(func.count()).select_from(folder).where(own.carried_by.in_(acts), own.version == 1)
    return GoingBack(
        articles=counts["article"],
        files=counts["file"],
        folders=db.session.scalar(folders) or 0,
        contests=counts["contest"],
        points=counts["point"],
        edited=edited_since(acts),
    )


def edited_since(acts: Any) -> list[EditedThing]:
    """The edited copies of some acts, by kind and title; four queries."""
    found = []
    for kind, (table, name) in KINDS.items():
        c = table.c
        query = select(c.id, c[name], c.section_id).where(c.carried_by.in_(acts), edited(kind))
        found += [
            EditedThing(kind=kind, id=number, title=title, section_id=section)
            for number, title, section in db.session.execute(query.order_by(c[name], c.id).limit(MOST_LISTED))
        ]
    return found
