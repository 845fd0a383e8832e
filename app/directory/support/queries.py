"""Who follows which pupil."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.db import db
from app.directory.kin.models import SupportLink as SupportLink
from app.directory.models import Person
from app.errors import NotFound


def links_of_pupil(student_id: int, school_id: int) -> Sequence[tuple[SupportLink, Person]]:
    """The adults who follow a pupil in a school, by name."""
    query = select(SupportLink, Person).join(Person, Person.id == SupportLink.adult_id)
    query = query.where(SupportLink.student_id == student_id, SupportLink.school_id == school_id)
    return [(link, person) for link, person in db.session.execute(query.order_by(Person.search_name, Person.id))]


def pupils_followed(adult_id: int | None, school_ids: Collection[int]) -> Sequence[tuple[SupportLink, Person]]:
    """The pupils whom somebody follows in some schools, by name."""
    pupil = aliased(Person)
    query = select(SupportLink, pupil).join(pupil, pupil.id == SupportLink.student_id)
    query = query.where(SupportLink.adult_id == adult_id, SupportLink.school_id.in_(school_ids))
    return [(link, person) for link, person in db.session.execute(query.order_by(pupil.search_name, pupil.id))]


def link_called(link_id: int, student_id: int) -> SupportLink:
    """A link of that pupil. Raises ``NotFound``."""
    found = db.session.get(SupportLink, link_id)
    if found is None or found.student_id != student_id:
        raise NotFound()
    return found
