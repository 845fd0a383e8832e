"""The time machine, one-click sign-in, the guide through the summer. They answer 404 unless database and process are both a demo's."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, request, url_for

from app import clock
from app.accounts import actions as accounts
from app.accounts import sessions
from app.accounts.doors import Door
from app.accounts.queries import standing_of
from app.audit.actions import SYSTEM
from app.db import db
from app.demo.actions import move_time
from app.demo.deliveries.actions import lay
from app.demo.queries import Demo, demo, invitations, summer
from app.errors import Misused, NotFound
from app.pulse import pulse
from app.web.allowed import ANYBODY, allowed
from app.web.fragments import render_page, see_other
from app.web.security import safe_target
from app.words import N_, Words

blueprint = Blueprint("demo", __name__)


def _demand_demo() -> Demo:
    found = demo()
    if found is None:
        raise NotFound()
    return found


@blueprint.post("/demo/temps")
@allowed(ANYBODY)
def jump() -> Any:
    """Move portal time to a named moment, to what comes next (an event, an opening, a closing), or back to the machine's."""
    _demand_demo()
    now = clock.portal_now()
    season, wanted = summer(now), request.form.get("moment", "")
    if wanted == "now":
        target = None
    elif wanted == "next":
        target = season.next_at
        if target is None:
            raise Misused(
                Words(N_("Aucun événement, aucune ouverture ni fermeture ne vient après cet instant.")),
                hint=Words(N_("Revenez à un moment de l’été avec les autres boutons.")),
            )
    elif (moment := next((one for one in season.moments if one.name == wanted), None)) is not None:
        target = moment.at
    else:
        raise NotFound()
    move_time(target, by=SYSTEM, now=now)
    db.session.commit()
    pulse().forget()
    lay(target or clock.machine_now())
    return see_other(safe_target(request.form.get("next"), url_for("publicsite.home")))


@blueprint.post("/demo/entrer/<int:number>")
@allowed(ANYBODY)
def enter(number: int) -> Any:
    """Sign in as a member of the cast, by the door of their profile, without a password; on to the page ``next``."""
    playing = next((one for one in _demand_demo().cast if one.member.number == number), None)
    if playing is None:
        raise NotFound()
    revision = accounts.directory_revision()
    standing = standing_of(playing.person_id)
    if standing is None or standing.disabled:
        raise NotFound()
    token = accounts.open_session(
        playing.person_id,
        Door(playing.member.door),
        standing,
        revision=revision,
        browser=sessions.browser_of(request.user_agent.string),
        at=clock.machine_now(),
        now=clock.portal_now(),
    )
    db.session.commit()
    response = see_other(safe_target(request.form.get("next"), url_for("home.home")))
    https = current_app.extensions["settings"].https
    response.set_cookie(sessions.cookie_name(https), token, **sessions.cookie_options(https))
    return response


@blueprint.get("/demo/guide")
@allowed(ANYBODY)
def guide() -> Any:
    """At each moment of the summer: what happens, whom to enter as, where to look."""
    found, now = _demand_demo(), clock.portal_now()
    season = summer(now)
    visits = invitations(found, season.campaigns)
    passed = [moment.name for moment in season.moments if moment.at <= now]
    return render_page(
        "demo/guide.html",
        moments=season.moments,
        visits=visits,
        here=passed[-1] if passed else "",
        zone=found.zone,
    )
