"""Whom a school's pages about links and exits may be about."""

from __future__ import annotations

from app.db import db
from app.directory.kin.queries import PupilExit as PupilExit
from app.directory.kin.queries import has_been_pupil
from app.directory.models import Person
from app.directory.models import School as School
from app.directory.queries import affiliations_of
from app.errors import NotFound


def pupil_of_school(student_id: int, school_id: int) -> Person:
    """A pupil of the school, or one who has left it by an exit recorded here. Raises ``NotFound`` (G11)."""
    found = db.session.get(Person, student_id)
    if found is None or not has_been_pupil(student_id, school_id):
        raise NotFound()
    return found


def somebody_of_school(person_id: int, school_id: int) -> Person:
    """Anybody who holds a profile in the school, or a pupil who has left it. Raises ``NotFound`` (G11)."""
    found = db.session.get(Person, person_id)
    here = any(school == school_id for school, _profile in affiliations_of([person_id]).get(person_id, ()))
    if found is None or not (here or has_been_pupil(person_id, school_id)):
        raise NotFound()
    return found
