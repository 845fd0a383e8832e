"""Reading questionnaires: those of their author, those that somebody may answer, answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from app.db import db
from app.directory.models import School
from app.errors import NotFound
from app.gate.queries import open_for
from app.home.questionnaires.models import Questionnaire as Questionnaire
from app.home.questionnaires.models import QuestionnaireAnswer
from app.profiles import Visitor

#: How many are shown on a page, and how many answers a page of results reads.
A_PAGE, MOST_ANSWERS = 50, 5000


def mine(person_id: int) -> Sequence[Questionnaire]:
    """Somebody's own questionnaires, the newest first."""
    query = select(Questionnaire).where(Questionnaire.author_id == person_id)
    return db.session.scalars(query.order_by(Questionnaire.id.desc()).limit(A_PAGE)).all()


def own(person_id: int, questionnaire_id: int) -> Questionnaire:
    """One of somebody's own. Raises ``NotFound`` for another's."""
    found = db.session.get(Questionnaire, questionnaire_id)
    if found is None or found.author_id != person_id:
        raise NotFound()
    return found


def to_answer(visitor: Visitor, now: datetime) -> list[Questionnaire]:
    """The open questionnaires of the visitor's open schools that are meant for a profile of theirs, the newest first."""
    schools = {place.school_id for place in visitor.places if open_for(visitor, place.school_id, now)}
    if not schools:
        return []
    query = select(Questionnaire).where(
        Questionnaire.school_id.in_(schools),
        Questionnaire.opened_at <= now,
        or_(Questionnaire.closes_at.is_(None), Questionnaire.closes_at > now),
    )
    found = db.session.scalars(query.order_by(Questionnaire.id.desc()).limit(2 * A_PAGE))
    return [row for row in found if row.profiles and is_meant(row, visitor)][:A_PAGE]


def answerable(questionnaire_id: int, visitor: Visitor, now: datetime) -> Questionnaire:
    """The questionnaire with that number, open at ``now`` and meant for the visitor. Raises ``NotFound``."""
    found = db.session.get(Questionnaire, questionnaire_id)
    if found is None or not is_open(found, now) or not is_meant(found, visitor):
        raise NotFound()
    if found.school_id is not None and not open_for(visitor, found.school_id, now):
        raise NotFound()
    return found


def public(token: str, now: datetime) -> Questionnaire:
    """The public questionnaire with that token, open at ``now``. Raises ``NotFound`` for one that is not public."""
    found = db.session.scalar(select(Questionnaire).where(Questionnaire.token == token, Questionnaire.public))
    if found is None or not is_open(found, now):
        raise NotFound()
    return found


def is_open(found: Questionnaire, now: datetime) -> bool:
    """May it be answered at ``now``?"""
    return found.opened_at is not None and found.opened_at <= now and (found.closes_at is None or found.closes_at > now)


def is_meant(found: Questionnaire, visitor: Visitor) -> bool:
    """Is it for the visitor: of its school, and of one of its profiles where it names some?"""
    wanted = set(found.profiles)
    return any(
        place.school_id == found.school_id and (not wanted or place.profile.value in wanted) for place in visitor.places
    )


def answer_of(found: Questionnaire, person_id: int) -> QuestionnaireAnswer | None:
    """What somebody has answered; None also where answers are anonymous."""
    query = select(QuestionnaireAnswer).where(
        QuestionnaireAnswer.questionnaire_id == found.id, QuestionnaireAnswer.person_id == person_id
    )
    return db.session.scalar(query.limit(1))


def answers(found: Questionnaire) -> list[dict[str, Any]]:
    """The newest answers, without who gave them."""
    query = select(QuestionnaireAnswer.values).where(QuestionnaireAnswer.questionnaire_id == found.id)
    rows = list(db.session.scalars(query.order_by(QuestionnaireAnswer.id.desc()).limit(MOST_ANSWERS)))
    return rows[::-1]


def has_answers(found: Questionnaire) -> bool:
    """Has anybody answered?"""
    query = select(QuestionnaireAnswer.id).where(QuestionnaireAnswer.questionnaire_id == found.id).limit(1)
    return db.session.scalar(query) is not None


def schools_of(visitor: Visitor) -> Sequence[School]:
    """The schools for which the visitor may write a questionnaire: those in which they work."""
    numbers = {place.school_id for place in visitor.places} | {
        school_id for _role, school_id in visitor.roles if school_id is not None
    }
    return db.session.scalars(select(School).where(School.id.in_(numbers)).order_by(School.search_name)).all()
