"""Giving out the codes of a credentials sheet (ACCT-2, ACCT-3). Never commits; ``now`` is portal time, for the audit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import update

from app import clock
from app.accounts import passwords
from app.accounts.models import SignInSession
from app.accounts.sheets.choosing import Audience, seen
from app.accounts.sheets.queries import accounts_to_change
from app.audit.actions import Actor, record
from app.db import db
from app.errors import Refused
from app.words import N_


class CodesMeanwhile(Refused):
    """Somebody made codes for the same people, or some of them came in, since the page was opened: nothing is made."""

    status = 409
    message = N_(
        "Ces comptes ont changé depuis que la page est ouverte : quelqu’un vient peut-être d’en faire les fiches."
    )
    advice = N_("Rouvrez la page, vérifiez les nombres, puis recommencez si c’est encore utile.")


def give_codes(
    codes: Mapping[int, str],
    *,
    shown: str,
    among: Collection[int],
    expires_at: datetime,
    audience: Audience,
    school_id: int,
    class_ids: Collection[int],
    by: Actor,
    now: datetime,
) -> None:
    """Make ``codes`` (person to code) the good ones until ``expires_at`` (machine time), kept as digests only.

    Passwords, older codes and sessions of these people are over. ``shown`` is what the page showed of the accounts ``among``: raises
    ``CodesMeanwhile`` where they are no longer so. The audit names people and never a code.
    """
    accounts = accounts_to_change(among)
    as_they_are = (
        (
            one.person_id,
            one.code_expires_at,
            one.code_hash is not None,
            one.password_hash is not None,
            one.first_sign_in_at is not None,
        )
        for one in accounts
    )
    if seen(as_they_are) != shown:
        raise CodesMeanwhile()
    signed_in = []
    for account in accounts:
        if account.person_id not in codes:
            continue
        if account.first_sign_in_at is not None:
            signed_in.append(account.person_id)
        account.code_hash = passwords.code_digest(codes[account.person_id])
        account.code_expires_at = expires_at
        account.password_hash = None
        record("account.code-issued", by=by, now=now, subject=("person", account.person_id), school_id=school_id)
    for start in range(0, len(signed_in), 1000):
        some = signed_in[start : start + 1000]
        ending = update(SignInSession).where(SignInSession.person_id.in_(some), SignInSession.ended_at.is_(None))
        db.session.execute(
            ending.values(ended_at=clock.machine_now()), execution_options={"synchronize_session": False}
        )
    after = {"audience": audience.value, "classes": sorted(class_ids), "codes": len(codes)}
    record("credentials.sheet-made", by=by, now=now, subject=("school", school_id), school_id=school_id, after=after)
    db.session.flush()
