"""The map of a section: a list, a sketch, links to OpenStreetMap."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.audit.actions import actor_of
from app.content.forms import seen_version
from app.content.map import actions, queries
from app.content.map.forms import PointForm
from app.content.map.places import link_to, sketch, written
from app.content.map.queries import MapPoint
from app.content.services import actions as things
from app.content.services.queries import Entered, enter, names_of
from app.content.spaces import Service, SpaceVerb
from app.db import db
from app.errors import Refused
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page, see_other
from app.web.say import say

blueprint = Blueprint("content_map", __name__)


@blueprint.get("/espaces/<int:section_id>/carte")
@allowed(SIGNED_IN)
def points(section_id: int) -> Response:
    """The places of a section."""
    entered = enter(section_id, visitor(), Service.MAP, clock.portal_now(), verb=SpaceVerb.READ)
    found = queries.points_of(section_id)
    empties = entered.may(SpaceVerb.EMPTY_TRASH)
    return render_page(
        "content/map/points.html",
        section=entered.section,
        role=entered.role,
        points=found,
        dots=sketch([(one.latitude, one.longitude) for one in found]),
        names=names_of([one.author_id for one in found]),
        link_to=link_to,
        written=written,
        may_write=entered.may(SpaceVerb.WRITE),
        may_change=entered.may_change,
        thrown=queries.points_of(section_id, trashed=True) if empties else [],
    )


@blueprint.route("/espaces/<int:section_id>/carte/nouveau", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def add(section_id: int) -> Response:
    """A new place."""
    now = clock.portal_now()
    entered = enter(section_id, visitor(), Service.MAP, now, verb=SpaceVerb.WRITE)
    form, problem = PointForm(), None
    if form.validate_on_submit():
        try:
            actions.add_point(entered.section, **_values(form), by=actor_of(visitor()), now=now)
            db.session.commit()
            flash(_("Le lieu est sur la carte."), "success")
            return see_other(url_for("content_map.points", section_id=section_id))
        except Refused as refused:
            problem = refused
    return _form_page(entered, form, problem, None)


@blueprint.route("/lieux/<int:point_id>", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def change(point_id: int) -> Response:
    """Change a place."""
    now = clock.portal_now()
    found, entered = queries.point_for(point_id, visitor(), now)
    form, problem = PointForm(), None
    if form.validate_on_submit():
        try:
            values = _values(form)
            actions.change_point(found, **values, version=seen_version(form), by=actor_of(visitor()), now=now)
            db.session.commit()
            flash(_("Le lieu est enregistré."), "success")
            return see_other(url_for("content_map.points", section_id=found.section_id))
        except Refused as refused:
            problem = refused
            db.session.rollback()
            found, entered = queries.point_for(point_id, visitor(), now)
    return _form_page(entered, form, problem, found)


def _values(form: PointForm) -> dict[str, str]:
    return {
        "title": " ".join((form.title.data or "").split()),
        "where": form.where.data or "",
        "text": (form.text.data or "").strip(),
    }


def _form_page(entered: Entered, form: PointForm, problem: Refused | None, found: MapPoint | None) -> Response:
    if found is not None:
        if request.method == "GET":
            form.title.data, form.text.data = found.title, found.text
            form.where.data = written(found.latitude, found.longitude)
        form.version.data = str(found.version)
    also = []
    if problem is not None:
        also = [say(problem.words) + (" " + say(problem.hint) if problem.hint is not None else "")]
    return render_page(
        "content/map/form.html",
        status=problem.status if problem else 422 if form.errors else 200,
        section=entered.section,
        role=entered.role,
        found=found,
        form=form,
        also=also,
    )


@blueprint.post("/lieux/<int:point_id>/corbeille")
@allowed(SIGNED_IN)
def trash(point_id: int) -> Response:
    """A place into the trash."""
    now = clock.portal_now()
    found, _entered = queries.point_for(point_id, visitor(), now)
    things.throw_away(found, by=actor_of(visitor()), now=now)
    db.session.commit()
    flash(_("« %(name)s » est dans la corbeille ; vous pouvez l’en reprendre.", name=found.title), "success")
    return see_other(url_for("content_map.points", section_id=found.section_id))


@blueprint.post("/lieux/<int:point_id>/restaurer")
@allowed(SIGNED_IN)
def restore(point_id: int) -> Response:
    """A place out of the trash."""
    now = clock.portal_now()
    found, _entered = queries.point_for(point_id, visitor(), now, trashed=True)
    things.restore(found, by=actor_of(visitor()), now=now)
    db.session.commit()
    flash(_("« %(name)s » est de nouveau à sa place.", name=found.title), "success")
    return see_other(url_for("content_map.points", section_id=found.section_id))
