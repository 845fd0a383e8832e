"""Punishments and sanctions: given about a pupil, listed per pupil, class and school, followed up, read by the family."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from app import clock
from app.audit.actions import actor_of
from app.db import db
from app.errors import Refused
from app.schoollife.conduct import actions, queries
from app.schoollife.conduct.forms import MeasureForm, TokenForm
from app.schoollife.conduct.kinds_of_measure import FOLLOWS_UP, RULES, MeasureKind
from app.schoollife.conduct.queries import Measure
from app.schoollife.queries import pupil_for, school_for, whole_class_for
from app.schoollife.results.forms import RemovalForm, seen_version
from app.schoollife.standing import PupilFacts, Right, Standing, may
from app.schoollife.years.queries import parameters
from app.schoolyear import local_day
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page, see_other
from app.web.say import say

blueprint = Blueprint("schoollife_conduct", __name__)


def _kinds(standings: frozenset[Standing]) -> list[MeasureKind]:
    """The kinds of measure that these standings let somebody read."""
    return [kind for kind, rules in RULES.items() if may(standings, rules.reads)]


@blueprint.get("/eleves/<int:student_id>/punitions")
@allowed(SIGNED_IN)
def measures(student_id: int) -> Response:
    """A pupil's punishments, and their sanctions for those who may read them."""
    now = clock.portal_now()
    pupil = pupil_for(visitor(), student_id, Right.READ_PUNISHMENTS, now)
    kinds = _kinds(pupil.standings)
    return render_page(
        "schoollife/conduct/measures.html",
        pupil=pupil,
        school_class=pupil.school_class,
        lines=queries.of_pupil(student_id, pupil.school_class.school_id, kinds),
        with_sanctions=MeasureKind.SANCTION in kinds,
        may_punish=pupil.may(Right.PUNISH),
        may_sanction=pupil.may(Right.SANCTION),
        family=not may(pupil.standings - {Standing.PUPIL, Standing.GUARDIAN}, Right.READ_PUNISHMENTS),
    )


@blueprint.get("/classes/<int:class_id>/punitions")
@allowed(SIGNED_IN)
def class_measures(class_id: int) -> Response:
    """The punishments of a class, and the sanctions for those who may read them."""
    facts = whole_class_for(visitor(), class_id, Right.READ_PUNISHMENTS, clock.portal_now())
    kinds = _kinds(facts.standings)
    return render_page(
        "schoollife/conduct/class.html",
        school_class=facts,
        follows_up=bool(facts.standings & FOLLOWS_UP),
        lines=queries.of_class(facts.id, kinds),
        with_sanctions=MeasureKind.SANCTION in kinds,
    )


@blueprint.get("/etablissements/<uai>/punitions")
@allowed(SIGNED_IN)
def school_measures(uai: str) -> Response:
    """The whole school's, newest first, for school life; those still to be done first of all."""
    school, standings = school_for(visitor(), uai, Right.READ_PUNISHMENTS, clock.portal_now())
    to_do = request.args.get("show") != "all"
    kinds = _kinds(standings)
    found, following = queries.of_school(school.id, kinds, to_do=to_do, before=request.args.get("before", type=int))
    return render_page(
        "schoollife/conduct/school.html",
        school=school,
        lines=found,
        following=following,
        to_do=to_do,
        with_sanctions=MeasureKind.SANCTION in kinds,
    )


@blueprint.get("/punitions")
@allowed(SIGNED_IN)
def given() -> Response:
    """The punishments that I have given."""
    found, following = queries.given_by(visitor().person_id, request.args.get("before", type=int))
    return render_page("schoollife/conduct/given.html", lines=found, following=following)


@blueprint.route("/eleves/<int:student_id>/punitions/nouvelle", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def punish(student_id: int) -> Response:
    """Give a punishment."""
    return _new(student_id, MeasureKind.PUNISHMENT)


@blueprint.route("/eleves/<int:student_id>/sanctions/nouvelle", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def sanction(student_id: int) -> Response:
    """Pronounce a sanction; the head only."""
    return _new(student_id, MeasureKind.SANCTION)


def _new(student_id: int, kind: MeasureKind) -> Response:
    now, rules = clock.portal_now(), RULES[kind]
    pupil = pupil_for(visitor(), student_id, rules.writes, now, class_id=request.args.get("class", type=int))
    form = MeasureForm()
    _offer(form, pupil, kind, None)
    if request.method == "GET":
        form.decided_on.data = local_day(now, ZoneInfo(pupil.school_class.zone))
    if form.validate_on_submit() and form.decided_on.data is not None:
        actions.give(pupil, kind, **_values(form), by=actor_of(visitor()), now=now)
        reads = may(pupil.standings, rules.reads)
        db.session.commit()
        flash(_("C’est enregistré. L’élève et ses responsables peuvent le lire."), "success")
        return see_other(url_for(".measures", student_id=student_id) if reads else url_for(".given"))
    return _page(pupil, kind, form)


def _offer(form: MeasureForm, pupil: PupilFacts, kind: MeasureKind, found: Measure | None) -> None:
    rules, school_id = RULES[kind], pupil.school_class.school_id
    for field, which, kept in (
        (form.type, rules.types, found.type_id if found else None),
        (form.reason, rules.reasons, found.reason_id if found else None),
    ):
        entries = [one for one in parameters(school_id, which, retired=True) if not one.retired_at or one.id == kept]
        field.choices = [SelectChoice(0, _("à préciser")), *(SelectChoice(one.id, one.label) for one in entries)]


def _values(form: MeasureForm) -> dict[str, Any]:
    return {
        "type_id": form.type.data or None,
        "reason_id": form.reason.data or None,
        "words": (form.words.data or "").strip(),
        "decided_on": form.decided_on.data,
        "due_on": form.due_on.data,
    }


def _page(
    pupil: PupilFacts, kind: MeasureKind, form: MeasureForm, found: Measure | None = None, told: Refused | None = None
) -> Response:
    rules = RULES[kind]
    return render_page(
        "schoollife/conduct/measure_form.html",
        status=409 if told else 422 if form.errors else 200,
        pupil=pupil,
        school_class=pupil.school_class,
        heading=_("Modifier") if found else say(rules.new),
        form=form,
        found=found,
        also=[one for one in (told.words, told.hint) if one is not None] if told else [],
        back=url_for(".measure", measure_id=found.id)
        if found
        else url_for("schoollife_pupils.pupil_page", student_id=pupil.id),
    )


@blueprint.get("/punitions/<int:measure_id>")
@allowed(SIGNED_IN)
def measure(measure_id: int) -> Response:
    """One measure, whole."""
    found, pupil = queries.measure_for(visitor(), measure_id, clock.portal_now())
    line = queries.lines(queries.one(measure_id))[0]
    mine = found.author_id == visitor().person_id and found.kind == MeasureKind.PUNISHMENT
    follows = bool(pupil.standings & FOLLOWS_UP) and pupil.may(Right.PUNISH)
    writes = pupil.may(Right.SANCTION) if found.kind == MeasureKind.SANCTION else mine or follows
    return render_page(
        "schoollife/conduct/measure.html",
        pupil=pupil,
        school_class=pupil.school_class,
        line=line,
        found=found,
        name=say(RULES[MeasureKind(found.kind)].name),
        may_write=writes,
        form=TokenForm(),
    )


@blueprint.post("/punitions/<int:measure_id>/faite")
@allowed(SIGNED_IN)
def done(measure_id: int) -> Response:
    """Say that it was done, or take that back."""
    now = clock.portal_now()
    found, _pupil = queries.measure_for(visitor(), measure_id, now, for_change=True)
    actions.set_done(found, request.form.get("done") == "1", by=actor_of(visitor()), now=now)
    db.session.commit()
    flash(_("C’est noté."), "success")
    return see_other(url_for(".measure", measure_id=measure_id))


@blueprint.route("/punitions/<int:measure_id>/modifier", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def change(measure_id: int) -> Response:
    """Correct a measure."""
    now = clock.portal_now()
    found, pupil = queries.measure_for(visitor(), measure_id, now, for_change=True)
    kind = MeasureKind(found.kind)
    form, told = MeasureForm(obj=found), None
    _offer(form, pupil, kind, found)
    if request.method == "GET":
        form.type.data, form.reason.data = found.type_id or 0, found.reason_id or 0
    if form.validate_on_submit() and form.decided_on.data is not None:
        try:
            actions.demand_version(found.version, seen_version(form.version.data))
        except actions.ChangedMeanwhile as changed:
            told = changed
        else:
            actions.change(found, **_values(form), by=actor_of(visitor()), now=now)
            db.session.commit()
            flash(_("C’est enregistré."), "success")
            return see_other(url_for(".measure", measure_id=measure_id))
    if told or request.method == "GET":
        form.version.data = str(found.version)
    return _page(pupil, kind, form, found, told)


@blueprint.route("/punitions/<int:measure_id>/supprimer", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def remove(measure_id: int) -> Response:
    """Take a measure back, after a typed word."""
    now = clock.portal_now()
    found, pupil = queries.measure_for(visitor(), measure_id, now, for_change=True)
    form = RemovalForm()
    if form.validate_on_submit():
        reads = RULES[MeasureKind(found.kind)].reads
        actions.remove(found, by=actor_of(visitor()), now=now)
        db.session.commit()
        flash(_("C’est supprimé."), "success")
        return see_other(url_for(".measures", student_id=pupil.id) if pupil.may(reads) else url_for(".given"))
    return render_page(
        "schoollife/removal.html",
        status=422 if form.errors else 200,
        form=form,
        eyebrow=pupil.name,
        heading=_("Supprimer cette mesure\u00a0?"),
        words=_("Elle disparaît, pour l’établissement et pour la famille."),
        back=url_for(".measure", measure_id=measure_id),
    )
