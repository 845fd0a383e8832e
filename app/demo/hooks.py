"""The demo's bar on every page, and pages that nobody keeps: portal time may jump at any moment."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, request

from app import clock
from app.demo.queries import demo, summer
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
    if (season := g.get("demo_summer")) is None:
        season = g.demo_summer = summer(now)
    return {"demo": {"now": now, "summer": season, "zone": found.zone, "cast": found.cast, "here": here}}
