"""A decision as an HTTP answer, per kind of request: one pure table, tested cell by cell (GATE-6).

Whatever is dated is 503; 403 is only for what an account may never do, and is not the gate's. The hook reads the facts of
a request, asks ``classify`` and ``answer``, and puts the headers on whatever it sends, the private page that passes included.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from math import ceil
from typing import Literal
from urllib.parse import urlsplit

from app.gate.decision import Decision
from app.gate.windows import WindowKind
from app.words import Words

#: Seconds: the longest wait that is told, and the wait where no reopening is announced.
LONGEST_WAIT = 3600
UNANNOUNCED_WAIT = 900

#: What every answer behind the gate carries, open or closed: Back shows nothing, no cache mixes people or fragments.
PRIVATE_HEADERS: Mapping[str, str] = {"Cache-Control": "no-store", "Vary": "Cookie, HX-Request"}

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")


class RequestKind(StrEnum):
    """What kind of request asks, as far as the answer differs. A download by a link is a navigation."""

    NAVIGATION = "navigation"
    HTMX = "htmx"
    FORM_IN_GRACE = "form-in-grace"
    FORM = "form"
    FETCH = "fetch"
    PUBLIC = "public"


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestFacts:
    """The parts of a request that tell its kind.

    ``public``: the route is never gated (public site, static files, health, legal and accessibility pages). ``fetch_mode`` is
    Sec-Fetch-Mode, ``htmx`` whether HX-Request is 'true'; texts are as sent, None where absent.
    """

    method: str = "GET"
    fetch_mode: str | None = None
    accept: str | None = None
    content_type: str | None = None
    htmx: bool = False
    public: bool = False

    @property
    def is_form_post(self) -> bool:
        """Does it carry what somebody typed? Then, refused, it is kept as a draft, whichever kind it is."""
        sent = (self.content_type or "").split(";")[0].strip().lower()
        return self.method.upper() not in _SAFE_METHODS and sent in _FORM_TYPES


def classify(facts: RequestFacts, *, in_grace: bool) -> RequestKind:
    """The kind of a request. ``in_grace``: is now earlier than the decision's ``grace_until``? (``within_grace``.)"""
    if facts.public:
        return RequestKind.PUBLIC
    form = facts.is_form_post
    if form and in_grace:
        return RequestKind.FORM_IN_GRACE
    if facts.htmx:
        return RequestKind.HTMX
    wants_page = facts.fetch_mode == "navigate" or _accepts_html(facts.accept)
    if not wants_page:
        return RequestKind.FETCH
    return RequestKind.FORM if form else RequestKind.NAVIGATION


def within_grace(decision: Decision, now: datetime) -> bool:
    """May a form that was served before the closing still be taken at ``now``? False where it is open, too."""
    return decision.grace_until is not None and now < decision.grace_until


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What to send. ``status`` None: let the request pass and only add ``headers``.

    ``body``: 'closed_page' and 'draft_page' are pages shown in place, 'problem' is ``problem(...)`` as JSON, 'empty' is empty.
    ``location`` is where a redirect or HX-Redirect leads; it also stands in the headers.
    """

    status: int | None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Literal["closed_page", "problem", "draft_page", "empty"] | None = None
    location: str | None = None

    @property
    def passes(self) -> bool:
        return self.status is None


def answer(
    decision: Decision,
    kind: RequestKind,
    *,
    redirect_page: str | None,
    now: datetime,
    jitter: float,
    page: str = "/",
) -> Answer:
    """The answer to a request of ``kind`` for which the gate decided ``decision`` at ``now`` (portal time).

    ``redirect_page`` is the public address of the profile's redirect page, None where there is none. ``jitter`` in [0, 1)
    spreads the returns. ``page`` is the page on which an htmx request was made (``page_of``): in a maintenance it is asked for
    again and shows the closed page in place, so that reloading works after the reopening.
    """
    if kind == RequestKind.PUBLIC:
        return Answer(status=None)
    if decision.allowed or kind == RequestKind.FORM_IN_GRACE:
        return Answer(status=None, headers=dict(PRIVATE_HEADERS))
    headers = {**PRIVATE_HEADERS, "Retry-After": str(retry_after(decision, now, jitter))}
    # A maintenance is told in place, to everybody; only a profile's window has a page of its own.
    leads_to = redirect_page if decision.kind == WindowKind.PROFILES else None
    match kind:
        case RequestKind.HTMX:
            there = leads_to or page
            return Answer(status=503, headers={**headers, "HX-Redirect": there}, body="empty", location=there)
        case RequestKind.FORM:
            return Answer(status=503, headers=headers, body="draft_page")
        case RequestKind.FETCH:
            return Answer(status=503, headers={**headers, "Content-Type": "application/problem+json"}, body="problem")
        case _ if leads_to is not None:
            return Answer(status=303, headers={**headers, "Location": leads_to}, body="empty", location=leads_to)
        case _:
            return Answer(status=503, headers=headers, body="closed_page")


def retry_after(decision: Decision, now: datetime, jitter: float) -> int:
    """Whole seconds after which to come back: to the told reopening, with up to 10 % more, never over 3600.

    900 to 990 where nothing is announced. ``jitter`` in [0, 1) is drawn by the caller.
    """
    told = decision.told_reopening
    seconds = ceil((told - now).total_seconds()) if told is not None and told > now else UNANNOUNCED_WAIT
    return min(LONGEST_WAIT, seconds + int(seconds * jitter / 10))


def problem(decision: Decision, say: Callable[[Words], str]) -> dict[str, object]:
    """The body of an ``application/problem+json`` answer (RFC 9457), told by ``say``.

    ``reopens_at`` is ISO 8601 with an offset, or None where nothing is announced or where it would tell a pupil's class
    (GATE-16).
    """
    reason = say(decision.reason)
    reopens = decision.reopens_at if decision.reopens_between is None else None
    return {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": reason,
        "reason": reason,
        "rule": decision.rule,
        "reopens_at": reopens.isoformat() if reopens is not None else None,
    }


def page_of(current_url: str | None, host: str) -> str:
    """The path of the page on which htmx says that it stands (HX-Current-URL), '/' unless it is one of ``host``'s.

    Without its fragment: the browser would only scroll instead of asking again.
    """
    try:
        parts = urlsplit(current_url or "")
    except ValueError:
        return "/"
    path = parts.path
    if parts.netloc.lower() != host.lower() or not path.startswith("/") or path.startswith("//") or "\\" in path:
        return "/"
    if not path.isprintable() or not parts.query.isprintable():
        return "/"
    return f"{path}?{parts.query}" if parts.query else path


def _accepts_html(accept: str | None) -> bool:
    types = {part.split(";")[0].strip().lower() for part in (accept or "").split(",")}
    return not types.isdisjoint({"text/html", "application/xhtml+xml"})
