"""What of presence belongs to the year that ends: sheets and absences (S3-1)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from app.fates import Scope
from app.schoollife.diary.models import Lesson
from app.schoollife.presence.models import Absence, RollCall

KINDS = ("roll-call", "absence")


def rows(kind: str, scope: Scope) -> Select[Any]:
    """The rows of ``kind`` that belong to year N: ``id`` and ``school_id``, of every school. Raises KeyError.

    A sheet is of its lesson's year.
    """
    call, lesson, absence = RollCall.__table__, Lesson.__table__, Absence.__table__
    return {
        "roll-call": select(call.c.id, call.c.school_id)
        .join_from(call, lesson, lesson.c.id == call.c.lesson_id)
        .where(lesson.c.year_id == scope.year_id),
        "absence": select(absence.c.id, absence.c.school_id).where(absence.c.year_id == scope.year_id),
    }[kind]
