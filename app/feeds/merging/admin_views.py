"""Records of guardians that may be one person, in a school or across schools; merging two of them (KIN-4)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import db
from app.directory.queries import project, school_by_uai
from app.errors import NotFound
from app.feeds.merging import actions, queries
from app.feeds.merging.forms import MergeForm
from app.feeds.merging.pairs import kept_and_merged, refusal
from app.gate.queries import demand_open
from app.profiles import Verb
from app.web.allowed import allowed, demand, visitor
from app.web.fragments import render_page, see_other

blueprint = Blueprint("feeds_merging_admin", __name__)


def _school(uai: str) -> Any:
    """The school, for its head or deputy, while it is open to them. Raises ``NotFound`` for others."""
    school = school_by_uai(uai)
    demand(Verb.KEEP_KIN, school.id)
    demand_open(school.id)
    return school


@blueprint.get("/administration/ecole/<uai>/doublons")
@allowed(Verb.KEEP_KIN)
def doubles(uai: str) -> Any:
    """The guardians of a school who bear the same name, and the merges that SIECLE does not know yet."""
    return _doubles(_school(uai))


@blueprint.get("/administration/doublons")
@allowed(Verb.KEEP_KIN)
def everywhere() -> Any:
    """The same across schools, by name: the project decides there."""
    demand(Verb.KEEP_KIN)
    return _doubles(None)


def _doubles(school: Any) -> Any:
    text = request.args.get("q", "").strip()[:80]
    school_id = school.id if school is not None else None
    groups, more = queries.possible_doubles(school_id, text)
    return render_page(
        "feeds/merging/doubles.html",
        block="found",
        school=school,
        text=text,
        groups=groups,
        more=more,
        merges=queries.merges_to_settle(school_id),
        zone=school.zone if school is not None else project().zone,
    )


@blueprint.route("/administration/ecole/<uai>/doublons/<int:person_id>/<int:other_id>", methods=["GET", "POST"])
@allowed(Verb.KEEP_KIN)
def merge(uai: str, person_id: int, other_id: int) -> Any:
    """Merge two guardians of one school."""
    school = _school(uai)
    for number in (person_id, other_id):
        if school.id not in queries.record_of(number).school_ids:
            raise NotFound()
    return _merge(school, person_id, other_id)


@blueprint.route("/administration/doublons/<int:person_id>/<int:other_id>", methods=["GET", "POST"])
@allowed(Verb.KEEP_KIN)
def merge_everywhere(person_id: int, other_id: int) -> Any:
    """Merge two guardians of different schools."""
    demand(Verb.KEEP_KIN)
    return _merge(None, person_id, other_id)


def _merge(school: Any, person_id: int, other_id: int) -> Any:
    school_id = school.id if school is not None else None
    one, other = queries.record_of(person_id), queries.record_of(other_id)
    refused = refusal(visitor(), one, other, school_id)
    back = url_for(".doubles", uai=school.uai) if school is not None else url_for(".everywhere")
    form = MergeForm()
    if refused is None and form.validate_on_submit():
        actions.merge(person_id, other_id, school_id, by=visitor(), now=clock.portal_now())
        db.session.commit()
        flash(_("Les deux fiches sont un seul compte. Rapprochez-les aussi dans SIECLE."), "success")
        return see_other(back)
    kept, merged = kept_and_merged(one, other)
    shown = {found.person_id: found for found in queries.guardians([person_id, other_id], school_id)}
    return render_page(
        "feeds/merging/merge.html",
        status=403 if refused is not None else 422 if form.errors else 200,
        school=school,
        form=form,
        refused=refused,
        kept=shown[kept.person_id],
        merged=shown[merged.person_id],
        back=back,
        zone=school.zone if school is not None else project().zone,
    )
