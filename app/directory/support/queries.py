"""Who follows which pupil."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased

from app.db import db
from app.directory.kin.models import SupportLink as SupportLink
from app.directory.models import Affiliation, Person
from app.directory.names import name_of
from app.errors import NotFound
from app.profiles import Profile

#: Ended links that a page lists.
MOST_ENDED = 200


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


@dataclass(frozen=True, kw_only=True, slots=True)
class EndedLink:
    """A link that a rollover has ended; ``possible``: both are still in the school, so that it can be made again."""

    id: int
    student_id: int
    adult_id: int
    pupil: str
    adult: str
    kind: str
    possible: bool


def ended_links(school_id: int) -> tuple[list[EndedLink], bool]:
    """The links of a school that a rollover has ended and nobody has made again, by pupil, and whether there are more; one query.

    Once they are erased for good they are listed no more (DATA-7).
    """
    pupil, adult, again = aliased(Person), aliased(Person), aliased(SupportLink)
    newest = (
        select(func.max(SupportLink.id))
        .where(SupportLink.school_id == school_id, SupportLink.set_aside_by.is_not(None))
        .group_by(SupportLink.student_id, SupportLink.adult_id)
    )
    made_again = select(again.id).where(
        again.student_id == SupportLink.student_id,
        again.adult_id == SupportLink.adult_id,
        again.set_aside_by.is_(None),
    )
    possible = and_(
        _there(SupportLink.student_id, school_id, (Profile.STUDENT,)),
        _there(SupportLink.adult_id, school_id, (Profile.STAFF, Profile.TEACHER)),
    )
    query = (
        select(SupportLink, pupil, adult, possible)
        .join(pupil, pupil.id == SupportLink.student_id)
        .join(adult, adult.id == SupportLink.adult_id)
        .where(SupportLink.id.in_(newest), ~made_again.exists())
        .order_by(pupil.search_name, pupil.id, adult.search_name, adult.id)
        .limit(MOST_ENDED + 1)
    )
    rows = db.session.execute(query, execution_options={"set_aside": True}).all()
    found = [
        EndedLink(
            id=link.id,
            student_id=link.student_id,
            adult_id=link.adult_id,
            pupil=name_of(student),
            adult=name_of(follower),
            kind=link.kind,
            possible=can,
        )
        for link, student, follower, can in rows[:MOST_ENDED]
    ]
    return found, len(rows) > MOST_ENDED


def _there(person: Any, school_id: int, profiles: Collection[Profile]) -> ColumnElement[bool]:
    """Does somebody live in the directory hold one of the profiles in the school?"""
    held = select(Affiliation.id).where(
        Affiliation.person_id == person,
        Affiliation.school_id == school_id,
        Affiliation.profile.in_(profiles),
        Affiliation.set_aside_by.is_(None),
    )
    return held.exists()
