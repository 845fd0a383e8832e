"""A pupil's links, exits and death, for the head or deputy (KIN-3, ACCT-8); the first name in use.

What stands here is read by those who administer only: no page of a family shows a reason or that a link was cut.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.accounts.kin import queries as people
from app.accounts.kin.actions import note_death
from app.accounts.kin.forms import CutForm, DeathForm, ExitForm, FirstNameForm, RestoreForm
from app.audit.actions import Actor, actor_of
from app.db import db
from app.directory.kin import actions, queries
from app.directory.kin.standing import CLOSING, EXIT_NAMES, STANDING_NAMES, day_there
from app.directory.names import name_of
from app.directory.queries import person_by_id
from app.gate.admin_views import school_for
from app.profiles import Verb
from app.web.allowed import allowed, visitor
from app.web.fragments import render_page, see_other

blueprint = Blueprint("accounts_kin_admin", __name__)


def _me() -> Actor:
    return actor_of(visitor())


@blueprint.get("/administration/ecole/<uai>/liens-et-departs")
@allowed(Verb.KEEP_KIN)
def differences(uai: str) -> Any:
    """The cut links and the exits of a school, and what the source still says otherwise (KIN-3)."""
    school = school_for(uai, Verb.KEEP_KIN)
    return render_page(
        "accounts/kin/differences.html",
        school=school,
        cuts=queries.cuts_to_settle(school.id),
        exits=queries.exits_of_school(school.id),
        exit_names=EXIT_NAMES,
    )


@blueprint.get("/administration/ecole/<uai>/eleves/<int:student_id>")
@allowed(Verb.KEEP_KIN)
def pupil(uai: str, student_id: int) -> Any:
    """Who stands for a pupil, and what has changed in mid-year."""
    school = school_for(uai, Verb.KEEP_KIN)
    found = people.pupil_of_school(student_id, school.id)
    return render_page(
        "accounts/kin/pupil.html",
        school=school,
        pupil=found,
        name=name_of(found),
        links=queries.links_of(student_id),
        standings=STANDING_NAMES,
        exits=queries.exits_of(student_id, school.id),
        exit_names=EXIT_NAMES,
        closing=CLOSING,
        today=day_there(clock.portal_now(), school.zone),
    )


@blueprint.route(
    "/administration/ecole/<uai>/eleves/<int:student_id>/responsables/<int:guardian_id>/couper", methods=["GET", "POST"]
)
@allowed(Verb.KEEP_KIN)
def cut(uai: str, student_id: int, guardian_id: int) -> Any:
    """Cut a link at once, with its reason and a typed word (KIN-3)."""
    school = school_for(uai, Verb.KEEP_KIN)
    found, form = people.pupil_of_school(student_id, school.id), CutForm()
    link = queries.link_between(student_id, guardian_id)
    back = url_for(".pupil", uai=school.uai, student_id=student_id)
    if form.validate_on_submit():
        actions.cut_link(link, school.id, reason=(form.reason.data or "").strip(), by=_me(), now=clock.portal_now())
        db.session.commit()
        flash(_("Le lien est coupé."), "success")
        return see_other(back)
    return render_page(
        "accounts/kin/cut.html",
        status=422 if form.errors else 200,
        school=school,
        form=form,
        pupil=name_of(found),
        guardian=name_of(person_by_id(guardian_id)),
        already=link.cut_at is not None,
        back=back,
    )


@blueprint.route(
    "/administration/ecole/<uai>/eleves/<int:student_id>/responsables/<int:guardian_id>/retablir",
    methods=["GET", "POST"],
)
@allowed(Verb.KEEP_KIN)
def restore(uai: str, student_id: int, guardian_id: int) -> Any:
    """Let a cut link count again."""
    school = school_for(uai, Verb.KEEP_KIN)
    found, form = people.pupil_of_school(student_id, school.id), RestoreForm()
    link = queries.link_between(student_id, guardian_id)
    back = url_for(".pupil", uai=school.uai, student_id=student_id)
    if form.validate_on_submit():
        actions.restore_link(link, school.id, by=_me(), now=clock.portal_now())
        db.session.commit()
        flash(_("Le lien compte de nouveau."), "success")
        return see_other(back)
    return render_page(
        "accounts/kin/restore.html",
        status=422 if form.errors else 200,
        school=school,
        form=form,
        pupil=name_of(found),
        guardian=name_of(person_by_id(guardian_id)),
        already=link.cut_at is None,
        back=back,
    )


@blueprint.route("/administration/ecole/<uai>/eleves/<int:student_id>/depart", methods=["GET", "POST"])
@allowed(Verb.KEEP_KIN)
def leave(uai: str, student_id: int) -> Any:
    """Note a suspension, an exclusion or a departure (ACCT-8)."""
    school = school_for(uai, Verb.KEEP_KIN)
    found, form, now = people.pupil_of_school(student_id, school.id), ExitForm().offer(), clock.portal_now()
    back = url_for(".pupil", uai=school.uai, student_id=student_id)
    also: list[Any] = []
    if request.method == "GET":
        form.since.data = day_there(now, school.zone)
    if form.validate_on_submit():
        try:
            made = actions.record_exit(
                student_id, school, form.kind.data, form.since.data, form.until.data, by=_me(), now=now
            )
        except (actions.AlreadyGone, actions.NoDays) as refused:
            also = [words for words in (refused.words, refused.hint) if words is not None]
        else:
            at_once = made.took_effect_at is not None
            db.session.commit()
            flash(
                _("C’est enregistré, et l’établissement est fermé à l’élève.") if at_once else _("C’est enregistré."),
                "success",
            )
            return see_other(back)
    return render_page(
        "accounts/kin/leave.html",
        status=422 if form.errors or also else 200,
        school=school,
        form=form,
        also=also,
        pupil=name_of(found),
        back=back,
    )


@blueprint.route(
    "/administration/ecole/<uai>/eleves/<int:student_id>/depart/<int:exit_id>/annuler", methods=["GET", "POST"]
)
@allowed(Verb.KEEP_KIN)
def take_back(uai: str, student_id: int, exit_id: int) -> Any:
    """Take an exit back: the pupil is again what they were in the school."""
    school = school_for(uai, Verb.KEEP_KIN)
    found = people.pupil_of_school(student_id, school.id)
    exit_ = queries.exit_of(exit_id, student_id, school.id)
    back = url_for(".pupil", uai=school.uai, student_id=student_id)
    if request.method == "POST":
        actions.take_back_exit(exit_, by=_me(), now=clock.portal_now())
        db.session.commit()
        flash(_("L’enregistrement est annulé."), "success")
        return see_other(back)
    return render_page(
        "accounts/kin/take_back.html",
        school=school,
        pupil=name_of(found),
        exit=exit_,
        kind=EXIT_NAMES[exit_.kind],
        already=exit_.ended_at is not None,
        back=back,
    )


@blueprint.route("/administration/ecole/<uai>/personnes/<int:person_id>/deces", methods=["GET", "POST"])
@allowed(Verb.KEEP_KIN)
def death(uai: str, person_id: int) -> Any:
    """Note a death, or take the note back (ACCT-8)."""
    school = school_for(uai, Verb.KEEP_KIN)
    found, form = people.somebody_of_school(person_id, school.id), DeathForm()
    noted = found.died_on is not None
    if noted and request.method == "POST":
        note_death(found, None, school.id, by=_me(), now=clock.portal_now())
        db.session.commit()
        flash(_("La note est retirée, le compte est rouvert."), "success")
        return see_other(url_for(".death", uai=school.uai, person_id=person_id))
    if not noted and form.validate_on_submit():
        note_death(found, form.died_on.data, school.id, by=_me(), now=clock.portal_now())
        db.session.commit()
        flash(_("C’est noté. Le portail n’écrit plus à cette personne, et son compte est fermé."), "success")
        return see_other(url_for(".death", uai=school.uai, person_id=person_id))
    return render_page(
        "accounts/kin/death.html",
        status=422 if form.errors else 200,
        school=school,
        form=form,
        person=found,
        name=name_of(found),
        noted=noted,
    )


@blueprint.route("/administration/ecole/<uai>/personnes/<int:person_id>/prenom", methods=["GET", "POST"])
@allowed(Verb.KEEP_PEOPLE)
def first_name(uai: str, person_id: int) -> Any:
    """The first name by which somebody is called on every page; imports leave it alone (ACCT-8)."""
    school = school_for(uai, Verb.KEEP_PEOPLE)
    found = people.somebody_of_school(person_id, school.id)
    form = FirstNameForm(used=found.used_first_name)
    if form.validate_on_submit():
        actions.use_first_name(found, form.used.data or "", school.id, by=_me(), now=clock.portal_now())
        db.session.commit()
        flash(_("Cette personne s’appelle maintenant %(name)s dans le portail.", name=name_of(found)), "success")
        return see_other(url_for(".first_name", uai=school.uai, person_id=person_id))
    return render_page(
        "accounts/kin/first_name.html",
        status=422 if form.errors else 200,
        school=school,
        form=form,
        person=found,
        name=name_of(found),
    )
