"""'A became B and C': classes that split, merge or close in the first weeks; the director decides where the content goes (CLASS-9)."""

from __future__ import annotations

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.audit.actions import actor_of
from app.classchoice.admin_views import blueprint as blueprint
from app.classchoice.changing import actions
from app.classchoice.changing.queries import proposals, settled
from app.classchoice.problems import EditedSince
from app.classchoice.returning.queries import would_be_taken_back
from app.classchoice.selection import Edited
from app.classchoice.shown import KINDS, fates
from app.classchoice.ticks import numbers
from app.db import db
from app.errors import NotFound
from app.gate.admin_views import school_for
from app.profiles import Verb
from app.web.allowed import allowed, visitor
from app.web.fragments import render_page, see_other


@blueprint.get("/classes-qui-changent")
@allowed(Verb.KEEP_PEOPLE)
def changes(uai: str) -> Response:
    """What the pupils say has become of classes, and where each one's content may go."""
    school = school_for(uai, Verb.KEEP_PEOPLE)
    return render_page("classchoice/changes.html", school=school, rows=proposals(school.id), settled=settled(school.id))


@blueprint.post("/classes-qui-changent/<int:change_id>")
@allowed(Verb.KEEP_PEOPLE)
def decide(uai: str, change_id: int) -> Response:
    """The content goes into the classes ticked, or nowhere."""
    school, now, by = school_for(uai, Verb.KEEP_PEOPLE), clock.portal_now(), actor_of(visitor())
    found = next((one for one in proposals(school.id) if one.id == change_id), None)
    if found is None:
        raise NotFound()
    into = [one for one in numbers(request.form.getlist("into")) if one in {number for number, *_rest in found.into}]
    if request.form.get("do") == "dismiss":
        actions.dismiss(change_id, school.id, by=by, now=now)
        words = _("C’est noté : le contenu de %(name)s reste où il est.", name=found.name)
    elif not into:
        flash(_("Cochez la classe où va le contenu de %(name)s.", name=found.name), "error")
        return see_other(url_for(".changes", uai=uai))
    else:
        actions.decide(change_id, school.id, into, by=by, now=now)
        words = _("Le contenu de %(name)s est copié dans les classes choisies.", name=found.name)
    db.session.commit()
    flash(words, "success")
    return see_other(url_for(".changes", uai=uai))


@blueprint.route("/classes-qui-changent/<int:change_id>/annuler", methods=["GET", "POST"])
@allowed(Verb.KEEP_PEOPLE)
def undo(uai: str, change_id: int) -> Response:
    """Take a decision back: what it brought goes back where it was, and what was edited since is asked about."""
    school, now, by = school_for(uai, Verb.KEEP_PEOPLE), clock.portal_now(), actor_of(visitor())
    found = next((one for one in settled(school.id) if one.id == change_id), None)
    if found is None:
        raise NotFound()
    status = 200
    if request.method == "POST":
        given = request.form.get("edited", "")
        how = Edited(given) if given in (Edited.KEEP, Edited.TRASH) else Edited.ASK
        try:
            actions.undo(change_id, school.id, edited=how, by=by, now=now)
        except EditedSince:
            db.session.rollback()
            school, status = school_for(uai, Verb.KEEP_PEOPLE), 422
        else:
            db.session.commit()
            flash(
                _("La décision pour %(name)s est annulée : elle est de nouveau à prendre.", name=found.name), "success"
            )
            return see_other(url_for(".changes", uai=uai))
    return render_page(
        "classchoice/undo_change.html",
        status=status,
        school=school,
        found=found,
        going=would_be_taken_back(change_id),
        fates=fates(False),
        kinds=KINDS,
    )
