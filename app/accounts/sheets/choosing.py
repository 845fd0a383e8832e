"""Who gets which slip (ACCT-3, ACCT-4). Plain: facts in, a slip's kind or the reason why there is none out.

A sheet is made for accounts that have never been used: a code cancels the password in use, so whoever has one keeps it unless
somebody says otherwise. A guardian's first code may be given out by the school, which knows the families; a guardian's password in use is
cancelled by the project's operators only, as for a single code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.accounts.doors import Roles
from app.accounts.people.privileges import covers
from app.profiles import Profile, Verb, Visitor
from app.words import N_


class Audience(StrEnum):
    """For whom a sheet is made."""

    STUDENTS = "students"
    GUARDIANS = "guardians"


PROFILE_OF: dict[Audience, Profile] = {Audience.STUDENTS: Profile.STUDENT, Audience.GUARDIANS: Profile.GUARDIAN}
AUDIENCE_NAMES: dict[Audience, str] = {Audience.STUDENTS: N_("Élèves"), Audience.GUARDIANS: N_("Responsables")}


class State(StrEnum):
    """How far somebody's account is: never used without a code, never used with a code that is still good, in use."""

    NEVER = "never"
    WAITING = "waiting"
    USED = "used"


class Kind(StrEnum):
    """What stands on a slip: a new code, the code given before, the password that its owner knows, or whom to ask for one."""

    NEW = "new"
    WAITING = "waiting"
    KEPT = "kept"
    ASK = "ask"


#: Of an account: whose it is, when its code ends, whether it has a code, a password, was signed in to.
Facts = tuple[int, datetime | None, bool, bool, bool]


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """Somebody of a class as a sheet looks at them. ``pupils`` are the guardian's pupils in the school, by name.

    ``everywhere`` are the profiles that they hold in any school; instants are machine time.
    """

    person_id: int
    name: str
    class_id: int
    pupils: tuple[str, ...]
    login: str | None
    code_expires_at: datetime | None
    has_code: bool
    has_password: bool
    signed_in_before: bool
    disabled: bool
    everywhere: frozenset[Profile]
    roles: Roles

    @property
    def facts(self) -> Facts:
        """The account as ``seen`` digests it."""
        return (self.person_id, self.code_expires_at, self.has_code, self.has_password, self.signed_in_before)

    def state(self, at: datetime) -> State:
        """How far the account is at ``at``, machine time."""
        if self.has_password or self.signed_in_before:
            return State.USED
        return State.WAITING if self.code_is_good(at) else State.NEVER

    def code_is_good(self, at: datetime) -> bool:
        """Is there a code that opens at ``at``?"""
        return self.has_code and self.code_expires_at is not None and self.code_expires_at > at


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeSlip:
    """Somebody's slip: what stands on it, and the code where it is a new one."""

    holder: Holder
    kind: Kind
    code: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a sheet is to hold beside first codes: new ones in place of codes already given, in place of passwords in use."""

    again: bool = False
    used: bool = False


NO_ACCOUNT = N_("n’a pas de compte")
DISABLED = N_("compte fermé")
NOT_YOURS = N_("porte aussi un autre rôle ou profil : son code se donne à part")


def left_out(holder: Holder, audience: Audience, actor: Visitor) -> str | None:
    """Why there is no slip for somebody: words, or None if there is one.

    Whoever gets a code for an account could come in with it: nobody is on a sheet who is more than what it is made for, or holds a
    role that ``actor`` does not cover.
    """
    if holder.login is None:
        return NO_ACCOUNT
    if holder.disabled:
        return DISABLED
    if holder.person_id == actor.person_id or not all(covers(actor, role, school) for role, school in holder.roles):
        return NOT_YOURS
    if not actor.is_operator and holder.everywhere != {PROFILE_OF[audience]}:
        return NOT_YOURS
    return None


def slip_kind(holder: Holder, wish: Wish, at: datetime) -> Kind:
    """What stands on somebody's slip at ``at``, machine time."""
    state = holder.state(at)
    if state == State.NEVER or (state == State.WAITING and wish.again) or (state == State.USED and wish.used):
        return Kind.NEW
    if holder.has_password:
        return Kind.KEPT
    # Who came in before and has no password any more was given a code since, or has to ask for one (ACCT-4).
    return Kind.WAITING if holder.code_is_good(at) else Kind.ASK


def may_cancel_used(audience: Audience, actor: Visitor, school_id: int, *, taught: bool = False) -> bool:
    """May ``actor`` put a new code in place of passwords in use (ACCT-4)? Of guardians the operators only."""
    if audience == Audience.GUARDIANS:
        return actor.is_operator
    return taught or actor.is_operator or actor.may(Verb.RESET_STUDENTS, school_id)


def seen(facts: Iterable[Facts]) -> str:
    """A digest of what a page has shown of these accounts: whoever sends it back acts on what they saw."""
    lines = sorted(
        f"{number} {expires_at} {code} {chosen} {before}" for number, expires_at, code, chosen, before in facts
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:24]
