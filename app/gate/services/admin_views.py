"""A school's services that close on their own: which are closed, since when; closing and opening one (GATE-10)."""

from __future__ import annotations

from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _

from app.errors import NotFound
from app.gate.project.admin_views import blueprint, done, me, school_called
from app.gate.services import actions, queries
from app.gate.services.closing import SERVICE_NAMES, SOURCE_NAMES, Service
from app.gate.snapshot import SchoolCard
from app.profiles import Verb
from app.web.allowed import allowed, visitor
from app.web.fragments import render_page
from app.web.say import say


@blueprint.context_processor
def _service_names() -> dict[str, object]:
    return {"service_names": SERVICE_NAMES, "service_sources": SOURCE_NAMES}


@blueprint.route("/administration/ecole/<uai>/acces/service/<service_name>", methods=["GET", "POST"])
@allowed(Verb.SET_SCHOOL_WINDOWS)
def school_service(uai: str, service_name: str) -> Any:
    """Whether a service of the school is closed on its own, by whom, and the button that opens or closes it."""
    card = school_called(uai)
    service = next((one for one in Service if one.value == service_name), None)
    if service is None:
        raise NotFound()
    if request.method == "POST":
        return _change(card, service)
    return render_page(
        "gate/service.html", school=card, service=service, closing=queries.closing_of(service, card.id, g.now)
    )


def _change(card: SchoolCard, service: Service) -> Any:
    name, back = say(SERVICE_NAMES[service]), url_for("gate_admin.school_windows", uai=card.uai)
    if request.form.get("do") == "open":
        actions.open_service(service, card.id, by=me(), now=g.now)
        return done(_("%(service)s : ouvert.", service=name), back)
    source = "operator" if visitor().may(Verb.SET_PROJECT_WINDOWS) else "school"
    actions.close_service(service, card.id, source=source, by=me(), now=g.now)
    return done(_("%(service)s : fermé.", service=name), back)
