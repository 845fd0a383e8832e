"""A school's links of last year: which teachers the source still puts in a class of that name, confirmed one by one or all (S4-5)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.audit.actions import actor_of
from app.db import db
from app.feeds.links import actions, queries
from app.gate.admin_views import school_for
from app.profiles import Verb
from app.schoolyear import YearName
from app.web.allowed import allowed, visitor
from app.web.fragments import render_page, see_other

blueprint = Blueprint("feeds_links_admin", __name__)


@blueprint.get("/administration/ecole/<uai>/liens-a-confirmer")
@allowed(Verb.KEEP_PEOPLE)
def doubted(uai: str) -> Any:
    """The links that wait, by teacher."""
    school = school_for(uai, Verb.KEEP_PEOPLE)
    number = request.args.get("numero", type=int)
    after = (request.args.get("apres", "")[:240], number) if number is not None else None
    rows, more = queries.doubted_links(school.id, after)
    return render_page(
        "feeds/links/doubted.html",
        school=school,
        rows=[(row, YearName(begins=row.class_year)) for row in rows],
        first=after is not None,
        next=url_for(".doubted", uai=school.uai, apres=rows[-1].search_name, numero=rows[-1].id) if more else None,
    )


@blueprint.post("/administration/ecole/<uai>/liens-a-confirmer")
@allowed(Verb.KEEP_PEOPLE)
def confirm(uai: str) -> Any:
    """Confirm the links that are ticked, or with ``every`` all that wait in the school."""
    school = school_for(uai, Verb.KEEP_PEOPLE)
    chosen = [int(given) for given in request.form.getlist("link") if given.isdecimal() and len(given) < 18]
    every = "every" in request.form
    if not every and not chosen:
        flash(_("Cochez au moins un lien."), "warning")
        return see_other(url_for(".doubted", uai=school.uai))
    count = actions.confirm_in_school(
        school.id, None if every else chosen, by=actor_of(visitor()), now=clock.portal_now()
    )
    db.session.commit()
    if count:
        flash(ngettext("%(num)s lien est confirmé.", "%(num)s liens sont confirmés.", count), "success")
    else:
        flash(_("Ces liens étaient déjà confirmés, ou l’annuaire ne les donne plus."), "info")
    return see_other(url_for(".doubted", uai=school.uai))
