"""Is this a demo, and who is its cast?"""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.accounts.models import Account
from app.db import db, reading_only
from app.demo.cast import CastMember, cast, demo_academy
from app.directory.models import Person, Project
from app.pulse import DIRECTORY, PUBLIC, pulse


@dataclass(frozen=True, kw_only=True)
class Playing:
    """A member of the cast as they stand in this database."""

    member: CastMember
    person_id: int
    login: str


@dataclass(frozen=True, kw_only=True)
class Demo:
    """What the bar needs to know; ``zone`` is the project's."""

    zone: str
    cast: tuple[Playing, ...]


def fed_people() -> bool:
    """Has a feed brought anybody into this database?"""
    return db.session.scalar(select(Person.id).where(Person.source != "hand").limit(1)) is not None


def demo() -> Demo | None:
    """The demo, where this process is started as one and the database is marked as one; both are needed.

    Read anew only when a revision has changed.
    """
    if not current_app.extensions["settings"].demo:
        return None
    revisions = (pulse().number(PUBLIC), pulse().number(DIRECTORY))
    kept: tuple[tuple[int, int], Demo | None] | None = current_app.extensions.get("demo")
    if kept is None or kept[0] != revisions:
        kept = current_app.extensions["demo"] = (revisions, _read())
    return kept[1]


def _read() -> Demo | None:
    members = {(member.key, member.by_hand): member for member in cast(demo_academy())}
    try:
        with reading_only(), db.engine.connect() as connection:
            zone = connection.scalar(select(Project.zone).where(Project.demo))
            if zone is None:
                return None
            query = (
                select(Person.id, Person.source, Person.source_key, Person.last_name, Account.login)
                .join(Account, Account.person_id == Person.id)
                .where(Person.source_key.in_([key for key, _by_hand in members]))
            )
            found = [
                Playing(member=member, person_id=number, login=login)
                for number, source, key, last_name, login in connection.execute(query)
                # Another academy than the demo's own has other people under the same keys.
                if (member := members.get((key, source == "hand"))) is not None and member.last_name == last_name
            ]
    except (OperationalError, ProgrammingError):
        return None  # no tables yet
    return Demo(zone=zone, cast=tuple(sorted(found, key=lambda one: one.member.number)))
