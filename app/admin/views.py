"""The hall's pages: what needs somebody now, the schools, one school's pages, the journal."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, request, url_for
from flask_babel import gettext as _

from app import clock
from app.admin.hall import EVERYDAY, Entry, administers, own_schools, project_entries, school_entries
from app.admin.lines import changes
from app.admin.needs import Need, contributions
from app.admin.queries import actions_done, journal, needs, people_called, school_page, schools_called
from app.audit.queries import verify
from app.directory.queries import project, school_by_uai
from app.errors import NotFound
from app.gate.announced import sentence
from app.gate.queries import public_closures
from app.profiles import Verb
from app.web.allowed import allowed, demand, is_public, visitor
from app.web.fragments import render_page
from app.web.say import say

blueprint = Blueprint("admin", __name__)

SCHOOLS_A_PAGE = 40
LINES_A_PAGE = 50
#: Closings told on the dashboard before one has to open the calendar.
CLOSINGS = 12


def _link(entry: Entry, **values: Any) -> dict[str, Any] | None:
    """An entry as the templates want it; None for a page that this portal does not have."""
    if entry.endpoint not in current_app.view_functions:
        return None
    return {
        "url": url_for(entry.endpoint, **values),
        "label": say(entry.label),
        "sentence": say(entry.sentence),
        "icon": entry.icon,
        "current": request.endpoint == entry.endpoint,
    }


@blueprint.app_context_processor
def menu() -> dict[str, Any]:
    """The menu of private pages, by what the visitor may; public pages have none: nothing there depends on who reads."""
    asking = visitor()
    if not asking.signed_in or is_public(request.endpoint):
        return {}
    inside = request.path == "/administration" or request.path.startswith("/administration/")
    everyday = [_everyday(entry) for entry in EVERYDAY[: 1 if inside else None]]
    if not administers(asking):
        return {"menu": everyday}
    hall = {"url": url_for("admin.dashboard"), "label": _("Administration"), "icon": "shield-check", "current": False}
    pages = [entry for entry in project_entries(asking) if entry.in_menu] if inside else []
    entries = [link for entry in pages if (link := _link(entry)) is not None]
    # Whatever has no entry of its own stands under 'Administration'.
    hall["current"] = inside and not any(entry["current"] for entry in entries)
    return {"menu": [*everyday, hall, *entries]}


def _everyday(entry: tuple[str, str, str]) -> dict[str, Any]:
    endpoint, label, icon = entry
    return {"url": url_for(endpoint), "label": say(label), "icon": icon, "current": request.endpoint == endpoint}


@blueprint.get("/administration")
@allowed(*Verb)
def dashboard() -> Any:
    """What needs somebody now, what is closed or about to close, and the way to every page."""
    asking = visitor()
    now, machine_now = clock.portal_now(), clock.machine_now()
    mine = own_schools(asking)
    waiting = needs(asking, machine_now, now)
    for contribution in contributions(current_app.extensions):
        waiting += contribution(asking, machine_now)
    own = schools_called(mine) if mine is not None else {}
    if mine is None:
        closings = public_closures(now)
    else:
        closings = [closing for school_id in own for closing in public_closures(now, school_id)]
    concerned = schools_called({closing.school_id for closing in closings[:CLOSINGS] if closing.school_id is not None})
    only = next(iter(own.values())) if len(own) == 1 else None
    return render_page(
        "admin/dashboard.html",
        needs=[_need(need) for need in waiting],
        closings=[
            {
                "state": closing.state,
                "sentence": sentence(closing),
                "school": concerned.get(closing.school_id or 0),
            }
            for closing in closings[:CLOSINGS]
        ],
        more_closings=max(0, len(closings) - CLOSINGS),
        pages=_found(project_entries(asking)),
        school=only,
        school_pages=_found(school_entries(asking, only.id), uai=only.uai) if only is not None else [],
        schools=list(own.values()) if only is None else [],
    )


def _found(entries: list[Entry], **values: Any) -> list[dict[str, Any]]:
    return [link for entry in entries if (link := _link(entry, **values)) is not None]


def _need(need: Need) -> dict[str, Any]:
    there = need.endpoint in current_app.view_functions
    return {"state": need.state, "words": need.words, "url": url_for(need.endpoint, **need.values) if there else None}


@blueprint.get("/administration/etablissements")
@allowed(Verb.SEE_PEOPLE)
def schools() -> Any:
    """Choose a school: search by name, town or UAI, page by page."""
    text = request.args.get("q", "").strip()[:80]
    found = school_page(text, request.args.get("page", 1, type=int), SCHOOLS_A_PAGE, among=own_schools(visitor()))
    return render_page("admin/schools.html", block="schools_found", text=text, found=found)


@blueprint.get("/administration/ecole/<uai>")
@allowed(*Verb)
def school(uai: str) -> Any:
    """One school's pages of administration."""
    chosen = school_by_uai(uai)
    entries = school_entries(visitor(), chosen.id)
    if not entries:
        raise NotFound()
    closings = public_closures(clock.portal_now(), chosen.id)
    return render_page(
        "admin/school.html",
        school=chosen,
        pages=_found(entries, uai=chosen.uai),
        closings=[{"state": closing.state, "sentence": sentence(closing)} for closing in closings],
    )


@blueprint.get("/administration/journal")
@allowed(Verb.SEE_AUDIT)
def audit() -> Any:
    """Who did what: filtered by action, school, subject and person; ``verify=1`` reads the whole chain (G10)."""
    demand(Verb.SEE_AUDIT)
    asked = {name: request.args.get(name, "").strip()[:80] for name in ("action", "school", "subject", "person")}
    chosen = school_by_uai(asked["school"]) if asked["school"] else None
    kind, _colon, number = asked["subject"].partition(":")
    subject = (kind, _number(number)) if kind else None
    lines = journal(
        action=asked["action"],
        school_id=chosen.id if chosen is not None else None,
        subject=subject,
        actor_id=_number(asked["person"]),
        before=request.args.get("before", type=int),
        limit=LINES_A_PAGE + 1,
    )
    shown = lines[:LINES_A_PAGE]
    return render_page(
        "admin/audit.html",
        block="lines_found",
        lines=_lines(shown),
        asked=asked,
        filters={name: value for name, value in asked.items() if value},
        school=chosen,
        actions=actions_done(),
        older=shown[-1].number if len(lines) > LINES_A_PAGE else None,
        newer=request.args.get("before", type=int) is not None,
        verified=verify() if request.args.get("verify") else None,
        zone=project().zone,
    )


def _number(text: str) -> int | None:
    """A row's number, None for what cannot be one."""
    return int(text) if text.isdecimal() and len(text) <= 18 else None


def _lines(found: Any) -> list[dict[str, Any]]:
    """Lines with names instead of numbers: of whoever acted, of the person concerned, of the school."""
    people = {line.actor_id for line in found if line.actor_id is not None}
    people |= {line.subject_id for line in found if line.subject_kind in _PEOPLE and line.subject_id is not None}
    names = people_called(people)
    schools_named = schools_called({line.school_id for line in found if line.school_id is not None})
    return [
        {
            "line": line,
            "who": _actor(line, names),
            "subject": names.get(line.subject_id) if line.subject_kind in _PEOPLE else None,
            "school": schools_named.get(line.school_id),
            "changes": changes(line.detail.values if line.detail is not None else None),
            "erased": line.detail is None,
        }
        for line in found
    ]


#: Kinds of subject whose number is a person's.
_PEOPLE = frozenset({"person", "account"})


def _actor(line: Any, names: dict[int, str]) -> str:
    if line.actor_id is not None:
        return names.get(line.actor_id) or _("quelqu’un qui n’est plus dans l’annuaire")
    told = {
        "command": _("la ligne de commande"),
        "scheduler": _("le planificateur"),
        "feed": _("un import"),
        "system": _("le portail"),
    }
    return str(told.get(line.actor, line.actor))
