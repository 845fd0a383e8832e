"""Videos, maps and exercises of other sites in an article: from an allow-list, and only once somebody opens one (PORTAL-16). Plain.

A paragraph that is nothing but a link to an allowed host becomes a card. The card leads to a page of the portal, the only one that
lets the browser speak to that host: reading an article tells nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_ALONE = re.compile(r'<p>\s*(?:<a href="([^"]+)"[^>]*>[^<]*</a>|(https://[^\s<>"]+))\s*</p>')
_WATCH = re.compile(r"/(?:w|videos/watch)/([\w-]+)")


@dataclass(frozen=True, slots=True)
class Embed:
    """Something of another site: its place in the article (from 0), host, the page to link to, the address for the frame."""

    number: int
    host: str
    page: str
    frame: str


def pieces(body: str, hosts: tuple[str, ...]) -> list[str | Embed]:
    """The sanitised HTML ``body`` cut at its embeds: texts and ``Embed`` in turn. ``hosts`` may begin a name with a star."""
    found: list[str | Embed] = []
    at = number = 0
    for match in _ALONE.finditer(body):
        embed = embed_of(unescape(match[1] or match[2]), hosts, number)
        if embed is None:
            continue
        found += [body[at : match.start()], embed]
        at, number = match.end(), number + 1
    return [one for one in (*found, body[at:]) if one != ""]


def embeds(body: str, hosts: tuple[str, ...]) -> list[Embed]:
    """The embeds of an article, in order."""
    return [one for one in pieces(body, hosts) if isinstance(one, Embed)]


def embed_of(address: str, hosts: tuple[str, ...], number: int = 0) -> Embed | None:
    """The embed for an address; None where its host is not allowed, or where it is no plain https address."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    if parts.scheme != "https" or not host or parts.username is not None or port not in (None, 443):
        return None
    if not re.fullmatch(r"[a-z0-9.-]+", host) or not any(_matches(host, one) for one in hosts):
        return None
    page = urlunsplit(("https", host, parts.path, parts.query, ""))
    path, query = parts.path, dict(parse_qsl(parts.query))
    if (video := _WATCH.fullmatch(path.rstrip("/"))) is not None:
        path, query = f"/videos/embed/{video[1]}", {}
    elif host.startswith("podeduc."):
        query["is_iframe"] = "true"
    return Embed(number, host, page, urlunsplit(("https", host, path, urlencode(query), "")))


def _matches(host: str, pattern: str) -> bool:
    """A star stands for letters and digits of one label, never for a dot: 'tube*.example.org' is not 'tube.evil.example.org'."""
    return host.count(".") == pattern.count(".") and fnmatchcase(host, pattern)


def hosts_of(setting: str) -> tuple[str, ...]:
    """The hosts of the setting, parted by commas."""
    return tuple(one.strip().lower() for one in setting.split(",") if one.strip())
