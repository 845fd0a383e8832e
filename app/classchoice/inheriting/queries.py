"""In which school an offer is taken up: where the class was, or at a successor of that school once it has ended (FEED-7, CLASS-2)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, or_

from app.classchoice.models import ClassChoice, ClassOffer
from app.db import db
from app.feeds.declaring.queries import heirs


def offering(choice: ClassChoice) -> list[int]:
    """The schools whose offers a choice may take up: its own, and those that have ended in its favour; three queries."""
    ended = heirs(db.session(), year_id=choice.year_id, day=choice.begun_at.date())
    return [choice.school_id, *(school_id for school_id, to in ended.items() if choice.school_id in to)]


def offered_with(choice: ClassChoice) -> ColumnElement[bool]:
    """The condition on ``ClassOffer`` that this choice takes it up: the same person's, in the same year, in one of these schools."""
    return and_(
        ClassOffer.person_id == choice.person_id,
        ClassOffer.school_id.in_(offering(choice)),
        ClassOffer.year_id == choice.year_id,
        ClassOffer.set_aside_by.is_(None),
    )


def clock_of_offer(year_id: int, day: date) -> ColumnElement[bool]:
    """The condition that a ``ClassChoice`` is the clock of a ``ClassOffer``: the same teacher's, in the school or a successor."""
    where = [ClassChoice.school_id == ClassOffer.school_id]
    for school_id, to in heirs(db.session(), year_id=year_id, day=day).items():
        where.append(and_(ClassOffer.school_id == school_id, ClassChoice.school_id.in_(to)))
    return and_(ClassChoice.person_id == ClassOffer.person_id, ClassChoice.year_id == ClassOffer.year_id, or_(*where))
