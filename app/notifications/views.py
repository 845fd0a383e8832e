"""'Tell me when it reopens' (SITE-7): a public page without session, cookie or cache."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import db
from app.directory.queries import school_by_uai, search_schools
from app.gate.decision import Decision
from app.gate.queries import closures
from app.notifications import actions
from app.notifications.addresses import network_digest
from app.notifications.forms import WishForm, new_token, token_holds
from app.profiles import Place, Profile
from app.web.allowed import ANYBODY, allowed
from app.web.fragments import render_page, see_other
from app.web.language import current_language
from app.web.security import csrf

blueprint = Blueprint("notifications", __name__)

#: Schools listed by a search before one has to say more.
LISTED = 20


@blueprint.route("/prevenir", methods=["GET", "POST"])
@csrf.exempt
@allowed(ANYBODY)
def wish() -> Any:
    """The form about one school (``school``: its UAI), or the search for the school.

    The answer after the form is the same whether the address was known, new or already noted.
    """
    uai = request.args.get("school", "")
    if not uai:
        searched = request.args.get("q", "").strip()[:80]
        found = search_schools(searched, LISTED + 1) if searched else ()
        return render_page(
            "notifications/which_school.html",
            searched=searched,
            schools=found[:LISTED],
            more=len(found) > LISTED,
            profile=_profile(request.args.get("profile")),
        )
    school = school_by_uai(uai)
    if request.args.get("noted"):
        return render_page("notifications/noted.html", school=school)
    form = WishForm(request.form if request.method == "POST" else None, profile=_profile(request.args.get("profile")))
    expired = request.method == "POST" and not token_holds(request.form.get("token"), school.id)
    if request.method == "POST" and form.validate() and not expired:
        place = Place(school_id=school.id, profile=Profile(form.profile.data))
        if not closures().at_place(place, clock.portal_now()).allowed:
            actions.leave_wish(
                address=form.address.data or "",
                school_id=school.id,
                profile=place.profile.value,
                language=current_language(),
                network=network_digest(request.remote_addr or "", current_app.config["SECRET_KEY"]),
                now=clock.machine_now(),
            )
        db.session.commit()
        return see_other(url_for("notifications.wish", school=school.uai, noted=1))
    also = [_("La page est restée ouverte trop longtemps. Envoyez de nouveau le formulaire.")] if expired else []
    closed = _closed(school.id)
    form.offer(closed)
    return render_page(
        "notifications/wish.html",
        status=422 if request.method == "POST" else 200,
        form=form,
        also=also,
        school=school,
        # Each sentence once: a maintenance says the same to everybody.
        closed=list({str(decision.reason): decision for decision in closed.values()}.values()),
        token=new_token(school.id),
    )


def _profile(given: str | None) -> str | None:
    return given if given in {profile.value for profile in Profile} else None


def _closed(school_id: int) -> dict[Profile, Decision]:
    """The closed spaces and what the gate says of them, no day finer than the level (GATE-16)."""
    compiled, now = closures(), clock.portal_now()
    decisions = {profile: compiled.at_place(Place(school_id=school_id, profile=profile), now) for profile in Profile}
    return {profile: decision for profile, decision in decisions.items() if not decision.allowed}
