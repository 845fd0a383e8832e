"""Class councils: prepared, summed up, published to the class's pupils and guardians."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from app import clock
from app.audit.actions import actor_of
from app.db import db
from app.errors import Refused
from app.files.actions import receive
from app.files.queries import blob, path_of
from app.schoollife.queries import class_for, whole_class_for
from app.schoollife.reports import actions, queries
from app.schoollife.reports.forms import CouncilForm, TokenForm
from app.schoollife.reports.queries import ClassCouncil
from app.schoollife.reports.views import blueprint as blueprint
from app.schoollife.reports.views import period_named, told_by
from app.schoollife.results.forms import RemovalForm, seen_version
from app.schoollife.standing import ClassFacts, Right
from app.schoollife.years.queries import periods
from app.schoolyear import NoSuchHour, instant_of
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.downloads import deliver
from app.web.fragments import render_page, see_other
from app.web.say import say
from app.web.uploads import uploads


@blueprint.get("/classes/<int:class_id>/conseils")
@allowed(SIGNED_IN)
def councils(class_id: int) -> Response:
    """The councils of a class, newest first; families see those whose summary is published."""
    facts = class_for(visitor(), class_id, Right.READ_COUNCIL, clock.portal_now())
    published = not facts.may_for_all(Right.READ_COUNCIL)
    return render_page(
        "schoollife/reports/councils.html",
        school_class=facts,
        councils=queries.councils_of(facts.id, published=published),
        names={period.id: period.name for period in periods(facts.school_id, facts.year_id)},
        may_write=facts.may_for_all(Right.WRITE_COUNCIL),
    )


@blueprint.route("/classes/<int:class_id>/conseils/nouveau", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def new_council(class_id: int) -> Response:
    """Prepare a council: its day, hour and place; the summary may come later."""
    facts = whole_class_for(visitor(), class_id, Right.WRITE_COUNCIL, clock.portal_now())
    form = CouncilForm()
    _offer(form, facts)
    return _written(None, facts, form)


@blueprint.route("/conseils/<int:council_id>/modifier", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def change_council(council_id: int) -> Response:
    """Its day, place, summary and files."""
    found, facts = queries.council_for(visitor(), council_id, clock.portal_now(), for_change=True)
    form = CouncilForm(obj=found)
    _offer(form, facts)
    if request.method == "GET":
        local = found.held_at.astimezone(ZoneInfo(facts.zone))
        form.day.data, form.hour.data = local.date(), f"{local:%H:%M}"
        form.period.data = found.period_id or 0
    return _written(found, facts, form)


def _offer(form: CouncilForm, facts: ClassFacts) -> None:
    terms = periods(facts.school_id, facts.year_id)
    form.period.choices = [SelectChoice(0, _("aucune")), *(SelectChoice(term.id, term.name) for term in terms)]


def _written(found: ClassCouncil | None, facts: ClassFacts, form: CouncilForm) -> Response:
    told: Refused | None = None
    if form.validate_on_submit() and form.day.data is not None and form.at is not None:
        try:
            return _saved(
                found, facts, form, instant_of(datetime.combine(form.day.data, form.at), ZoneInfo(facts.zone))
            )
        except NoSuchHour as skipped:
            form.hour.errors = [say(skipped.words)]
        except Refused as refused:
            # Nothing of a refused file or of an older state is kept.
            db.session.rollback()
            told = refused
    if found is not None and (told or request.method == "GET"):
        db.session.refresh(found)
        form.version.data = str(found.version)
    return render_page(
        "schoollife/reports/council_form.html",
        status=told.status if told else 422 if form.errors else 200,
        school_class=facts,
        found=found,
        form=form,
        files=queries.files_of_council(found.id) if found is not None else [],
        also=told_by(told),
    )


def _saved(found: ClassCouncil | None, facts: ClassFacts, form: CouncilForm, held_at: datetime) -> Response:
    by, now = actor_of(visitor()), clock.portal_now()
    if found is not None:
        actions.demand_version(found.version, seen_version(form.version.data))
    council = actions.save_council(
        found,
        facts,
        held_at=held_at,
        place=" ".join((form.place.data or "").split()),
        period_id=form.period.data or None,
        source=(form.source.data or "").strip(),
        by=by,
        now=now,
    )
    for upload in uploads("files"):
        actions.attach(council, receive(upload.stream, upload.name, now=now), by=by, now=now)
    if request.form.get("do") in ("publish", "withdraw"):
        actions.show_council(council, request.form["do"] == "publish", by=by, now=now)
    number = council.id
    db.session.commit()
    flash(_("Le conseil est enregistré."), "success")
    return see_other(url_for(".council", council_id=number))


@blueprint.get("/conseils/<int:council_id>")
@allowed(SIGNED_IN)
def council(council_id: int) -> Response:
    """A council's summary with its files."""
    found, facts = queries.council_for(visitor(), council_id, clock.portal_now())
    return render_page(
        "schoollife/reports/council.html",
        school_class=facts,
        found=found,
        period=period_named(facts, found.period_id),
        files=queries.files_of_council(found.id),
        may_write=facts.may_for_all(Right.WRITE_COUNCIL),
        form=TokenForm(),
    )


@blueprint.get("/conseils/<int:council_id>/fichiers/<int:life_file_id>")
@allowed(SIGNED_IN)
def council_file(council_id: int, life_file_id: int) -> Response:
    """A file of a council, to whoever may read its summary."""
    found, _facts = queries.council_for(visitor(), council_id, clock.portal_now())
    file = queries.file_of_council(found.id, life_file_id)
    return deliver(path_of(file.sha256), file.name, blob(file.sha256).kind)


@blueprint.post("/conseils/<int:council_id>/fichiers/<int:life_file_id>/retirer")
@allowed(SIGNED_IN)
def detach_file(council_id: int, life_file_id: int) -> Response:
    """Take a file away from the summary."""
    now = clock.portal_now()
    found, _facts = queries.council_for(visitor(), council_id, now, for_change=True)
    actions.detach(found, queries.file_of_council(found.id, life_file_id), by=actor_of(visitor()), now=now)
    db.session.commit()
    flash(_("Le fichier est retiré."), "success")
    return see_other(url_for(".change_council", council_id=council_id))


@blueprint.route("/conseils/<int:council_id>/supprimer", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def remove_council(council_id: int) -> Any:
    """Remove a council with its summary and files, after a typed word."""
    now = clock.portal_now()
    found, facts = queries.council_for(visitor(), council_id, now, for_change=True)
    form = RemovalForm()
    if form.validate_on_submit():
        actions.remove_council(found, by=actor_of(visitor()), now=now)
        db.session.commit()
        flash(_("Le conseil est supprimé."), "success")
        return see_other(url_for(".councils", class_id=facts.id))
    return render_page(
        "schoollife/removal.html",
        status=422 if form.errors else 200,
        form=form,
        eyebrow=facts.name,
        heading=_("Supprimer ce conseil de classe\u00a0?"),
        words=_("Sa synthèse et ses fichiers disparaissent, pour vous et pour les familles."),
        back=url_for(".council", council_id=council_id),
    )
