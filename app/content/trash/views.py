"""A section's trash: fetch back, erase (PORTAL-1)."""

from __future__ import annotations

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.audit.actions import Actor, actor_of
from app.content.forms import RemovalForm
from app.content.queries import zone_of
from app.content.sections.queries import enter_space
from app.content.spaces import ARCHIVED, SpaceKind, SpaceVerb
from app.content.trash import actions, queries
from app.content.trash.words import restored_words
from app.content.views import blueprint
from app.db import db
from app.errors import NotFound
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page, see_other
from app.web.say import say


def _me() -> Actor:
    return actor_of(visitor())


@blueprint.get("/espaces/<int:section_id>/corbeille")
@allowed(SIGNED_IN)
def trash(section_id: int) -> Response:
    """What was thrown away in this space, and the space itself where it is in the trash."""
    entered = queries.enter_trash(section_id, visitor(), clock.portal_now())
    return render_page(
        "content/trash.html",
        section=entered.section,
        role=entered.role,
        zone=zone_of(entered.section),
        articles=queries.articles(section_id),
    )


@blueprint.post("/espaces/<int:section_id>/corbeille/retablir")
@allowed(SIGNED_IN)
def restore(section_id: int) -> Response:
    """The space itself comes back."""
    now = clock.portal_now()
    entered = queries.enter_trash(section_id, visitor(), now)
    if entered.section.trashed_at is None:
        raise NotFound()
    found = entered.section
    said = restored_words(found.title, found.kind, archived=found.trash_reason == ARCHIVED)
    actions.restore_section(found, by=_me(), now=now)
    db.session.commit()
    flash(say(said), "success")
    return see_other(url_for("content.space", section_id=section_id))


@blueprint.post("/espaces/<int:section_id>/corbeille/articles/<int:article_id>")
@allowed(SIGNED_IN)
def restore_article(section_id: int, article_id: int) -> Response:
    """An article comes back as it was."""
    now = clock.portal_now()
    queries.enter_trash(section_id, visitor(), now)
    found = queries.article(section_id, article_id)
    title = found.title
    actions.restore_article(found, by=_me(), now=now)
    db.session.commit()
    flash(_("« %(title)s » est rétabli.", title=title), "success")
    return see_other(url_for("content.trash", section_id=section_id))


@blueprint.route("/espaces/<int:section_id>/corbeille/articles/<int:article_id>/effacer", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def erase_article(section_id: int, article_id: int) -> Response:
    """An article goes for good, after a typed word."""
    now, form = clock.portal_now(), RemovalForm()
    entered = queries.enter_trash(section_id, visitor(), now)
    found = queries.article(section_id, article_id)
    title = found.title
    if form.validate_on_submit():
        actions.erase_article(found, by=_me(), now=now)
        db.session.commit()
        flash(_("« %(title)s » est effacé.", title=title), "success")
        return see_other(url_for("content.trash", section_id=section_id))
    return render_page(
        "content/erase.html",
        status=422 if form.errors else 200,
        section=entered.section,
        role=entered.role,
        form=form,
        title=title,
        sentence=_("L’article, ses pièces jointes et ses commentaires sont effacés pour de bon."),
        word=_("Effacer"),
        back=url_for("content.trash", section_id=section_id),
    )


@blueprint.route("/espaces/<int:section_id>/a-la-corbeille", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def trash_section(section_id: int) -> Response:
    """The space and all that stands below it go into the trash, after a typed word."""
    now, form = clock.portal_now(), RemovalForm()
    entered = enter_space(section_id, visitor(), SpaceVerb.EMPTY_TRASH, now, for_change=request.method == "POST")
    found = entered.section
    # A class's space and a personal one are not thrown away by hand: they go with the class, with the account.
    if found.kind == SpaceKind.PERSONAL or (found.kind == SpaceKind.CLASS and not queries.outlived(found)):
        raise NotFound()
    title = found.title
    if form.validate_on_submit():
        actions.trash_section(found, by=_me(), now=now)
        db.session.commit()
        flash(_("« %(title)s » est à la corbeille.", title=title), "success")
        return see_other(url_for("content.spaces"))
    return render_page(
        "content/erase.html",
        status=422 if form.errors else 200,
        section=found,
        role=entered.role,
        form=form,
        title=title,
        sentence=_(
            "L’espace, ses sous-rubriques et tout leur contenu disparaissent des pages. L’établissement peut les rétablir "
            "depuis sa corbeille."
        ),
        word=_("Mettre à la corbeille"),
        back=url_for("content.settings", section_id=section_id),
    )
