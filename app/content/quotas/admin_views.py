"""A school's quotas, seen and changed (PORTAL-14)."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.audit.actions import actor_of
from app.content.media.actions import ADMINISTRATORS_TIMES, set_quota
from app.content.media.forms import QuotaForm
from app.content.media.queries import fullest
from app.content.quotas import queries
from app.db import db
from app.directory.names import name_of
from app.directory.queries import school_by_uai
from app.errors import Refused
from app.gate.queries import demand_open
from app.profiles import Verb
from app.web.allowed import allowed, demand, visitor
from app.web.fragments import render_page, see_other
from app.web.say import say

blueprint = Blueprint("content_media_admin", __name__, url_prefix="/administration/ecole/<uai>/places")


@blueprint.get("")
@allowed(Verb.EDIT_SITE)
def quotas(uai: str) -> Response:
    """The sections and the people that occupy most, and a search among them."""
    school = school_by_uai(uai)
    demand(Verb.EDIT_SITE, school.id)
    demand_open(school.id)
    text = " ".join((request.args.get("q") or "").split())[:80]
    sees_people = visitor().may(Verb.KEEP_PEOPLE, school.id)
    return render_page(
        "content/quotas/quotas.html",
        school=school,
        text=text,
        sections=fullest(school.id, text, queries.MOST_SHOWN),
        people=queries.people(school.id, text) if sees_people else [],
        name_of=name_of,
    )


@blueprint.route("/<int:person_id>", methods=["GET", "POST"])
@allowed(Verb.KEEP_PEOPLE)
def person(uai: str, person_id: int) -> Response:
    """How much somebody's personal space may hold."""
    school = school_by_uai(uai)
    demand(Verb.KEEP_PEOPLE, school.id)
    demand_open(school.id)
    somebody, section = queries.personal_space_in(school.id, person_id)
    form = QuotaForm(megabytes=section.quota // 1_000_000)
    most = int(current_app.extensions["settings"].space_gigabytes) * ADMINISTRATORS_TIMES * 1_000_000_000
    also: list[str] = []
    if form.validate_on_submit():
        try:
            wanted = int(form.megabytes.data or 0) * 1_000_000
            set_quota(section, wanted, most=most, by=actor_of(visitor()), now=clock.portal_now())
            db.session.commit()
            flash(_("La place de cet espace est enregistrée."), "success")
            return see_other(url_for("content_media_admin.quotas", uai=school.uai))
        except Refused as problem:
            also = [say(problem.words)]
    return render_page(
        "content/quotas/person.html",
        status=422 if also or form.errors else 200,
        school=school,
        name=name_of(somebody),
        section=section,
        form=form,
        most=most,
        also=also,
    )
