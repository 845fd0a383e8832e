"""The binder: activities written by a teacher, given to pupils, seen by them (PORTAL-17, S2-4)."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.errors import NotFound, Refused
from app.gate.services.closing import Service
from app.gate.services.queries import demand_service, demand_service_for
from app.profiles import Profile
from app.schoollife.attachments.queries import files_of
from app.schoollife.binder import actions, queries
from app.schoollife.binder.forms import ActivityForm
from app.schoollife.diary.queries import zone_of
from app.schoollife.diary.views import attach_sent, blueprint, done, me, told
from app.schoollife.queries import class_for, classes_of, pupils_of
from app.schoollife.standing import Right
from app.schoolyear import local_day
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page


@blueprint.get("/classeur")
@allowed(SIGNED_IN)
def binder() -> Response:
    """My activities, or those given to me or to my children."""
    now, who = clock.portal_now(), visitor()
    demand_service_for(who, Service.DIARY, now)
    teaches = bool(queries.teaching_schools(who, now))
    after = request.args.get("apres", "")
    before = int(after) if after.isdecimal() and len(after) < 18 else None
    own = queries.own_activities(who.person_id, before=before) if teaches else []
    family = who.has_profile(Profile.STUDENT) or who.has_profile(Profile.GUARDIAN)
    return render_page(
        "schoollife/binder/list.html",
        teaches=teaches,
        own=own,
        following=own[-1].id if len(own) == queries.MOST else None,
        family=family,
        given=queries.given_to(who, now) if family else [],
    )


@blueprint.get("/classeur/<int:activity_id>")
@allowed(SIGNED_IN)
def activity(activity_id: int) -> Response:
    """An activity with its files; for its author who has it and who has seen it."""
    now = clock.portal_now()
    found, given = queries.activity_for(visitor(), activity_id, now)
    return render_page(
        "schoollife/binder/activity.html",
        activity=found,
        given=[row for row in given if row.student_id == visitor().person_id],
        own=not given,
        receivers=queries.receivers(activity_id) if not given else [],
        files=files_of("activity_id", [activity_id])[activity_id],
    )


@blueprint.post("/classeur/<int:activity_id>/vue")
@allowed(Profile.STUDENT)
def seen(activity_id: int) -> Response:
    """The pupil has seen it."""
    now = clock.portal_now()
    _found, given = queries.activity_for(visitor(), activity_id, now)
    mine = [row for row in given if row.student_id == visitor().person_id]
    if not mine:
        raise NotFound()
    for row in mine:
        actions.note_seen(row, by=me(), now=now)
    return done(_("C’est noté : tu as vu cette activité."), url_for(".activity", activity_id=activity_id))


@blueprint.route("/classeur/nouvelle", methods=["GET", "POST"])
@allowed(Profile.TEACHER, Profile.STAFF)
def write_activity() -> Response:
    """A new activity in my binder."""
    now = clock.portal_now()
    schools = queries.teaching_schools(visitor(), now)
    if not schools:
        raise NotFound()
    demand_service(Service.DIARY, schools[0], now)
    form, also = ActivityForm(), list[str]()
    if form.validate_on_submit():
        try:
            made = actions.save_activity(
                None, school_id=schools[0], author_id=visitor().person_id, by=me(), now=now, **_values(form)
            )
            attach_sent("activity_id", made.id, now)
            return done(_("L’activité est dans votre classeur."), url_for(".activity", activity_id=made.id))
        except Refused as refused:
            also = told(refused)
    return _form_page(form, also, None, 422 if form.errors or also else 200)


@blueprint.route("/classeur/<int:activity_id>/modifier", methods=["GET", "POST"])
@allowed(Profile.TEACHER, Profile.STAFF)
def change_activity(activity_id: int) -> Response:
    """Change an activity; those who have it see the change."""
    now = clock.portal_now()
    found = queries.own_activity(visitor(), activity_id, now)
    form, also, status = ActivityForm(obj=found), list[str](), 200
    if form.validate_on_submit():
        try:
            version = form.version.data or ""
            actions.demand_version(found.version, int(version) if version.isdecimal() and len(version) < 10 else 0)
            actions.save_activity(
                found, school_id=found.school_id, author_id=found.author_id, by=me(), now=now, **_values(form)
            )
            attach_sent("activity_id", found.id, now)
            return done(_("L’activité est enregistrée."), url_for(".activity", activity_id=activity_id))
        except Refused as refused:
            also, status = told(refused), refused.status
            found = queries.own_activity(visitor(), activity_id, now)
    if request.method == "GET" or status == 409:
        form.version.data = str(found.version)
    return _form_page(form, also, found, 422 if form.errors else status)


@blueprint.route("/classeur/<int:activity_id>/supprimer", methods=["GET", "POST"])
@allowed(Profile.TEACHER, Profile.STAFF)
def remove_activity(activity_id: int) -> Response:
    """Remove an activity, once asked for it."""
    now = clock.portal_now()
    found = queries.own_activity(visitor(), activity_id, now)
    if request.method == "POST":
        actions.remove_activity(found, by=me(), now=now)
        return done(_("L’activité est supprimée."), url_for(".binder"))
    return render_page(
        "schoollife/diary/removal.html",
        title=_("Supprimer « %(title)s » ?", title=found.title),
        words=_("L’activité quitte votre classeur et celui des élèves qui l’ont reçue."),
        do=_("Supprimer l’activité"),
        back=url_for(".activity", activity_id=activity_id),
    )


@blueprint.get("/classeur/<int:activity_id>/donner")
@allowed(Profile.TEACHER, Profile.STAFF)
def choose_class(activity_id: int) -> Response:
    """To which of my classes the activity is given."""
    now = clock.portal_now()
    found = queries.own_activity(visitor(), activity_id, now)
    writable = [one for one in classes_of(visitor(), now) if one.may(Right.WRITE_DIARY)]
    return render_page("schoollife/binder/classes.html", activity=found, classes=writable)


@blueprint.route("/classeur/<int:activity_id>/donner/<int:class_id>", methods=["GET", "POST"])
@allowed(Profile.TEACHER, Profile.STAFF)
def give(activity_id: int, class_id: int) -> Response:
    """To whom of a class: everybody, or chosen pupils."""
    now = clock.portal_now()
    found = queries.own_activity(visitor(), activity_id, now)
    facts = class_for(visitor(), class_id, Right.WRITE_DIARY, now)
    also = list[str]()
    chosen = {int(one) for one in request.form.getlist("pupil") if one.isdecimal() and len(one) < 18}
    if request.method == "POST":
        if request.form.get("everybody"):
            chosen = {pupil.id for pupil in pupils_of(class_id)}
        try:
            today = local_day(now, zone_of(facts))
            made = actions.give(found, facts, chosen, today=today, by=me(), now=now)
            words = ngettext("%(num)s élève la reçoit.", "%(num)s élèves la reçoivent.", made)
            return done(words, url_for(".activity", activity_id=activity_id))
        except Refused as refused:
            if refused.status == 404:
                raise
            also = told(refused)
            found = queries.own_activity(visitor(), activity_id, now)
    return render_page(
        "schoollife/binder/give.html",
        status=422 if also else 200,
        activity=found,
        facts=facts,
        pupils=pupils_of(class_id),
        have={row.student_id for row in queries.receivers(activity_id)},
        also=also,
    )


def _values(form: ActivityForm) -> dict[str, str]:
    return {
        "title": (form.title.data or "").strip(),
        "subject": (form.subject.data or "").strip(),
        "source": (form.source.data or "").strip(),
    }


def _form_page(form: ActivityForm, also: list[str], found: Any, status: int) -> Response:
    files = files_of("activity_id", [found.id])[found.id] if found is not None else []
    return render_page(
        "schoollife/binder/form.html",
        status=status,
        form=form,
        also=also,
        activity=found,
        files=files,
        saved=found if status == 409 else None,
        back=url_for(".activity", activity_id=found.id) if found is not None else url_for(".binder"),
    )
