"""Work to do: given by a teacher, done and handed in by a pupil, read by their guardians, corrected (PORTAL-17)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from app import clock
from app.errors import NotFound, Refused
from app.files.actions import receive_all
from app.gate.queries import open_for
from app.gate.services.closing import Service
from app.gate.services.queries import demand_service_for, service_open
from app.profiles import Profile
from app.schoollife.attachments.actions import attach
from app.schoollife.attachments.queries import files_of
from app.schoollife.choices.queries import subject_taught, targets
from app.schoollife.diary import actions as diary_actions
from app.schoollife.diary import queries as diary
from app.schoollife.diary.forms import HomeworkForm, seen_version
from app.schoollife.diary.lines import PUPIL_STEPS, WORK_STATE_NAMES, WorkState, may_change
from app.schoollife.diary.queries import zone_of
from app.schoollife.diary.views import attach_sent, back_to_week, blueprint, day_asked, done, me, told
from app.schoollife.queries import class_for, family_pupils
from app.schoollife.standing import ClassFacts, GroupFacts, Right, Standing
from app.schoollife.work import actions, queries
from app.schoollife.work.forms import CorrectionForm, HandInForm
from app.schoolyear import local_day
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page
from app.web.uploads import uploads

#: How far back and ahead the list of work goes.
BACK, AHEAD = timedelta(days=30), timedelta(days=60)


@blueprint.get("/travail")
@allowed(SIGNED_IN)
def homework() -> Response:
    """What there is to do, by day, for me or for each of my children; for a teacher what they have given."""
    now, who = clock.portal_now(), visitor()
    demand_service_for(who, Service.DIARY, now)
    pupils = diary.in_open_diaries(family_pupils(who, now), now)
    past = request.args.get("voir") == "passe"
    zone = zone_of(pupils[0].school_class) if pupils else None
    today = local_day(now, zone) if zone else now.date()
    if past:
        lines = diary.work_of(pupils, first=today - BACK, last=today - timedelta(days=1), newest_first=True)
    else:
        lines = diary.work_of(pupils, first=today, last=today + AHEAD)
    schools = [
        place.school_id
        for place in who.places
        if place.profile in (Profile.TEACHER, Profile.STAFF)
        and open_for(who, place.school_id, now)
        and service_open(Service.DIARY, place.school_id, now)
    ]
    return render_page(
        "schoollife/work/list.html",
        lines=lines,
        family=bool(pupils),
        own=any(pupil.id == who.person_id for pupil in pupils),
        several=len({pupil.id for pupil in pupils}) > 1,
        given=queries.given_by(who.person_id, today, schools) if schools else [],
        teaches=bool(schools),
        past=past,
        names=WORK_STATE_NAMES,
    )


@blueprint.get("/travail/<int:homework_id>")
@allowed(SIGNED_IN)
def task(homework_id: int) -> Response:
    """Some work: what to do, and how far the pupil, the child or the class is."""
    now = clock.portal_now()
    found, facts = diary.homework_for(visitor(), homework_id, Right.READ_DIARY, now)
    return _task_page(found, facts, HandInForm(), [], now)


@blueprint.post("/travail/<int:homework_id>/etat")
@allowed(Profile.STUDENT)
def mark(homework_id: int) -> Response:
    """The pupil says that it is done, that it is not, or hands it in."""
    now = clock.portal_now()
    found, facts = diary.homework_for(visitor(), homework_id, Right.DO_HOMEWORK, now)
    pupil = _myself(found)
    wanted = request.form.get("state", "")
    if wanted not in (WorkState.TO_DO, WorkState.DONE, WorkState.HANDED_IN):
        raise NotFound()
    form = HandInForm()
    try:
        if wanted == WorkState.HANDED_IN:
            if not form.validate_on_submit():
                return _task_page(found, facts, form, [], now)
            _hand_in(found, pupil.id, (form.text.data or "").strip(), now)
            words = _("Ton travail est rendu.")
        else:
            actions.mark(found, pupil.id, WorkState(wanted), by=me(), now=now)
            words = _("C’est noté : fait.") if wanted == WorkState.DONE else _("C’est noté : à faire.")
    except Refused as refused:
        also = told(refused)
        found, facts = diary.homework_for(visitor(), homework_id, Right.DO_HOMEWORK, now)
        return _task_page(found, facts, form, also, now, refused.status)
    back = url_for(".homework") if request.form.get("back") == "list" else url_for(".task", homework_id=homework_id)
    return done(words, back)


@blueprint.route("/travail/<int:homework_id>/copies/<int:student_id>", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def correct(homework_id: int, student_id: int) -> Response:
    """A pupil's copy, and the correction."""
    now = clock.portal_now()
    found, facts = diary.homework_for(visitor(), homework_id, Right.CORRECT, now)
    pupil = queries.pupil_of(found, student_id)
    row = queries.state_row(homework_id, student_id)
    form = CorrectionForm(obj=row)
    if form.validate_on_submit():
        actions.correct(found, student_id, (form.correction.data or "").strip(), by=me(), now=now)
        return done(_("La correction est rendue à l’élève."), url_for(".task", homework_id=homework_id))
    return render_page(
        "schoollife/work/copy.html",
        status=422 if form.errors else 200,
        homework=found,
        facts=facts,
        pupil=pupil,
        row=row,
        form=form,
        files=files_of("state_id", [row.id])[row.id] if row is not None else [],
        state=WorkState(row.state) if row is not None else WorkState.TO_DO,
        names=WORK_STATE_NAMES,
    )


def _myself(found: queries.Homework) -> Any:
    """The visitor as a pupil to whom the work was given. Raises ``NotFound``."""
    return queries.pupil_of(found, visitor().person_id or 0)


def _hand_in(found: queries.Homework, student_id: int, text: str, now: datetime) -> None:
    sent = uploads()
    row = queries.state_row(found.id, student_id)
    kept = bool(row is not None and files_of("state_id", [row.id])[row.id])
    if not text and not sent and not kept:
        raise actions.NothingHandedIn()
    row = actions.mark(found, student_id, WorkState.HANDED_IN, text=text, by=me(), now=now)
    if row is not None:
        attach(receive_all(sent, now=now), owner="state_id", number=row.id)


def _task_page(
    found: queries.Homework,
    facts: ClassFacts | GroupFacts,
    form: HandInForm,
    also: list[str],
    now: datetime,
    status: int = 200,
) -> Response:
    who = visitor()
    corrects = facts.may(Right.CORRECT)
    mine = {pupil.id for pupil in family_pupils(who, now)}
    pupils = queries.own_pupils(found, mine) if mine else []
    rows = {row.student_id: row for row in queries.states_for(found.id, [pupil.id for pupil in pupils])}
    files = files_of("state_id", [row.id for row in rows.values()])
    own = rows.get(who.person_id or 0)
    state = WorkState(own.state) if own is not None else WorkState.TO_DO
    if own is not None and not form.is_submitted():
        form.text.data = own.text
    return render_page(
        "schoollife/work/task.html",
        status=422 if form.errors else status,
        homework=found,
        line=diary.homework_line(found.id),
        facts=facts,
        form=form,
        also=also,
        files=files_of("homework_id", [found.id])[found.id],
        pupils=pupils,
        rows=rows,
        pupil_files=files,
        does=who.person_id in {pupil.id for pupil in pupils} and facts.may(Right.DO_HOMEWORK),
        state=state,
        steps=PUPIL_STEPS[state],
        copies=queries.copies_of(found) if corrects else [],
        corrects=corrects,
        may_write=facts.may(Right.WRITE_DIARY)
        and may_change(who.person_id, (found.author_id,), leads=Standing.HEAD in facts.standings),
        names=WORK_STATE_NAMES,
        back=back_to_week(found),
    )


# Giving ----------------------------------------------------------------------------------------------------------------


@blueprint.route("/classes/<int:class_id>/cahier/travail", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def give_homework(class_id: int) -> Response:
    """Give work to the class or a group, from a lesson where ``lesson_id`` names one."""
    now = clock.portal_now()
    facts = class_for(visitor(), class_id, Right.WRITE_DIARY, now)
    offered, today = targets(visitor(), facts), local_day(now, zone_of(facts))
    form, also = HomeworkForm(), list[str]()
    form.target.choices = [SelectChoice(value, name) for value, name in offered]
    given_in = _lesson_named(request.values.get("lesson_id", ""), class_id)
    if request.method == "GET":
        form.subject.data = given_in.subject if given_in else subject_taught(visitor().person_id, facts.id)
        form.due_on.data = day_asked()
    if form.validate_on_submit() and form.due_on.data:
        try:
            made = diary_actions.give_homework(
                facts,
                diary_actions.target_of(facts, form.target.data, offered),
                lesson_id=given_in.id if given_in else None,
                today=today,
                due_on=form.due_on.data,
                author_id=visitor().person_id,
                by=me(),
                now=now,
                **_homework_values(form),
            )
            attach_sent("homework_id", made.id, now)
            return done(_("Le travail est donné."), url_for(".task", homework_id=made.id))
        except Refused as refused:
            also = told(refused)
    return render_page(
        "schoollife/diary/homework_form.html",
        status=422 if form.errors or also else 200,
        facts=facts,
        form=form,
        also=also,
        homework=None,
        files=[],
        today=today,
        back=url_for(".diary", class_id=class_id),
    )


@blueprint.route("/travail/<int:homework_id>/modifier", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def change_homework(homework_id: int) -> Response:
    """Change some work."""
    now = clock.portal_now()
    found, facts = own_homework(homework_id, now)
    form, also, status = HomeworkForm(obj=found), list[str](), 200
    form.target.choices = [SelectChoice("same", facts.name)]
    form.target.data = "same"
    if form.validate_on_submit() and form.due_on.data:
        try:
            diary_actions.demand_version(found.version, seen_version(form))
            diary_actions.change_homework(found, due_on=form.due_on.data, by=me(), now=now, **_homework_values(form))
            attach_sent("homework_id", found.id, now)
            return done(_("Le travail est enregistré."), url_for(".task", homework_id=homework_id))
        except Refused as refused:
            also, status = told(refused), refused.status
            found, facts = own_homework(homework_id, now)
    saved = found if status == 409 else None
    if request.method == "GET" or saved is not None:
        form.version.data = str(found.version)
    return render_page(
        "schoollife/diary/homework_form.html",
        status=422 if form.errors else status,
        facts=facts,
        form=form,
        also=also,
        homework=found,
        saved=saved,
        files=files_of("homework_id", [found.id])[found.id],
        back=url_for(".task", homework_id=homework_id),
    )


@blueprint.route("/travail/<int:homework_id>/supprimer", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def remove_homework(homework_id: int) -> Response:
    """Take some work back, once asked for it."""
    now = clock.portal_now()
    found, _facts = own_homework(homework_id, now)
    if request.method == "POST":
        back = back_to_week(found)
        diary_actions.remove_homework(found, by=me(), now=now)
        return done(_("Le travail est retiré."), back)
    return render_page(
        "schoollife/diary/removal.html",
        title=_("Retirer « %(title)s » ?", title=found.title),
        words=_("Ce que les élèves ont déjà rendu part avec ce travail."),
        do=_("Retirer le travail"),
        back=url_for(".task", homework_id=homework_id),
    )


def own_homework(homework_id: int, now: datetime) -> tuple[queries.Homework, ClassFacts | GroupFacts]:
    """Some work that the visitor may change. Raises ``NotFound``."""
    found, facts = diary.homework_for(visitor(), homework_id, Right.WRITE_DIARY, now)
    if not may_change(visitor().person_id, (found.author_id,), leads=Standing.HEAD in facts.standings):
        raise NotFound()
    return found, facts


def _lesson_named(number: str, class_id: int) -> diary.Lesson | None:
    """The lesson of that class in which the work is given, if ``number`` names one."""
    if not number.isdecimal() or len(number) > 17:
        return None
    found = diary.lesson_row(int(number))
    return found if found is not None and found.class_id == class_id else None


def _homework_values(form: HomeworkForm) -> dict[str, Any]:
    return {
        "subject": (form.subject.data or "").strip(),
        "title": (form.title.data or "").strip(),
        "source": (form.source.data or "").strip(),
        "minutes": form.minutes.data,
        "hand_in": bool(form.hand_in.data),
    }
