"""Declaring what becomes of a school, and confirming what somebody else has declared (FEED-7)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.audit.actions import actor_of
from app.db import db
from app.directory.queries import project, school_by_uai
from app.errors import Refused, UnknownSchool
from app.feeds.declaring import actions, queries
from app.feeds.declaring.forms import DeclarationForm
from app.feeds.declaring.kinds import ADDRESS_NAMES, KIND_NAMES, Address, Declared, WrongAddress, WrongKeeper
from app.profiles import Verb
from app.web.allowed import allowed, demand, visitor
from app.web.fragments import render_page, see_other
from app.web.say import say

blueprint = Blueprint("feeds_declaring_admin", __name__)


@blueprint.get("/administration/declarations")
@allowed(Verb.IMPORT_FEEDS)
def declarations() -> Any:
    """Closures, mergers, splits and new UAIs, the newest first."""
    demand(Verb.IMPORT_FEEDS)
    return render_page("feeds/declaring/declarations.html", rows=queries.declarations(), kinds=KIND_NAMES)


@blueprint.route("/administration/declarations/nouvelle", methods=["GET", "POST"])
@allowed(Verb.IMPORT_FEEDS)
def declare() -> Any:
    """Declare what becomes of a school."""
    demand(Verb.IMPORT_FEEDS)
    form = DeclarationForm()
    form.offer()
    if request.method == "GET":
        form.school.data = request.args.get("uai", "")
    if form.validate_on_submit():
        made = _declared(form)
        if made is not None:
            db.session.commit()
            flash(_("La déclaration attend d’être confirmée par un autre exploitant."))
            return see_other(url_for(".declaration", declaration_id=made.id))
    return render_page("feeds/declaring/declare.html", form=form, status=422 if form.errors else 200)


#: Beside which field a refusal stands; the others beside the UAIs.
_FIELDS: dict[type[Refused], str] = {UnknownSchool: "school", WrongAddress: "address", WrongKeeper: "keeper_uai"}


def _declared(form: DeclarationForm) -> Any:
    """What the form declares; None where it says why not, with the form's text kept."""
    becomes = actions.Becomes(
        site=form.site.data or "",
        sections=form.sections.data,
        trash=form.trash.data,
        archives=form.archives.data,
        keeper=form.keeper.data,
        address=Address(form.address.data),
        readable_until=form.readable_until.data,
        keeper_uai=form.keeper_uai.data or "",
    )
    try:
        school = school_by_uai(form.school.data)
        kind, named = Declared(form.kind.data), form.named
        return actions.declare(
            school, kind, form.day.data, named, becomes, by=actor_of(visitor()), now=clock.portal_now()
        )
    except Refused as refused:
        field: Any = form[_FIELDS.get(type(refused), "uais")]
        field.errors = [say(words) for words in (refused.words, refused.hint) if words]
        return None


@blueprint.get("/administration/declarations/<int:declaration_id>")
@allowed(Verb.IMPORT_FEEDS)
def declaration(declaration_id: int) -> Any:
    """One declaration, what it will do, and who has confirmed it."""
    demand(Verb.IMPORT_FEEDS)
    made = queries.declaration_called(declaration_id)
    return render_page(
        "feeds/declaring/declaration.html",
        made=made,
        school=queries.school_of(made),
        kind=KIND_NAMES[made.kind],
        address=ADDRESS_NAMES[made.address],
        ending=made.kind != Declared.NEW_UAI,
        names=queries.names_of(made),
        people=queries.people_of(made),
        mine=made.declared_by_id == visitor().person_id,
        zone=project().zone,
    )


@blueprint.post("/administration/declarations/<int:declaration_id>")
@allowed(Verb.IMPORT_FEEDS)
def answer(declaration_id: int) -> Response:
    """Confirm it as the second person, or take it back."""
    demand(Verb.IMPORT_FEEDS)
    made, by, now = queries.declaration_called(declaration_id), actor_of(visitor()), clock.portal_now()
    if request.form.get("do") == "withdraw":
        actions.withdraw(made, by=by, now=now)
        told = _("La déclaration est retirée.")
    else:
        actions.confirm(made, by=by, now=now)
        told = _("La déclaration est confirmée ; la prochaine livraison en tient compte.")
    db.session.commit()
    flash(told)
    return see_other(url_for(".declaration", declaration_id=declaration_id))
