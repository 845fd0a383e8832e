"""Public addresses of a school with a new UAI lead on for good; those of one that has ended lead to its heir, or say so (FEED-7)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from app import clock
from app.publicsite.queries import project_facts, told
from app.web.allowed import is_public
from app.web.pagecache import keep_public

blueprint = Blueprint("publicsite_moved", __name__)

#: Rooms whose public pages are a school's own site; the gate's and the doors' stay as they are until its people have moved.
_SITE = frozenset({"publicsite", "content_minisite"})

#: Pages that name the school in their query.
_BY_QUERY = frozenset({"publicsite.status", "notifications.wish"})


@blueprint.before_app_request
def lead_on() -> Any:
    """Answer for an address that has moved: 301 to where it is, 410 where a school's site is over. No query of its own."""
    if request.method not in ("GET", "HEAD") or not is_public(request.endpoint):
        return None
    asked = _asked()
    if asked is None:
        return None
    facts, now = project_facts(), clock.portal_now()
    by_uai = {school.uai: number for number, school in facts.schools.items()}
    number = by_uai.get(asked)
    if number is None:
        number = facts.moves.former.get(asked)
        if number is None or number not in facts.schools:
            return None
        return _moved(url_for(request.endpoint or "", **_arguments(facts.schools[number].uai)), query=True)
    if request.blueprint not in _SITE or (end := facts.moves.ending(number, now)) is None:
        return None
    heir = facts.moves.heir(number, now, facts.schools)
    if heir != number:
        return _moved(_same_page(facts.schools[heir].uai))
    if end.over(now):
        page = render_template("publicsite/over.html", name=facts.schools[number].name, end=told(end))
        return keep_public(make_response(page, 410), until=None, now=now)
    return None


def _asked() -> str | None:
    """The UAI that the address names, or whose host name it is."""
    arguments = request.view_args or {}
    if "uai" in arguments:
        return str(arguments["uai"]).strip().upper()
    if request.endpoint in _BY_QUERY:
        return (request.args.get("school") or "").strip().upper() or None
    if request.endpoint != "publicsite.home":
        return None
    facts = project_facts()
    own = facts.hosts.get(request.host.split(":")[0].lower())
    return facts.schools[own].uai if own is not None and own in facts.schools else None


def _arguments(uai: str) -> dict[str, Any]:
    if request.endpoint in _BY_QUERY:
        return request.args.to_dict() | {"school": uai}
    return (request.view_args or {}) | {"uai": uai}


def _same_page(uai: str) -> str:
    """The same page of the heir where every school has it, else the heir's home: its articles have other numbers."""
    if request.endpoint in _BY_QUERY or set(request.view_args or {}) == {"uai"}:
        return url_for(request.endpoint or "", **_arguments(uai))
    return url_for("publicsite.school", uai=uai)


def _moved(where: str, *, query: bool = False) -> Response:
    """For good, and yet kept for a minute only: a declaration can be taken back."""
    if query and request.query_string and "?" not in where:
        where = f"{where}?{request.query_string.decode(errors='replace')}"
    response = make_response(redirect(where, 301))
    return keep_public(response, until=None, now=clock.portal_now())


@blueprint.app_context_processor
def _ended() -> dict[str, Any]:
    """``school_ended`` for the public pages of a school that has ended: the banner names who receives the pupils."""
    if request.blueprint not in _SITE or not is_public(request.endpoint) or (asked := _asked()) is None:
        return {}
    facts, now = project_facts(), clock.portal_now()
    number = next((number for number, school in facts.schools.items() if school.uai == asked), None)
    end = facts.moves.ending(number, now) if number is not None else None
    return {} if end is None or number is None else {"school_ended": told(end)}
