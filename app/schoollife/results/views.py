"""Marks and skills: what a class was marked on, the sheet of a whole class, and what a pupil and their family read."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from app import clock
from app.audit.actions import actor_of
from app.db import db
from app.directory.names import name_of
from app.errors import Refused
from app.schoollife.queries import family_pupils, pupil_for, pupils_of, whole_class_for
from app.schoollife.results import actions, queries
from app.schoollife.results.averages import figure
from app.schoollife.results.forms import AssessmentForm, RemovalForm, SheetForm, SkillForm, as_number, seen_version
from app.schoollife.results.queries import Assessment
from app.schoollife.results.sheet import Typed, read_sheet
from app.schoollife.results.skills import LEVELS, read_levels
from app.schoollife.results.summary import class_averages, general_average, results_of, subject_averages
from app.schoollife.standing import ClassFacts, Right
from app.schoollife.years.parameters import ParameterList
from app.schoollife.years.queries import parameters, periods, settings_of
from app.schoolyear import local_day
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page, see_other
from app.web.language import current_language

blueprint = Blueprint("schoollife_results", __name__)


@blueprint.context_processor
def figures() -> dict[str, Any]:
    """How hundredths are written in the reader's language, and the names of the levels."""
    language = current_language()
    return {"figure": lambda value: figure(value, language), "levels": LEVELS}


def today(facts: ClassFacts) -> date:
    """The day at the school."""
    return local_day(clock.portal_now(), ZoneInfo(facts.zone))


def period_of(facts: ClassFacts) -> tuple[Any, Any]:
    """The periods of the class's year, and the one that the page is about."""
    known = periods(facts.school_id, facts.year_id)
    return known, queries.period_among(known, request.args.get("period", type=int), today(facts))


# A class -----------------------------------------------------------------------------------------------------------------


@blueprint.get("/classes/<int:class_id>/notes")
@allowed(SIGNED_IN)
def assessments(class_id: int) -> Response:
    """What the class was marked on in a period, and everybody's averages by subject."""
    facts = whole_class_for(visitor(), class_id, Right.READ_RESULTS, clock.portal_now())
    terms, period = period_of(facts)
    chosen = period.id if period is not None else None
    averages = subject_averages(queries.mark_rows(facts.id, chosen, published=False))
    subjects = sorted({subject for _student, subject in averages}, key=str.casefold)
    pupils = [
        (person.id, name_of(person), [averages.get((person.id, subject)) for subject in subjects],
         general_average(averages, person.id))
        for person in pupils_of(facts.id)
    ]  # fmt: skip
    of_class = class_averages(averages)
    return render_page(
        "schoollife/results/assessments.html",
        school_class=facts,
        periods=terms,
        period=period,
        assessments=queries.assessments_of(facts.id, chosen),
        subjects=subjects,
        pupils=pupils,
        of_class=[of_class.get(subject) for subject in subjects],
        may_mark=facts.may_for_all(Right.MARK),
    )


@blueprint.route("/classes/<int:class_id>/notes/nouvelle", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def new_assessment(class_id: int) -> Response:
    """A new assessment, then its sheet."""
    now = clock.portal_now()
    facts = whole_class_for(visitor(), class_id, Right.MARK, now)
    subjects = queries.subjects_of_class(facts.id, visitor().person_id)
    form = AssessmentForm()
    _offer(form, facts)
    if request.method == "GET":
        form.held_on.data = today(facts)
        form.subject.data = subjects[0] if subjects else ""
        form.out_of.data = settings_of(facts.school_id).marks_out_of * 100
    if form.validate_on_submit():
        made = actions.add_assessment(
            facts, **_values(form, subjects), group_id=form.group.data or None, by=actor_of(visitor()), now=now
        )
        number = made.id
        db.session.commit()
        return see_other(url_for(".sheet", assessment_id=number))
    return _assessment_page(facts, None, form, subjects)


@blueprint.route("/notes/<int:assessment_id>/modifier", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def change_assessment(assessment_id: int) -> Response:
    """Its title, subject, day, scale, weight, period."""
    now = clock.portal_now()
    found, facts = queries.assessment_for(visitor(), assessment_id, now, for_change=True)
    subjects = queries.subjects_of_class(facts.id, visitor().person_id)
    form = AssessmentForm(obj=found)
    _offer(form, facts)
    if request.method == "GET":
        form.period.data, form.group.data = found.period_id or 0, found.group_id or 0
    told: Refused | None = None
    if form.validate_on_submit():
        highest = max((mark.value or 0 for mark in queries.marks_of(found.id).values()), default=0)
        if highest > (form.out_of.data or 0):
            form.out_of.errors = [_("Une note déjà saisie dépasse ce barème.")]
        else:
            try:
                actions.demand_version(found.version, seen_version(form.version.data))
            except actions.ChangedMeanwhile as changed:
                told = changed
            else:
                actions.change_assessment(found, **_values(form, subjects), by=actor_of(visitor()), now=now)
                db.session.commit()
                flash(_("L’évaluation est enregistrée."), "success")
                return see_other(url_for(".sheet", assessment_id=assessment_id))
    if told or request.method == "GET":
        form.version.data = str(found.version)
    return _assessment_page(facts, found, form, subjects, told)


def _offer(form: AssessmentForm, facts: ClassFacts) -> None:
    terms = periods(facts.school_id, facts.year_id)
    form.period.choices = [SelectChoice(term.id, term.name) for term in terms] or [SelectChoice(0, _("toute l’année"))]
    groups = queries.groups_of_class(facts.id)
    form.group.choices = [
        SelectChoice(0, _("toute la classe")),
        *(SelectChoice(group.id, _("groupe %(name)s", name=group.name)) for group in groups),
    ]
    if request.method == "GET":
        now = queries.period_among(terms, request.args.get("period", type=int), today(facts))
        form.period.data = now.id if now is not None else 0


def _values(form: AssessmentForm, subjects: list[str]) -> dict[str, Any]:
    typed = " ".join((form.subject.data or "").split())
    # One subject, one spelling: averages are made by subject.
    subject = next((known for known in subjects if known.casefold() == typed.casefold()), typed)
    return {
        "title": " ".join((form.title.data or "").split()),
        "subject": subject,
        "held_on": form.held_on.data,
        "out_of": form.out_of.data,
        "weight": form.weight.data,
        "period_id": form.period.data or None,
    }


def _assessment_page(
    facts: ClassFacts, found: Assessment | None, form: AssessmentForm, subjects: list[str], told: Refused | None = None
) -> Response:
    return render_page(
        "schoollife/results/assessment.html",
        status=409 if told else 422 if form.errors else 200,
        school_class=facts,
        found=found,
        form=form,
        subjects=subjects,
        also=[one for one in (told.words, told.hint) if one is not None] if told else [],
    )


@blueprint.route("/notes/<int:assessment_id>", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def sheet(assessment_id: int) -> Response:
    """The marks of the whole class in one form; one that is wrong is said beside its field, and all stay as typed."""
    now, posted = clock.portal_now(), request.method == "POST"
    found, facts = queries.assessment_for(visitor(), assessment_id, now, for_change=posted)
    pupils = queries.pupils_marked(found)
    reasons = parameters(facts.school_id, ParameterList.NON_ASSESSMENT)
    labels = queries.labels_of(facts.school_id, (ParameterList.NON_ASSESSMENT,))
    form, told, wrong = SheetForm(), [], False
    if posted:
        lines = read_sheet(request.form, [person.id for person in pupils], out_of=found.out_of, reasons=set(labels))
        wrong = any(line.wrong for line in lines) or not form.validate()
        if not wrong:
            try:
                actions.demand_version(found.version, seen_version(form.version.data))
            except actions.ChangedMeanwhile as changed:
                told = [one for one in (changed.words, changed.hint) if one is not None]
            else:
                return _sheet_saved(found, lines)
    else:
        marks = queries.marks_of(found.id)
        lines = [_written(person.id, marks.get(person.id)) for person in pupils]
    if told or not posted:
        form.version.data = str(found.version)
    values = [line.value for line in lines if line.value is not None]
    return render_page(
        "schoollife/results/sheet.html",
        status=409 if told else 422 if wrong else 200,
        school_class=facts,
        found=found,
        form=form,
        lines=list(zip(lines, [name_of(person) for person in pupils], strict=True)),
        reasons=reasons,
        labels=labels,
        also=told,
        wrong=wrong,
        may_change=queries.may_change(found, facts, visitor()),
        lowest=min(values, default=None),
        highest=max(values, default=None),
    )


def _written(student_id: int, mark: Any) -> Typed:
    if mark is None:
        return Typed(student_id=student_id)
    return Typed(
        student_id=student_id,
        mark=figure(mark.value) if mark.value is not None else "",
        reason=str(mark.reason_id or ""),
        comment=mark.comment,
        value=mark.value,
        reason_id=mark.reason_id,
    )


def _sheet_saved(found: Assessment, lines: list[Typed]) -> Response:
    now, by, do = clock.portal_now(), actor_of(visitor()), request.form.get("do")
    actions.save_marks(found, lines, by=by, now=now)
    if do == "publish":
        actions.publish(found, by=by, now=now)
    elif do == "withdraw":
        actions.withdraw(found, by=by, now=now)
    number, published = found.id, found.published_at is not None
    db.session.commit()
    if published:
        flash(_("Les notes sont enregistrées. Les élèves et leurs responsables les voient."), "success")
    else:
        flash(_("Les notes sont enregistrées. Les familles ne les voient pas encore."), "success")
    return see_other(url_for(".sheet", assessment_id=number))


@blueprint.route("/notes/<int:assessment_id>/supprimer", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def remove_assessment(assessment_id: int) -> Response:
    """Remove an assessment with all its marks, after a typed word."""
    now = clock.portal_now()
    found, facts = queries.assessment_for(visitor(), assessment_id, now, for_change=True)
    form = RemovalForm()
    if form.validate_on_submit():
        actions.remove_assessment(found, by=actor_of(visitor()), now=now)
        db.session.commit()
        flash(_("L’évaluation et ses notes sont supprimées."), "success")
        return see_other(url_for(".assessments", class_id=facts.id))
    return render_page(
        "schoollife/removal.html",
        status=422 if form.errors else 200,
        form=form,
        eyebrow=facts.name,
        heading=_("Supprimer «\u00a0%(title)s\u00a0»\u00a0?", title=found.title),
        words=_("L’évaluation et toutes ses notes disparaissent, pour vous et pour les familles."),
        back=url_for(".sheet", assessment_id=assessment_id),
    )


# Skills ------------------------------------------------------------------------------------------------------------------


@blueprint.route("/classes/<int:class_id>/competences", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def skills(class_id: int) -> Response:
    """How far each pupil of a class masters one skill, in one form; beneath, what was already assessed."""
    now = clock.portal_now()
    posted = request.method == "POST"
    facts = whole_class_for(visitor(), class_id, Right.MARK if posted else Right.READ_RESULTS, now)
    terms, period = period_of(facts)
    chosen = period.id if period is not None else None
    pupils = pupils_of(facts.id)
    form = SkillForm()
    keys = [f"level-{person.id}" for person in pupils]
    if posted:
        levels = read_levels(request.form.to_dict(), keys)
        if form.validate():
            actions.save_skill(
                facts,
                period_id=chosen,
                domain=" ".join((form.domain.data or "").split()),
                skill=" ".join((form.skill.data or "").split()),
                levels={person.id: levels.get(f"level-{person.id}") for person in pupils},
                day=today(facts),
                by=actor_of(visitor()),
                now=now,
            )
            db.session.commit()
            flash(_("Les compétences sont enregistrées."), "success")
            return see_other(url_for(".skills", class_id=facts.id, period=chosen))
    else:
        form.domain.data, form.skill.data = request.args.get("domain", ""), request.args.get("skill", "")
        there = queries.skill_records(facts.id, chosen, form.domain.data, form.skill.data)
        levels = {f"level-{student}": record.level for student, record in there.items()}
    return render_page(
        "schoollife/results/skills.html",
        status=422 if posted else 200,
        school_class=facts,
        periods=terms,
        period=period,
        form=form,
        lines=[(person.id, name_of(person), levels.get(f"level-{person.id}")) for person in pupils],
        assessed=queries.skills_of_class(facts.id, chosen),
        may_mark=facts.may_for_all(Right.MARK),
    )


# A pupil -----------------------------------------------------------------------------------------------------------------


@blueprint.get("/resultats")
@allowed(SIGNED_IN)
def mine() -> Response:
    """My results, or those of my children: straight to them where there is one pupil only."""
    people = list({pupil.id: pupil.name for pupil in family_pupils(visitor(), clock.portal_now())}.items())
    if len(people) == 1:
        return see_other(url_for(".pupil", student_id=people[0][0]))
    return render_page("schoollife/results/mine.html", people=people)


@blueprint.get("/eleves/<int:student_id>/resultats")
@allowed(SIGNED_IN)
def pupil(student_id: int) -> Response:
    """A pupil's marks by subject with their average and the class's, and their skills, in a period."""
    now, wanted = clock.portal_now(), as_number(request.args.get("class", ""))
    facts = pupil_for(visitor(), student_id, Right.READ_RESULTS, now, class_id=wanted or None)
    here = facts.school_class
    terms, period = period_of(here)
    chosen = period.id if period is not None else None
    published = not here.may_for_all(Right.READ_RESULTS)
    rows = queries.mark_rows(here.id, chosen, published=published)
    settings = settings_of(here.school_id)
    others = {one.school_class.id: one.school_class for one in family_pupils(visitor(), now) if one.id == student_id}
    return render_page(
        "schoollife/results/pupil.html",
        pupil=facts,
        school_class=here,
        periods=terms,
        period=period,
        subjects=results_of(student_id, rows),
        general=general_average(subject_averages(rows), student_id),
        skills=queries.skills_of_pupil(student_id, here.id, chosen),
        published=published,
        with_class=settings.class_average_shown or not published,
        with_extremes=settings.extremes_shown or not published,
        others=[one for one in others.values() if one.id != here.id],
    )


@blueprint.app_template_filter("mark_words")
def mark_words(row: Any) -> str:
    """A mark as it is read: '12,5/20', or why there is none."""
    if row.value is None:
        return str(row.reason or _("non noté"))
    language = current_language()
    return f"{figure(row.value, language)}/{figure(row.out_of, language)}"
