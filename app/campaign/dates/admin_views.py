"""The screens of a campaign's calendar: made from a preset, read, dates changed, operations noted (CAL-4, CHECK-3)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.audit.actions import Actor, actor_of
from app.campaign import ahead, order
from app.campaign.additions.outside import SYSTEMS
from app.campaign.calendar import (
    ACTOR_NAMES,
    DESTRUCTIVE,
    KIND_NAMES,
    STATE_NAMES,
    Event,
    EventKind,
    State,
    editable,
    in_order,
)
from app.campaign.calendar import (
    Actor as Doer,
)
from app.campaign.dates import actions, queries
from app.campaign.dates.forms import CreateForm, DatesForm, NoteForm
from app.campaign.firing.actions import launch
from app.campaign.firing.queries import ahead_of
from app.campaign.ics import calendar
from app.campaign.moving import moved, passed
from app.content.actions import ChangedMeanwhile
from app.content.forms import seen_version
from app.db import db, reading_ahead
from app.directory.queries import project, school_by_uai
from app.errors import NotFound, Refused, UnknownSchool
from app.gate.forms import ConfirmForm
from app.gate.overview import project_lines
from app.gate.plain_text import Problem
from app.gate.queries import closures, demand_open
from app.gate.windows import Source
from app.profiles import Verb
from app.web.allowed import allowed, demand, visitor
from app.web.downloads import attached
from app.web.fragments import render_page, see_other
from app.web.say import say

blueprint = Blueprint("campaign_dates", __name__)

#: How a state of an event is drawn.
DRAWN = {
    State.OPEN: "waiting",
    State.RUNNING: "running",
    State.DONE: "done",
    State.SKIPPED: "info",
    State.LATE: "failed",
}


@blueprint.context_processor
def _words() -> dict[str, object]:
    return {"actors": ACTOR_NAMES, "kinds": KIND_NAMES, "states": STATE_NAMES, "drawn": DRAWN, "systems": SYSTEMS}


def _me() -> Actor:
    return actor_of(visitor())


def _done(words: str, target: str) -> Response:
    db.session.commit()
    flash(words, "success")
    return see_other(target)


# A new campaign --------------------------------------------------------------------------------------------------------


@blueprint.route("/administration/campagnes/nouvelle", methods=["GET", "POST"])
@allowed(Verb.RUN_CAMPAIGN)
def create() -> Response:
    """A campaign from a preset in one form; its calendar is read before it is made."""
    demand(Verb.RUN_CAMPAIGN)
    now, zone, year = clock.portal_now(), queries.zone(), project().rollover_year
    form = CreateForm(request.form) if request.method == "POST" else CreateForm.of(queries.known_days(year))
    events: list[Event] = []
    count = 0
    if request.method == "POST":
        preset, anchors, uais, problems = form.read(zone)
        numbers: list[int] | None = None
        if uais is not None:
            numbers, wrong = _numbers(uais)
            problems += wrong
        if preset is not None and anchors is not None and not problems:
            variant = form.variant.data or ""
            try:
                if request.form.get("do") == "create":
                    made = actions.create(
                        preset,
                        year=year,
                        anchors=anchors,
                        school_ids=numbers,
                        variant=variant,
                        two_approve=bool(form.two_approve.data),
                        by=_me(),
                        now=now,
                    )
                    target = url_for(".events", campaign_id=made.id)
                    return _done(_("La campagne est créée. Voici son calendrier."), target)
                chosen = numbers if numbers is not None else [one.id for one in queries.schools_of_kind(preset.kind)]
                count = actions.demand_free(chosen)
            except Refused as refused:
                db.session.rollback()
                form.also.append(refused.words)
            else:
                planned = [passed(event, now, zone) for event in moved(preset, anchors, zone, variant=variant)]
                events = in_order(ahead.with_ends(planned, zone), zone)
        form.show(problems)
    return render_page(
        "campaign/create.html",
        status=422 if form.errors or form.also else 200,
        form=form,
        events=events,
        breaks=order.broken(events, zone),
        # Windows add up: whatever closes already stays beside the campaign's own.
        standing=[
            line
            for line in project_lines(closures(), now)
            if events and line.window.source != Source.CAMPAIGN and line.state not in ("done", "open")
        ],
        count=count,
        year=year,
        zone=zone.key,
    )


def _numbers(uais: list[str]) -> tuple[list[int], list[Problem]]:
    numbers, problems = [], []
    for uai in dict.fromkeys(uais):
        try:
            numbers.append(school_by_uai(uai).id)
        except UnknownSchool as unknown:
            problems.append(Problem("schools", unknown.words))
    return numbers, problems


# The calendar ----------------------------------------------------------------------------------------------------------


@blueprint.get("/administration/campagnes/<int:campaign_id>/calendrier")
@allowed(Verb.SEE_CAMPAIGN)
def events(campaign_id: int) -> Response:
    """Every event with its date, actor and state; first what is broken and what waits for somebody."""
    demand(Verb.SEE_CAMPAIGN)
    campaign, zone, now = queries.campaign_by_id(campaign_id), queries.zone(), clock.portal_now()
    found = queries.events(campaign_id)
    return render_page(
        "campaign/events.html",
        campaign=campaign,
        events=found,
        noted=queries.noted(campaign_id),
        breaks=order.broken(found, zone, closed=queries.gate_stands(campaign_id)),
        waiting=queries.waiting_of(found, now),
        schools=len(queries.school_ids(campaign_id)),
        zone=zone.key,
    )


@blueprint.get("/administration/campagnes/<int:campaign_id>/calendrier.ics")
@allowed(Verb.SEE_CAMPAIGN)
def ics(campaign_id: int) -> Response:
    """The same for a calendar program."""
    demand(Verb.SEE_CAMPAIGN)
    campaign, zone = queries.campaign_by_id(campaign_id), queries.zone()
    rows = queries.event_rows(campaign_id)
    url = current_app.extensions["settings"].url
    made = calendar(
        in_order([queries.facts(row) for row in rows], zone),
        name=f"{project().name} – {say(campaign.title)} {campaign.year}",
        campaign_id=campaign_id,
        portal_url=url,
        urls={row.id: f"{url}{url_for('.event', campaign_id=campaign_id, event_id=row.id)}" for row in rows},
        versions={row.id: row.version for row in rows},
        tell=say,
        zone=zone,
        now=clock.portal_now(),
    )
    return attached(made, f"campagne-{campaign.year}-{campaign_id}.ics", "text/calendar")


@blueprint.route("/administration/campagnes/<int:campaign_id>/fin", methods=["GET", "POST"])
@allowed(Verb.RUN_CAMPAIGN)
def close(campaign_id: int) -> Response:
    """End a campaign, after a typed word: what it had planned is taken back, what runs stays."""
    demand(Verb.RUN_CAMPAIGN)
    campaign = queries.campaign_by_id(campaign_id)
    form, word = ConfirmForm(request.form), _("terminer")
    if request.method == "POST" and form.confirmed(word):
        actions.close(campaign, by=_me(), now=clock.portal_now())
        return _done(_("La campagne est terminée."), url_for(".events", campaign_id=campaign_id))
    return render_page(
        "campaign/close.html",
        status=422 if form.errors else 200,
        campaign=campaign,
        form=form,
        word=word,
        left=[e for e in queries.events(campaign_id) if e.automatic and e.waits],
        zone=queries.zone().key,
    )


# An event --------------------------------------------------------------------------------------------------------------


@blueprint.route("/administration/campagnes/<int:campaign_id>/evenements/<int:event_id>", methods=["GET", "POST"])
@allowed(Verb.SEE_CAMPAIGN)
def event(campaign_id: int, event_id: int) -> Response:
    """An event: its dates, with what follows shown before saving; how far it is; what a person may decide."""
    demand(Verb.SEE_CAMPAIGN)
    campaign = queries.campaign_by_id(campaign_id)
    row = queries.event_row(campaign_id, event_id)
    facts, zone, now = queries.facts(row), queries.zone(), clock.portal_now()
    runs = visitor().may(Verb.RUN_CAMPAIGN) and campaign.state == "active"
    dates, note = DatesForm.of(facts, row.version, zone), _note_form(facts, row.version)
    follows: order.Consequences | None = None
    refused: Refused | None = None
    verb = request.form.get("do", "") if request.method == "POST" else ""
    here = url_for(".event", campaign_id=campaign_id, event_id=event_id)
    if verb in ("look", "save"):
        demand(Verb.RUN_CAMPAIGN)
        dates = DatesForm(request.form)
        typed, problems = dates.read(facts, zone)
        dates.show(problems)
        if not problems:
            try:
                new = actions.proposed(facts, typed, now)
                stands = {**queries.gate_stands(campaign_id), facts.key: True}
                found = queries.events(campaign_id)
                follows = order.consequences(found, new, now, zone, closed=stands)
                # What follows is read before it is written; where nothing does, there is nothing to read.
                if verb == "save" or not follows:
                    actions.redate(row, typed, version=seen_version(dates), by=_me(), now=now)
                    return _done(_("La date est changée, et ce qui en dépend."), here)
            except Refused as problem:
                db.session.rollback()
                refused, follows = _shown(dates, problem), None
    elif verb == "note":
        note = NoteForm(request.form)
        state, text, problems = note.read()
        note.show(problems)
        if not problems:
            try:
                actions.note(row, state, text, version=seen_version(note), by=_me(), now=now)
                return _done(_("C’est noté."), here)
            except Refused as problem:
                db.session.rollback()
                refused = _shown(note, problem)
    row = queries.event_row(campaign_id, event_id)
    return render_page(
        "campaign/event.html",
        status=422 if refused or dates.errors or note.errors or dates.also or note.also else 200,
        campaign=campaign,
        event=facts,
        version=row.version,
        dates=dates,
        note=note,
        follows=follows,
        refused=refused,
        runs=runs,
        may_date=runs and editable(facts, now, zone),
        may_decide=runs and facts.automatic and facts.waits and facts.kind != EventKind.FIRST_DAY,
        destructive=facts.kind in DESTRUCTIVE,
        noted=queries.noted(campaign_id).get(event_id),
        who=queries.names([row.done_by_id]).get(row.done_by_id or 0),
        of_schools=facts.tracked and facts.actor == Doer.SCHOOL,
        zone=zone.key,
    )


def _note_form(facts: Event, version: int) -> NoteForm:
    return NoteForm(data={"state": facts.state.value, "note": facts.note, "version": str(version)})


def _shown(form: Any, refused: Refused) -> Refused | None:
    """Put a refusal beside its field; what has none stands above the form."""
    if refused.field and refused.field in form:
        form.show([Problem(refused.field, refused.words)])
        return None
    if isinstance(refused, ChangedMeanwhile):
        return refused
    form.also.append(refused.words)
    return None


@blueprint.route(
    "/administration/campagnes/<int:campaign_id>/evenements/<int:event_id>/decider", methods=["GET", "POST"]
)
@allowed(Verb.RUN_CAMPAIGN)
def decide(campaign_id: int, event_id: int) -> Response:
    """Do now what waits, or leave it out; after a typed word (G18)."""
    demand(Verb.RUN_CAMPAIGN)
    campaign = queries.campaign_by_id(campaign_id)
    row = queries.event_row(campaign_id, event_id)
    facts = queries.facts(row)
    form = ConfirmForm(request.form)
    verb = request.values.get("do", "")
    words = {"launch": _("lancer"), "drop": _("retirer")}
    if verb not in words or campaign.state != "active":
        raise NotFound()
    refused: Refused | None = None
    now = clock.portal_now()
    if request.method == "POST" and form.confirmed(words[verb]):
        target = url_for(".event", campaign_id=campaign_id, event_id=event_id)
        try:
            if verb == "launch":
                with reading_ahead():
                    ahead = ahead_of(event_id, now)
                launch(event_id, ahead=ahead, by=_me(), now=now)
                return _done(_("C’est lancé."), target)
            actions.drop(row, note=request.form.get("reason", "")[:500], by=_me(), now=now)
            return _done(_("L’événement est retiré du calendrier."), target)
        except Refused as problem:
            db.session.rollback()
            refused = problem
    return render_page(
        "campaign/decide.html",
        status=422 if form.errors else 409 if refused else 200,
        campaign=campaign,
        event=facts,
        event_id=event_id,
        form=form,
        verb=verb,
        word=words[verb],
        refused=refused,
        stays=facts.kind in DESTRUCTIVE and queries.is_begun(campaign_id, facts, now),
        zone=queries.zone().key,
    )


# A school's part -------------------------------------------------------------------------------------------------------


@blueprint.route("/administration/ecole/<uai>/campagne", methods=["GET", "POST"])
@allowed(Verb.TRACK_CAMPAIGN)
def school_events(uai: str) -> Response:
    """The campaign as a school sees it: what it is to do and has noted, and what the portal does when (CHECK-3)."""
    school = school_by_uai(uai)
    demand(Verb.TRACK_CAMPAIGN, school.id)
    demand_open(school.id)
    campaign, now, zone = queries.campaign_of_school(school.id), clock.portal_now(), queries.zone()
    found = queries.events(campaign.id) if campaign is not None else []
    own = [one for one in found if one.tracked and one.actor == Doer.SCHOOL]
    form = NoteForm(request.form)
    wrong: int | None = None
    if request.method == "POST":
        chosen = next((one for one in own if one.id == request.form.get("event", 0, type=int)), None)
        if chosen is None or campaign is None:
            raise NotFound()
        state, text, problems = form.read()
        form.show(problems)
        if not problems:
            row = queries.event_row(campaign.id, chosen.id)
            actions.note_for_school(row, school.id, state, text, by=_me(), now=now)
            return _done(_("C’est noté."), url_for(".school_events", uai=school.uai))
        wrong = chosen.id
    marks = queries.noted_in(school.id, [one.id for one in own])
    left = sum(one.id not in marks for one in own)
    return render_page(
        "campaign/school_events.html",
        status=422 if wrong else 200,
        school=school,
        campaign=campaign,
        own=own,
        marks=marks,
        who=queries.names([mark.noted_by_id for mark in marks.values()]),
        others=[one for one in found if one not in own],
        form=form,
        wrong=wrong,
        lead=ngettext("Une opération est encore à noter.", "%(num)s opérations sont encore à noter.", left)
        if left
        else _("Tout ce qui revient à l’établissement est noté."),
        now=now,
        zone=zone.key,
    )
