"""What a session is: its secret, its cookie, its facts, and when it is over. Plain; all instants are machine time."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from app.accounts.doors import Door, Roles
from app.profiles import Place, Profile, Role, Visitor

#: How often the instant of the last request is written down at most.
SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenSession:
    """The session of whoever sent this request, and Flask-Login's ``current_user``."""

    id: int
    person_id: int
    door: Door
    #: The provider that vouched for the person; empty for the portal's own door.
    provider: str
    name: str
    must_change: bool
    created_at: datetime
    visitor: Visitor

    @property
    def is_authenticated(self) -> bool:
        return True

    @property
    def is_active(self) -> bool:
        return True

    @property
    def is_anonymous(self) -> bool:
        return False

    def get_id(self) -> str:
        """Flask-Login's name for whoever is signed in."""
        return str(self.person_id)


def new_token() -> str:
    """A session's secret, or that of a link sent by e-mail: 256 random bits."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a secret that is random enough to need no slow hash: its SHA-256, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def cookie_name(https: bool) -> str:
    """The session's cookie; the ``__Host-`` prefix, which browsers accept over https only, ties it to this very host."""
    return "__Host-bascule" if https else "bascule"


def cookie_options(https: bool) -> dict[str, Any]:
    """What ``set_cookie`` and ``delete_cookie`` are told. The cookie ends with the browser."""
    return {"secure": https, "httponly": True, "samesite": "Lax", "path": "/"}


def over(*, ended_at: datetime | None, seen_at: datetime, hours: int, at: datetime) -> bool:
    """Is a session over at ``at``: ended, or idle for longer than ``hours``?"""
    return ended_at is not None or at - seen_at > timedelta(hours=hours)


def cut_off(
    created_at: datetime,
    *,
    valid_from: datetime | None,
    cuts: Iterable[tuple[int, Profile, datetime]],
    places: Iterable[Place],
) -> bool:
    """Does 'sessions valid from' of the person, or of one of their profiles in a school, end a session of that age?"""
    if valid_from is not None and created_at < valid_from:
        return True
    held = {(place.school_id, place.profile) for place in places}
    return any((school_id, profile) in held and created_at < at for school_id, profile, at in cuts)


def facts_of(name: str, places: Iterable[Place], roles: Roles) -> dict[str, Any]:
    """The visitor's facts as JSON, to be kept beside the session."""
    return {
        "name": name,
        "places": [[place.school_id, place.profile.value, place.level, place.class_id] for place in places],
        "roles": sorted([[role.value, school_id] for role, school_id in roles], key=str),
    }


def visitor_of(person_id: int, facts: Mapping[str, Any]) -> Visitor:
    """The visitor whom ``facts_of`` wrote down."""
    return Visitor(
        person_id=person_id,
        places=tuple(
            Place(school_id=school_id, profile=Profile(profile), level=level, class_id=class_id)
            for school_id, profile, level, class_id in facts["places"]
        ),
        roles=frozenset((Role(role), school_id) for role, school_id in facts["roles"]),
    )


_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "Chromebook"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def browser_of(user_agent: str) -> str:
    """'Firefox, Windows': enough to recognise one's own sessions by; empty where nothing is recognised."""
    browser = next((name for mark, name in _BROWSERS if re.search(rf"\b{mark}\w*/", user_agent)), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part)


def network_of(address: str | None) -> str:
    """The network of an address, as coarse as a household or a school: /24, or /64 for IPv6. Empty if it is not one."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    return str(ip_network(f"{found}/{24 if found.version == 4 else 64}", strict=False))
