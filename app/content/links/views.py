"""The class's search tool: pupils look among the sites that their teachers have chosen, and nowhere else."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.audit.actions import actor_of
from app.content.links import actions, queries
from app.content.links.forms import LinkForm
from app.content.links.queries import SearchLink
from app.content.services.queries import Entered, enter
from app.content.spaces import Service, SpaceVerb
from app.db import db
from app.errors import Refused
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page, see_other
from app.web.say import say

blueprint = Blueprint("content_links", __name__)


@blueprint.get("/espaces/<int:section_id>/recherche")
@allowed(SIGNED_IN)
def links(section_id: int) -> Response:
    """The chosen sites; those that answer to the words looked for."""
    entered = enter(section_id, visitor(), Service.LINKS, clock.portal_now(), verb=SpaceVerb.READ)
    text = " ".join((request.args.get("q") or "").split())[:100]
    return render_page(
        "content/links/links.html",
        block="found",
        section=entered.section,
        role=entered.role,
        text=text,
        links=queries.links_of(section_id, text),
        organises=entered.may(SpaceVerb.ORGANISE),
    )


@blueprint.route("/espaces/<int:section_id>/recherche/nouveau", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def add(section_id: int) -> Response:
    """A site more."""
    now = clock.portal_now()
    entered = enter(section_id, visitor(), Service.LINKS, now, verb=SpaceVerb.ORGANISE)
    form, problem = LinkForm(), None
    if form.validate_on_submit():
        try:
            actions.add_link(entered.section, **_values(form), by=actor_of(visitor()), now=now)
            db.session.commit()
            flash(_("Le site est ajouté."), "success")
            return see_other(url_for("content_links.links", section_id=section_id))
        except Refused as refused:
            problem = refused
    return _form_page(entered, form, problem, None)


@blueprint.route("/sites-choisis/<int:link_id>", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def change(link_id: int) -> Response:
    """Change a site."""
    now = clock.portal_now()
    found, entered = queries.link_for(link_id, visitor(), now)
    form, problem = LinkForm(obj=found), None
    if form.validate_on_submit():
        try:
            actions.change_link(found, entered.section, **_values(form), by=actor_of(visitor()), now=now)
            db.session.commit()
            flash(_("Le site est enregistré."), "success")
            return see_other(url_for("content_links.links", section_id=found.section_id))
        except Refused as refused:
            problem = refused
            db.session.rollback()
            found, entered = queries.link_for(link_id, visitor(), now)
    return _form_page(entered, form, problem, found)


@blueprint.post("/sites-choisis/<int:link_id>/retirer")
@allowed(SIGNED_IN)
def remove(link_id: int) -> Response:
    """A site less."""
    now = clock.portal_now()
    found, entered = queries.link_for(link_id, visitor(), now)
    actions.remove_link(found, entered.section, by=actor_of(visitor()), now=now)
    db.session.commit()
    flash(_("Le site est retiré."), "success")
    return see_other(url_for("content_links.links", section_id=entered.section.id))


def _values(form: LinkForm) -> dict[str, str]:
    return {
        "title": " ".join((form.title.data or "").split()),
        "address": form.address.data or "",
        "words": " ".join((form.words.data or "").split()),
    }


def _form_page(entered: Entered, form: LinkForm, problem: Refused | None, found: SearchLink | None) -> Response:
    also = []
    if problem is not None:
        also = [say(problem.words) + (" " + say(problem.hint) if problem.hint is not None else "")]
    return render_page(
        "content/links/form.html",
        status=problem.status if problem else 422 if form.errors else 200,
        section=entered.section,
        role=entered.role,
        found=found,
        form=form,
        also=also,
    )
