"""What of the diary belongs to the year that ends: lessons, homework, replacements (S3-1)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from app.fates import Scope
from app.schoollife.diary.models import Homework, Lesson, LessonReplacement

KINDS = ("lesson", "homework", "replacement")


def rows(kind: str, scope: Scope) -> Select[Any]:
    """The rows of ``kind`` that belong to year N: ``id`` and ``school_id``, of every school. Raises KeyError."""
    lesson, homework, replacement = Lesson.__table__, Homework.__table__, LessonReplacement.__table__
    return {
        "lesson": select(lesson.c.id, lesson.c.school_id).where(lesson.c.year_id == scope.year_id),
        "homework": select(homework.c.id, homework.c.school_id).where(homework.c.year_id == scope.year_id),
        "replacement": select(replacement.c.id, lesson.c.school_id)
        .join_from(replacement, lesson, lesson.c.id == replacement.c.lesson_id)
        .where(lesson.c.year_id == scope.year_id),
    }[kind]
