"""'Mon départ': what becomes of a leaver's data, until when they reach it, and whether their contributions stay (CAL-9, LAW-3, LAW-4)."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.accounts.own.views import mine
from app.audit.actions import actor_of
from app.db import db
from app.directory.leaving.queries import dates_of, leaver
from app.directory.queries import project
from app.feeds.leavers import actions
from app.feeds.leavers.forms import ContributionsForm
from app.schoolyear import local_day, zone_of
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page, see_other

blueprint = Blueprint("feeds_leavers", __name__)


@blueprint.route("/espace/depart", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def own() -> Response:
    """For leavers only: everybody else has no such page."""
    found, now = leaver(mine().person_id), clock.portal_now()
    form = ContributionsForm(contributions="keep" if found.objected_at is None else "erase")
    if form.validate_on_submit():
        erase = form.contributions.data == "erase"
        actions.object_to_keeping(found, erase, by=actor_of(visitor()), now=now)
        db.session.commit()
        flash(_("Votre choix est noté."), "success")
        return see_other(url_for(".own"))
    ahead = dates_of(found)
    return render_page(
        "feeds/leavers/own.html",
        status=422 if request.method == "POST" else 200,
        form=form,
        ahead=ahead,
        days=(ahead.disabled_on - local_day(now, zone_of(project().zone))).days if ahead is not None else None,
    )
