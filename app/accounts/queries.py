"""Reading accounts, sessions and who stands behind a door. Instants are machine time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts import sessions
from app.accounts.doors import Roles
from app.accounts.models import Account, EmailToken, ForeignIdentity, SignInSession, Throttle
from app.accounts.welcome import ClassFact
from app.db import db, reading_only
from app.directory.leaving.models import Leaver, Unplaced
from app.directory.models import ClassMembership, Person, School, SchoolClass, SchoolYear, SessionsCut
from app.directory.names import name_of
from app.directory.queries import affiliations_of, children_of, visitor_facts
from app.errors import UnknownPerson
from app.profiles import Place, Profile, Visitor

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


def person_known_as(provider: str, subject: str, *, set_aside: bool = False) -> int | None:
    """Who an identity provider's subject is; None if the directory does not know them (ACCT-1).

    ``set_aside``: somebody whom a rollover has set aside counts, since their identity is still theirs (DATA-7).
    """
    query = select(ForeignIdentity.person_id).where(
        ForeignIdentity.provider == provider, ForeignIdentity.subject == subject
    )
    return db.session.scalar(query, execution_options={"set_aside": set_aside})


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
    #: In no school any more, and still reaching their own data (CAL-9).
    leaving: bool
    valid_from: datetime | None
    cuts: tuple[tuple[int, Profile, datetime], ...]


def standing_of(person_id: int) -> Standing | None:
    """Everything that a session's facts are made of, whatever the door; None for somebody who is gone."""
    unplaced = select(Unplaced.person_id).where(Unplaced.person_id == Person.id)
    query = (
        select(
            Person.used_first_name,
            Person.first_name,
            Person.last_name,
            Person.sessions_valid_from,
            Account.disabled_at,
            or_(Leaver.person_id.is_not(None), unplaced.exists()).label("nowhere"),
        )
        .outerjoin(Account, Account.person_id == Person.id)
        .outerjoin(Leaver, Leaver.person_id == Person.id)
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
        name=name_of(found),
        places=places,
        roles=roles,
        disabled=found.disabled_at is not None,
        leaving=found.nowhere and not places and not roles,
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


# Arriving --------------------------------------------------------------------------------------------------------------


def class_facts(person_ids: Collection[int], roles: Collection[str]) -> list[ClassFact]:
    """The classes in which these people are pupils, or teach, in every year, by year and name."""
    query = (
        select(
            Person.id,
            func.coalesce(func.nullif(Person.used_first_name, ""), Person.first_name),
            Person.last_name,
            School.id,
            School.name,
            SchoolClass.id,
            SchoolClass.name,
            SchoolClass.level,
            SchoolYear.begins,
            ClassMembership.role,
        )
        .join(ClassMembership, ClassMembership.person_id == Person.id)
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
        .join(School, School.id == SchoolClass.school_id)
        .where(Person.id.in_(person_ids), ClassMembership.role.in_(roles))
        .order_by(SchoolYear.begins, SchoolClass.name, Person.search_name)
    )
    return [ClassFact(**dict(zip(ClassFact.__slots__, row, strict=True))) for row in db.session.execute(query)]


def people_and_schools(visitor: Visitor) -> tuple[dict[int, str], dict[int, str], tuple[tuple[int, int], ...]]:
    """Whose cards a home shows: names of people, names of schools, and the (person, school) pairs.

    A guardian's are their children, by links that count (KIN-1, KIN-3); never anybody else's (KIN-2).
    """
    person_id = visitor.person_id or 0
    children = {p.id: p for p in children_of(person_id)} if visitor.has_profile(Profile.GUARDIAN) else {}
    people = {number: name_of(child) for number, child in children.items()}
    own = dict.fromkeys(place.school_id for place in visitor.places if place.profile != Profile.GUARDIAN)
    pairs = [(person_id, school_id) for school_id in own]
    held = affiliations_of(list(children)) if children else {}
    for child in children:
        pairs += [(child, school_id) for school_id, profile in held.get(child, []) if profile == Profile.STUDENT]
    school_ids = {school_id for _person, school_id in pairs}
    schools: dict[int, str] = {}
    if pairs:
        rows = db.session.execute(select(School.id, School.name).where(School.id.in_(school_ids)))
        schools = {row.id: row.name for row in rows}
    return people, schools, tuple(pairs)
