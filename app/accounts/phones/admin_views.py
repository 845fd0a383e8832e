"""The numbers that guardians have changed, until the office has taken them over ('Liste rouge', PORTAL-6)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, url_for
from flask_babel import gettext as _

from app import clock
from app.audit.actions import actor_of
from app.db import db
from app.directory.kin.actions import take_over_phone
from app.directory.kin.queries import phone_waiting, phones_waiting
from app.directory.kin.standing import PHONES
from app.gate.admin_views import school_for
from app.profiles import Verb
from app.web.allowed import allowed, visitor
from app.web.fragments import render_page, see_other

blueprint = Blueprint("accounts_phones_admin", __name__)


@blueprint.get("/administration/ecole/<uai>/liste-rouge")
@allowed(Verb.KEEP_PEOPLE)
def waiting(uai: str) -> Any:
    """The changed numbers, the oldest first."""
    school = school_for(uai, Verb.KEEP_PEOPLE)
    return render_page("accounts/phones/waiting.html", school=school, rows=phones_waiting(school.id), names=PHONES)


@blueprint.post("/administration/ecole/<uai>/liste-rouge/<int:change_id>/repris")
@allowed(Verb.KEEP_PEOPLE)
def taken_over(uai: str, change_id: int) -> Any:
    """The office has the number in its own records."""
    school = school_for(uai, Verb.KEEP_PEOPLE)
    take_over_phone(phone_waiting(change_id, school.id), school.id, by=actor_of(visitor()), now=clock.portal_now())
    db.session.commit()
    flash(_("Le numéro est repris."), "success")
    return see_other(url_for(".waiting", uai=school.uai))
