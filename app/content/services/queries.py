"""The door of every service of a section: the section, the visitor's role in it, and whether it offers the service."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.content.access.queries import role_in
from app.content.models import Section as Section
from app.content.spaces import Service, SpaceKind, SpaceRole, SpaceVerb, enters, role_may
from app.db import db
from app.directory.models import Person
from app.directory.names import name_of
from app.errors import NotFound
from app.profiles import Profile, Visitor


@dataclass(frozen=True, kw_only=True)
class Entered:
    """A visitor inside a section: who they are there."""

    section: Section
    role: SpaceRole
    visitor: Visitor

    @property
    def person_id(self) -> int:
        """The visitor's number: nobody without one comes in."""
        assert self.visitor.person_id is not None  # noqa: S101  (a role is somebody's)
        return self.visitor.person_id

    @property
    def profile(self) -> Profile | None:
        """As what the visitor stands in the section's school by the door used; kept with what they write (CLASS-2)."""
        here = [place.profile for place in self.visitor.places if place.school_id == self.section.school_id]
        anywhere = [place.profile for place in self.visitor.places]
        return next(iter(here or anywhere), None)

    @property
    def archived(self) -> bool:
        """Is the section in the trash? Whoever is inside all the same may read, and nothing else (S2-2)."""
        return self.section.trashed_at is not None

    def may(self, verb: SpaceVerb) -> bool:
        """Does the role hold ``verb`` (PORTAL-2)?"""
        return role_may(self.role, verb) and (verb == SpaceVerb.READ or not self.archived)

    def may_change(self, author_id: int | None) -> bool:
        """Their own with the right to write; somebody else's with the right to change others' (PORTAL-2)."""
        if author_id is not None and author_id == self.visitor.person_id:
            return self.may(SpaceVerb.WRITE)
        return self.may(SpaceVerb.CHANGE_OTHERS)


def enter(
    section_id: int, visitor: Visitor, services: Service | Collection[Service], now: datetime, *, verb: SpaceVerb
) -> Entered:
    """Into the section, if it offers one of ``services`` and ``visitor`` may do ``verb`` there at ``now`` (portal time).

    Raises ``NotFound`` for everything else: no role, a closed school, a class that may not be known yet, the trash (GATE-8, GATE-15).
    An archived section can be read (S2-2).
    """
    section = db.session.get(Section, section_id)
    # A row that an earlier statement of the session has loaded may have been set aside since: the ORM's criterion is for queries.
    if section is None or section.set_aside_by is not None:
        raise NotFound()
    if not enters(section.trashed_at is not None, section.trash_reason, verb):
        raise NotFound()
    wanted = {services} if isinstance(services, Service) else set(services)
    role = role_in(section, visitor, now)
    if role is None or not role_may(role, verb) or not wanted & set(section.services):
        raise NotFound()
    return Entered(section=section, role=role, visitor=visitor)


def names_of(person_ids: Collection[int | None]) -> dict[int, str]:
    """The names of authors, as they are shown (ACCT-8)."""
    numbers = {number for number in person_ids if number is not None}
    if not numbers:
        return {}
    columns = select(Person.id, Person.first_name, Person.used_first_name, Person.last_name)
    return {row.id: name_of(row) for row in db.session.execute(columns.where(Person.id.in_(numbers)))}


def is_personal(section: Section) -> bool:
    """Is it somebody's own space?"""
    return section.kind == SpaceKind.PERSONAL
