"""New codes and roles, within what whoever acts may do (ACCT-4). Never commits; ``now`` is portal time, for the audit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.accounts.actions import issue_code
from app.accounts.doors import Provider
from app.accounts.people.privileges import Target, grant_refusal, reset_refusal, revoke_refusal
from app.accounts.people.queries import target_of
from app.accounts.queries import account_to_change
from app.audit.actions import actor_of
from app.db import db
from app.directory.actions import grant_role, revoke_role
from app.directory.models import Person, RoleGrant, School
from app.errors import Refused
from app.profiles import Role, Visitor


class NotAllowedTo(Refused):
    """Somebody may not give this code or role; the words say why and who may."""

    status = 403


def reset(target: Target, school_id: int | None, *, by: Visitor, now: datetime) -> tuple[str, str]:
    """A new one-time code for ``target``: their login and the code, shown once. Raises ``NotAllowedTo``."""
    refused = reset_refusal(by, target, school_id)
    if refused is not None:
        raise NotAllowedTo(refused)
    account = account_to_change(target.person_id)
    return account.login, issue_code(account, by=actor_of(by), now=now)


def grant(
    person: Person, role: Role, school: School | None, providers: Sequence[Provider], *, by: Visitor, now: datetime
) -> bool:
    """Give ``role``; False where they held it already. Raises ``NotAllowedTo``."""
    school_id = school.id if school is not None else None
    refused = grant_refusal(by, target_of(person.id, school_id, providers), role, school_id)
    if refused is not None:
        raise NotAllowedTo(refused, field="login")
    return grant_role(person, role, school, by=actor_of(by), now=now)


def revoke(person: Person, role: Role, school: School | None, *, by: Visitor, now: datetime) -> bool:
    """Take ``role`` back; False where they did not hold it. Raises ``NotAllowedTo`` and ``LastOperator``."""
    refused = revoke_refusal(by, role, school.id if school is not None else None)
    if refused is not None:
        raise NotAllowedTo(refused)
    hold_operators(role)
    return revoke_role(person, role, school, by=actor_of(by), now=now)


def hold_operators(role: Role) -> None:
    """Two operators who revoke each other at once come one after the other, so that one of them stays."""
    if role == Role.OPERATOR:
        db.session.execute(select(RoleGrant.id).where(RoleGrant.role == role).order_by(RoleGrant.id).with_for_update())
