"""Making guests and administrators, and saying how long they last (PORTAL-8, ACCT-5). Never commits; ``now`` is portal time."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from app import clock
from app.accounts.actions import issue_code
from app.accounts.doors import Provider
from app.accounts.hand.kinds import ADMINISTRATOR, LIFETIMES, refusal
from app.accounts.loaders import open_accounts
from app.accounts.people.actions import grant
from app.accounts.queries import account_to_change
from app.audit.actions import actor_of, record
from app.db import db
from app.directory.actions import affiliate, make_person
from app.directory.models import Person, School
from app.errors import NotFound, Refused
from app.profiles import Profile, Role, Visitor
from app.words import N_


class FedProfile(Refused):
    """A profile that only feeds bring; the words say from where."""

    status = 422
    message = N_("Seuls des invités et des administrateurs se font à la main.")


def make_account(
    school: School,
    kind: str,
    *,
    last_name: str,
    first_name: str,
    lifetime: str,
    providers: Sequence[Provider],
    by: Visitor,
    now: datetime,
) -> tuple[Person, str, str]:
    """A guest or administrator of the school, their login, and a one-time code that is shown once (ACCT-2).

    Raises ``FedProfile`` for a profile that feeds bring, ``NotAllowedTo`` where the role is not the actor's to give.
    """
    refused = refusal(kind)
    if refused is not None:
        raise FedProfile(refused, field="kind")
    if lifetime not in LIFETIMES:
        raise NotFound()
    actor = actor_of(by)
    person = make_person(
        f"{school.uai}:{secrets.token_hex(8)}", last_name=last_name, first_name=first_name, by=actor, now=now
    )
    person.lifetime = lifetime
    affiliate(person, school, Profile.GUEST, by=actor, now=now)
    db.session.flush()
    open_accounts(db.session(), [person.id], now=clock.machine_now())
    values = {"kind": kind, "lifetime": lifetime}
    record("account.made-by-hand", by=actor, now=now, subject=("person", person.id), school_id=school.id, after=values)
    if kind == ADMINISTRATOR:
        grant(person, Role.SCHOOL_ADMIN, school, providers, by=by, now=now)
    account = account_to_change(person.id)
    return person, account.login, issue_code(account, by=actor, now=now)


def set_lifetime(person: Person, lifetime: str, school_id: int, *, by: Visitor, now: datetime) -> bool:
    """'permanent' or 'year': the account goes with the school year (S3-2). False: it was so."""
    if lifetime not in LIFETIMES:
        raise NotFound()
    if person.lifetime == lifetime:
        return False
    before, person.lifetime = person.lifetime, lifetime
    record(
        "account.lifetime-changed",
        by=actor_of(by),
        now=now,
        subject=("person", person.id),
        school_id=school_id,
        before={"lifetime": before},
        after={"lifetime": lifetime},
    )
    return True
