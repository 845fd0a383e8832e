"""A school's choices as its administrators see them: who has chosen, who has not, what a feed says; and choosing for somebody (CLASS-5)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.audit.actions import actor_of
from app.classchoice import actions, queries
from app.classchoice.answers import STATE_NAMES
from app.classchoice.mending import actions as mending
from app.classchoice.mending.agreement import AGREEMENT_NAMES, Agreement
from app.classchoice.overview import actions as overview
from app.classchoice.overview.queries import ClassLine, TeacherLine, classes, is_through, teachers
from app.classchoice.problems import EditedSince
from app.classchoice.returning.queries import would_go_back
from app.classchoice.selection import Edited
from app.classchoice.shown import KINDS, fates, levels_for
from app.classchoice.ticks import numbers
from app.db import db
from app.errors import NotFound, Refused
from app.files.sheets import spreadsheet
from app.gate.admin_views import school_for
from app.profiles import Verb
from app.web.allowed import allowed, visitor
from app.web.downloads import attached
from app.web.fragments import render_page, see_other
from app.web.say import say
from app.words import N_

blueprint = Blueprint("classchoice_admin", __name__, url_prefix="/administration/ecole/<uai>/choix-des-classes")

#: The lists that the page can show: address's word -> words.
LISTS: dict[str, str] = {
    "": N_("Tous"),
    "attente": N_("N’ont pas choisi"),
    "ecarts": N_("Écarts avec l’annuaire"),
}


@blueprint.get("")
@allowed(Verb.KEEP_PEOPLE)
def choices(uai: str) -> Response:
    """Who has chosen what, who has not, what is missing, what a feed says otherwise; the classes beneath."""
    school, now = school_for(uai, Verb.KEEP_PEOPLE), clock.portal_now()
    rows = teachers(school.id, now)
    which = request.args.get("liste", "")
    return render_page(
        "classchoice/choices.html",
        school=school,
        begun=is_through(school.id),
        rows=_listed(rows, which),
        which=which if which in LISTS else "",
        lists=LISTS,
        answered=sum(bool(row.classes) for row in rows),
        waiting=[row for row in rows if row.waiting],
        missing=[row for row in rows if row.line],
        conflicts=[row for row in rows if row.agreement == Agreement.CONFLICT],
        states=STATE_NAMES,
        agreements=AGREEMENT_NAMES,
        classes=classes(school.id, now),
    )


def _listed(rows: list[TeacherLine], which: str) -> list[TeacherLine]:
    if which == "attente":
        return [row for row in rows if row.waiting]
    return [row for row in rows if row.agreement == Agreement.CONFLICT] if which == "ecarts" else rows


@blueprint.get("/choix.csv")
@allowed(Verb.KEEP_PEOPLE)
def sheet(uai: str) -> Response:
    """The same as a table for a spreadsheet."""
    school, now = school_for(uai, Verb.KEEP_PEOPLE), clock.portal_now()
    head = (_("Enseignant"), _("État"), _("Classes"), _("L’annuaire dit"), _("Accord"), _("Ligne"), _("Choisi le"))
    lines = [
        (
            row.name,
            say(STATE_NAMES[row.state]),
            ", ".join(name for _number, name in row.classes),
            ", ".join(name for _number, name in row.fed),
            say(AGREEMENT_NAMES[row.agreement]),
            row.line,
            row.chosen_at.date().isoformat() if row.chosen_at is not None else "",
        )
        for row in teachers(school.id, now)
    ]
    return attached(spreadsheet(head, lines), f"choix-des-classes-{school.uai}.csv")


@blueprint.post("/rappel")
@allowed(Verb.KEEP_PEOPLE)
def remind(uai: str) -> Response:
    """Write to those who have not chosen yet."""
    school = school_for(uai, Verb.KEEP_PEOPLE)
    count = overview.remind(school.id, by=actor_of(visitor()), now=clock.portal_now())
    db.session.commit()
    words = ngettext("Un enseignant a reçu un rappel.", "%(num)s enseignants ont reçu un rappel.", count)
    flash(
        words if count else _("Personne n’attend de rappel : tous ont répondu, ou l’ont reçu aujourd’hui."), "success"
    )
    return see_other(url_for(".choices", uai=school.uai))


# Somebody's choice -----------------------------------------------------------------------------------------------------


def _teacher(school: Any, person_id: int) -> tuple[TeacherLine, queries.Standing]:
    now = clock.portal_now()
    line = next((row for row in teachers(school.id, now) if row.person_id == person_id), None)
    if line is None:
        raise NotFound()
    return line, queries.standing_for(person_id, school.id, now)


@blueprint.route("/enseignants/<int:person_id>", methods=["GET", "POST"])
@allowed(Verb.KEEP_PEOPLE)
def teacher(uai: str, person_id: int) -> Response:
    """Choose for somebody, or put their choice right (CLASS-5)."""
    school, now, by = school_for(uai, Verb.KEEP_PEOPLE), clock.portal_now(), actor_of(visitor())
    line, standing = _teacher(school, person_id)
    cards = queries.cards(school.id, person_id)
    if request.method == "GET":
        return _teacher_page(school, line, cards, {one.class_id for one in cards if one.mine})
    wanted = numbers(request.form.getlist("class"))
    choice = actions.begin(person_id, school.id, by=by, now=now)
    dropped = [number for number, _name in standing.classes if number not in wanted]
    going = would_go_back(choice, dropped)
    if not request.form.get("sure") and not going.empty:
        db.session.rollback()
        return _teacher_page(school_for(uai, Verb.KEEP_PEOPLE), line, cards, set(wanted), going=going, status=200)
    given = request.form.get("edited", "")
    try:
        actions.choose(
            choice, wanted, version=None, by=by, now=now, edited=Edited(given) if given in set(Edited) else Edited.ASK
        )
    except EditedSince:
        db.session.rollback()
        return _teacher_page(school_for(uai, Verb.KEEP_PEOPLE), line, cards, set(wanted), going=going, status=422)
    except NotFound:
        raise
    except Refused as refused:
        db.session.rollback()
        return _teacher_page(
            school_for(uai, Verb.KEEP_PEOPLE), line, cards, set(wanted), also=[refused.words], status=422
        )
    db.session.commit()
    flash(_("C’est enregistré pour %(name)s.", name=line.name), "success")
    return see_other(url_for(".choices", uai=uai))


def _teacher_page(
    school: Any,
    line: TeacherLine,
    cards: Any,
    ticked: set[int],
    *,
    going: Any = None,
    also: list[Any] | None = None,
    status: int = 200,
) -> Response:
    return render_page(
        "classchoice/teacher.html",
        status=status,
        school=school,
        line=line,
        cards=cards,
        ticked=ticked,
        going=going,
        fates=fates(bool(ticked)),
        kinds=KINDS,
        states=STATE_NAMES,
        agreements=AGREEMENT_NAMES,
        also=also or [],
    )


@blueprint.post("/enseignants/<int:person_id>/ecart")
@allowed(Verb.KEEP_PEOPLE)
def settle(uai: str, person_id: int) -> Response:
    """What a feed says otherwise: follow it, or keep the choice."""
    school, now, by = school_for(uai, Verb.KEEP_PEOPLE), clock.portal_now(), actor_of(visitor())
    line, _standing = _teacher(school, person_id)
    choice = queries.choice_of(person_id, school.id)
    if choice is None:
        raise NotFound()
    if request.form.get("do") == "keep":
        mending.keep_choice(choice, by=by, now=now)
        words = _("Le choix de %(name)s est gardé.", name=line.name)
    else:
        given = request.form.get("edited", "")
        try:
            mending.follow_feed(choice, by=by, now=now, edited=Edited(given) if given in set(Edited) else Edited.ASK)
        except EditedSince as refused:
            db.session.rollback()
            cards = queries.cards(school.id, person_id)
            fed = {number for number, _name in line.fed}
            held = [number for number, _name in line.classes if number not in fed]
            going = would_go_back(choice, held)
            return _teacher_page(
                school_for(uai, Verb.KEEP_PEOPLE), line, cards, fed, going=going, also=[refused.words], status=422
            )
        words = _("%(name)s a maintenant la classe que donne l’annuaire.", name=line.name)
    db.session.commit()
    flash(words, "success")
    return see_other(url_for(".choices", uai=uai))


# A class ---------------------------------------------------------------------------------------------------------------


def _class(school: Any, class_id: int) -> ClassLine:
    found = next((one for one in classes(school.id, clock.portal_now()) if one.class_id == class_id), None)
    if found is None:
        raise NotFound()
    return found


@blueprint.route("/classes/<int:class_id>", methods=["GET", "POST"])
@allowed(Verb.KEEP_PEOPLE)
def school_class(uai: str, class_id: int) -> Response:
    """One class: its level, and whether teachers may choose it (CLASS-4, CLASS-5)."""
    school, now, by = school_for(uai, Verb.KEEP_PEOPLE), clock.portal_now(), actor_of(visitor())
    found = _class(school, class_id)
    also: list[Any] = []
    if request.method == "POST":
        try:
            if request.form.get("do") == "level":
                actions.set_levels(class_id, request.form.getlist("level"), by=by, now=now)
                words = _("Le niveau est enregistré.")
            else:
                closed = request.form.get("do") == "close"
                actions.close_class(class_id, school.id, closed, by=by, now=now)
                words = (
                    _("La classe est fermée au choix.") if closed else _("La classe est de nouveau ouverte au choix.")
                )
        except NotFound:
            raise
        except Refused as refused:
            db.session.rollback()
            school, also = school_for(uai, Verb.KEEP_PEOPLE), [refused.words]
        else:
            db.session.commit()
            flash(words, "success")
            return see_other(url_for(".choices", uai=uai))
    return render_page(
        "classchoice/class.html",
        status=422 if also else 200,
        school=school,
        found=found,
        levels=levels_for(school.kind),
        also=also,
    )
