"""The time machine and one-click sign-in. They answer 404 unless database and process are both a demo's."""

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
from app.demo.moments import BY_NAME
from app.demo.queries import Demo, demo
from app.errors import Misused, NotFound
from app.gate.queries import closures
from app.pulse import pulse
from app.web.allowed import ANYBODY, allowed
from app.web.fragments import see_other
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
    """Move portal time to a named moment, to the next opening or closing, or back to the machine's."""
    _demand_demo()
    now = clock.portal_now()
    wanted = request.form.get("moment", "")
    if wanted == "now":
        target = None
    elif wanted == "next":
        target = closures().next_change(now)
        if target is None:
            raise Misused(
                Words(N_("Aucune ouverture ni fermeture ne vient après cet instant.")),
                hint=Words(N_("Revenez à un moment de l’été avec les autres boutons.")),
            )
    elif (moment := BY_NAME.get(wanted)) is not None:
        target = moment.at
    else:
        raise NotFound()
    move_time(target, by=SYSTEM, now=now)
    db.session.commit()
    pulse().forget()
    return see_other(safe_target(request.form.get("next"), url_for("publicsite.home")))


@blueprint.post("/demo/entrer/<int:number>")
@allowed(ANYBODY)
def enter(number: int) -> Any:
    """Sign in as a member of the cast, by the door of their profile, without a password."""
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
    response = see_other(url_for("home.home"))
    https = current_app.extensions["settings"].https
    response.set_cookie(sessions.cookie_name(https), token, **sessions.cookie_options(https))
    return response
