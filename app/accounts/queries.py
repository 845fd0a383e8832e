"""Reading accounts, sessions and who stands behind a door. Instants are machine time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts import sessions
from app.accounts.doors import Roles
from app.accounts.models import Account, EmailToken, ForeignIdentity, SignInSession, Throttle
from app.db import db, reading_only
from app.directory.models import Person, SessionsCut
from app.directory.names import shown
from app.directory.queries import visitor_facts
from app.errors import UnknownPerson
from app.profiles import Place, Profile

#: A link by e-mail proves an address, or opens the choice of a new password.
PROVE, RESET = "prove", "reset"


def account_by_login(login: str) -> Account:
    """The account with that login, capitals and blanks around aside. Raises ``UnknownPerson``."""
    found = find_account(login)
    if found is None:
        raise UnknownPerson(login=login)
    return found


def find_account(login: str) -> Account | None:
    """The account with that login, its person loaded, or None."""
    query = select(Account).where(Account.login == login.strip().lower()).options(joinedload(Account.person))
    return db.session.scalar(query)


def account_of(person_id: int) -> Account | None:
    """The account of a person, their row loaded, or None: a contact has none (KIN-1)."""
    return db.session.scalar(select(Account).where(Account.person_id == person_id).options(joinedload(Account.person)))


def account_to_change(person_id: int) -> Account:
    """The account of a person, read anew and held until the commit. Raises ``UnknownPerson``."""
    query = select(Account).where(Account.person_id == person_id).options(joinedload(Account.person, innerjoin=True))
    found = db.session.scalar(query.with_for_update(of=Account), execution_options={"populate_existing": True})
    if found is None:
        raise UnknownPerson(login="")
    return found


def person_known_as(provider: str, subject: str) -> int | None:
    """Who an identity provider's subject is; None if the directory does not know them (ACCT-1)."""
    query = select(ForeignIdentity.person_id).where(
        ForeignIdentity.provider == provider, ForeignIdentity.subject == subject
    )
    return db.session.scalar(query)


# Sessions --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionRow:
    """A row of the table of sessions, as the hook before every request reads it."""

    id: int
    person_id: int
    door: str
    provider: str
    created_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    facts: dict[str, Any]
    facts_revision: int
    must_change: bool


_COLUMNS = [getattr(SignInSession, name) for name in SessionRow.__slots__]


def session_row(token: str) -> SessionRow | None:
    """The session whose cookie holds ``token``, by one query on a connection of its own.

    A request's transaction then begins in the view, and only where the view asks something.
    """
    query = select(*_COLUMNS).where(SignInSession.token_hash == sessions.digest(token))
    with reading_only(), db.engine.connect() as connection:
        found = connection.execute(query).mappings().one_or_none()
    return SessionRow(**found) if found is not None else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Who somebody is now, and what ends their sessions."""

    name: str
    places: tuple[Place, ...]
    roles: Roles
    disabled: bool
    valid_from: datetime | None
    cuts: tuple[tuple[int, Profile, datetime], ...]


def standing_of(person_id: int) -> Standing | None:
    """Everything that a session's facts are made of, whatever the door; None for somebody who is gone."""
    query = (
        select(Person.first_name, Person.last_name, Person.sessions_valid_from, Account.disabled_at)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.id == person_id)
    )
    found = db.session.execute(query).one_or_none()
    if found is None:
        return None
    places, roles = visitor_facts(person_id, frozenset(Profile))
    schools = {place.school_id for place in places}
    cuts = db.session.execute(
        select(SessionsCut.school_id, SessionsCut.profile, SessionsCut.at).where(SessionsCut.school_id.in_(schools))
    )
    return Standing(
        name=shown(found.first_name, found.last_name),
        places=places,
        roles=roles,
        disabled=found.disabled_at is not None,
        valid_from=found.sessions_valid_from,
        cuts=tuple((school_id, Profile(profile), at) for school_id, profile, at in cuts),
    )


def open_sessions(person_id: int, since: datetime) -> Sequence[SignInSession]:
    """The sessions of a person that have not ended and were used after ``since``, the newest first."""
    query = select(SignInSession).where(
        SignInSession.person_id == person_id, SignInSession.ended_at.is_(None), SignInSession.seen_at > since
    )
    return db.session.scalars(query.order_by(SignInSession.seen_at.desc(), SignInSession.id.desc())).all()


# Links by e-mail and throttles -----------------------------------------------------------------------------------------


def email_token(token: str, purpose: str, at: datetime) -> EmailToken | None:
    """The link that was sent, if it still opens at ``at``; None for one that is used, too old or unknown."""
    query = select(EmailToken).where(
        EmailToken.token_hash == sessions.digest(token),
        EmailToken.purpose == purpose,
        EmailToken.used_at.is_(None),
        EmailToken.expires_at > at,
    )
    return db.session.scalar(query)


def waiting_address(person_id: int, at: datetime) -> str | None:
    """The address that somebody gave and has not proved yet."""
    query = select(EmailToken.email).where(
        EmailToken.person_id == person_id,
        EmailToken.purpose == PROVE,
        EmailToken.used_at.is_(None),
        EmailToken.expires_at > at,
    )
    return db.session.scalar(query.order_by(EmailToken.id.desc()).limit(1))


def blocked_until(keys: Sequence[str], at: datetime) -> datetime | None:
    """Until when one of ``keys`` waits, None if the next attempt may come at once."""
    query = select(func.max(Throttle.blocked_until)).where(
        and_(Throttle.key.in_(keys), or_(Throttle.blocked_until > at))
    )
    return db.session.scalar(query)
