"""Adding an event to a campaign's calendar, and removing one that was added (CHECK-3, EXT-1 to EXT-5)."""

from __future__ import annotations

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.audit.actions import actor_of
from app.campaign.additions.actions import WrongAddition, add_event, is_own, remove_event
from app.campaign.additions.forms import AdditionForm
from app.campaign.dates import queries
from app.campaign.dates.admin_views import blueprint
from app.db import db
from app.errors import NotFound
from app.gate.forms import ConfirmForm
from app.gate.plain_text import Problem
from app.profiles import Verb
from app.web.allowed import allowed, demand, visitor
from app.web.fragments import render_page, see_other


@blueprint.route("/administration/campagnes/<int:campaign_id>/evenements/nouveau", methods=["GET", "POST"])
@allowed(Verb.RUN_CAMPAIGN)
def add(campaign_id: int) -> Response:
    """An operation on a system beside the portal, or anything else that belongs into this calendar."""
    demand(Verb.RUN_CAMPAIGN)
    campaign = queries.campaign_by_id(campaign_id)
    if campaign.state != "active":
        raise NotFound()
    form = AdditionForm(request.form)
    if request.method == "POST" and form.validate():
        try:
            row = add_event(campaign, form.read(), by=actor_of(visitor()), now=clock.portal_now())
        except WrongAddition as wrong:
            db.session.rollback()
            form.show([Problem(wrong.field or "title", wrong.words)])
        else:
            target = url_for(".event", campaign_id=campaign_id, event_id=row.id)
            db.session.commit()
            flash(_("L’événement est dans le calendrier."), "success")
            return see_other(target)
    return render_page("campaign/add_event.html", status=422 if form.errors else 200, campaign=campaign, form=form)


@blueprint.route(
    "/administration/campagnes/<int:campaign_id>/evenements/<int:event_id>/supprimer", methods=["GET", "POST"]
)
@allowed(Verb.RUN_CAMPAIGN)
def remove(campaign_id: int, event_id: int) -> Response:
    """Take an added event away, after a typed word; those of the calendar type are left out instead."""
    demand(Verb.RUN_CAMPAIGN)
    campaign, row = queries.campaign_by_id(campaign_id), queries.event_row(campaign_id, event_id)
    if not is_own(row) or campaign.state != "active":
        raise NotFound()
    form, word = ConfirmForm(request.form), _("supprimer")
    if request.method == "POST" and form.confirmed(word):
        remove_event(row, by=actor_of(visitor()), now=clock.portal_now())
        db.session.commit()
        flash(_("L’événement est supprimé."), "success")
        return see_other(url_for(".events", campaign_id=campaign_id))
    return render_page(
        "campaign/remove_event.html",
        status=422 if form.errors else 200,
        campaign=campaign,
        event=queries.facts(row),
        noted=queries.noted(campaign_id).get(event_id),
        form=form,
        word=word,
        zone=queries.zone().key,
    )
