"""The way from the page of a class to its teacher's choice, and to what may still be taken."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for

from app import clock
from app.classchoice import queries
from app.classchoice.views import blueprint as blueprint
from app.errors import NotFound
from app.profiles import Profile
from app.web.allowed import allowed, visitor
from app.web.fragments import see_other


@blueprint.app_context_processor
def _frame() -> dict[str, Any]:
    """What the page of a class shows of its teacher's choice."""
    return {"choice_of_class": _choice_of_class}


def _choice_of_class(class_id: int) -> dict[str, Any] | None:
    """The way from a class's page to the choice that the visitor has made of it, and to what may still be taken; None for others."""
    asking, now = visitor(), clock.portal_now()
    if not asking.has_profile(Profile.TEACHER):
        return None
    for standing in queries.standings(asking, now):
        if class_id in {number for number, _name in standing.classes}:
            until = standing.recoverable_until
            recover = url_for("classchoice.offer", uai=standing.uai) if until is not None and now < until else None
            return {"url": url_for("classchoice.done", uai=standing.uai), "recover": recover, "until": until}
    return None


@blueprint.get("/classes/<int:class_id>/choix")
@allowed(Profile.TEACHER)
def of_class(class_id: int) -> Response:
    """From the page of one of my classes to my choice there."""
    for standing in queries.standings(visitor(), clock.portal_now()):
        if class_id in {number for number, _name in standing.classes}:
            return see_other(url_for(".done", uai=standing.uai))
    raise NotFound()
