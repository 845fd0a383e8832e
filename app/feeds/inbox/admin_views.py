"""What came into the drop folder, what has not come, and the rhythm in which deliveries are expected (S4-6)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.audit.actions import actor_of
from app.db import db
from app.directory.queries import project
from app.feeds.inbox import queries
from app.feeds.inbox.actions import set_rhythm
from app.feeds.inbox.forms import RhythmForm
from app.feeds.inbox.outcomes import STATES
from app.feeds.inbox.rhythm import DELAY, KINDS, USUAL, USUAL_HOUR
from app.feeds.reasons import unpack
from app.profiles import Verb
from app.web.allowed import allowed, demand, visitor
from app.web.fragments import render_page, see_other

blueprint = Blueprint("feeds_inbox_admin", __name__)

#: The source whose rhythm is set here; ONDE's extractions come when a head makes them.
SOURCE = "aaf"


@blueprint.get("/administration/imports/arrivees")
@allowed(Verb.IMPORT_FEEDS)
def arrivals() -> Any:
    """The arrivals, the newest first, beneath what is expected."""
    demand(Verb.IMPORT_FEEDS)
    before = request.args.get("before", type=int)
    rows, more = queries.arrivals(before)
    now = clock.machine_now()
    return render_page(
        "feeds/inbox/arrivals.html",
        rows=rows,
        older=rows[-1].id if more else None,
        before=before,
        reasons={row.id: unpack(row.reason) for row in rows if row.reason},
        states=STATES,
        expected=list(reversed(queries.expected(now))),
        now=now,
        kinds=KINDS,
        delay=DELAY,
        zone=project().zone,
    )


@blueprint.route("/administration/imports/rythme", methods=["GET", "POST"])
@allowed(Verb.IMPORT_FEEDS)
def rhythm() -> Any:
    """The weekdays on which a delivery is expected; ``?habituel=1`` proposes the academies' usual ones."""
    demand(Verb.IMPORT_FEEDS)
    form = RhythmForm()
    if form.validate_on_submit():
        set_rhythm(
            SOURCE,
            form.days,
            form.hour.data,
            by=actor_of(visitor()),
            now=clock.portal_now(),
            machine_now=clock.machine_now(),
        )
        db.session.commit()
        flash(_("Le rythme est enregistré."))
        return see_other(url_for(".arrivals"))
    if request.method == "GET":
        known = next((one for one in queries.rhythms() if one.source == SOURCE), None)
        days = USUAL if "habituel" in request.args else known.days if known is not None else {}
        for number, complete in days.items():
            form[f"day{number}"].data = "complete" if complete else "delta"
        form.hour.data = known.hour if known is not None and "habituel" not in request.args else USUAL_HOUR
    return render_page("feeds/inbox/rhythm.html", form=form, delay=DELAY, status=422 if form.errors else 200)
