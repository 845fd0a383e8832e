"""What classes became, for the director (CLASS-9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.classchoice.models import ClassCarry, ClassRoster
from app.classchoice.models import ClassChange as ClassChange
from app.classchoice.queries import of_new_year
from app.db import db
from app.directory.models import ClassMembership, SchoolClass

MOST_SHOWN = 100
_WITH_SET_ASIDE = {"set_aside": True}


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeLine:
    """'``name`` became ...': the classes into which its pupils went, with how many."""

    id: int
    class_id: int
    name: str
    pupils_before: int
    into: Sequence[tuple[int, str, int]]
    seen_at: datetime


def proposals(school_id: int) -> list[ChangeLine]:
    """What waits for the director of a school, the newest first; two queries."""
    query = (
        select(ClassChange, SchoolClass.name)
        .join(SchoolClass, SchoolClass.id == ClassChange.class_id)
        .where(ClassChange.school_id == school_id, ClassChange.state == "proposed", ClassChange.set_aside_by.is_(None))
        .order_by(ClassChange.id.desc())
        .limit(MOST_SHOWN)
    )
    # The class that became others may be gone with the feed.
    rows = db.session.execute(query, execution_options=_WITH_SET_ASIDE).all()
    numbers = {number for row, _name in rows for number, _count in row.into}
    named = select(SchoolClass.id, SchoolClass.name).where(SchoolClass.id.in_(numbers))
    names = {number: name for number, name in db.session.execute(named)}  # noqa: C416
    return [
        ChangeLine(
            id=row.id,
            class_id=row.class_id,
            name=name,
            pupils_before=row.pupils_before,
            into=[(number, names[number], count) for number, count in row.into if number in names],
            seen_at=row.seen_at,
        )
        for row, name in rows
    ]


def proposals_by_school(school_ids: Collection[int]) -> dict[int, int]:
    """How many classes that changed wait for a decision in each of these schools; one query."""
    query = (
        select(ClassChange.school_id, func.count())
        .where(ClassChange.school_id.in_(school_ids), ClassChange.state == "proposed")
        .group_by(ClassChange.school_id)
    )
    return {school_id: count for school_id, count in db.session.execute(query)}  # noqa: C416  (rows are not pairs to dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class SettledLine:
    """What a director has decided for a class: where its content went (no name: it stayed), and what was brought there."""

    id: int
    name: str
    into: Sequence[str]
    settled_at: datetime
    articles: int
    files: int


def settled(school_id: int) -> list[SettledLine]:
    """The decisions of a school that stand, the newest first; two queries."""
    query = (
        select(ClassChange, SchoolClass.name)
        .join(SchoolClass, SchoolClass.id == ClassChange.class_id)
        .where(
            ClassChange.school_id == school_id,
            ClassChange.state.in_(("decided", "dismissed")),
            ClassChange.set_aside_by.is_(None),
        )
        .order_by(ClassChange.settled_at.desc(), ClassChange.id.desc())
        .limit(MOST_SHOWN)
    )
    rows = db.session.execute(query, execution_options=_WITH_SET_ASIDE).all()
    acts: dict[int, list[tuple[str, dict[str, int]]]] = defaultdict(list)
    brought = (
        select(ClassCarry.change_id, SchoolClass.name, ClassCarry.counts)
        .join(SchoolClass, SchoolClass.id == ClassCarry.class_id)
        .where(
            ClassCarry.change_id.in_([row.id for row, _name in rows]),
            ClassCarry.returned_at.is_(None),
            ClassCarry.set_aside_by.is_(None),
        )
        .order_by(SchoolClass.name)
    )
    for change_id, name, counts in db.session.execute(brought, execution_options=_WITH_SET_ASIDE):
        if change_id is not None:
            acts[change_id].append((name, counts))
    return [
        SettledLine(
            id=row.id,
            name=name,
            into=[into for into, _counts in acts[row.id]],
            settled_at=row.settled_at or row.seen_at,
            articles=sum(counts.get("article", 0) for _into, counts in acts[row.id]),
            files=sum(counts.get("media_file", 0) for _into, counts in acts[row.id]),
        )
        for row, name in rows
    ]


def rosters(school_id: int) -> dict[int, int]:
    """Class -> how many pupils it had when it was last looked at; one query."""
    query = select(ClassRoster.class_id, func.count()).where(ClassRoster.school_id == school_id)
    return {class_id: count for class_id, count in db.session.execute(query.group_by(ClassRoster.class_id))}  # noqa: C416


def whereabouts(school_id: int) -> dict[int, dict[int, int]]:
    """Class -> where its pupils of then are now, in the school's classes of N+1: class -> how many; one query."""
    now_in, room = aliased(ClassMembership), aliased(SchoolClass)
    query = (
        select(ClassRoster.class_id, now_in.class_id, func.count(ClassRoster.person_id.distinct()))
        .join(now_in, (now_in.person_id == ClassRoster.person_id) & (now_in.role == "student"))
        .join(room, room.id == now_in.class_id)
        .where(
            ClassRoster.school_id == school_id,
            room.school_id == school_id,
            room.year_id.in_(select(SchoolClass.year_id).where(of_new_year())),
        )
        .group_by(ClassRoster.class_id, now_in.class_id)
    )
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for old, present, count in db.session.execute(query):
        found[old][present] = count
    return found
