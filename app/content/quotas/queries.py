"""Who and what occupies how much in a school. Of personal spaces only the figures are told, never what they hold."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.content.models import Section as Section
from app.content.spaces import SpaceKind
from app.db import db
from app.directory.models import Affiliation
from app.directory.models import Person as Person
from app.directory.names import folded
from app.errors import NotFound

MOST_SHOWN = 50


def people(school_id: int, text: str = "") -> Sequence[tuple[Person, Section]]:
    """People of the school who have a personal space, the fullest first; those whose name begins with the words of ``text``."""
    here = select(Affiliation.id).where(Affiliation.person_id == Person.id, Affiliation.school_id == school_id).exists()
    query = (
        select(Person, Section)
        .join(Section, Section.person_id == Person.id)
        .where(Section.kind == SpaceKind.PERSONAL, Section.trashed_at.is_(None), here)
    )
    for word in folded(text).split()[:5]:
        query = query.where(Person.search_name.contains(word, autoescape=True))
    rows = db.session.execute(query.order_by(Section.used.desc(), Section.id).limit(MOST_SHOWN))
    return [(person, section) for person, section in rows]


def personal_space_in(school_id: int, person_id: int) -> tuple[Person, Section]:
    """The personal space of somebody of that school. Raises ``NotFound``."""
    found = next(iter(_of(school_id, person_id)), None)
    if found is None:
        raise NotFound()
    return found


def _of(school_id: int, person_id: int) -> Sequence[tuple[Person, Section]]:
    query = (
        select(Person, Section)
        .join(Section, Section.person_id == Person.id)
        .join(Affiliation, Affiliation.person_id == Person.id)
        .where(
            Person.id == person_id,
            Section.kind == SpaceKind.PERSONAL,
            Section.trashed_at.is_(None),
            Affiliation.school_id == school_id,
        )
        .limit(1)
    )
    return [(person, section) for person, section in db.session.execute(query)]
