"""Doubting the links that a delivery repeats from last year, a school at once (S4-5). Never commits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.orm import Session, scoped_session

from app.directory.models import ClassMembership, SchoolClass
from app.feeds.unconfirmed import Link, settled, unconfirmed

_link: Any = ClassMembership.__table__
_class: Any = SchoolClass.__table__
_SLICE = 1000


def mark_unconfirmed(
    connection: Connection | Session | scoped_session[Session],
    *,
    school_id: int,
    year_id: int,
    previous_year_id: int | None,
    source: str,
    now: datetime,
) -> int:
    """Doubt what ``source`` says of a school's teachers as it said it last year, and no longer what it changed; how many are doubted.

    Called after the memberships of a delivery are settled. Last year's links count live or set aside; only classes whose code
    exists in both years are looked at, so that a first delivery costs one question. What somebody has confirmed is never doubted
    again. ``now`` is portal time: a changed link is confirmed by the delivery that changed it.
    """
    if previous_year_id is None:
        return 0
    last = _class.alias("last")
    again = (
        select(_class.c.id.label("class_id"), _class.c.code, last.c.id.label("last_id"))
        .join_from(_class, last, (last.c.school_id == _class.c.school_id) & (last.c.code == _class.c.code))
        .where(
            _class.c.school_id == school_id,
            _class.c.year_id == year_id,
            _class.c.set_aside_by.is_(None),
            last.c.year_id == previous_year_id,
        )
        .subquery("again")
    )
    taught = (_link.c.role != "student", _link.c.source == source)
    columns = (_link.c.person_id, again.c.code, _link.c.role, _link.c.subject_code)
    before = [
        Link(*row)
        for row in connection.execute(
            select(*columns).join_from(_link, again, again.c.last_id == _link.c.class_id).where(*taught).distinct()
        )
    ]
    if not before:
        return 0
    rows = connection.execute(
        select(_link.c.id, _link.c.unconfirmed, _link.c.confirmed_at, *columns)
        .join_from(_link, again, again.c.class_id == _link.c.class_id)
        .where(*taught, _link.c.set_aside_by.is_(None))
        .distinct()
    ).all()
    present = [Link(*row[3:]) for row in rows]
    doubted, changed = unconfirmed(before, present), settled(before, present)
    to_doubt, to_confirm, still = [], [], 0
    for (number, now_doubted, confirmed_at, *_rest), link in zip(rows, present, strict=True):
        if link in doubted and confirmed_at is None:
            still += 1
            if not now_doubted:
                to_doubt.append(number)
        elif link in changed and now_doubted:
            to_confirm.append(number)
    for some in _slices(to_doubt):
        connection.execute(update(_link).where(_link.c.id.in_(some)).values(unconfirmed=True))
    for some in _slices(to_confirm):
        connection.execute(update(_link).where(_link.c.id.in_(some)).values(unconfirmed=False, confirmed_at=now))
    return still


def _slices(numbers: list[int]) -> Iterable[list[int]]:
    for start in range(0, len(numbers), _SLICE):
        yield numbers[start : start + _SLICE]
