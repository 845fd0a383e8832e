"""How attempts are slowed: per login, and loosely per network, since a school is one address. Plain; machine time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from app.accounts.sessions import digest

#: A row whose first failure is older than this counts from the beginning.
FORGOTTEN_AFTER = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Slope:
    """``free`` attempts cost nothing; each further one doubles the wait, from ``first`` to ``longest``."""

    free: int
    first: timedelta
    longest: timedelta


#: Fourteen wrong passwords an hour for one login, whoever tries.
LOGIN = Slope(free=5, first=timedelta(seconds=2), longest=timedelta(minutes=15))
#: A whole school mistypes on its first day; a machine that tries every login is still slowed.
NETWORK = Slope(free=300, first=timedelta(seconds=1), longest=timedelta(minutes=1))
#: Mails asked for by one login or address.
MAIL = Slope(free=3, first=timedelta(minutes=1), longest=timedelta(minutes=30))


def wait_after(failures: int, slope: Slope) -> timedelta:
    """How long the next attempt waits after so many that did not succeed."""
    beyond = failures - slope.free
    if beyond < 0:
        return timedelta()
    # Doubling stops long before a number overflows.
    return min(slope.first * (1 << min(beyond, 20)), slope.longest)


def key(kind: str, what: str) -> str:
    """A row's key. What was typed is kept as a digest: people type their password in the wrong field."""
    return f"{kind}:{digest(what.strip().lower())[:32]}"


def sign_in_keys(login: str, network: str) -> dict[str, Slope]:
    """What one attempt to sign in is counted under."""
    return {key("login", login): LOGIN, key("network", network): NETWORK}


def mail_keys(what: str, network: str) -> dict[str, Slope]:
    """What one demand for a mail is counted under."""
    return {key("mail", what): MAIL, key("mails", network): NETWORK}
