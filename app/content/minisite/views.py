"""The pages of a class's minisite: its people write, its teacher publishes, everybody reads (SITE-2)."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.audit.actions import actor_of
from app.content.forms import seen_version
from app.content.minisite import actions, queries
from app.content.minisite.forms import PageForm
from app.content.minisite.queries import MinisitePage
from app.content.services import actions as things
from app.content.services.queries import Entered
from app.content.spaces import SpaceVerb
from app.db import db
from app.directory.queries import school_by_id, school_by_uai
from app.errors import NotFound, Refused
from app.web.allowed import ANYBODY, SIGNED_IN, allowed, visitor
from app.web.fragments import render_page, see_other
from app.web.say import say

blueprint = Blueprint("content_minisite", __name__)


@blueprint.get("/espaces/<int:section_id>/mini-site")
@allowed(SIGNED_IN)
def pages(section_id: int) -> Response:
    """The pages in their order: all of them for who writes, the published ones for the others."""
    entered = queries.enter_minisite(section_id, visitor(), clock.portal_now(), SpaceVerb.READ)
    writes = entered.may(SpaceVerb.WRITE)
    publishes = entered.may(SpaceVerb.APPROVE)
    section = entered.section
    school = school_by_id(section.school_id or 0)
    return render_page(
        "content/minisite/pages.html",
        section=section,
        role=entered.role,
        pages=queries.pages_of(section_id, published_only=not writes),
        writes=writes,
        publishes=publishes,
        may_change=entered.may_change,
        is_public=section.visible and not section.restricted,
        public_url=lambda page: url_for("content_minisite.public", uai=school.uai, slug=section.slug, page_id=page.id),
        thrown=queries.pages_of(section_id, trashed=True) if entered.may(SpaceVerb.EMPTY_TRASH) else [],
    )


@blueprint.route("/espaces/<int:section_id>/mini-site/nouvelle", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def add(section_id: int) -> Response:
    """A new page, published later."""
    now = clock.portal_now()
    entered = queries.enter_minisite(section_id, visitor(), now, SpaceVerb.WRITE)
    form, problem = PageForm(), None
    if form.validate_on_submit():
        try:
            made = actions.add_page(entered.section, **_values(form), by=actor_of(visitor()), now=now)
            db.session.commit()
            flash(_("La page est enregistrée. Elle sera visible de tous une fois publiée."), "success")
            return see_other(url_for("content_minisite.page", page_id=made.id))
        except Refused as refused:
            problem = refused
    return _form_page(entered, form, problem, None)


@blueprint.get("/pages/<int:page_id>")
@allowed(SIGNED_IN)
def page(page_id: int) -> Response:
    """A page as the class's people read it."""
    found, entered = queries.page_for(page_id, visitor(), clock.portal_now(), SpaceVerb.READ)
    if not found.published and not entered.may(SpaceVerb.WRITE):
        raise NotFound()
    return render_page(
        "content/minisite/page.html",
        section=entered.section,
        role=entered.role,
        page=found,
        may_change=entered.may_change(found.author_id),
        publishes=entered.may(SpaceVerb.APPROVE),
    )


@blueprint.route("/pages/<int:page_id>/modifier", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def change(page_id: int) -> Response:
    """Change a page. What is published already is changed only by who may publish."""
    now = clock.portal_now()
    found, entered = _own(page_id)
    form, problem = PageForm(), None
    if form.validate_on_submit():
        try:
            actions.change_page(found, **_values(form), version=seen_version(form), by=actor_of(visitor()), now=now)
            db.session.commit()
            flash(_("La page est enregistrée."), "success")
            return see_other(url_for("content_minisite.page", page_id=page_id))
        except Refused as refused:
            problem = refused
            db.session.rollback()
            found, entered = _own(page_id)
    return _form_page(entered, form, problem, found)


def _own(page_id: int, *, trashed: bool = False) -> tuple[MinisitePage, Entered]:
    found, entered = queries.page_for(page_id, visitor(), clock.portal_now(), SpaceVerb.WRITE, trashed=trashed)
    if not entered.may_change(found.author_id) or (found.published and not entered.may(SpaceVerb.APPROVE)):
        raise NotFound()
    return found, entered


def _values(form: PageForm) -> dict[str, str]:
    return {"title": " ".join((form.title.data or "").split()), "source": (form.source.data or "").strip()}


def _form_page(entered: Entered, form: PageForm, problem: Refused | None, found: MinisitePage | None) -> Response:
    if found is not None:
        if request.method == "GET":
            form.title.data, form.source.data = found.title, found.source
        form.version.data = str(found.version)
    also = []
    if problem is not None:
        also = [say(problem.words) + (" " + say(problem.hint) if problem.hint is not None else "")]
    return render_page(
        "content/minisite/form.html",
        status=problem.status if problem else 422 if form.errors else 200,
        section=entered.section,
        role=entered.role,
        found=found,
        form=form,
        also=also,
    )


@blueprint.post("/pages/<int:page_id>/publier")
@allowed(SIGNED_IN)
def publish(page_id: int) -> Response:
    """Show a page to everybody, or no longer; or move it up or down."""
    now, asked = clock.portal_now(), request.form.get("do")
    found, entered = queries.page_for(page_id, visitor(), now, SpaceVerb.APPROVE)
    by = actor_of(visitor())
    if asked in ("up", "down"):
        actions.move(found, up=asked == "up", by=by, now=now)
    else:
        actions.publish(found, asked == "publish", by=by, now=now)
    db.session.commit()
    return see_other(url_for("content_minisite.pages", section_id=entered.section.id))


@blueprint.post("/pages/<int:page_id>/corbeille")
@allowed(SIGNED_IN)
def trash(page_id: int) -> Response:
    """A page into the trash."""
    found, entered = _own(page_id)
    actions.publish(found, False, by=actor_of(visitor()), now=clock.portal_now())
    things.throw_away(found, by=actor_of(visitor()), now=clock.portal_now())
    db.session.commit()
    flash(_("« %(name)s » est dans la corbeille ; vous pouvez l’en reprendre.", name=found.title), "success")
    return see_other(url_for("content_minisite.pages", section_id=entered.section.id))


@blueprint.post("/pages/<int:page_id>/restaurer")
@allowed(SIGNED_IN)
def restore(page_id: int) -> Response:
    """A page out of the trash, not published."""
    found, entered = _own(page_id, trashed=True)
    things.restore(found, by=actor_of(visitor()), now=clock.portal_now())
    db.session.commit()
    flash(_("« %(name)s » est de nouveau à sa place.", name=found.title), "success")
    return see_other(url_for("content_minisite.pages", section_id=entered.section.id))


@blueprint.get("/ecole/<uai>/mini-site/<slug>/<int:page_id>")
@allowed(ANYBODY)
def public(uai: str, slug: str, page_id: int) -> Response:
    """A published page, for everybody (SITE-2)."""
    school = school_by_uai(uai)
    section = queries.public_minisite(school, slug, clock.portal_now())
    found = queries.pages_of(section.id, published_only=True)
    shown = next((one for one in found if one.id == page_id), None)
    if shown is None:
        raise NotFound()
    return render_page("content/minisite/public.html", school=school, section=section, pages=found, page=shown)
