"""A pupil's steps with some work, and the teacher's correction."""

from __future__ import annotations

from datetime import datetime

from app.audit.actions import Actor, record
from app.db import db
from app.errors import Refused
from app.schoollife.diary.lines import PUPIL_STEPS, TEACHER_STEPS, WorkState
from app.schoollife.diary.models import Homework, HomeworkState
from app.schoollife.work import queries
from app.words import N_


class NotThatStep(Refused):
    """The work's state does not allow what the pupil asks."""

    message = N_("Ce travail ne peut plus changer : il est déjà rendu ou corrigé.")
    advice = N_("Demandez à l’enseignant s’il faut encore y changer quelque chose.")


class NothingHandedIn(Refused):
    """Neither a text nor a file was given."""

    status = 422
    message = N_("Écrivez quelque chose ou joignez un fichier avant de rendre le travail.")


class NotHandedInHere(Refused):
    """The teacher does not collect this work in the portal."""

    message = N_("Ce travail ne se rend pas ici.")


def mark(
    homework: Homework, student_id: int, wanted: WorkState, *, text: str = "", by: Actor, now: datetime
) -> HomeworkState | None:
    """Take a pupil's own step: done, to do again, or handed in with ``text``. None: it is to do again.

    Raises ``NotThatStep``, ``NotHandedInHere``.
    """
    row = queries.state_row(homework.id, student_id)
    state = WorkState(row.state) if row is not None else WorkState.TO_DO
    if wanted not in PUPIL_STEPS[state]:
        raise NotThatStep()
    if wanted == WorkState.HANDED_IN and not homework.hand_in:
        raise NotHandedInHere()
    if wanted == WorkState.TO_DO and row is not None:
        db.session.delete(row)
        _record("homework.to-do", homework, student_id, by=by, now=now)
        return None
    row = _row(homework, student_id, row)
    row.state, row.changed_at = wanted.value, now
    if wanted == WorkState.HANDED_IN:
        row.text = text
    db.session.flush()
    _record(f"homework.{wanted.value}", homework, student_id, by=by, now=now)
    return row


def correct(homework: Homework, student_id: int, correction: str, *, by: Actor, now: datetime) -> HomeworkState:
    """Give a pupil's work back with a few words. They may be changed later."""
    row = queries.state_row(homework.id, student_id)
    state = WorkState(row.state) if row is not None else WorkState.TO_DO
    if WorkState.CORRECTED not in TEACHER_STEPS[state]:
        raise NotThatStep()
    row = _row(homework, student_id, row)
    row.state, row.correction, row.changed_at = WorkState.CORRECTED.value, correction, now
    db.session.flush()
    _record("homework.corrected", homework, student_id, by=by, now=now)
    return row


def _row(homework: Homework, student_id: int, row: HomeworkState | None) -> HomeworkState:
    if row is None:
        row = HomeworkState(homework_id=homework.id, student_id=student_id)
        db.session.add(row)
    return row


def _record(verb: str, homework: Homework, student_id: int, *, by: Actor, now: datetime) -> None:
    record(
        verb,
        by=by,
        now=now,
        subject=("homework", homework.id),
        school_id=homework.school_id,
        after={"student_id": student_id},
    )
