"""Rejoining the departmental school's partnership with a class of the new year, by the same code (DATA-6). Never commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.audit.actions import Actor
from app.classchoice.inheriting.queries import offered_with
from app.classchoice.models import ChosenClass, ClassChoice, ClassOffer
from app.content.founding import actions as founding
from app.content.founding.problems import UnknownCode
from app.content.founding.queries import joined
from app.content.models import Section
from app.db import db
from app.errors import NotFound


def rejoin(choice: ClassChoice, section_id: int, class_id: int, *, by: Actor, now: datetime) -> bool:
    """Put a chosen class into a partnership in which last year's class was; False where it is there already.

    Raises ``NotFound`` for a class that is not chosen or a partnership that was not last year's, ``UnknownCode`` where it is gone.
    """
    db.session.execute(select(ClassChoice.id).where(ClassChoice.id == choice.id).with_for_update())
    held = select(ChosenClass.id).where(ChosenClass.choice_id == choice.id, ChosenClass.class_id == class_id)
    offers = select(ClassOffer.partnerships).where(offered_with(choice))
    known = {number for numbers in db.session.scalars(offers) for number in numbers}
    if db.session.scalar(held) is None or section_id not in known:
        raise NotFound()
    query = select(Section).where(Section.id == section_id, Section.departmental, Section.trashed_at.is_(None))
    section = db.session.scalar(query.with_for_update())
    if section is None:
        raise UnknownCode()
    if joined(section.id, [class_id]):
        return False
    founding.join(section, class_id, choice.school_id, by=by, now=now)
    return True
