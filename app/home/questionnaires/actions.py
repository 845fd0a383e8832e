"""Writing, opening, closing and answering questionnaires."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.audit.actions import Actor, record
from app.db import db
from app.errors import Refused
from app.home.questionnaires.models import Questionnaire, QuestionnaireAnswer
from app.home.questionnaires.queries import answer_of, has_answers
from app.home.questionnaires.questions import Question
from app.profiles import Profile
from app.words import N_


class HasAnswers(Refused):
    message = N_("Des réponses sont déjà arrivées : les questions ne changent plus.")
    advice = N_("Fermez ce formulaire et faites-en une copie corrigée.")


class AnsweredAlready(Refused):
    message = N_("Vous avez déjà répondu à ce formulaire. Votre première réponse est enregistrée.")


def write(
    author_id: int,
    *,
    school_id: int | None,
    title: str,
    words: str,
    questions: Sequence[Question],
    profiles: Sequence[Profile],
    public: bool,
    anonymous: bool,
    closes_at: datetime | None,
    by: Actor,
    now: datetime,
) -> Questionnaire:
    """A new questionnaire, not open yet."""
    made = Questionnaire(
        author_id=author_id,
        school_id=school_id,
        title=title,
        words=words,
        questions=[question.spelled() for question in questions],
        profiles=[profile.value for profile in profiles],
        public=public,
        anonymous=anonymous or public,
        token=secrets.token_urlsafe(18),
        closes_at=closes_at,
        created_at=now,
    )
    db.session.add(made)
    db.session.flush()
    record("questionnaire.written", by=by, now=now, subject=("questionnaire", made.id), school_id=school_id)
    return made


def change(
    found: Questionnaire,
    *,
    title: str,
    words: str,
    questions: Sequence[Question],
    profiles: Sequence[Profile],
    public: bool,
    anonymous: bool,
    closes_at: datetime | None,
    by: Actor,
    now: datetime,
) -> None:
    """Change a questionnaire; its questions only while nobody has answered. Raises ``HasAnswers``."""
    spelled = [question.spelled() for question in questions]
    # Making named answers anonymous would be a promise about the past; the other way round a broken one.
    fixed = (spelled, anonymous or public, public) != (found.questions, found.anonymous, found.public)
    if fixed and has_answers(found):
        raise HasAnswers()
    found.title, found.words, found.questions = title, words, spelled
    found.profiles = [profile.value for profile in profiles]
    found.public, found.anonymous, found.closes_at = public, anonymous or public, closes_at
    record("questionnaire.changed", by=by, now=now, subject=("questionnaire", found.id), school_id=found.school_id)


def open_(found: Questionnaire, *, by: Actor, now: datetime) -> None:
    """From now on it can be answered."""
    if found.opened_at is None:
        found.opened_at = now
        record("questionnaire.opened", by=by, now=now, subject=("questionnaire", found.id), school_id=found.school_id)


def close(found: Questionnaire, *, by: Actor, now: datetime) -> None:
    """From now on it can no longer be answered; results stay."""
    found.closes_at = now
    record("questionnaire.closed", by=by, now=now, subject=("questionnaire", found.id), school_id=found.school_id)


def remove(found: Questionnaire, *, by: Actor, now: datetime) -> None:
    """Remove a questionnaire with its answers."""
    record("questionnaire.removed", by=by, now=now, subject=("questionnaire", found.id), school_id=found.school_id)
    db.session.delete(found)


def answer(found: Questionnaire, values: dict[str, Any], *, person_id: int | None, now: datetime) -> None:
    """Take an answer; an anonymous one without the person. Raises ``AnsweredAlready`` where the first one is known."""
    named = None if found.anonymous else person_id
    if named is not None and answer_of(found, named) is not None:
        raise AnsweredAlready()
    db.session.add(QuestionnaireAnswer(questionnaire_id=found.id, person_id=named, values=values, given_at=now))
