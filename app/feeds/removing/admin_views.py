"""A school looks at a class of the new year that is last year's, and refuses it (S4-3)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, url_for
from flask_babel import gettext as _

from app import clock
from app.audit.actions import actor_of
from app.db import db
from app.feeds.removing import actions, queries
from app.gate.admin_views import school_for
from app.profiles import Verb
from app.web.allowed import allowed, visitor
from app.web.fragments import render_page, see_other

blueprint = Blueprint("feeds_removing_admin", __name__)


@blueprint.get("/administration/ecole/<uai>/imports/classes")
@allowed(Verb.KEEP_PEOPLE)
def classes(uai: str) -> Any:
    """The classes of the new year that the directory has made."""
    found = school_for(uai, Verb.KEEP_PEOPLE)
    return render_page("feeds/removing/classes.html", school=found, rows=queries.classes_fed(found.id))


@blueprint.get("/administration/ecole/<uai>/imports/classes/<int:class_id>")
@allowed(Verb.KEEP_PEOPLE)
def asked(uai: str, class_id: int) -> Any:
    """What refusing the class would do."""
    found = school_for(uai, Verb.KEEP_PEOPLE)
    return render_page("feeds/removing/class.html", school=found, found=queries.removable(class_id, found.id))


@blueprint.post("/administration/ecole/<uai>/imports/classes/<int:class_id>")
@allowed(Verb.KEEP_PEOPLE)
def remove(uai: str, class_id: int) -> Response:
    """Refuse it."""
    found = school_for(uai, Verb.KEEP_PEOPLE)
    me, now = actor_of(visitor()), clock.portal_now()
    code, kept = actions.remove(class_id, found.id, by=me, now=now, machine_now=clock.machine_now())
    db.session.commit()
    if kept:
        flash(_("Les élèves de %(code)s en sont sortis ; la classe reste, avec ce qui y a été fait.", code=code))
    else:
        flash(_("La classe %(code)s est retirée.", code=code))
    return see_other(url_for("feeds_deciding_admin.of_school", uai=uai))
