"""The gate before every request: whoever is signed in comes in, or gets the answer of guarantees' table (GATE-6).

Nothing here asks the database while nothing has changed: rules are compiled, decisions cost a microsecond. Public pages
are never gated. Views find the open schools in ``g.open_schools`` (GATE-15) and the instant of the request in ``g.now``.
"""

from __future__ import annotations

import random
from typing import Any

from flask import Flask, Response, g, jsonify, make_response, render_template, request, url_for
from flask_babel import gettext

from app import clock
from app.db import db
from app.gate.answers import PRIVATE_HEADERS, Answer, RequestFacts, answer, classify, page_of, problem, within_grace
from app.gate.decision import Decision, decide
from app.gate.door_notice import Voice, for_one
from app.gate.draft_fields import kept_fields
from app.gate.drafts.actions import save_draft
from app.gate.models import Draft
from app.gate.queries import snapshot
from app.gate.snapshot import Snapshot
from app.profiles import Place, Visitor
from app.web.allowed import is_public, is_ungated, visitor
from app.web.language import current_language
from app.web.say import say


def register(app: Flask) -> None:
    """Ask the gate before every request, and mark what passed as private."""
    app.before_request(stop_at_the_gate)
    app.after_request(_keep_private)


def stop_at_the_gate() -> Response | None:
    """Let the request pass (None), or answer it in its place.

    Whoever is not signed in passes: the view itself leads them to the doors. The way out works while the gate is closed.
    """
    endpoint = request.endpoint
    if endpoint is None or is_public(endpoint):
        return None
    g.private = True
    who = visitor()
    if not who.signed_in:
        return None
    known = snapshot()
    now = g.now = clock.portal_now()
    decision = decide(who, now, known.closures)
    g.open_schools = decision.open_schools
    if decision.allowed or is_ungated(endpoint):
        return None
    facts = RequestFacts(
        method=request.method,
        fetch_mode=request.headers.get("Sec-Fetch-Mode"),
        accept=request.headers.get("Accept"),
        content_type=request.content_type,
        htmx=request.headers.get("HX-Request") == "true",
    )
    kind = classify(facts, in_grace=within_grace(decision, now))
    found = answer(
        decision,
        kind,
        redirect_page=_redirect_page(known, decision),
        now=now,
        jitter=random.random(),
        page=page_of(request.headers.get("HX-Current-URL"), request.host),
    )
    if found.passes:
        return None
    draft = _keep_draft(who) if facts.is_form_post else None
    return _respond(found, known, decision, who, draft)


def _redirect_page(known: Snapshot, decision: Decision) -> str | None:
    """The public address of the page of the deciding profile and school, in the language of the request."""
    if decision.profile is None:
        return None
    school = known.schools.get(decision.school_id or 0)
    if school is None:
        return url_for("gate.project_redirect_page", profile=decision.profile.value)
    return url_for("gate.redirect_page", uai=school.uai, profile=decision.profile.value)


def _keep_draft(who: Visitor) -> Draft | None:
    # The page's own address where htmx posts to it; a form without an address of its own posts to its page.
    draft = save_draft(who, request.full_path.rstrip("?"), request.form.lists(), now=g.now)
    db.session.commit()
    return draft


def _respond(found: Answer, known: Snapshot, decision: Decision, who: Visitor, draft: Draft | None) -> Response:
    match found.body:
        case "problem":
            response = jsonify(problem(decision, say))
        case "closed_page" | "draft_page":
            response = make_response(_page(known, decision, who, draft, with_form=found.body == "draft_page"))
        case _:
            response = make_response("")
    response.status_code = found.status or 503
    for name, value in found.headers.items():
        response.headers[name] = value
    return response


def _page(known: Snapshot, decision: Decision, who: Visitor, draft: Draft | None, *, with_form: bool) -> str:
    place = _deciding_place(who, decision)
    notice = for_one(known, decision, place, g.now, voice=Voice(language=current_language(), translate=gettext))
    school = notice.school
    return render_template(
        "gate/closed.html",
        notice=notice,
        place=school.name if school is not None else known.portal,
        contact=known.contact,
        door_links={
            "site": url_for("publicsite.school", uai=school.uai) if school is not None else url_for("publicsite.home"),
            "site_words": gettext("Aller au site public"),
            "closures": url_for("publicsite.closures"),
            "wish": url_for("notifications.wish", school=school.uai, profile=decision.profile.value)
            if school is not None and decision.profile is not None
            else None,
        },
        draft=draft.id if draft is not None else None,
        typed=kept_fields(request.form.lists()) if with_form else None,
    )


def _deciding_place(who: Visitor, decision: Decision) -> Place | None:
    """The visitor's place that ``decision`` speaks of: of several children in one school, the first that comes in."""
    here = [p for p in who.places if p.school_id == decision.school_id and p.profile == decision.profile]
    known = snapshot().closures
    return min(here, key=lambda p: known.at_place(p, g.now).reopens_at != decision.reopens_at, default=None)


def _keep_private(response: Response) -> Any:
    """Nothing behind the gate is kept by a browser or proxy, and what is made for one person or fragment is no other's."""
    if g.get("private"):
        response.headers["Cache-Control"] = PRIVATE_HEADERS["Cache-Control"]
        for name in ("Cookie", "HX-Request"):
            response.vary.add(name)
    return response
