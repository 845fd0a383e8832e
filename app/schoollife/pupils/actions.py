"""Keeping photos, projects and letters. Texts are not copied into the audit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm.attributes import flag_modified

from app.audit.actions import Actor, record
from app.audit.erasures.actions import erased
from app.content.actions import ChangedMeanwhile as ChangedMeanwhile
from app.content.actions import demand_version as demand_version
from app.content.markup import to_html
from app.db import db
from app.files.actions import store
from app.files.limits import MOST_BYTES
from app.files.pictures import picture
from app.files.problems import TooLarge, WrongKind
from app.schoollife.pupils.models import InterdisciplinaryProject, Letter, ProjectPupil, PupilPhoto
from app.schoollife.pupils.queries import photos_of, pupils_in
from app.schoollife.standing import ClassFacts
from app.web.uploads import Upload

#: Photos of a telephone are below; more than this is not one.
MOST_PHOTO_BYTES = min(MOST_BYTES, 15_000_000)


def keep_photo(school_id: int, student_id: int, upload: Upload, *, by: Actor, now: datetime) -> None:
    """Keep a pupil's photo, made anew at 480 px at most; nothing of the bytes that were sent remains, place and date included.

    Raises ``TooLarge`` or ``WrongKind``.
    """
    data = upload.stream.read(MOST_PHOTO_BYTES + 1)
    if len(data) > MOST_PHOTO_BYTES:
        raise TooLarge(name=upload.name[:80], most=f"{MOST_PHOTO_BYTES // 1_000_000}\u00a0Mo")
    try:
        made = picture(data, "portrait")
    except ValueError:
        raise WrongKind(name=upload.name[:80]) from None
    blob = store(made, kind="image/webp", now=now)
    photo = photos_of(school_id, [student_id]).get(student_id)
    if photo is None:
        photo = PupilPhoto(school_id=school_id, student_id=student_id)
        db.session.add(photo)
    photo.sha256, photo.taken_at = blob.sha256, now
    record("photo.kept", by=by, now=now, subject=("person", student_id), school_id=school_id)


def remove_photo(photo: PupilPhoto, *, by: Actor, now: datetime) -> None:
    """Remove a pupil's photo: no restored backup shows it again."""
    record("photo.removed", by=by, now=now, subject=("person", photo.student_id), school_id=photo.school_id)
    erased("pupil_photo", [photo.id], now=now)
    db.session.delete(photo)


# Interdisciplinary projects ----------------------------------------------------------------------------------------------


def save_project(
    project: InterdisciplinaryProject | None,
    facts: ClassFacts,
    *,
    title: str,
    subjects: str,
    theme: str,
    source: str,
    first_day: date,
    last_day: date,
    pupils: Mapping[int, str],
    by: Actor,
    now: datetime,
) -> InterdisciplinaryProject:
    """Write a project (None: a new one) with its pupils and what is said of their work."""
    action = "project.changed" if project is not None else "project.added"
    if project is None:
        project = InterdisciplinaryProject(
            school_id=facts.school_id, year_id=facts.year_id, class_id=facts.id, author_id=by.person_id
        )
        db.session.add(project)
    project.title, project.subjects, project.theme = title, subjects, theme
    project.source, project.body = source, to_html(source)
    project.first_day, project.last_day = first_day, last_day
    db.session.flush()
    there = pupils_in(project.id)
    for student_id, words in pupils.items():
        row = there.pop(student_id, None)
        if row is None:
            db.session.add(ProjectPupil(project_id=project.id, student_id=student_id, words=words))
        else:
            row.words = words
    for row in there.values():
        db.session.delete(row)
    # What is said of a pupil is part of the project to whoever edits it.
    flag_modified(project, "title")
    db.session.flush()
    record(
        action,
        by=by,
        now=now,
        subject=("project", project.id),
        school_id=project.school_id,
        after={"pupils": len(pupils)},
    )
    return project


def remove_project(project: InterdisciplinaryProject, *, by: Actor, now: datetime) -> None:
    """Remove a project with what it says of its pupils."""
    record("project.removed", by=by, now=now, subject=("project", project.id), school_id=project.school_id)
    db.session.execute(delete(ProjectPupil).where(ProjectPupil.project_id == project.id))
    db.session.delete(project)


# Letters -----------------------------------------------------------------------------------------------------------------


def save_letter(
    letter: Letter | None, facts: ClassFacts, *, title: str, source: str, by: Actor, now: datetime
) -> Letter:
    """Write a letter to the families of a class (None: a new one)."""
    action = "letter.changed" if letter is not None else "letter.added"
    if letter is None:
        letter = Letter(school_id=facts.school_id, year_id=facts.year_id, class_id=facts.id)
        db.session.add(letter)
    letter.title, letter.source, letter.author_id, letter.written_at = title, source, by.person_id, now
    db.session.flush()
    record(action, by=by, now=now, subject=("letter", letter.id), school_id=letter.school_id)
    return letter


def remove_letter(letter: Letter, *, by: Actor, now: datetime) -> None:
    """Remove a letter."""
    record("letter.removed", by=by, now=now, subject=("letter", letter.id), school_id=letter.school_id)
    db.session.delete(letter)
