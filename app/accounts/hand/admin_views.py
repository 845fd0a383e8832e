"""A school's accounts made by hand: guests and administrators, with a lifetime (PORTAL-8, ACCT-5)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.accounts import passwords
from app.accounts.hand import actions, queries
from app.accounts.hand.forms import HandForm, LifetimeForm
from app.accounts.hand.kinds import GUEST, LIFETIMES, YEAR
from app.accounts.people.actions import NotAllowedTo
from app.accounts.queries import account_of
from app.db import db
from app.directory.names import name_of
from app.directory.queries import project, school_by_uai
from app.gate.admin_views import school_for
from app.profiles import Verb
from app.web.allowed import allowed, visitor
from app.web.fragments import render_page, see_other

blueprint = Blueprint("accounts_hand_admin", __name__)


@blueprint.get("/administration/ecole/<uai>/comptes")
@allowed(Verb.KEEP_PEOPLE)
def accounts(uai: str) -> Any:
    """The accounts made by hand, by name, with their lifetimes."""
    school = school_for(uai, Verb.KEEP_PEOPLE)
    number = request.args.get("numero", type=int)
    after = (request.args.get("apres", "")[:240], number) if number is not None else None
    rows, more = queries.accounts_by_hand(school.id, after)
    return render_page(
        "accounts/hand/accounts.html",
        school=school,
        rows=rows,
        lifetimes=LIFETIMES,
        first=after is not None,
        next=url_for(".accounts", uai=school.uai, apres=rows[-1].search_name, numero=rows[-1].id) if more else None,
    )


@blueprint.route("/administration/ecole/<uai>/comptes/nouveau", methods=["GET", "POST"])
@allowed(Verb.KEEP_PEOPLE)
def new(uai: str) -> Any:
    """A new guest or administrator; the one-time code is shown once."""
    school, form = school_for(uai, Verb.KEEP_PEOPLE), HandForm(kind=GUEST, lifetime=YEAR).offer()
    if form.validate_on_submit():
        try:
            person, login, secret = actions.make_account(
                school,
                form.kind.data or "",
                last_name=(form.last_name.data or "").strip(),
                first_name=(form.first_name.data or "").strip(),
                lifetime=form.lifetime.data,
                providers=current_app.extensions["doors"],
                by=visitor(),
                now=clock.portal_now(),
            )
        except (actions.FedProfile, NotAllowedTo) as refused:
            db.session.rollback()
            form.kind.errors = [refused.words]
        else:
            db.session.commit()
            account = account_of(person.id)
            return render_page(
                "accounts/code_shown.html",
                name=name_of(person),
                back=url_for(".accounts", uai=uai),
                login=login,
                code=passwords.shown_code(secret),
                expires_at=account.code_expires_at if account is not None else None,
                zone=project().zone,
            )
    return render_page(
        "accounts/hand/new.html", status=422 if request.method == "POST" else 200, school=school_by_uai(uai), form=form
    )


@blueprint.route("/administration/ecole/<uai>/comptes/<int:person_id>/duree", methods=["GET", "POST"])
@allowed(Verb.KEEP_PEOPLE)
def lifetime(uai: str, person_id: int) -> Any:
    """How long the account is good."""
    school = school_for(uai, Verb.KEEP_PEOPLE)
    person = queries.account_by_hand(person_id, school.id)
    form = LifetimeForm(lifetime=person.lifetime).offer()
    if form.validate_on_submit():
        actions.set_lifetime(person, form.lifetime.data, school.id, by=visitor(), now=clock.portal_now())
        db.session.commit()
        flash(_("La durée du compte de %(name)s est enregistrée.", name=name_of(person)), "success")
        return see_other(url_for(".accounts", uai=school.uai))
    return render_page(
        "accounts/hand/lifetime.html",
        status=422 if form.errors else 200,
        school=school,
        form=form,
        name=name_of(person),
    )
