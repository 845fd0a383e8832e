"""The agenda of classes and schools, beside the notebook (PORTAL-17)."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, request, url_for
from flask_babel import gettext as _

from app import clock
from app.errors import Refused
from app.schoollife.agenda import actions, queries
from app.schoollife.agenda.forms import EventForm
from app.schoollife.diary.views import done, me, told
from app.schoollife.liaison.views import blueprint
from app.schoollife.queries import class_for, school_for
from app.schoollife.standing import Right, may
from app.schoolyear import NoSuchHour, instant_of
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page
from app.web.say import say


@blueprint.get("/agenda-classe")
@allowed(SIGNED_IN)
def agenda() -> Response:
    """The dates of all my classes and schools."""
    now, past = clock.portal_now(), _past()
    return render_page(
        "schoollife/agenda/mine.html",
        events=queries.my_events(visitor(), now, past=past),
        past=past,
        writable=queries.writable(visitor(), now),
    )


@blueprint.get("/classes/<int:class_id>/agenda")
@allowed(SIGNED_IN)
def class_agenda(class_id: int) -> Response:
    """The dates of a class, and of its school."""
    now, past = clock.portal_now(), _past()
    facts = class_for(visitor(), class_id, Right.READ_AGENDA, now)
    return render_page(
        "schoollife/agenda/class.html",
        facts=facts,
        events=queries.class_events(facts, now, past=past),
        past=past,
        may_write=facts.may_for_all(Right.WRITE_AGENDA),
    )


@blueprint.get("/etablissements/<uai>/agenda")
@allowed(SIGNED_IN)
def school_agenda(uai: str) -> Response:
    """The dates of a school, for whoever works there."""
    now, past = clock.portal_now(), _past()
    school, standings = school_for(visitor(), uai, Right.READ_AGENDA, now)
    return render_page(
        "schoollife/agenda/school.html",
        school=school,
        events=queries.school_events(school.id, now, past=past),
        past=past,
        may_write=may(standings, Right.WRITE_AGENDA),
    )


@blueprint.route("/classes/<int:class_id>/agenda/nouvelle-date", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def write_event(class_id: int) -> Response:
    """A new date of a class."""
    facts = class_for(visitor(), class_id, Right.WRITE_AGENDA, clock.portal_now())
    place: dict[str, Any] = {"school_id": facts.school_id, "class_id": facts.id, "year_id": facts.year_id}
    return _write(None, place, facts.zone, facts.name, url_for(".class_agenda", class_id=class_id))


@blueprint.route("/etablissements/<uai>/agenda/nouvelle-date", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def write_school_event(uai: str) -> Response:
    """A new date of a school."""
    school, _standings = school_for(visitor(), uai, Right.WRITE_AGENDA, clock.portal_now())
    place: dict[str, Any] = {"school_id": school.id, "class_id": None, "year_id": None}
    return _write(None, place, school.zone, school.name, url_for(".school_agenda", uai=school.uai))


@blueprint.route("/agenda-classe/<int:event_id>/modifier", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def change_event(event_id: int) -> Response:
    """Change a date."""
    event, zone, uai = queries.event_to_write(visitor(), event_id, clock.portal_now())
    place: dict[str, Any] = {
        "school_id": event.school_id,
        "class_id": event.class_id,
        "year_id": event.year_id if event.class_id is not None else None,
    }
    return _write(event, place, zone, event.title, _back(event, uai))


@blueprint.route("/agenda-classe/<int:event_id>/supprimer", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def remove_event(event_id: int) -> Response:
    """Remove a date, once asked for it."""
    now = clock.portal_now()
    event, _zone, uai = queries.event_to_write(visitor(), event_id, now)
    back = _back(event, uai)
    if request.method == "POST":
        actions.remove_event(event, by=me(), now=now)
        return done(_("La date est supprimée."), back)
    return render_page(
        "schoollife/diary/removal.html",
        title=_("Supprimer « %(title)s » ?", title=event.title),
        words=_("La date quitte l’agenda de tous ceux qui la voient."),
        do=_("Supprimer la date"),
        back=back,
    )


def _past() -> bool:
    return request.args.get("voir") == "passe"


def _back(event: queries.AgendaEvent, uai: str) -> str:
    if event.class_id is not None:
        return url_for(".class_agenda", class_id=event.class_id)
    return url_for(".school_agenda", uai=uai)


def _write(event: Any, place: dict[str, Any], zone: str, name: str, back: str) -> Response:
    now = clock.portal_now()
    form, also, status = EventForm(obj=event), list[str](), 200
    if request.method == "GET" and event is not None:
        start, end = event.starts_at.astimezone(ZoneInfo(zone)), event.ends_at.astimezone(ZoneInfo(zone))
        form.day.data, form.start.data, form.end.data = start.date(), start.time(), end.time()
        form.last_day.data = end.date() if end.date() != start.date() else None
    if form.validate_on_submit():
        try:
            if event is not None:
                version = form.version.data or ""
                seen = int(version) if version.isdecimal() and len(version) < 10 else 0
                actions.demand_version(event.version, seen)
            starts_at = _instant(form.day.data, form.start.data, zone)
            values: dict[str, Any] = {
                "title": (form.title.data or "").strip(),
                "words": (form.words.data or "").strip(),
                "place": (form.place.data or "").strip(),
                "starts_at": starts_at,
                "ends_at": _instant(form.last_day.data or form.day.data, form.end.data, zone),
            }
            place["year_id"] = place["year_id"] or queries.year_of(starts_at)
            actions.save_event(event, **place, **values, author_id=visitor().person_id, by=me(), now=now)
            return done(_("La date est dans l’agenda."), back)
        except NoSuchHour as skipped:
            also, status = [say(skipped.words)], 422
        except Refused as refused:
            also, status = told(refused), refused.status
            if event is not None:
                event, zone, _uai = queries.event_to_write(visitor(), event.id, now)
    saved = event if status == 409 else None
    if event is not None and (request.method == "GET" or saved is not None):
        form.version.data = str(event.version)
    return render_page(
        "schoollife/agenda/form.html",
        status=422 if form.errors else status,
        form=form,
        also=also,
        event=event,
        saved=saved,
        zone=zone,
        name=name,
        back=back,
    )


def _instant(day: date | None, hour: time | None, zone: str) -> datetime:
    return instant_of(datetime.combine(day or date.min, hour or time.min), ZoneInfo(zone))
