"""The links to support workers and tutors that ended with the year, and making one again in one click (PORTAL-9)."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.audit.actions import actor_of
from app.db import db
from app.directory.support.actions import link_support
from app.directory.support.queries import ended_links
from app.errors import NotFound
from app.schoollife.pupils.forms import TokenForm
from app.schoollife.pupils.views import KIND_WORDS
from app.schoollife.queries import school_for
from app.schoollife.standing import Right
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page, see_other

blueprint = Blueprint("schoollife_renewals", __name__)


@blueprint.route("/ecole/<uai>/accompagnements-a-renouveler", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def renewals(uai: str) -> Response:
    """What ended, pupil by pupil; for the head, the deputy and the CPE only, as the links themselves."""
    now = clock.portal_now()
    school, _standings = school_for(visitor(), uai, Right.LINK_SUPPORT, now)
    lines, more = ended_links(school.id)
    form = TokenForm()
    if form.validate_on_submit():
        wanted = next((one for one in lines if one.id == request.form.get("link", 0, type=int)), None)
        if wanted is None or not wanted.possible:
            raise NotFound()
        link_support(
            wanted.student_id, wanted.adult_id, wanted.kind, school_id=school.id, by=actor_of(visitor()), now=now
        )
        db.session.commit()
        flash(
            _("C’est fait\u00a0: %(name)s suit de nouveau %(pupil)s.", name=wanted.adult, pupil=wanted.pupil), "success"
        )
        return see_other(url_for(".renewals", uai=school.uai))
    return render_page(
        "schoollife/renewals/renewals.html", school=school, lines=lines, more=more, kinds=KIND_WORDS, form=form
    )
