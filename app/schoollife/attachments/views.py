"""Handing out the files of school life: each by the right to what it hangs on."""

from __future__ import annotations

from datetime import datetime

from flask import Response

from app import clock
from app.errors import NotFound
from app.files.queries import path_of
from app.profiles import Visitor
from app.schoollife.attachments import queries
from app.schoollife.binder.queries import activity_for
from app.schoollife.diary import queries as diary
from app.schoollife.diary.views import blueprint
from app.schoollife.liaison import queries as liaison
from app.schoollife.queries import family_pupils
from app.schoollife.standing import Right
from app.schoollife.work.queries import state_with_homework
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.downloads import deliver


@blueprint.get("/vie-scolaire/fichiers/<int:life_file_id>")
@allowed(SIGNED_IN)
def file(life_file_id: int) -> Response:
    """A file of a lesson, of homework, of what a pupil has handed in, of an activity, of a notebook entry."""
    row, kind = queries.file_row(life_file_id)
    _demand(visitor(), row, clock.portal_now())
    return deliver(path_of(row.sha256), row.name, kind)


def _demand(who: Visitor, row: queries.SchoolLifeFile, now: datetime) -> None:
    """Raises ``NotFound`` for whoever may not read what the file hangs on."""
    if row.lesson_id is not None:
        diary.lesson_for(who, row.lesson_id, Right.READ_DIARY, now)
    elif row.homework_id is not None:
        diary.homework_for(who, row.homework_id, Right.READ_DIARY, now)
    elif row.activity_id is not None:
        activity_for(who, row.activity_id, now)
    elif row.liaison_id is not None:
        liaison.entry_for(who, row.liaison_id, now)
    elif row.state_id is not None:
        state, homework = state_with_homework(row.state_id)
        if state.student_id not in {pupil.id for pupil in family_pupils(who, now)}:
            diary.homework_for(who, homework.id, Right.CORRECT, now)
    else:
        # A council's files go out by the council's own page.
        raise NotFound()
