"""A death closes the account too (ACCT-8). Never commits; ``now`` is portal time."""

from __future__ import annotations

from datetime import date, datetime

from app import clock
from app.accounts.models import Account
from app.audit.actions import Actor
from app.db import db
from app.directory.kin.actions import record_death
from app.directory.models import Person


def note_death(person: Person, died_on: date | None, school_id: int, *, by: Actor, now: datetime) -> None:
    """Note a death, which disables the account and ends every automatic message; None takes both back."""
    if person.died_on == died_on:
        return
    record_death(person, died_on, school_id, by=by, now=now)
    account = db.session.get(Account, person.id)
    if account is not None:
        account.disabled_at = clock.machine_now() if died_on is not None else None
