"""The pages on which what departed people hold is found and taken over (CHECK-4)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, url_for

from app.admin.takeover.queries import Departed, departed
from app.directory.queries import school_by_uai
from app.gate.queries import demand_open
from app.profiles import ROLE_NAMES, Role, Verb
from app.web.allowed import allowed, demand
from app.web.fragments import render_page
from app.words import N_, Words

blueprint = Blueprint("admin_takeover", __name__)

_WORDS = {
    "channel": N_("peut alimenter l’annuaire par des imports"),
    "announcements": N_("a un rôle dans la communication ciblée"),
    "group": N_("gère le groupe « %(title)s »"),
    "space": N_("gère l’espace « %(title)s »"),
}


@blueprint.get("/administration/ecole/<uai>/reprises")
@allowed(Verb.GRANT_SCHOOL_ROLES)
def school(uai: str) -> Any:
    """What those who are no longer of a school still hold there, each with the page on which it is handed on."""
    chosen = school_by_uai(uai)
    demand(Verb.GRANT_SCHOOL_ROLES, chosen.id)
    demand_open(chosen.id)
    return _page(departed(chosen.id, chosen.uai), chosen)


@blueprint.get("/administration/reprises")
@allowed(Verb.GRANT_PROJECT_ROLES)
def project() -> Any:
    """The same for the project's roles: who has left every school and still feeds, runs or owns it."""
    demand(Verb.GRANT_PROJECT_ROLES)
    return _page(departed(None), None)


def _page(found: list[Departed], chosen: Any) -> Any:
    return render_page("admin/takeover.html", people=[_told(one) for one in found], school=chosen)


def _told(one: Departed) -> dict[str, Any]:
    things = []
    for thing in one.things:
        if thing.sort == "role":
            words = Words(N_("rôle : %(role)s"), role=Words(ROLE_NAMES[Role(thing.title)]))
        else:
            words = Words(_WORDS[thing.sort], title=thing.title)
        known = thing.endpoint in current_app.view_functions
        things.append({"words": words, "url": url_for(thing.endpoint, **thing.values) if known else None})
    return {"name": one.name, "things": things}
