"""A choice put right beside what its own page does: sending back without leaving, and the late feed's word (CLASS-5). Never commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.audit.actions import Actor, record
from app.classchoice.actions import Chosen, choose
from app.classchoice.mending.queries import fed_classes
from app.classchoice.models import ChosenClass, ClassChoice
from app.classchoice.returning.actions import send_back
from app.classchoice.selection import Edited
from app.db import db
from app.errors import NotFound


def put_back(choice: ClassChoice, class_id: int, *, edited: Edited, by: Actor, now: datetime) -> tuple[int, int]:
    """Send back what was taken into a class of the choice, which stays chosen: rows that went, edited ones that did not.

    What went can be taken again. Raises ``EditedSince`` where ``edited`` is ASK, and ``NotFound`` for a class not chosen.
    """
    db.session.execute(select(ClassChoice.id).where(ClassChoice.id == choice.id).with_for_update())
    held = select(ChosenClass.id).where(ChosenClass.choice_id == choice.id, ChosenClass.class_id == class_id)
    if db.session.scalar(held) is None:
        raise NotFound()
    return send_back(choice, class_id, edited=edited, move_to=None, by=by, now=now)


def follow_feed(choice: ClassChoice, *, by: Actor, now: datetime, edited: Edited = Edited.ASK) -> Chosen:
    """Have chosen what the feed says, where it differs; edited copies are asked about as in ``choose``."""
    wanted = fed_classes([choice.person_id], choice.school_id).get(choice.person_id, {})
    return choose(choice, list(wanted), version=None, by=by, now=now, edited=edited)


def keep_choice(choice: ClassChoice, *, by: Actor, now: datetime) -> None:
    """The choice stands although the feed says otherwise; the difference is told as settled."""
    if choice.kept_at is None:
        choice.kept_at = now
        subject = ("class-choice", choice.id)
        record("class-choice.kept", by=by, now=now, subject=subject, school_id=choice.school_id)
