"""What a pupil has handed in, before the rollover and to take along (S2-4, DATA-3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, select

from app.db import db
from app.fates import Scope, Space
from app.files.names import numbered, safe_name
from app.files.queries import path_of
from app.schoollife.attachments.queries import files_of
from app.schoollife.diary.models import Homework, HomeworkState
from app.schoollife.pages_kept import as_html, kept_page
from app.web.say import language
from app.wording import day

#: Pieces of work read at once.
_SLICE = 200

KINDS = ("homework-state",)


def owned(person_id: int, now: datetime) -> dict[tuple[str, Space], int]:
    """How much work a pupil has done, handed in or got back; one query."""
    many = db.session.scalar(select(func.count(HomeworkState.id)).where(HomeworkState.student_id == person_id))
    return {("homework-state", Space.NONE): many} if many else {}


def takeaway(person_id: int, now: datetime) -> Iterator[tuple[str, bytes | Path]]:
    """What a pupil has written and handed in, with the corrections, and their files as they were."""
    names: set[str] = set()
    last = 0
    query = (
        select(HomeworkState, Homework)
        .join(Homework, Homework.id == HomeworkState.homework_id)
        .where(HomeworkState.student_id == person_id)
        .order_by(HomeworkState.id)
        .limit(_SLICE)
    )
    while rows := db.session.execute(query.where(HomeworkState.id > last)).all():
        files = files_of("state_id", [state.id for state, _homework in rows])
        for state, homework in rows:
            last = state.id
            if not (state.text or state.correction or files[state.id]):
                continue
            folder = f"{_('Vie scolaire')}/{_('Travaux rendus')}"
            title = numbered(safe_name(f"{homework.due_on.isoformat()} {homework.title}"), names)
            body = as_html(_("Ce qui a été rendu"), state.text) + as_html(_("Correction"), state.correction)
            facts = [homework.subject, day(homework.due_on, language())]
            yield f"{folder}/{title}.html", kept_page(homework.title, facts, homework.body + body)
            for one in files[state.id]:
                yield f"{folder}/{numbered(f'{title} {safe_name(one.name)}', names)}", path_of(one.sha256)


def rows(kind: str, scope: Scope) -> Select[Any]:
    """The rows of ``kind`` that belong to year N: ``id`` and ``school_id``, of every school. Raises KeyError."""
    state, homework = {"homework-state": (HomeworkState.__table__, Homework.__table__)}[kind]
    return (
        select(state.c.id, homework.c.school_id)
        .join_from(state, homework, homework.c.id == state.c.homework_id)
        .where(homework.c.year_id == scope.year_id)
    )
