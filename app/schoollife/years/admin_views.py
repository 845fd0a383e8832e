"""A school's periods, rotations, lists and settings of school life (DATA-8), for its head and its administrators."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from app import clock
from app.audit.actions import Actor, actor_of
from app.db import db
from app.directory.queries import school_by_uai
from app.errors import NotFound, Refused
from app.gate.queries import demand_open
from app.profiles import Verb
from app.schoollife.years import actions, queries
from app.schoollife.years.forms import ParameterForm, PeriodForm, RotationForm, SettingsForm
from app.schoollife.years.parameters import LIST_NAMES, ParameterList, Settings
from app.schoolyear import YearName
from app.web.allowed import allowed, demand, visitor
from app.web.fragments import render_page, see_other
from app.web.say import say

blueprint = Blueprint("schoollife_years_admin", __name__, url_prefix="/administration/ecole/<uai>/vie-scolaire")


def _own(uai: str) -> Any:
    """The school, if the visitor sets its school life and it is open to them. Raises ``NotFound``."""
    school = school_by_uai(uai)
    demand(Verb.SET_SCHOOL_LIFE, school.id)
    demand_open(school.id)
    return school


def _me() -> Actor:
    return actor_of(visitor())


def _done(words: str, target: str) -> Response:
    db.session.commit()
    flash(words, "success")
    return see_other(target)


def _told(told: Refused) -> list[str]:
    return [say(told.words)] + ([say(told.hint)] if told.hint is not None else [])


def _offer_years(field: SelectField) -> None:
    field.choices = [SelectChoice(year.id, str(YearName(begins=year.begins))) for year in queries.school_years()]


@blueprint.get("/")
@allowed(Verb.SET_SCHOOL_LIFE)
def overview(uai: str) -> Response:
    """Everything a school sets for its school life, and how much of it there is."""
    school = _own(uai)
    return render_page(
        "schoollife/years/overview.html",
        school=school,
        periods=queries.periods(school.id),
        weeks=len(queries.rotations(school.id)),
        lists=queries.all_parameters(school.id),
        names=LIST_NAMES,
        years={year.id: str(YearName(begins=year.begins)) for year in queries.school_years()},
    )


@blueprint.post("/motifs/habituels")
@allowed(Verb.SET_SCHOOL_LIFE)
def defaults(uai: str) -> Response:
    """Fill the empty lists with what most schools use."""
    school = _own(uai)
    made = actions.add_defaults(school.id, by=_me(), now=clock.portal_now())
    words = ngettext("%(num)s intitulé est ajouté.", "%(num)s intitulés sont ajoutés.", made)
    return _done(words, url_for(".overview", uai=school.uai))


@blueprint.route("/motifs/<name>", methods=["GET", "POST"])
@allowed(Verb.SET_SCHOOL_LIFE)
def entries(uai: str, name: str) -> Response:
    """One list: its entries, and a new one."""
    school, which = _own(uai), _list_called(name)
    form, also = _parameter_form(school.id), list[str]()
    if form.validate_on_submit():
        try:
            actions.add_parameter(
                school.id,
                which,
                (form.label.data or "").strip(),
                counterpart_id=form.counterpart_id.data or None,
                by=_me(),
                now=clock.portal_now(),
            )
            return _done(_("L’intitulé est ajouté."), url_for(".entries", uai=school.uai, name=name))
        except Refused as told:
            also = _told(told)
    return render_page(
        "schoollife/years/list.html",
        status=422 if form.errors or also else 200,
        school=school,
        which=which,
        title=say(LIST_NAMES[which]),
        rows=queries.parameters(school.id, which, retired=True),
        form=form,
        also=also,
        reasons=_reasons(school.id),
        matched=which == ParameterList.NON_ASSESSMENT,
    )


@blueprint.route("/motifs/intitule/<int:parameter_id>", methods=["GET", "POST"])
@allowed(Verb.SET_SCHOOL_LIFE)
def entry(uai: str, parameter_id: int) -> Response:
    """Change an entry's words."""
    school = _own(uai)
    row = queries.parameter(school.id, parameter_id)
    form, also = _parameter_form(school.id), list[str]()
    if request.method == "GET":
        form.label.data, form.counterpart_id.data = row.label, row.counterpart_id or 0
    back = url_for(".entries", uai=school.uai, name=row.list)
    if form.validate_on_submit():
        try:
            label = (form.label.data or "").strip()
            counterpart = form.counterpart_id.data or None
            actions.change_parameter(row, label=label, counterpart_id=counterpart, by=_me(), now=clock.portal_now())
            return _done(_("L’intitulé est changé."), back)
        except Refused as told:
            also = _told(told)
    return render_page(
        "schoollife/years/entry.html",
        status=422 if form.errors or also else 200,
        school=school,
        row=row,
        form=form,
        also=also,
        back=back,
        matched=row.list == ParameterList.NON_ASSESSMENT,
    )


@blueprint.post("/motifs/intitule/<int:parameter_id>/retirer")
@allowed(Verb.SET_SCHOOL_LIFE)
def retire(uai: str, parameter_id: int) -> Response:
    """Offer an entry no longer, or again."""
    school = _own(uai)
    row = queries.parameter(school.id, parameter_id)
    actions.retire_parameter(row, by=_me(), now=clock.portal_now())
    words = _("« %(label)s » n’est plus proposé.", label=row.label)
    if row.retired_at is None:
        words = _("« %(label)s » est de nouveau proposé.", label=row.label)
    return _done(words, url_for(".entries", uai=school.uai, name=row.list))


@blueprint.route("/periodes", methods=["GET", "POST"])
@allowed(Verb.SET_SCHOOL_LIFE)
def periods(uai: str) -> Response:
    """The periods of each year, and a new one."""
    return _period_page(_own(uai), None)


@blueprint.route("/periodes/<int:period_id>", methods=["GET", "POST"])
@allowed(Verb.SET_SCHOOL_LIFE)
def period(uai: str, period_id: int) -> Response:
    """Change a period."""
    school = _own(uai)
    return _period_page(school, queries.period(school.id, period_id))


@blueprint.route("/periodes/<int:period_id>/supprimer", methods=["GET", "POST"])
@allowed(Verb.SET_SCHOOL_LIFE)
def remove_period(uai: str, period_id: int) -> Response:
    """Remove a period, once asked for it."""
    school = _own(uai)
    found = queries.period(school.id, period_id)
    back = url_for(".periods", uai=school.uai)
    if request.method == "POST":
        actions.remove_period(found, by=_me(), now=clock.portal_now())
        return _done(_("La période est supprimée."), back)
    return render_page("schoollife/years/remove_period.html", school=school, period=found, back=back)


@blueprint.route("/alternances", methods=["GET", "POST"])
@allowed(Verb.SET_SCHOOL_LIFE)
def rotations(uai: str) -> Response:
    """Which weeks are A and which B, filled in one go and corrected one by one."""
    school = _own(uai)
    form, also = RotationForm(), list[str]()
    _offer_years(form.year_id)
    if request.form.get("week"):
        return _one_week(school)
    if form.validate_on_submit() and form.first.data and form.last.data:
        try:
            weeks = actions.alternate_weeks(
                school.id,
                form.year_id.data,
                first=form.first.data,
                last=form.last.data,
                letters=re.findall(r"\w+", form.letters.data or ""),
                by=_me(),
                now=clock.portal_now(),
            )
            words = ngettext("%(num)s semaine a sa lettre.", "%(num)s semaines ont leur lettre.", weeks)
            return _done(words, url_for(".rotations", uai=school.uai))
        except Refused as told:
            also = _told(told)
    return render_page(
        "schoollife/years/rotations.html",
        status=422 if form.errors or also else 200,
        school=school,
        form=form,
        also=also,
        weeks=queries.rotations(school.id),
    )


def _one_week(school: Any) -> Response:
    number = request.form.get("week", "")
    found = [row for row in queries.rotations(school.id) if str(row.id) == number]
    letter = request.form.get("letter", "").strip()[:4]
    if not found:
        raise NotFound()
    actions.set_week(found[0], letter, by=_me(), now=clock.portal_now())
    return _done(_("La semaine est changée."), url_for(".rotations", uai=school.uai))


@blueprint.route("/reglages", methods=["GET", "POST"])
@allowed(Verb.SET_SCHOOL_LIFE)
def settings(uai: str) -> Response:
    """Sheets, delays, marks, report cards."""
    school = _own(uai)
    form = SettingsForm(obj=queries.settings_of(school.id))
    if form.validate_on_submit():
        values = {name: value for name, value in form.data.items() if name != "csrf_token"}
        actions.save_settings(school.id, Settings(**values), by=_me(), now=clock.portal_now())
        return _done(_("Les réglages sont enregistrés."), url_for(".overview", uai=school.uai))
    return render_page("schoollife/years/settings.html", status=422 if form.errors else 200, school=school, form=form)


def _list_called(name: str) -> ParameterList:
    if name not in set(ParameterList):
        raise NotFound()
    return ParameterList(name)


def _reasons(school_id: int) -> dict[int, str]:
    return {row.id: row.label for row in queries.parameters(school_id, ParameterList.ABSENCE_REASON, retired=True)}


def _parameter_form(school_id: int) -> ParameterForm:
    form = ParameterForm()
    form.counterpart_id.choices = [
        SelectChoice(0, _("Aucun")),
        *(SelectChoice(number, label) for number, label in _reasons(school_id).items()),
    ]
    if not form.is_submitted() or not request.form.get("counterpart_id"):
        form.counterpart_id.data = 0
    return form


def _period_page(school: Any, found: Any) -> Response:
    form, also = PeriodForm(obj=found), list[str]()
    _offer_years(form.year_id)
    if form.validate_on_submit() and form.first_day.data and form.last_day.data:
        try:
            actions.save_period(
                school.id,
                found.year_id if found is not None else form.year_id.data,
                name=(form.name.data or "").strip(),
                first_day=form.first_day.data,
                last_day=form.last_day.data,
                period=found,
                by=_me(),
                now=clock.portal_now(),
            )
            return _done(_("La période est enregistrée."), url_for(".periods", uai=school.uai))
        except Refused as told:
            db.session.rollback()
            also = _told(told)
    return render_page(
        "schoollife/years/periods.html",
        status=422 if form.errors or also else 200,
        school=school,
        form=form,
        also=also,
        found=found,
        periods=queries.periods(school.id) if found is None else [],
        years={year.id: str(YearName(begins=year.begins)) for year in queries.school_years()},
    )
