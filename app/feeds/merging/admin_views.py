"""Records of guardians that may be one person, in a school or across schools; merging two of them (KIN-4)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import db
from app.directory.names import name_of
from app.directory.queries import person_by_id, project
from app.errors import NotFound
from app.feeds.merging import actions, queries
from app.feeds.merging.forms import MergeForm, UndoForm
from app.feeds.merging.moved import REASONS, label_of
from app.feeds.merging.pairs import kept_and_merged, refusal
from app.gate.admin_views import school_for
from app.profiles import Verb
from app.web.allowed import allowed, demand, visitor
from app.web.fragments import render_page, see_other

blueprint = Blueprint("feeds_merging_admin", __name__)


@blueprint.get("/administration/ecole/<uai>/doublons")
@allowed(Verb.KEEP_KIN)
def doubles(uai: str) -> Any:
    """The guardians of a school who bear the same name, and the merges that SIECLE does not know yet."""
    return _doubles(school_for(uai, Verb.KEEP_KIN))


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
        proposals=queries.proposals(school.id) if school is not None and not text else [],
        merges=queries.merges_to_settle(school_id),
        made=[(merge, name, _told(merge.conflicts)) for merge, name in queries.merges_made(school_id)],
        zone=school.zone if school is not None else project().zone,
    )


@blueprint.route("/administration/ecole/<uai>/doublons/<int:person_id>/<int:other_id>", methods=["GET", "POST"])
@allowed(Verb.KEEP_KIN)
def merge(uai: str, person_id: int, other_id: int) -> Any:
    """Merge two guardians of one school."""
    school = school_for(uai, Verb.KEEP_KIN)
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
        moving=actions.would_move(merged.person_id, kept.person_id) if refused is None else [],
        back=back,
        zone=school.zone if school is not None else project().zone,
    )


# Two again -------------------------------------------------------------------------------------------------------------


@blueprint.route("/administration/ecole/<uai>/doublons/<int:merge_id>/separer", methods=["GET", "POST"])
@allowed(Verb.KEEP_KIN)
def undo(uai: str, merge_id: int) -> Any:
    """Undo a merge of one school."""
    school = school_for(uai, Verb.KEEP_KIN)
    return _undo(school, queries.merge_made(merge_id, school.id))


@blueprint.route("/administration/doublons/<int:merge_id>/separer", methods=["GET", "POST"])
@allowed(Verb.KEEP_KIN)
def undo_everywhere(merge_id: int) -> Any:
    """Undo a merge that the project made across schools."""
    demand(Verb.KEEP_KIN)
    return _undo(None, queries.merge_made(merge_id, None))


def _undo(school: Any, made: Any) -> Any:
    back = url_for(".doubles", uai=school.uai) if school is not None else url_for(".everywhere")
    refused, form = queries.undo_refusal(made), UndoForm()
    if refused is None and form.validate_on_submit():
        conflicts = actions.undo(made.id, by=visitor(), now=clock.portal_now())
        db.session.commit()
        if conflicts:
            flash(_("Les deux comptes sont séparés. Ce qui n’a pas pu être rendu est noté dans la liste."), "warning")
        else:
            flash(_("Les deux comptes sont séparés, tels qu’ils étaient."), "success")
        return see_other(back)
    going, staying = actions.would_go_back(made) if refused is None else ([], [])
    return render_page(
        "feeds/merging/undo.html",
        status=409 if refused is not None else 422 if form.errors else 200,
        school=school,
        form=form,
        refused=refused,
        made=made,
        name=name_of(person_by_id(made.kept_id)),
        going=going,
        staying=[(label_of(one.table), REASONS[one.reason], one.count) for one in staying],
        back=back,
        zone=school.zone if school is not None else project().zone,
    )


def _told(conflicts: Any) -> list[tuple[str, str, int]]:
    """What an undoing could not bring back, in words."""
    return [(label_of(one["table"]), REASONS[one["reason"]], one["count"]) for one in conflicts or ()]
