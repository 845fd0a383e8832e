"""Whose numbers they are."""

from __future__ import annotations

from app.db import db
from app.directory.models import Person as Person
from app.errors import NotFound


def own_person(person_id: int | None) -> Person:
    """The row of whoever asks. Raises ``NotFound`` for nobody."""
    found = db.session.get(Person, person_id) if person_id is not None else None
    if found is None:
        raise NotFound()
    return found
