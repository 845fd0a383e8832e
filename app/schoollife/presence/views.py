"""Roll call by a teacher or stand-in; absences for school life and, each their own, for families (PORTAL-18, KIN-2)."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from app import clock
from app.directory.names import name_of
from app.errors import NotFound, Refused
from app.profiles import Profile
from app.schoollife.choices.queries import classes_of_pupils
from app.schoollife.diary import queries as diary
from app.schoollife.diary.views import day_asked, done, me, told
from app.schoollife.presence import actions, queries
from app.schoollife.presence.forms import AbsenceForm, CompletionForm, ExplanationForm
from app.schoollife.presence.sheet import PRESENCE_NAMES, Presence, read_marks
from app.schoollife.queries import class_for, classes_of, family_pupils, pupil_for, pupils_of, school_for
from app.schoollife.standing import Right, Standing
from app.schoollife.years.parameters import ParameterList
from app.schoollife.years.queries import parameters, settings_of
from app.schoolyear import NoSuchHour, instant_of, local_day
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page
from app.web.say import say

blueprint = Blueprint("schoollife_presence", __name__)

#: What is missing on an ordinary sheet; the sheet offers them in this order.
SHEET = (Presence.PRESENT, Presence.ABSENT, Presence.LATE, Presence.EXCUSED)


# Roll call --------------------------------------------------------------------------------------------------------------


@blueprint.get("/appels")
@allowed(Profile.TEACHER, Profile.STAFF)
def calls() -> Response:
    """My sheets: those still to validate first, then today's; for school life the way to all of them."""
    now, who = clock.portal_now(), visitor()
    waiting = queries.calls_to_make(who, now)
    day, today = queries.calls_of_today(who, now)
    offices: dict[str, str] = {}
    for one in classes_of(who, now):
        if one.may_for_all(Right.SEE_ALL_CALLS):
            offices.setdefault(one.uai, one.school)
    return render_page(
        "schoollife/presence/calls.html",
        waiting=waiting,
        today=today,
        day=day,
        offices=offices,
    )


@blueprint.get("/etablissements/<uai>/appels")
@allowed(SIGNED_IN)
def school_calls(uai: str) -> Response:
    """Every sheet of a school on a day, those not validated first (PORTAL-18)."""
    now = clock.portal_now()
    school, _standings = school_for(visitor(), uai, Right.SEE_ALL_CALLS, now)
    day = day_asked() or queries.today_in(school, now)
    return render_page(
        "schoollife/presence/school_calls.html",
        block="calls",
        school=school,
        day=day,
        calls=queries.calls_of_school(school, day),
        now=now,
    )


@blueprint.route("/appels/<int:lesson_id>", methods=["GET", "POST"])
@allowed(Profile.TEACHER, Profile.STAFF)
def call(lesson_id: int) -> Response:
    """The sheet of a lesson."""
    now = clock.portal_now()
    lesson, facts, _replacement = diary.lesson_for(visitor(), lesson_id, Right.CALL_ROLL, now)
    pupils = diary.pupils_in(lesson)
    numbers = [pupil.id for pupil in pupils]
    sheet = queries.roll_call(lesson.id)
    settings = settings_of(lesson.school_id)
    marks, wrong, also = queries.marks_on(sheet), dict[int, str](), list[str]()
    if request.method == "POST":
        marks, wrong = read_marks(request.form, numbers, late_minutes=settings.late_minutes)
        also = [_("Écrivez les minutes de retard en chiffres, de 1 à 240.")] if wrong else []
        if not wrong:
            try:
                actions.save_sheet(
                    lesson,
                    marks,
                    classes_of_pupils(numbers, lesson.school_id, lesson.year_id),
                    validate=True,
                    caller_id=visitor().person_id,
                    by=me(),
                    now=now,
                )
                return done(_("L’appel est validé."), url_for(".calls"))
            except Refused as refused:
                also = told(refused)
                lesson, facts, _replacement = diary.lesson_for(visitor(), lesson_id, Right.CALL_ROLL, now)
                pupils, sheet = diary.pupils_in(lesson), queries.roll_call(lesson_id)
    return render_page(
        "schoollife/presence/call.html",
        status=422 if also else 200,
        lesson=lesson,
        line=diary.lesson_line(lesson.id),
        facts=facts,
        pupils=[(pupil.id, name_of(pupil)) for pupil in pupils],
        marks=marks,
        wrong=wrong,
        also=also,
        sheet=sheet,
        begun=now >= lesson.starts_at,
        foreseen=queries.foreseen(lesson, numbers),
        names=PRESENCE_NAMES,
        choices=SHEET,
        late_minutes=settings.late_minutes,
    )


# Absences ---------------------------------------------------------------------------------------------------------------


@blueprint.get("/absences")
@allowed(SIGNED_IN)
def absences() -> Response:
    """My absences or my children's; for school life the way to its lists."""
    now, who = clock.portal_now(), visitor()
    family = family_pupils(who, now)
    before = _instant_asked()
    lines = queries.family_absences(who, now, before=before)
    classes = [one for one in classes_of(who, now) if one.may_for_all(Right.READ_ABSENCES)]
    offices = {one.uai: one.school for one in classes if one.may_for_all(Right.RECORD_ABSENCE)}
    return render_page(
        "schoollife/presence/absences.html",
        family=bool(family),
        several=len({pupil.id for pupil in family}) > 1,
        explains=any(Standing.GUARDIAN in pupil.standings for pupil in family),
        lines=lines,
        following=lines[-1].starts_at if len(lines) == queries.MOST else None,
        classes=classes,
        offices=offices,
        names=PRESENCE_NAMES,
    )


@blueprint.get("/etablissements/<uai>/absences")
@allowed(SIGNED_IN)
def day_list(uai: str) -> Response:
    """The office's list: who is missing on a day, and what nobody has explained in time."""
    now = clock.portal_now()
    school, _standings = school_for(visitor(), uai, Right.RECORD_ABSENCE, now)
    day = day_asked() or queries.today_in(school, now)
    settings = settings_of(school.id)
    return render_page(
        "schoollife/presence/day.html",
        block="absences",
        school=school,
        day=day,
        lines=queries.absences_of_day(school, day),
        late=queries.unexplained(school, settings, now),
        due_days=settings.reason_due_days,
        names=PRESENCE_NAMES,
    )


@blueprint.get("/classes/<int:class_id>/absences")
@allowed(SIGNED_IN)
def class_absences(class_id: int) -> Response:
    """How often each pupil of a class was missing."""
    facts = class_for(visitor(), class_id, Right.READ_ABSENCES, clock.portal_now())
    if not facts.may_for_all(Right.READ_ABSENCES):
        raise NotFound()
    return render_page(
        "schoollife/presence/class.html",
        facts=facts,
        counts=queries.counts_of_class(facts),
        may_record=facts.may_for_all(Right.RECORD_ABSENCE),
    )


@blueprint.route("/classes/<int:class_id>/absences/nouvelle", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def record_absence(class_id: int) -> Response:
    """Record an absence that no sheet has told, or one that is foreseen."""
    now = clock.portal_now()
    facts = class_for(visitor(), class_id, Right.RECORD_ABSENCE, now)
    form, also = AbsenceForm(), list[str]()
    form.student_id.choices = [SelectChoice(pupil.id, name_of(pupil)) for pupil in pupils_of(class_id)]
    form.kind.choices = [SelectChoice(kind.value, say(PRESENCE_NAMES[kind])) for kind in SHEET[1:]]
    _offer_lists(form, facts.school_id)
    if request.method == "GET":
        form.day.data = day_asked() or local_day(now, ZoneInfo(facts.zone))
        form.start.data, form.end.data = time(8), time(17)
        form.student_id.data = request.args.get("student_id", type=int)
    if form.validate_on_submit():
        try:
            pupil = pupil_for(visitor(), form.student_id.data, Right.RECORD_ABSENCE, now, class_id=class_id)
            actions.record_absence(
                pupil,
                kind=Presence(form.kind.data),
                starts_at=_instant(form.day.data, form.start.data, facts.zone),
                ends_at=_instant(form.last_day.data or form.day.data, form.end.data, facts.zone),
                reason_id=form.reason_id.data or None,
                action_id=form.action_id.data or None,
                justified=bool(form.justified.data),
                by=me(),
                now=now,
            )
            return done(_("L’absence est enregistrée."), url_for(".class_absences", class_id=class_id))
        except NoSuchHour as skipped:
            also = [say(skipped.words)]
        except Refused as refused:
            also = told(refused)
    return render_page(
        "schoollife/presence/record.html",
        status=422 if form.errors or also else 200,
        facts=facts,
        form=form,
        also=also,
    )


@blueprint.route("/absences/<int:absence_id>", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def absence(absence_id: int) -> Response:
    """One absence: school life completes it, a guardian explains it, each sees what is theirs."""
    now = clock.portal_now()
    row, line, records, explains = queries.absence_for(visitor(), absence_id, now)
    form: CompletionForm | ExplanationForm | None = None
    if records:
        form = CompletionForm(obj=row)
        _offer_lists(form, row.school_id)
        if request.method == "GET":
            form.reason_id.data, form.action_id.data = row.reason_id or 0, row.action_id or 0
        if form.validate_on_submit():
            actions.complete_absence(
                row,
                reason_id=form.reason_id.data or None,
                action_id=form.action_id.data or None,
                justified=bool(form.justified.data),
                by=me(),
                now=now,
            )
            return done(_("L’absence est complétée."), url_for(".absence", absence_id=absence_id))
    elif explains:
        form = ExplanationForm()
        if request.method == "GET" and line.explanations:
            form.words.data = line.explanations[0][1]
        if form.validate_on_submit():
            words = (form.words.data or "").strip()
            actions.explain(row, words, guardian_id=visitor().person_id or 0, by=me(), now=now)
            return done(_("Votre motif est transmis à l’établissement."), url_for(".absences"))
    elif request.method == "POST":
        raise NotFound()
    return render_page(
        "schoollife/presence/absence.html",
        status=422 if form is not None and form.errors else 200,
        absence=row,
        line=line,
        form=form,
        records=records,
        explains=explains,
        name=PRESENCE_NAMES[line.kind],
    )


@blueprint.route("/absences/<int:absence_id>/supprimer", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def remove_absence(absence_id: int) -> Response:
    """Remove an absence recorded by mistake, once asked for it."""
    now = clock.portal_now()
    row, line, records, _explains = queries.absence_for(visitor(), absence_id, now)
    if not records:
        raise NotFound()
    if request.method == "POST":
        class_id = row.class_id
        actions.remove_absence(row, by=me(), now=now)
        back = url_for(".class_absences", class_id=class_id) if class_id is not None else url_for(".absences")
        return done(_("L’absence est supprimée."), back)
    return render_page(
        "schoollife/diary/removal.html",
        title=_("Supprimer l’absence de %(name)s ?", name=line.pupil),
        words=_("Ce que les responsables ont expliqué part avec elle. Le journal garde qu’elle a existé."),
        do=_("Supprimer l’absence"),
        back=url_for(".absence", absence_id=absence_id),
    )


def _offer_lists(form: CompletionForm, school_id: int) -> None:
    for field, which, none in (
        (form.reason_id, ParameterList.ABSENCE_REASON, _("Pas encore connu")),
        (form.action_id, ParameterList.ABSENCE_ACTION, _("Aucune")),
    ):
        # What an absence already names stays offered, retired or not.
        rows = parameters(school_id, which, retired=True)
        field.choices = [
            SelectChoice(0, none),
            *(SelectChoice(row.id, row.label) for row in rows if row.retired_at is None or row.id == field.data),
        ]


def _instant(day: date | None, hour: time | None, zone: str) -> datetime:
    return instant_of(datetime.combine(day or date.min, hour or time.min), ZoneInfo(zone))


def _instant_asked() -> datetime | None:
    try:
        asked = datetime.fromisoformat(request.args.get("avant", ""))
    except ValueError:
        return None
    return asked if asked.tzinfo is not None else None
