"""A pupil's photos and what is said of their part in projects, before the rollover and as they take them along (DATA-3, LAW-4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, select

from app.db import db
from app.fates import Scope, Space
from app.files.queries import path_of
from app.files.sheets import spreadsheet
from app.schoollife.pupils.models import InterdisciplinaryProject, Letter, ProjectPupil, PupilPhoto

KINDS = ("project", "letter", "photo")


def owned(person_id: int, now: datetime) -> dict[tuple[str, Space], int]:
    """How many photos schools keep of a pupil; one query."""
    many = db.session.scalar(select(func.count()).select_from(PupilPhoto).where(PupilPhoto.student_id == person_id))
    return {("photo", Space.NONE): many} if many else {}


def takeaway(person_id: int, now: datetime) -> Iterator[tuple[str, bytes | Path]]:
    """The photos, and the projects with what is said of the pupil's work."""
    photos = select(PupilPhoto.id, PupilPhoto.sha256).where(PupilPhoto.student_id == person_id).order_by(PupilPhoto.id)
    for number, sha256 in db.session.execute(photos):
        yield f"{_('Vie scolaire')}/{_('Photo')} {number}.webp", path_of(sha256)
    query = (
        select(InterdisciplinaryProject, ProjectPupil.words)
        .join(ProjectPupil, ProjectPupil.project_id == InterdisciplinaryProject.id)
        .where(ProjectPupil.student_id == person_id)
        .order_by(InterdisciplinaryProject.first_day, InterdisciplinaryProject.id)
    )
    rows = [
        (one.title, one.subjects, one.first_day.isoformat(), one.last_day.isoformat(), words)
        for one, words in db.session.execute(query)
    ]
    if rows:
        head = [_("Projet"), _("Matières"), _("Premier jour"), _("Dernier jour"), _("Appréciation")]
        yield f"{_('Vie scolaire')}/{_('Projets interdisciplinaires')}.csv", spreadsheet(head, rows)


def rows(kind: str, scope: Scope) -> Select[Any]:
    """The rows of ``kind`` that belong to year N: ``id`` and ``school_id``, of every school. Raises KeyError.

    Photos are of no year: every one taken before the cut-off goes (S3-2).
    """
    project, letter, photo = InterdisciplinaryProject.__table__, Letter.__table__, PupilPhoto.__table__
    return {
        "project": select(project.c.id, project.c.school_id).where(project.c.year_id == scope.year_id),
        "letter": select(letter.c.id, letter.c.school_id).where(letter.c.year_id == scope.year_id),
        "photo": select(photo.c.id, photo.c.school_id).where(photo.c.taken_at < scope.cutoff),
    }[kind]
