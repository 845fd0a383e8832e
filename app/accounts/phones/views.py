"""A guardian's own numbers (PORTAL-6)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, url_for
from flask_babel import gettext as _

from app import clock
from app.accounts.phones.forms import PhonesForm
from app.accounts.phones.queries import own_person
from app.audit.actions import actor_of
from app.db import db
from app.directory.kin.actions import change_phone
from app.directory.kin.queries import changes_of
from app.directory.kin.standing import PHONES
from app.directory.queries import project
from app.profiles import Profile
from app.web.allowed import allowed, visitor
from app.web.fragments import render_page, see_other

blueprint = Blueprint("accounts_phones", __name__)


@blueprint.route("/compte/telephones", methods=["GET", "POST"])
@allowed(Profile.GUARDIAN)
def own() -> Any:
    """My numbers, as the school knows them; a change is shown to the office until it has been taken over."""
    person, now = own_person(visitor().person_id), clock.portal_now()
    form = PhonesForm(**{which: getattr(person, which) for which in PHONES})
    if form.validate_on_submit():
        by = actor_of(visitor())
        changed = [change_phone(person, which, form[which].data or "", by=by, now=now) for which in PHONES]
        db.session.commit()
        if any(changed):
            flash(_("Vos numéros sont enregistrés. Le secrétariat les reprendra dans ses fiches."), "success")
        else:
            flash(_("Rien n’a changé."), "info")
        return see_other(url_for(".own"))
    return render_page(
        "accounts/phones/own.html",
        status=422 if form.errors else 200,
        form=form,
        waiting=changes_of(person.id),
        names=PHONES,
        zone=project().zone,
    )
