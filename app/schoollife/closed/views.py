"""The page that a closed service answers with: since when, until what, and what to do meanwhile (GATE-10)."""

from __future__ import annotations

from flask import Blueprint, Response, request

from app.db import db
from app.gate.queries import snapshot
from app.gate.services.closing import SERVICE_NAMES, Service, ServiceClosed
from app.web.failures import refused, wants_html
from app.web.fragments import render_page, wants_fragment

blueprint = Blueprint("schoollife_closed", __name__)


@blueprint.app_errorhandler(ServiceClosed)
def closed(error: ServiceClosed) -> Response:
    """In place of any page of the service; a part of a page reloads the whole, a program is told in its own way."""
    if not wants_html() and not wants_fragment():
        return refused(error)
    db.session.rollback()
    closing, known = error.closing, snapshot()
    response = render_page(
        "schoollife/closed/closed.html",
        status=error.status,
        closing=closing,
        service=SERVICE_NAMES[Service(closing.service)],
        school=known.schools[closing.school_id],
        kept=request.form.get("source", "") if request.method == "POST" else "",
    )
    if wants_fragment():
        response.headers["HX-Refresh"] = "true"
    return response
