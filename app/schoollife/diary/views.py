"""The class diary: the week, and a lesson (PORTAL-17)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from app import clock
from app.audit.actions import Actor, actor_of
from app.db import db
from app.errors import NotFound, Refused
from app.files.actions import receive_all
from app.schoollife.attachments.actions import attach, detach
from app.schoollife.attachments.queries import files_of
from app.schoollife.choices.queries import colleagues, subject_taught, targets
from app.schoollife.diary import actions, queries
from app.schoollife.diary.forms import LessonForm, ReplacementForm, seen_version
from app.schoollife.diary.lines import may_change, week_name, week_named
from app.schoollife.diary.queries import zone_of
from app.schoollife.previous.queries import any_diary
from app.schoollife.queries import class_for, classes_of
from app.schoollife.standing import THROUGH_A_PUPIL, ClassFacts, GroupFacts, Right, Standing
from app.schoollife.years.queries import letter_of
from app.schoolyear import NoSuchHour, YearName, instant_of, local_day
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page, see_other
from app.web.say import say
from app.web.uploads import uploads

blueprint = Blueprint("schoollife_diary", __name__)


def me() -> Actor:
    """Whoever asks, for the audit."""
    return actor_of(visitor())


def done(words: str, target: str) -> Response:
    """Commit, say so, and go on."""
    db.session.commit()
    flash(words, "success")
    return see_other(target)


def told(refused: Refused) -> list[str]:
    """A refusal's sentences, for the summary above a form; nothing of the request is kept."""
    db.session.rollback()
    return [say(refused.words)] + ([say(refused.hint)] if refused.hint is not None else [])


def attach_sent(owner: str, number: int, now: datetime) -> None:
    """Take the form's files, hang them on a row, and take off those that are ticked. Raises ``FileRefused``."""
    unwanted = [int(one) for one in request.form.getlist("unwanted") if one.isdecimal() and len(one) < 18]
    detach(unwanted, owner=owner, number=number)
    attach(receive_all(uploads(), now=now), owner=owner, number=number)


@blueprint.get("/classes")
@allowed(SIGNED_IN)
def classes() -> Response:
    """The classes that are mine, and for whoever works in a school all of them."""
    found = classes_of(visitor(), clock.portal_now())
    mine = [one for one in found if one.standings & (THROUGH_A_PUPIL | {Standing.TEACHER})]
    others = [one for one in found if one not in mine]
    schools: dict[tuple[str, str], list[ClassFacts]] = {}
    for one in others:
        schools.setdefault((one.school, str(YearName(begins=one.year_begins))), []).append(one)
    years = {one.year_begins: str(YearName(begins=one.year_begins)) for one in found}
    previous = any_diary(visitor(), clock.portal_now())
    return render_page("schoollife/diary/classes.html", mine=mine, schools=schools, years=years, previous=previous)


@blueprint.get("/classes/<int:class_id>/cahier")
@allowed(SIGNED_IN)
def diary(class_id: int) -> Response:
    """A week of the class: each day's lessons, and the work due."""
    now = clock.portal_now()
    facts = class_for(visitor(), class_id, Right.READ_DIARY, now)
    today = local_day(now, zone_of(facts))
    monday = week_named(request.args.get("week", ""), today)
    days = queries.week(visitor(), facts, monday)
    # A weekend is shown only where there is something in it.
    shown = [day for day in days if day.day.weekday() < 5 or day.lessons or day.homework]
    return render_page(
        "schoollife/diary/week.html",
        block="week",
        facts=facts,
        days=shown,
        monday=monday,
        today=today,
        letter=letter_of(facts.school_id, monday),
        previous=week_name(monday - timedelta(days=7)),
        following=week_name(monday + timedelta(days=7)),
        writes=facts.may(Right.WRITE_DIARY),
    )


# Lessons ----------------------------------------------------------------------------------------------------------------


@blueprint.get("/seances/<int:lesson_id>")
@allowed(SIGNED_IN)
def lesson(lesson_id: int) -> Response:
    """One lesson: what was done, its files, the work given."""
    found, facts, replacement = queries.lesson_for(visitor(), lesson_id, Right.READ_DIARY, clock.portal_now())
    writes = facts.may(Right.WRITE_DIARY) or (replacement is not None and replacement.teacher_id == visitor().person_id)
    return render_page(
        "schoollife/diary/lesson.html",
        lesson=found,
        facts=facts,
        line=queries.lesson_line(found.id),
        files=files_of("lesson_id", [found.id])[found.id],
        homework=queries.homework_of_lesson(found.id),
        may_write=writes and _may_change(found, replacement, facts),
        may_replace=Standing.HEAD in facts.standings or found.teacher_id == visitor().person_id,
        may_give=facts.may(Right.WRITE_DIARY) and found.class_id is not None,
        back=back_to_week(found),
    )


@blueprint.route("/classes/<int:class_id>/cahier/seance", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def write_lesson(class_id: int) -> Response:
    """Make a lesson by hand, and write what was done."""
    now = clock.portal_now()
    facts = class_for(visitor(), class_id, Right.WRITE_DIARY, now)
    offered = targets(visitor(), facts)
    form, also = LessonForm(), list[str]()
    form.target.choices = [SelectChoice(value, name) for value, name in offered]
    if request.method == "GET":
        form.day.data = day_asked() or local_day(now, zone_of(facts))
        form.subject.data = subject_taught(visitor().person_id, facts.id)
    if form.validate_on_submit():
        try:
            made = actions.write_lesson(
                facts,
                actions.target_of(facts, form.target.data, offered),
                teacher_id=visitor().person_id,
                by=me(),
                now=now,
                **_lesson_values(form, facts),
            )
            attach_sent("lesson_id", made.id, now)
            return done(_("La séance est enregistrée."), url_for(".lesson", lesson_id=made.id))
        except NoSuchHour as skipped:
            also = [say(skipped.words)]
        except Refused as refused:
            also = told(refused)
    return render_page(
        "schoollife/diary/lesson_form.html",
        status=422 if form.errors or also else 200,
        facts=facts,
        form=form,
        also=also,
        lesson=None,
        files=[],
        back=url_for(".diary", class_id=class_id),
    )


@blueprint.route("/seances/<int:lesson_id>/modifier", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def change_lesson(lesson_id: int) -> Response:
    """Change a lesson's hours or text."""
    now = clock.portal_now()
    found, facts = _own_lesson(lesson_id, now)
    zone = zone_of(facts)
    form, also, status = LessonForm(obj=found), list[str](), 200
    form.target.choices = [SelectChoice("same", facts.name)]
    if request.method == "GET":
        start, end = found.starts_at.astimezone(zone), found.ends_at.astimezone(zone)
        form.day.data, form.start.data, form.end.data = start.date(), start.time(), end.time()
    form.target.data = "same"
    if form.validate_on_submit():
        try:
            actions.demand_version(found.version, seen_version(form))
            actions.change_lesson(found, by=me(), now=now, **_lesson_values(form, facts))
            attach_sent("lesson_id", found.id, now)
            return done(_("La séance est enregistrée."), url_for(".lesson", lesson_id=lesson_id))
        except NoSuchHour as skipped:
            also, status = [say(skipped.words)], 422
        except Refused as refused:
            also, status = told(refused), refused.status
            found, facts = _own_lesson(lesson_id, now)
    # What the writer has seen stays what they have seen, until they are shown the newer state.
    saved = found if status == 409 else None
    if request.method == "GET" or saved is not None:
        form.version.data = str(found.version)
    return render_page(
        "schoollife/diary/lesson_form.html",
        status=422 if form.errors else status,
        facts=facts,
        form=form,
        also=also,
        lesson=found,
        saved=saved,
        files=files_of("lesson_id", [found.id])[found.id],
        back=url_for(".lesson", lesson_id=lesson_id),
    )


@blueprint.route("/seances/<int:lesson_id>/supprimer", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def remove_lesson(lesson_id: int) -> Response:
    """Remove a lesson, once asked for it."""
    now = clock.portal_now()
    found, _facts = _own_lesson(lesson_id, now)
    if request.method == "POST":
        back = back_to_week(found)
        actions.remove_lesson(found, by=me(), now=now)
        return done(_("La séance est supprimée."), back)
    return render_page(
        "schoollife/diary/removal.html",
        title=_("Supprimer cette séance ?"),
        words=_("Son contenu, ses fichiers et sa feuille d’appel partent avec elle ; le travail donné reste."),
        do=_("Supprimer la séance"),
        back=url_for(".lesson", lesson_id=lesson_id),
    )


@blueprint.route("/seances/<int:lesson_id>/remplacement", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def replace(lesson_id: int) -> Response:
    """Who gives the lesson instead of its teacher, or that it does not take place."""
    now = clock.portal_now()
    found, facts, replacement = queries.lesson_for(visitor(), lesson_id, Right.WRITE_DIARY, now)
    if Standing.HEAD not in facts.standings and found.teacher_id != visitor().person_id:
        raise NotFound()
    form = ReplacementForm()
    form.teacher.choices = [
        SelectChoice(-1, _("La séance a lieu normalement")),
        SelectChoice(0, _("Personne : la séance n’a pas lieu")),
        *(SelectChoice(number, name) for number, name in colleagues(found.school_id) if number != found.teacher_id),
    ]
    if request.method == "GET":
        form.teacher.data = (replacement.teacher_id or 0) if replacement is not None else -1
        form.words.data = replacement.words if replacement is not None else ""
    if form.validate_on_submit():
        if form.teacher.data == -1:
            actions.end_replacement(found, by=me(), now=now)
        else:
            words = (form.words.data or "").strip()
            actions.replace(found, teacher_id=form.teacher.data or None, words=words, by=me(), now=now)
        return done(_("C’est enregistré, et la classe le voit."), url_for(".lesson", lesson_id=lesson_id))
    return render_page(
        "schoollife/diary/replacement.html",
        status=422 if form.errors else 200,
        line=queries.lesson_line(found.id),
        facts=facts,
        form=form,
        back=url_for(".lesson", lesson_id=lesson_id),
    )


def _own_lesson(lesson_id: int, now: datetime) -> tuple[queries.Lesson, ClassFacts | GroupFacts]:
    """A lesson that the visitor may change. Raises ``NotFound``."""
    found, facts, replacement = queries.lesson_for(visitor(), lesson_id, Right.WRITE_DIARY, now)
    if not _may_change(found, replacement, facts):
        raise NotFound()
    return found, facts


def _may_change(found: queries.Lesson, replacement: Any, facts: ClassFacts | GroupFacts) -> bool:
    stand_in = replacement.teacher_id if replacement is not None else None
    return may_change(visitor().person_id, (found.teacher_id, stand_in), leads=Standing.HEAD in facts.standings)


def back_to_week(row: Any) -> str:
    """The week in which a lesson or some work stands."""
    if row.class_id is None:
        return url_for("schoollife_diary.classes")
    day = row.starts_at.date() if isinstance(row, queries.Lesson) else row.due_on
    return url_for("schoollife_diary.diary", class_id=row.class_id, week=week_name(day - timedelta(day.weekday())))


def day_asked() -> date | None:
    """The day that the address names, if it names one."""
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None


def _lesson_values(form: LessonForm, facts: ClassFacts | GroupFacts) -> dict[str, Any]:
    """The form's values, its wall hours as instants. Raises ``NoSuchHour``."""

    def instant(hour: time | None) -> datetime:
        return instant_of(datetime.combine(form.day.data or date.min, hour or time.min), zone_of(facts))

    return {
        "subject": (form.subject.data or "").strip(),
        "room": (form.room.data or "").strip(),
        "title": (form.title.data or "").strip(),
        "source": (form.source.data or "").strip(),
        "starts_at": instant(form.start.data),
        "ends_at": instant(form.end.data),
    }
