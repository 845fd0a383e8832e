"""A school's dashboard of the announcements that its people receive, for whoever holds a receiving role there."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.audit.actions import actor_of
from app.db import db
from app.directory.queries import school_by_uai
from app.errors import NotFound
from app.gate.queries import demand_open
from app.messaging.actions import Written, keep_draft, leave
from app.messaging.announcement_roles import AnnouncementRole, Form, Right, may, may_at_all
from app.messaging.announcements import actions, queries
from app.messaging.announcements.forms import ContactForm
from app.messaging.announcements.views import blueprint, naming, rights_about, roles_here
from app.messaging.populations import Recipient, RecipientKind
from app.messaging.problems import Spread
from app.messaging.views import frame, me
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page, see_other


@blueprint.route("/<int:announcement_id>/auteur", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def contact(announcement_id: int) -> Response:
    """Write to the author of an announcement that my school has received."""
    now, found = clock.portal_now(), queries.announcement(announcement_id)
    if Right.CONTACT_AUTHOR not in rights_about(found, roles_here()) or found.author_id in (None, me()):
        raise NotFound()
    form = ContactForm()
    if form.validate_on_submit():
        message = keep_draft(
            Written(
                subject=_("À propos de : %(title)s", title=found.title)[:200],
                source=form.source.data or "",
                recipients=[Recipient(kind=RecipientKind.PERSON, number=found.author_id)],
            ),
            form_key=form.key.data or "",
            author_id=me(),
            school_id=found.school_id,
            profile=None,
            now=now,
        )
        leave(message.id, by=actor_of(visitor()), now=now)
        db.session.commit()
        flash(_("Votre message est parti à l’auteur."), "success")
        return see_other(url_for("messaging_announcements.announcement", announcement_id=announcement_id))
    if request.method == "GET":
        form.key.data = secrets.token_hex(16)
    return render_page(
        "messaging/contact.html",
        status=422 if form.errors else 200,
        **frame("announcements"),
        form=form,
        found=found,
    )


# A school's dashboard ---------------------------------------------------------------------------------------------------


@blueprint.get("/etablissement/<uai>")
@allowed(SIGNED_IN)
def school(uai: str) -> Response:
    """What the people of a school receive, for whoever holds a receiving role there."""
    found, roles = _receiving(uai, Right.SEE_RECEIVED)
    return render_page(
        "messaging/school_announcements.html",
        **frame("announcements"),
        **naming(),
        school=found,
        rows=queries.received_by_school(found.id),
        now=clock.portal_now(),
        may_take=may(roles, Right.TAKE_OFFLINE, Form.NEWS),
    )


def _receiving(uai: str, right: Right) -> tuple[Any, frozenset[AnnouncementRole]]:
    found = school_by_uai(uai)
    roles = queries.roles_for(roles_here(), found.id)
    if not may_at_all(roles, right):
        raise NotFound()
    demand_open(found.id)
    return found, roles


@blueprint.post("/etablissement/<uai>/<int:announcement_id>")
@allowed(SIGNED_IN)
def offline(uai: str, announcement_id: int) -> Response:
    """Take news offline, or put it back (PORTAL-10)."""
    found, _roles = _receiving(uai, Right.TAKE_OFFLINE)
    news, now = queries.announcement(announcement_id), clock.portal_now()
    if news.spread_at is None:
        raise NotFound()
    if news.cancelled_at is not None:
        raise Spread()
    if request.form.get("do") == "online":
        actions.put_online(news, found.id, by=actor_of(visitor()), now=now)
        told = _("L’actualité est de nouveau en ligne.")
    else:
        actions.take_offline(news, found.id, by=actor_of(visitor()), now=now)
        told = _("L’actualité est hors ligne pour les personnes de l’établissement.")
    db.session.commit()
    flash(told, "success")
    return see_other(url_for("messaging_announcements.school", uai=found.uai))
