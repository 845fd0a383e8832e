"""The demo's bar on every page, and pages that nobody keeps: portal time may jump at any moment."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request

from app import clock
from app.demo.moments import MOMENTS
from app.demo.queries import demo
from app.gate.queries import closures
from app.pulse import pulse


def register(app: Flask) -> None:
    """Bind the hooks to ``app``; called only where BASCULE_DEMO=1."""
    app.before_request(_look_at_the_clock)
    app.after_request(_keep_nothing)
    app.context_processor(_bar)


def _look_at_the_clock() -> None:
    """Every request, not every second: after a jump the next page shows the new time, whichever process answers."""
    if request.endpoint != "static":
        pulse().forget()


def _keep_nothing(response: Response) -> Response:
    if request.endpoint != "static" and demo() is not None:
        response.headers["Cache-Control"] = "no-store"
    return response


def _bar() -> dict[str, Any]:
    found = demo()
    if found is None:
        return {}
    here = request.full_path.rstrip("?") if request.method == "GET" else "/"
    now = clock.portal_now()
    facts = {"now": now, "next": closures().next_change(now), "zone": found.zone, "cast": found.cast, "here": here}
    return {"demo": facts | {"moments": MOMENTS}}
