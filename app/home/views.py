"""The page on which somebody arrives, and what is their own: bookmarks, preferences, agenda."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.accounts import welcome
from app.accounts.doors import NAMES
from app.accounts.own.views import mine
from app.accounts.queries import class_facts, people_and_schools
from app.campaign.dates.queries import changing
from app.classchoice.leading.queries import lead
from app.content.access.queries import my_sections
from app.content.queries import newest_for
from app.content.spaces import SPACE_NAMES
from app.db import db
from app.directory.groups.queries import groups_ending
from app.directory.leaving.queries import departure_of
from app.directory.queries import project
from app.errors import Refused
from app.feeds.links.queries import my_doubted_links
from app.gate.queries import closures, decide_for, snapshot
from app.gate.services.closing import Service
from app.gate.services.queries import closed_for
from app.home import actions, queries
from app.home.arrival import ordered
from app.home.forms import BookmarkForm, EventForm, PreferencesForm
from app.home.preferences import PREFERENCES
from app.home.questionnaires.queries import to_answer as questionnaires_to_answer
from app.messaging.announcements.queries import for_home
from app.messaging.populations import SEVERITY_NAMES
from app.messaging.queries import unread
from app.profiles import PROFILE_NAMES, ROLE_NAMES, Profile, Role, Visitor
from app.schoollife.diary.lines import WorkState
from app.schoollife.diary.queries import coming_work, next_lessons
from app.schoollife.liaison.queries import to_sign
from app.schoollife.presence.queries import calls_to_make
from app.schoollife.results.averages import figure
from app.schoollife.results.queries import newest_marks
from app.schoolyear import NoSuchHour, instant_of
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page, see_other
from app.web.say import language, say

blueprint = Blueprint("home", __name__)
#: How many spaces the page shows before the link to all of them.
MOST_SPACES = 8


@blueprint.get("/espace")
@allowed(SIGNED_IN)
def home() -> Response:
    """What awaits me, my messages, my classes or children, my spaces. The frame's banner announces what will be closed to me."""
    asking, now = visitor(), clock.portal_now()
    me = mine().person_id
    decision = decide_for(asking, now)
    choice = lead(asking, decision.open_schools, now)
    if choice.asked is not None:
        # CLASS-1, CLASS-6: led to the choice of their class until it is made or put off.
        return see_other(url_for("classchoice.choose", uai=choice.asked))
    own = {place.school_id for place in asking.places} & decision.open_schools
    moving = changing(own)
    spaces = my_sections(asking, now)
    family, teaches = welcome.is_family(asking), asking.has_profile(Profile.TEACHER)
    works = teaches or asking.has_profile(Profile.STAFF)
    return render_page(
        "home/home.html",
        mine=mine(),
        door=NAMES[mine().door],
        cards=_cards(asking, decision.open_schools, now),
        blocks=ordered(queries.preferences(me)["first-block"]),
        # Only schools that are open to the reader are told of (GATE-15).
        choice=choice,
        changing=bool(moving),
        # Where another of the reader's schools goes on as it was, the ones that change are named.
        moving=[] if moving == own else sorted(snapshot().schools[number].name for number in moving),
        partly=bool({place.school_id for place in asking.places} - decision.open_schools),
        profiles=[PROFILE_NAMES[profile] for profile in Profile if asking.has_profile(profile)],
        roles=[ROLE_NAMES[role] for role in Role if any(role == held for held, _school in asking.roles)],
        teaches=teaches,
        works=works,
        guards=asking.has_profile(Profile.GUARDIAN),
        family=family,
        work=[line for line in coming_work(asking, now) if line.state == WorkState.TO_DO] if family else [],
        lessons=next_lessons(asking, now, limit=4),
        marks=newest_marks(asking, now, limit=3) if family else [],
        figure=partial(figure, language=language()),
        signatures=to_sign(asking, now) if family else 0,
        calls=calls_to_make(asking, now)[:5] if works else [],
        # Classes of last year that the source still names: told as such, without access (S4-5).
        doubted=my_doubted_links(asking, decision.open_schools, now) if teaches else [],
        diary_closed=closed_for(asking, Service.DIARY, now),
        ending=groups_ending(me),
        # Only whoever is nothing anywhere can be a leaver (CAL-9).
        departure=departure_of(me) if not asking.places and not asking.roles else None,
        to_answer=questionnaires_to_answer(asking, now)[:3],
        unread=unread(me, asking, now),
        announcements=for_home(asking, now, limit=4),
        severities=SEVERITY_NAMES,
        spaces=[section for section, _role in spaces[:MOST_SPACES]],
        more_spaces=len(spaces) > MOST_SPACES,
        space_names=SPACE_NAMES,
        articles=newest_for(asking, [section for section, _role in spaces], now, 4),
        bookmarks=queries.bookmarks(me, limit=8),
        events=queries.coming_events(me, now, limit=3),
        zone=project().zone,
    )


def _cards(asking: Visitor, open_schools: frozenset[int], now: datetime) -> tuple[welcome.Card, ...]:
    people, schools, stands = people_and_schools(asking)
    people[mine().person_id] = mine().name
    roles = ("student",) if welcome.is_family(asking) else ("teacher", "head-teacher")
    facts = class_facts(sorted({person for person, _school in stands}), roles) if stands else []
    return welcome.cards(
        facts, people, schools, stands, visitor=asking, closures=closures(), open_schools=open_schools, now=now
    )


# Bookmarks -------------------------------------------------------------------------------------------------------------


@blueprint.route("/espace/favoris", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def bookmarks() -> Response:
    """My bookmarks, and a form for one more."""
    me = mine().person_id
    form = BookmarkForm()
    if request.method == "GET" and "adresse" in request.args:
        form.address.data, form.title.data = request.args["adresse"], request.args.get("titre", "")
    also = []
    if form.validate_on_submit():
        try:
            actions.add_bookmark(me, title=(form.title.data or "").strip(), address=form.address.data or "")
        except Refused as refused:
            also = [refused.words]
        else:
            db.session.commit()
            flash(_("Le favori est enregistré."), "success")
            return see_other(url_for(".bookmarks"))
    status = 422 if request.method == "POST" else 200
    return render_page("home/bookmarks.html", form=form, also=also, rows=queries.bookmarks(me), status=status)


@blueprint.post("/espace/favoris/<int:bookmark_id>/retirer")
@allowed(SIGNED_IN)
def remove_bookmark(bookmark_id: int) -> Response:
    """Forget a bookmark."""
    actions.remove_bookmark(queries.bookmark(mine().person_id, bookmark_id))
    db.session.commit()
    flash(_("Le favori est retiré."), "success")
    return see_other(url_for(".bookmarks"))


# Agenda ----------------------------------------------------------------------------------------------------------------


@blueprint.get("/espace/agenda")
@allowed(SIGNED_IN)
def agenda() -> Response:
    """My own dates: those to come, and those that are over."""
    me, now = mine().person_id, clock.portal_now()
    past = "passees" in request.args
    rows = queries.past_events(me, now) if past else queries.coming_events(me, now)
    return render_page("home/agenda.html", rows=rows, past=past, zone=project().zone)


@blueprint.route("/espace/agenda/nouvelle-date", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def new_event() -> Response:
    """One date more."""
    form = EventForm()
    return _event_page(form, None) if not form.validate_on_submit() else _save_event(form, None)


@blueprint.route("/espace/agenda/<int:event_id>", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def event(event_id: int) -> Response:
    """Change one of my dates."""
    found = queries.event(mine().person_id, event_id)
    zone = ZoneInfo(project().zone)
    form = EventForm(
        data={
            "title": found.title,
            "words": found.words,
            "place": found.place,
            "starts_at": found.starts_at.astimezone(zone).replace(tzinfo=None),
            "ends_at": found.ends_at.astimezone(zone).replace(tzinfo=None),
        }
    )
    return _event_page(form, found) if not form.validate_on_submit() else _save_event(form, found)


@blueprint.post("/espace/agenda/<int:event_id>/retirer")
@allowed(SIGNED_IN)
def remove_event(event_id: int) -> Response:
    """Remove one of my dates."""
    actions.remove_event(queries.event(mine().person_id, event_id))
    db.session.commit()
    flash(_("La date est retirée de votre agenda."), "success")
    return see_other(url_for(".agenda"))


def _save_event(form: EventForm, found: queries.PersonalEvent | None) -> Response:
    zone = ZoneInfo(project().zone)
    try:
        values: dict[str, Any] = {
            "title": (form.title.data or "").strip(),
            "words": (form.words.data or "").strip(),
            "place": (form.place.data or "").strip(),
            "starts_at": instant_of(form.starts_at.data, zone),
            "ends_at": instant_of(form.ends_at.data, zone),
        }
        if found is None:
            actions.add_event(mine().person_id, **values)
        else:
            actions.change_event(found, **values)
    except (Refused, NoSuchHour) as refused:
        return _event_page(form, found, [refused.words])
    db.session.commit()
    flash(_("La date est dans votre agenda."), "success")
    return see_other(url_for(".agenda"))


def _event_page(form: EventForm, found: queries.PersonalEvent | None, also: list[Any] | None = None) -> Response:
    status = 422 if request.method == "POST" else 200
    return render_page("home/event.html", form=form, found=found, also=also or [], status=status)


# Preferences -----------------------------------------------------------------------------------------------------------


@blueprint.route("/espace/preferences", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def preferences() -> Response:
    """How I want the portal; each question has its default."""
    me, form = mine().person_id, PreferencesForm()
    if form.validate_on_submit():
        for choice in PREFERENCES:
            if choice.name in request.form:
                actions.set_preference(me, choice.name, request.form[choice.name])
        db.session.commit()
        flash(_("Vos préférences sont enregistrées."), "success")
        return see_other(url_for(".home"))
    questions = [
        (choice.name, say(choice.question), [(value, say(words)) for value, words in choice.values])
        for choice in PREFERENCES
    ]
    return render_page("home/preferences.html", form=form, questions=questions, chosen=queries.preferences(me))
