"""Who has left, with the dates ahead of each, as a page and as CSV; for operators (ACCT-6, G17)."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import db
from app.directory.leaving.law_clock import latest_pause
from app.directory.leaving.queries import delays
from app.directory.queries import project, rollover_year
from app.errors import Refused
from app.feeds.leavers import actions, queries
from app.feeds.leavers.forms import PauseForm
from app.feeds.leavers.stages import stage_of
from app.files.sheets import as_csv
from app.profiles import Verb
from app.schoolyear import local_day, zone_of
from app.web.allowed import allowed, demand, visitor
from app.web.downloads import attached
from app.web.fragments import render_page, see_other
from app.web.say import say

blueprint = Blueprint("feeds_leavers_admin", __name__)


@blueprint.get("/administration/departs")
@allowed(Verb.RUN_CAMPAIGN)
def leavers() -> Response:
    """A page of leavers, by name."""
    demand(Verb.RUN_CAMPAIGN)
    number = request.args.get("numero", type=int)
    after = (request.args.get("apres", "")[:240], number) if number is not None else None
    lines, more = queries.leavers(after)
    return render_page(
        "feeds/leavers/leavers.html",
        rows=[(line, stage_of(line.warned_at, line.disabled_at, line.erased_at)) for line in lines],
        first=after is not None,
        next=url_for(".leavers", apres=lines[-1].search_name, numero=lines[-1].person_id) if more else None,
        delays=delays(),
        paused=queries.paused_until(),
    )


@blueprint.route("/administration/departs/avis", methods=["GET", "POST"])
@allowed(Verb.RUN_CAMPAIGN)
def notices() -> Response:
    """Let the notices to pupils and guardians wait, to mid-September at the latest (S4-4)."""
    demand(Verb.RUN_CAMPAIGN)
    paused = queries.paused_until()
    form, also = PauseForm(until=paused), []
    if form.validate_on_submit():
        try:
            actions.pause_notices(form.until.data, by=visitor(), now=clock.portal_now())
        except Refused as refused:
            db.session.rollback()
            if refused.field == "until":
                form.until.errors = [refused.words]
            else:
                also = [refused.words]
        else:
            db.session.commit()
            said = _("Les avis attendent.") if form.until.data else _("Les avis partent à leur jour.")
            flash(said, "success")
            return see_other(url_for(".leavers"))
    year = rollover_year()
    return render_page(
        "feeds/leavers/notices.html",
        status=422 if request.method == "POST" else 200,
        form=form,
        also=also,
        paused=paused,
        latest=latest_pause(year.first_day) if year.first_day is not None else None,
    )


@blueprint.get("/administration/departs.csv")
@allowed(Verb.RUN_CAMPAIGN)
def leavers_csv() -> Response:
    """All of them, for a spreadsheet, or with ``?for=machines`` as they are."""
    demand(Verb.RUN_CAMPAIGN)
    zone = zone_of(project().zone)
    lines, _more = queries.leavers(limit=None)
    head = (_("Nom"), _("Identifiant"), _("Parti le"), _("Délai compté depuis le"), _("Prévenu le"), _("Accès jusqu’au"),
            _("Effacé au plus tard le"), _("Où en est-on"), _("S’oppose à la conservation"))  # fmt: skip
    rows = (
        (
            line.name,
            line.login,
            line.left_on or "",
            line.clock_from or "",
            local_day(line.warned_at, zone) if line.warned_at is not None else "",
            line.dates.disabled_on if line.dates is not None else "",
            line.dates.erased_on if line.dates is not None else "",
            say(stage_of(line.warned_at, line.disabled_at, line.erased_at)[1]),
            _("oui") if line.objected else "",
        )
        for line in lines
    )
    text = as_csv(head, rows, for_machines=request.args.get("for") == "machines")
    return attached(text, "departs.csv")
