"""The accounts of a school that were made by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select

from app.accounts.models import Account
from app.accounts.people.queries import ACCOUNT_STATES as ACCOUNT_STATES
from app.accounts.people.queries import account_state
from app.db import db
from app.directory.models import Affiliation, RoleGrant
from app.directory.models import Person as Person
from app.directory.names import name_of
from app.errors import NotFound
from app.profiles import Profile, Role

#: Accounts on one page.
PAGE = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class HandLine:
    """A hand-made account; ``lifetime`` is 'permanent', 'year' or None where nobody has said."""

    id: int
    name: str
    search_name: str
    login: str
    state: str
    lifetime: str | None
    administrator: bool
    made_at: datetime


def accounts_by_hand(school_id: int, after: tuple[str, int] | None = None) -> tuple[list[HandLine], bool]:
    """A page of them by name, and whether more follow; one query."""
    query = (
        select(Person, Account, RoleGrant.id)
        .join(Affiliation, and_(Affiliation.person_id == Person.id, Affiliation.profile == Profile.GUEST))
        .join(Account, Account.person_id == Person.id)
        .outerjoin(
            RoleGrant,
            and_(
                RoleGrant.person_id == Person.id,
                RoleGrant.school_id == school_id,
                RoleGrant.role == Role.SCHOOL_ADMIN,
                RoleGrant.source == "hand",
            ),
        )
        .where(Affiliation.school_id == school_id, Person.source == "hand")
    )
    if after is not None:
        name, number = after
        query = query.where(or_(Person.search_name > name, and_(Person.search_name == name, Person.id > number)))
    rows = db.session.execute(query.order_by(Person.search_name, Person.id).limit(PAGE + 1)).all()
    lines = [
        HandLine(
            id=person.id,
            name=name_of(person),
            search_name=person.search_name,
            login=account.login,
            state=ACCOUNT_STATES[account_state(account)],
            lifetime=person.lifetime,
            administrator=grant is not None,
            made_at=person.created_at,
        )
        for person, account, grant in rows[:PAGE]
    ]
    return lines, len(rows) > PAGE


def account_by_hand(person_id: int, school_id: int) -> Person:
    """A guest of the school who was made by hand. Raises ``NotFound`` for anybody else (G11)."""
    query = (
        select(Person)
        .join(Affiliation, Affiliation.person_id == Person.id)
        .where(
            Person.id == person_id,
            Person.source == "hand",
            Affiliation.school_id == school_id,
            Affiliation.profile == Profile.GUEST,
        )
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound()
    return found
