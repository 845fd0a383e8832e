"""What a rollover finds of this room: what is somebody's own, and how they take it along (DATA-2, DATA-3, LAW-4)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, literal, select, union_all

from app.db import db
from app.fates import Space
from app.files.sheets import spreadsheet
from app.home.models import Bookmark, PersonalEvent, Preference, Questionnaire, QuestionnaireAnswer


def owned(person_id: int, now: datetime) -> dict[tuple[str, Space], int]:
    """How many bookmarks, preferences, dates and questionnaires somebody has; one query."""
    parts = [
        select(literal(key).label("kind"), func.count(table.id).label("count")).where(column == person_id)
        for key, table, column in (
            ("bookmark", Bookmark, Bookmark.person_id),
            ("preference", Preference, Preference.person_id),
            ("personal-event", PersonalEvent, PersonalEvent.person_id),
            ("questionnaire", Questionnaire, Questionnaire.author_id),
        )
    ]
    return {(kind, Space.NONE): count for kind, count in db.session.execute(union_all(*parts)) if count}


def takeaway(person_id: int, now: datetime) -> Iterator[tuple[str, bytes | Path]]:
    """The files of what is somebody's own: bookmarks as HTML that browsers import, dates and questionnaires as CSV and JSON."""
    marks = list(
        db.session.scalars(select(Bookmark).where(Bookmark.person_id == person_id).order_by(Bookmark.position))
    )
    if marks:
        yield "favoris.csv", spreadsheet(["titre", "adresse"], [[mark.title, mark.address] for mark in marks])
    events = select(PersonalEvent).where(PersonalEvent.person_id == person_id).order_by(PersonalEvent.starts_at)
    rows = [
        [found.starts_at.isoformat(), found.ends_at.isoformat(), found.title, found.place, found.words]
        for found in db.session.scalars(events)
    ]
    if rows:
        yield "agenda-personnel.csv", spreadsheet(["debut", "fin", "titre", "lieu", "notes"], rows)
    own = select(Questionnaire).where(Questionnaire.author_id == person_id).order_by(Questionnaire.id)
    for found in db.session.scalars(own).all():
        given = select(QuestionnaireAnswer.values, QuestionnaireAnswer.given_at)
        given = given.where(QuestionnaireAnswer.questionnaire_id == found.id).order_by(QuestionnaireAnswer.id)
        document = {
            "titre": found.title,
            "questions": found.questions,
            "reponses": [{"le": at.isoformat(), "valeurs": values} for values, at in db.session.execute(given)],
        }
        yield (
            f"formulaires/{found.id}.json",
            json.dumps(document, ensure_ascii=False, indent=1).encode(),
        )
