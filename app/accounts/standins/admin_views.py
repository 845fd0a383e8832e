"""Naming stand-ins of a school's functions, ending them, and the schools in which nobody holds one (CHECK-4)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.accounts.doors import Provider
from app.accounts.people.privileges import grant_refusal, grantable
from app.accounts.people.queries import target_of
from app.accounts.queries import find_account
from app.accounts.standins.forms import StandInForm
from app.audit.actions import actor_of
from app.db import db
from app.directory.standins.actions import WrongDays, end_stand_in, name_stand_in
from app.directory.standins.queries import lacking, names_of_holders, stand_in_of, stand_ins
from app.directory.standins.terms import FUNCTION_NAMES, FUNCTIONS, SOURCE
from app.gate.admin_views import school_for
from app.profiles import Role, Verb
from app.web.allowed import allowed, demand, visitor
from app.web.fragments import render_page, see_other

blueprint = Blueprint("accounts_standins_admin", __name__)

#: How the state of a stand-in is drawn.
DRAWN = {"running": "running", "coming": "waiting", "over": "done"}


def _providers() -> tuple[Provider, ...]:
    found: tuple[Provider, ...] = current_app.extensions["doors"]
    return found


@blueprint.route("/administration/ecole/<uai>/suppleances", methods=["GET", "POST"])
@allowed(Verb.GRANT_SCHOOL_ROLES)
def school_stand_ins(uai: str) -> Any:
    """Who holds each function now, who stands in or will; and a form to name somebody."""
    school, asking, now = school_for(uai, Verb.GRANT_SCHOOL_ROLES), visitor(), clock.portal_now()
    mine = [role for role in FUNCTIONS if role in grantable(asking, school.id)]
    form = StandInForm().offer(mine)
    if form.validate_on_submit():
        account = find_account(form.login.data or "")
        role = Role(form.role.data)
        refused = None
        if account is None:
            form.login.errors = [_("Aucun compte n’a cet identifiant.")]
        elif (
            refused := grant_refusal(asking, target_of(account.person_id, school.id, _providers()), role, school.id)
        ) is not None:
            form.login.errors = [refused]
        else:
            try:
                name_stand_in(
                    account.person,
                    role,
                    school,
                    from_day=form.from_day.data,
                    last_day=form.last_day.data,
                    by_project=asking.may(Verb.SEE_CAMPAIGN),
                    by=actor_of(asking),
                    now=now,
                )
            except WrongDays as wrong:
                db.session.rollback()
                form.last_day.errors = [wrong.words]
            else:
                db.session.commit()
                flash(_("La suppléance est enregistrée."), "success")
                return see_other(url_for(".school_stand_ins", uai=school.uai))
    return render_page(
        "accounts/standins/school.html",
        status=422 if request.method == "POST" else 200,
        school=school,
        holders=names_of_holders(school.id),
        rows=stand_ins(school, now),
        names=FUNCTION_NAMES,
        standing_in=SOURCE,
        drawn=DRAWN,
        mine=mine,
        form=form,
    )


@blueprint.post("/administration/ecole/<uai>/suppleances/<int:stand_in_id>/fin")
@allowed(Verb.GRANT_SCHOOL_ROLES)
def end(uai: str, stand_in_id: int) -> Any:
    """A stand-in ends now; it can be given again."""
    school = school_for(uai, Verb.GRANT_SCHOOL_ROLES)
    row = stand_in_of(stand_in_id, school.id)
    # Whoever may not give the function may not take it either (ACCT-4), but for what is their own.
    if Role(row.role) not in grantable(visitor(), school.id) and row.person_id != visitor().person_id:
        demand(Verb.RUN_PROJECT)
    end_stand_in(row, by=actor_of(visitor()), now=clock.portal_now())
    db.session.commit()
    flash(_("La suppléance est terminée."), "success")
    return see_other(url_for(".school_stand_ins", uai=school.uai))


@blueprint.get("/administration/suppleances")
@allowed(Verb.SEE_CAMPAIGN)
def without_holder() -> Any:
    """The schools in service in which nobody holds a function, each with the page on which the project names somebody."""
    demand(Verb.SEE_CAMPAIGN)
    number = request.args.get("numero", type=int)
    after = (request.args.get("apres", "")[:240], number) if number is not None else None
    found, more = lacking(after)
    return render_page(
        "accounts/standins/project.html", found=found, more=more, first=after is None, names=FUNCTION_NAMES
    )
