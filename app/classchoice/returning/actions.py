"""Sending back what was taken into a class (CLASS-5). Never commits; ``now`` is portal time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.audit.actions import Actor, record
from app.classchoice.carrying.queries import carries, carries_of_change, spaces_of
from app.classchoice.models import ClassCarry, ClassChoice
from app.classchoice.problems import EditedSince
from app.classchoice.returning.loaders import move_edited, remove_unedited, throw_away_edited, weight_in, weight_of
from app.classchoice.returning.queries import edited_since
from app.classchoice.selection import Edited
from app.content.actions import make_class_spaces
from app.content.media.actions import take_room
from app.content.models import Section
from app.db import db


def send_back(
    choice: ClassChoice, class_id: int, *, edited: Edited, move_to: int | None, by: Actor, now: datetime
) -> tuple[int, int]:
    """Send back what the choice has brought into a class: rows that went, edited ones that did not.

    ``edited`` says what becomes of copies that were edited since; ASK raises ``EditedSince`` and nothing is done. MOVE needs
    ``move_to``, a class; without one they stay. Raises ``QuotaReached`` where they do not fit there.
    """
    rows = carries(choice.id, class_id)
    if not rows:
        return 0, 0
    _hold(rows)
    gone, left = _back(rows, edited, by=by, now=now)
    if left and edited == Edited.MOVE and move_to is not None:
        _move(choice, [row.id for row in rows], rows[0].to_section_id, move_to, by=by, now=now)
    db.session.flush()
    db.session.expire_all()
    after = {"class": class_id, "gone": gone, "edited": left, "then": edited.value}
    subject = ("class-choice", choice.id)
    record("class-carry.returned", by=by, now=now, subject=subject, school_id=choice.school_id, after=after)
    return gone, left


def take_back(change_id: int, school_id: int, *, edited: Edited, by: Actor, now: datetime) -> tuple[int, int]:
    """Send back what the director's decision brought into classes: rows that went, edited ones that did not (CLASS-9).

    ``edited``: KEEP or TRASH; with ASK, ``EditedSince`` is raised and nothing is done.
    """
    rows = carries_of_change(change_id)
    if not rows:
        return 0, 0
    _hold(rows)
    if edited == Edited.ASK and (asked := edited_since([row.id for row in rows])):
        raise EditedSince(asked)
    gone = left = 0
    for section_id in sorted({row.to_section_id for row in rows}):
        mine = [row for row in rows if row.to_section_id == section_id]
        went, stayed = _back(mine, edited, by=by, now=now)
        gone, left = gone + went, left + stayed
        after = {"class": mine[0].class_id, "gone": went, "edited": stayed, "then": edited.value}
        subject = ("section", section_id)
        record("class-carry.returned", by=by, now=now, subject=subject, school_id=school_id, after=after)
    db.session.flush()
    db.session.expire_all()
    return gone, left


def _hold(rows: Sequence[ClassCarry]) -> None:
    """Against somebody who takes along or edits quotas there meanwhile."""
    sections = {row.to_section_id for row in rows}
    db.session.execute(select(Section.id).where(Section.id.in_(sections)).order_by(Section.id).with_for_update())


def _back(rows: Sequence[ClassCarry], edited: Edited, *, by: Actor, now: datetime) -> tuple[int, int]:
    """Send back what these acts brought; rows that went, edited ones that did not. Raises ``EditedSince`` for ASK."""
    acts, sections = [row.id for row in rows], sorted({row.to_section_id for row in rows})
    left = edited_since(acts)
    if left and edited == Edited.ASK:
        raise EditedSince(left)
    size = weight_of(acts)
    gone = remove_unedited(acts, sections, {row.from_section_id for row in rows})
    for section_id in sections[:1]:
        take_room(section_id, -size)
    if left and edited == Edited.TRASH:
        throw_away_edited(acts, by_id=by.person_id, now=now)
    for row in rows:
        row.returned_at = now
    return gone, len(left)


def _move(choice: ClassChoice, acts: list[int], source: int, class_id: int, *, by: Actor, now: datetime) -> None:
    if class_id not in (spaces := spaces_of([class_id])):
        make_class_spaces(choice.year_id, choice.school_id, by=by, now=now)
        spaces = spaces_of([class_id])
    if class_id not in spaces:
        return
    target = spaces[class_id][0]
    move_edited(acts, target, choice.school_id)
    size = weight_in(acts, target)
    take_room(target, size)
    take_room(source, -size)
