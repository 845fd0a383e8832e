"""How the report cards of each period look (DATA-8, S3-1), for a school's head and its administrators."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.audit.actions import actor_of
from app.db import db
from app.directory.queries import school_by_uai
from app.gate.queries import demand_open
from app.profiles import Verb
from app.schoollife.reports import actions, queries
from app.schoollife.reports.forms import LayoutForm
from app.schoollife.reports.report_cards import LAYOUT_WORDS, Layout
from app.schoollife.years.queries import period as period_called
from app.schoollife.years.queries import periods
from app.web.allowed import allowed, demand, visitor
from app.web.fragments import render_page, see_other

blueprint = Blueprint(
    "schoollife_reports_admin", __name__, url_prefix="/administration/ecole/<uai>/vie-scolaire/bulletins"
)


def _own(uai: str) -> Any:
    school = school_by_uai(uai)
    demand(Verb.SET_SCHOOL_LIFE, school.id)
    demand_open(school.id)
    return school


@blueprint.get("/")
@allowed(Verb.SET_SCHOOL_LIFE)
def layouts(uai: str) -> Response:
    """The periods, and how the report cards of each look."""
    school = _own(uai)
    rows = [(one, queries.layout_of(school.id, one.id)) for one in periods(school.id)[:12]]
    return render_page("schoollife/reports/layouts.html", school=school, rows=rows, words=LAYOUT_WORDS)


@blueprint.route("/<int:period_id>", methods=["GET", "POST"])
@allowed(Verb.SET_SCHOOL_LIFE)
def layout(uai: str, period_id: int) -> Response:
    """The title and the parts of a period's report cards."""
    school = _own(uai)
    period = period_called(school.id, period_id)
    title, now_shown = queries.layout_of(school.id, period.id)
    form = LayoutForm(data={"title": title, **now_shown.stored()} if request.method == "GET" else None)
    if form.validate_on_submit():
        wanted = Layout(**{name: bool(form[name].data) for name in LAYOUT_WORDS})
        actions.set_layout(
            school.id,
            period.id,
            title=" ".join((form.title.data or "").split()),
            layout=wanted,
            by=actor_of(visitor()),
            now=clock.portal_now(),
        )
        db.session.commit()
        flash(_("Le modèle de bulletin est enregistré."), "success")
        return see_other(url_for(".layouts", uai=school.uai))
    return render_page(
        "schoollife/reports/layout.html", status=422 if form.errors else 200, school=school, period=period, form=form
    )
