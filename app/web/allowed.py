"""Who may use a route. Every endpoint wears ``@allowed(...)``; a test walks the URL map and reads it.

``ANYBODY`` marks public pages (never gated, SITE-1); ``SIGNED_IN`` any account; a ``Verb`` those whose roles hold it
somewhere, the view then narrows it to a school with ``demand``; a ``Profile`` those who hold it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, g, redirect, request, url_for
from htmx_flask import make_response as htmx_response

from app.errors import NotFound
from app.profiles import NOBODY, Profile, Verb, Visitor

ANYBODY = "anybody"
SIGNED_IN = "signed-in"

View = TypeVar("View", bound=Callable[..., Any])


def visitor() -> Visitor:
    """Whoever sent this request, as the accounts room recognised them; NOBODY when they are not signed in."""
    found: Visitor = g.get("visitor", NOBODY)
    return found


def allowed(*who: str | Verb | Profile, ungated: bool = False) -> Callable[[View], View]:
    """Declare who may use the view: ``ANYBODY``, ``SIGNED_IN``, or any of some verbs and profiles.

    Somebody not signed in is led to the sign-in page; somebody signed in without the right gets a 404: what is not
    theirs does not exist for them. ``ungated``: it works while the gate is closed although it is not public; for the way out
    (signing out) and nothing else.
    """

    def declare(view: View) -> View:
        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if ANYBODY not in who:
                asking = visitor()
                if not asking.signed_in:
                    return lead_to_sign_in()
                if SIGNED_IN not in who and not any(_holds(asking, one) for one in who):
                    raise NotFound()
            return view(*args, **kwargs)

        guarded.allowed_to = frozenset(who)  # type: ignore[attr-defined]
        guarded.ungated = ungated  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return declare


def _holds(asking: Visitor, one: str | Verb | Profile) -> bool:
    if isinstance(one, Verb):
        return asking.may_somewhere(one)
    return isinstance(one, Profile) and asking.has_profile(one)


def demand(verb: Verb, school_id: int | None = None) -> None:
    """Let only those pass who may do ``verb`` in that school (or project-wide). Raises ``NotFound`` for others."""
    if not visitor().may(verb, school_id):
        raise NotFound()


def is_public(endpoint: str | None) -> bool:
    """Is ``endpoint`` open to anybody? Static files are; an unknown address is answered by 404 without the gate."""
    if endpoint is None or endpoint == "static":
        return True
    return ANYBODY in getattr(current_app.view_functions[endpoint], "allowed_to", frozenset())


def is_ungated(endpoint: str) -> bool:
    """Does the endpoint work while the gate is closed to whoever asks? The way out does."""
    return bool(getattr(current_app.view_functions[endpoint], "ungated", False))


def lead_to_sign_in() -> Any:
    """The way to the doors: a redirect for a page, ``HX-Redirect`` for htmx; a GET's address is kept as the way back."""
    page = request.method == "GET" and not request.headers.get("HX-Request")
    back = request.script_root + request.full_path.rstrip("?") if page else None
    target = url_for("accounts.doors", next=back) if back else url_for("accounts.doors")
    if request.headers.get("HX-Request"):
        return htmx_response("", redirect=target), 401
    return redirect(target, 303)
