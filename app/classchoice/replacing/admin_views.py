"""Who stands in for a teacher, with dates: somebody whom the portal knows first, else a temporary account (CLASS-8)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from app import clock
from app.audit.actions import actor_of
from app.classchoice.admin_views import blueprint as blueprint
from app.classchoice.finding.queries import teacher_called, teachers_called
from app.classchoice.forms import EndForm, ReplacementForm, TemporaryForm
from app.classchoice.overview.queries import classes, teachers
from app.classchoice.replacing import actions, queries
from app.db import db
from app.errors import NotFound, Refused
from app.gate.admin_views import school_for
from app.profiles import Verb
from app.schoolyear import local_day
from app.web.allowed import allowed, visitor
from app.web.fragments import render_page, see_other
from app.words import N_

STATES: dict[str, str] = {"planned": N_("à venir"), "running": N_("en cours"), "ended": N_("terminé")}
#: Nobody is replaced: the post is vacant.
VACANT = 0


@blueprint.get("/remplacements")
@allowed(Verb.KEEP_PEOPLE)
def replacements(uai: str) -> Response:
    """Who stands in for whom, from when to when; and a search of the whole portal for somebody to name."""
    school = school_for(uai, Verb.KEEP_PEOPLE)
    text = request.args.get("q", "").strip()[:80]
    return render_page(
        "classchoice/replacements.html",
        school=school,
        rows=queries.replacements(school.id),
        states=STATES,
        text=text,
        found=teachers_called(text) if text else [],
    )


@blueprint.route("/remplacements/compte/<int:person_id>", methods=["GET", "POST"])
@allowed(Verb.KEEP_PEOPLE)
def replace(uai: str, person_id: int) -> Response:
    """Somebody who has an account stands in, in one class, with dates."""
    school, now = school_for(uai, Verb.KEEP_PEOPLE), clock.portal_now()
    name = teacher_called(person_id)
    form = _offered(ReplacementForm(first_day=_today(school, now)), school, now)
    if form.validate_on_submit() and _in_class(form, school, now):
        try:
            _attach(school, person_id, form, now)
        except NotFound:
            raise
        except Refused as refused:
            db.session.rollback()
            return _form_page(school_for(uai, Verb.KEEP_PEOPLE), form, name, [refused.words])
        db.session.commit()
        flash(_("Le remplacement par %(name)s est enregistré.", name=name), "success")
        return see_other(url_for(".replacements", uai=uai))
    return _form_page(school, form, name)


@blueprint.route("/remplacements/nouveau", methods=["GET", "POST"])
@allowed(Verb.KEEP_PEOPLE)
def temporary(uai: str) -> Response:
    """Somebody whom no feed knows yet stands in: a temporary account, whose one-time code is shown once."""
    school, now = school_for(uai, Verb.KEEP_PEOPLE), clock.portal_now()
    form = _offered(TemporaryForm(first_day=_today(school, now)), school, now)
    if not form.validate_on_submit() or not _in_class(form, school, now):
        return _form_page(school, form, "")
    try:
        made, login, code = actions.make_temporary(
            school,
            last_name=(form.last_name.data or "").strip(),
            first_name=(form.first_name.data or "").strip(),
            by=visitor(),
            now=now,
        )
        _attach(school, made.id, form, now)
    except NotFound:
        raise
    except Refused as refused:
        db.session.rollback()
        return _form_page(school_for(uai, Verb.KEEP_PEOPLE), form, "", [refused.words])
    name = f"{form.first_name.data} {form.last_name.data}"
    db.session.commit()
    return render_page(
        "classchoice/temporary_code.html", school=school_for(uai, Verb.KEEP_PEOPLE), name=name, login=login, code=code
    )


@blueprint.route("/remplacements/<int:replacement_id>/fin", methods=["GET", "POST"])
@allowed(Verb.KEEP_PEOPLE)
def end(uai: str, replacement_id: int) -> Response:
    """The last day of a replacement; afterwards the absent teacher has the class, and their own offer, again."""
    school, now = school_for(uai, Verb.KEEP_PEOPLE), clock.portal_now()
    found = queries.replacement_in(school.id, replacement_id)
    form = EndForm(last_day=found.last_day or _today(school, now))
    also: list[Any] = []
    if form.validate_on_submit():
        try:
            actions.end(found, last_day=form.last_day.data, by=actor_of(visitor()), now=now)
        except NotFound:
            raise
        except Refused as refused:
            db.session.rollback()
            school, also = school_for(uai, Verb.KEEP_PEOPLE), [refused.words]
        else:
            db.session.commit()
            flash(_("Le dernier jour du remplacement est enregistré."), "success")
            return see_other(url_for(".replacements", uai=uai))
    line = next((one for one in queries.replacements(school.id) if one.id == replacement_id), None)
    status = 422 if also or form.errors else 200
    return render_page("classchoice/end.html", status=status, school=school, form=form, line=line, also=also)


def _today(school: Any, now: datetime) -> date:
    return local_day(now, ZoneInfo(school.zone))


def _in_class(form: Any, school: Any, now: datetime) -> bool:
    """Does whoever is replaced have that class? Told beside the field, since it is said by two choices."""
    absent = next((one for one in teachers(school.id, now) if one.person_id == form.absent.data), None)
    if absent is None or form.school_class.data in {number for number, _name in absent.classes}:
        return True
    words = _(
        "Cette personne n’a pas cette classe : choisissez d’abord la classe pour elle, ou dites que le poste est vacant."
    )
    form.absent.errors = [*form.absent.errors, words]
    return False


def _offered(form: Any, school: Any, now: datetime) -> Any:
    form.school_class.choices = [SelectChoice(one.class_id, one.name) for one in classes(school.id, now)]
    form.absent.choices = [SelectChoice(VACANT, _("Personne : le poste est vacant"))]
    form.absent.choices += [SelectChoice(one.person_id, one.name) for one in teachers(school.id, now)]
    return form


def _attach(school: Any, person_id: int, form: Any, now: datetime) -> None:
    actions.attach(
        school,
        form.school_class.data,
        person_id,
        absent_id=form.absent.data or None,
        first_day=form.first_day.data,
        last_day=form.last_day.data,
        by=actor_of(visitor()),
        now=now,
    )


def _form_page(school: Any, form: Any, name: str, also: list[Any] | None = None) -> Response:
    return render_page(
        "classchoice/replace.html",
        status=422 if also or form.errors else 200,
        school=school,
        form=form,
        name=name,
        also=also or [],
    )
