"""Looking at what classes became, and the director's decision where the content goes (CLASS-9). Never commits; ``now`` is portal time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, literal, select

from app.audit.actions import SCHEDULER, Actor, record
from app.classchoice.carrying.actions import Taken, carry
from app.classchoice.changing.queries import ClassChange, rosters, whereabouts
from app.classchoice.changing.splits import became
from app.classchoice.models import ClassRoster
from app.classchoice.problems import AlreadySettled, ClassGone, NotSettled
from app.classchoice.queries import of_new_year, with_pupils
from app.classchoice.returning.actions import take_back
from app.classchoice.selection import Edited, Selection
from app.content.models import Section
from app.db import db
from app.directory.models import ClassMembership, SchoolClass
from app.errors import NotFound

_WITH_SET_ASIDE = {"set_aside": True}
_WHOLE = Selection(everything=True, pupils_too=True)


def look(school_id: int, *, now: datetime) -> int:
    """Compare the classes of N+1 of a school with what they were, and propose what some became; how many proposals are new.

    Seen for the first time a class is only noted. A class that has changed is not noted anew until the director has decided.
    """
    before, present = rosters(school_id), whereabouts(school_id)
    waiting = {
        row.class_id: row
        for row in db.session.scalars(
            select(ClassChange).where(ClassChange.school_id == school_id, ClassChange.state == "proposed")
        )
    }
    made, noted = 0, []
    known = db.session.scalars(select(SchoolClass.id).where(SchoolClass.school_id == school_id, of_new_year())).all()
    for class_id in sorted({*known, *before}):
        there = present.get(class_id, {})
        held = waiting.get(class_id)
        if held is not None and held.reopened_at is not None:
            # A decision taken back waits for the next one, with the classes that it was about.
            continue
        others = {number: count for number, count in there.items() if number != class_id}
        into = became(before.get(class_id, 0), there.get(class_id, 0), others)
        if not into:
            if held is not None:
                db.session.delete(held)
            noted.append(class_id)
        elif held is not None:
            held.into = [list(pair) for pair in into]
        else:
            db.session.add(
                ClassChange(
                    school_id=school_id,
                    class_id=class_id,
                    pupils_before=before[class_id],
                    into=[list(pair) for pair in into],
                    seen_at=now,
                )
            )
            made += 1
    _note(school_id, noted)
    if made:
        subject = ("school", school_id)
        record("class-changes.seen", by=SCHEDULER, now=now, subject=subject, school_id=school_id, after={"count": made})
    return made


def _note(school_id: int, class_ids: Collection[int]) -> None:
    """Keep who is in these classes now, for the next look; only differences are written."""
    roster: Any = ClassRoster.__table__
    member: Any = ClassMembership.__table__
    here = select(member.c.id).where(
        member.c.class_id == roster.c.class_id,
        member.c.person_id == roster.c.person_id,
        member.c.role == "student",
        member.c.set_aside_by.is_(None),
    )
    live = roster.c.set_aside_by.is_(None)
    db.session.execute(delete(roster).where(roster.c.class_id.in_(class_ids), live, ~here.exists()))
    noted = select(roster.c.id).where(
        roster.c.class_id == member.c.class_id, roster.c.person_id == member.c.person_id, live
    )
    new = (
        select(member.c.class_id, member.c.person_id, literal(school_id, roster.c.school_id.type))
        .where(
            member.c.class_id.in_(class_ids),
            member.c.role == "student",
            member.c.set_aside_by.is_(None),
            ~noted.exists(),
        )
        .distinct()
    )
    db.session.execute(insert(roster).from_select(["class_id", "person_id", "school_id"], new))


def decide(change_id: int, school_id: int, into: Collection[int], *, by: Actor, now: datetime) -> list[Taken]:
    """The content of a class that changed goes into these classes as well, pupils' work included; the old space stays as it is.

    A pupil keeps what they have received: nothing is taken from anybody. Raises ``NotFound``, ``AlreadySettled``, ``ClassGone``
    for a class that has no pupils any more, ``QuotaReached``.
    """
    row = _settle(change_id, school_id, "decided", by=by, now=now)
    here = {number for number, *_rest in with_pupils(school_id)}
    if not into or not set(into) <= here - {row.class_id}:
        raise ClassGone()
    query = select(Section.id, Section.title).where(
        Section.class_id == row.class_id, Section.school_id == school_id, Section.trashed_at.is_(None)
    )
    space = db.session.execute(query.order_by(Section.id.desc()), execution_options=_WITH_SET_ASIDE).first()
    taken = []
    if space is not None:
        taken = [
            carry(
                space.id,
                space.title,
                _WHOLE,
                class_id,
                school_id=school_id,
                choice_id=None,
                change_id=row.id,
                by=by,
                now=now,
            )
            for class_id in sorted(set(into))
        ]
    subject = ("class", row.class_id)
    record(
        "class-change.decided", by=by, now=now, subject=subject, school_id=school_id, after={"into": sorted(set(into))}
    )
    return taken


def dismiss(change_id: int, school_id: int, *, by: Actor, now: datetime) -> None:
    """The class did not become others, or its content stays where it is. Raises ``NotFound``, ``AlreadySettled``."""
    row = _settle(change_id, school_id, "dismissed", by=by, now=now)
    record("class-change.dismissed", by=by, now=now, subject=("class", row.class_id), school_id=school_id)


def undo(change_id: int, school_id: int, *, edited: Edited = Edited.ASK, by: Actor, now: datetime) -> tuple[int, int]:
    """Take a decision back: what it brought goes back where it was, unless it was edited since; how many went, how many did not.

    The class waits for a decision again, unless the pupils have made another proposal of it meanwhile. Raises ``NotFound``,
    ``NotSettled``, and ``EditedSince`` where ``edited`` is ASK.
    """
    row = _locked(change_id, school_id)
    if row.state not in ("decided", "dismissed"):
        raise NotSettled()
    gone, stayed = take_back(row.id, school_id, edited=edited, by=by, now=now)
    other = select(ClassChange.id).where(ClassChange.class_id == row.class_id, ClassChange.state == "proposed")
    row.state = "proposed" if db.session.scalar(other.limit(1)) is None else "undone"
    row.settled_at, row.settled_by_id, row.reopened_at = None, None, now
    after = {"gone": gone, "edited": stayed, "then": edited.value}
    record("class-change.undone", by=by, now=now, subject=("class", row.class_id), school_id=school_id, after=after)
    db.session.flush()
    return gone, stayed


def _locked(change_id: int, school_id: int) -> ClassChange:
    query = select(ClassChange).where(ClassChange.id == change_id, ClassChange.school_id == school_id)
    row = db.session.scalar(query.with_for_update(), execution_options={"populate_existing": True})
    if row is None:
        raise NotFound()
    return row


def _settle(change_id: int, school_id: int, state: str, *, by: Actor, now: datetime) -> ClassChange:
    row = _locked(change_id, school_id)
    if row.state != "proposed":
        raise AlreadySettled()
    row.state, row.settled_at, row.settled_by_id = state, now, by.person_id
    db.session.flush()
    _note(school_id, [row.class_id])
    return row
