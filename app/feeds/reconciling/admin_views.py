"""A school's list of what was done by hand and what the directory says now; the administrator decides, one by one (FEED-5, CLASS-5)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.audit.actions import actor_of
from app.db import db
from app.directory.names import name_of
from app.directory.queries import person_by_id
from app.feeds.merging import actions as merging
from app.feeds.merging.forms import MergeForm, UndoForm
from app.feeds.merging.moved import REASONS, label_of
from app.feeds.merging.queries import merge_made, merges_made, undo_refusal
from app.feeds.reconciling import actions, queries
from app.feeds.reconciling.judging import AGREEMENT_LOOKS, AGREEMENT_NAMES, Agreement, twin_refusal
from app.gate.admin_views import school_for
from app.profiles import Verb
from app.schoolyear import YearName
from app.web.allowed import allowed, visitor
from app.web.fragments import render_page, see_other

blueprint = Blueprint("feeds_reconciling_admin", __name__, url_prefix="/administration/ecole/<uai>/main-et-annuaire")


@blueprint.get("")
@allowed(Verb.KEEP_PEOPLE)
def differences(uai: str) -> Any:
    """Links and accounts made by hand, what needs a decision first."""
    school = school_for(uai, Verb.KEEP_PEOPLE)
    links = queries.hand_links(school)
    return render_page(
        "feeds/reconciling/differences.html",
        school=school,
        links=[(line, YearName(begins=line.class_year)) for line in links],
        agreeing=sum(line.agreement == Agreement.AGREE and line.source == "hand" for line in links),
        twins=queries.twins(school.id),
        names=AGREEMENT_NAMES,
        looks=AGREEMENT_LOOKS,
        made=[
            (merge, name, [(label_of(c["table"]), REASONS[c["reason"]], c["count"]) for c in merge.conflicts or ()])
            for merge, name in merges_made(school.id, ("account",))
        ],
    )


@blueprint.post("/accords")
@allowed(Verb.KEEP_PEOPLE)
def follow_agreeing(uai: str) -> Any:
    """What the directory confirms is the directory's from now on."""
    school = school_for(uai, Verb.KEEP_PEOPLE)
    count = actions.follow_agreeing(school, by=actor_of(visitor()), now=clock.portal_now())
    db.session.commit()
    words = ngettext(
        "%(num)s lien est maintenant tenu par l’annuaire.", "%(num)s liens sont maintenant tenus par l’annuaire.", count
    )
    flash(words, "success" if count else "info")
    return see_other(url_for(".differences", uai=uai))


@blueprint.route("/liens/<int:link_id>", methods=["GET", "POST"])
@allowed(Verb.KEEP_PEOPLE)
def link(uai: str, link_id: int) -> Any:
    """One link: keep it, or follow the directory."""
    school = school_for(uai, Verb.KEEP_PEOPLE)
    line = queries.hand_link(school, link_id)
    if request.method == "POST":
        said, keep = request.form.get("said", ""), request.form.get("do") == "keep"
        decide = actions.keep_hand if keep else actions.follow_feed
        decide(school, link_id, said, by=actor_of(visitor()), now=clock.portal_now())
        db.session.commit()
        name = line.name
        flash(
            _("Le lien de %(name)s reste comme il est.", name=name)
            if keep
            else _("Le lien de %(name)s suit l’annuaire.", name=name),
            "success",
        )
        return see_other(url_for(".differences", uai=uai))
    return render_page(
        "feeds/reconciling/link.html",
        school=school,
        line=line,
        year=YearName(begins=line.class_year),
        names=AGREEMENT_NAMES,
        looks=AGREEMENT_LOOKS,
    )


@blueprint.route("/comptes/<int:person_id>/<int:other_id>", methods=["GET", "POST"])
@allowed(Verb.KEEP_PEOPLE)
def accounts(uai: str, person_id: int, other_id: int) -> Any:
    """An account made by hand and the one that the directory has brought: one person, or two."""
    school = school_for(uai, Verb.KEEP_PEOPLE)
    line = queries.twin_line(school.id, person_id, other_id)
    refused = twin_refusal(visitor(), queries.twin_facts(line, visitor()), school.id)
    back, now, form = url_for(".differences", uai=uai), clock.portal_now(), MergeForm()
    if request.method == "POST" and request.form.get("do") == "apart":
        actions.keep_apart(school, line, by=actor_of(visitor()), now=now)
        db.session.commit()
        flash(_("Ces deux comptes restent ceux de deux personnes."), "success")
        return see_other(back)
    if refused is None and form.validate_on_submit():
        actions.join_accounts(school, line, by=visitor(), now=now)
        db.session.commit()
        flash(_("Les deux comptes n’en font plus qu’un, que l’annuaire tient à jour."), "success")
        return see_other(back)
    kept, merged = queries.older_first(line)
    return render_page(
        "feeds/reconciling/accounts.html",
        status=422 if form.errors else 200,
        school=school,
        line=line,
        refused=refused,
        form=form,
        kept=line.hand_login if kept == line.hand_id else line.fed_login,
        gone=line.fed_login if kept == line.hand_id else line.hand_login,
        moving=merging.would_move(merged, kept) if refused is None else [],
        back=back,
    )


@blueprint.route("/comptes/<int:merge_id>/separer", methods=["GET", "POST"])
@allowed(Verb.KEEP_PEOPLE)
def undo(uai: str, merge_id: int) -> Any:
    """Two accounts again."""
    school = school_for(uai, Verb.KEEP_PEOPLE)
    made = merge_made(merge_id, school.id, ("account",))
    refused, form, back = undo_refusal(made), UndoForm(), url_for(".differences", uai=uai)
    if refused is None and form.validate_on_submit():
        conflicts = merging.undo(made.id, by=visitor(), now=clock.portal_now())
        db.session.commit()
        if conflicts:
            flash(_("Les deux comptes sont séparés. Ce qui n’a pas pu être rendu est noté dans la liste."), "warning")
        else:
            flash(_("Les deux comptes sont séparés, tels qu’ils étaient."), "success")
        return see_other(back)
    going, staying = merging.would_go_back(made) if refused is None else ([], [])
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
        zone=school.zone,
    )
