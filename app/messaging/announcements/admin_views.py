"""Who holds which role in targeted communication, in a school (PORTAL-10)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from wtforms import SelectChoice

from app import clock
from app.audit.actions import actor_of
from app.db import db
from app.directory.names import name_of
from app.directory.queries import affiliations_of, search_people
from app.errors import NotFound
from app.gate.admin_views import school_for
from app.messaging.announcement_roles import ROLE_NAMES, AnnouncementRole
from app.messaging.announcements import actions, queries
from app.messaging.announcements.forms import RoleForm
from app.profiles import FAMILIES, Verb
from app.web.allowed import allowed, visitor
from app.web.fragments import render_page, see_other
from app.web.say import say

blueprint = Blueprint("messaging_announcements_admin", __name__, url_prefix="/administration/ecole/<uai>/communication")


@blueprint.route("", methods=["GET", "POST"])
@allowed(Verb.SET_MESSAGING)
def grants(uai: str) -> Response:
    """The roles given in a school; give one to somebody whom a search has found, never to a pupil or guardian."""
    school, form = school_for(uai, Verb.SET_MESSAGING), RoleForm()
    form.role.choices = [SelectChoice(role.value, say(ROLE_NAMES[role])) for role in AnnouncementRole]
    text = request.values.get("q", "").strip()[:80]
    if form.validate_on_submit():
        person_id = int(form.person.data or "0")
        _demand_grown_up(person_id, school.id)
        actions.give(
            AnnouncementRole(form.role.data),
            person_id=person_id,
            school_id=school.id,
            by=actor_of(visitor()),
            now=clock.portal_now(),
        )
        db.session.commit()
        flash(_("Le rôle est donné."), "success")
        return see_other(url_for(".grants", uai=school.uai))
    return render_page(
        "messaging/grants.html",
        status=422 if form.errors else 200,
        school=school,
        form=form,
        rows=queries.grants_of(school.id),
        names=ROLE_NAMES,
        text=text,
        people=[(one.id, name_of(one)) for one in _grown_ups(school.id, text)] if text else [],
    )


def _grown_ups(school_id: int, text: str) -> list[Any]:
    found = search_people([school_id], text, 40)
    held = affiliations_of([person.id for person in found])
    grown_up = {
        number
        for number, pairs in held.items()
        if any(school == school_id and profile not in FAMILIES for school, profile in pairs)
    }
    return [person for person in found if person.id in grown_up][:10]


def _demand_grown_up(person_id: int, school_id: int) -> None:
    pairs = affiliations_of([person_id]).get(person_id, [])
    if not any(school == school_id and profile not in FAMILIES for school, profile in pairs):
        raise NotFound()


@blueprint.post("/<int:grant_id>/retirer")
@allowed(Verb.SET_MESSAGING)
def take_back(uai: str, grant_id: int) -> Response:
    """Take a role back."""
    school = school_for(uai, Verb.SET_MESSAGING)
    found = queries.grant(grant_id, school.id)
    actions.take_back(found, by=actor_of(visitor()), now=clock.portal_now())
    db.session.commit()
    flash(_("Le rôle est retiré."), "success")
    return see_other(url_for(".grants", uai=school.uai))
