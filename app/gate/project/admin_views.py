"""'Blocage des accès ENT' for the project: windows and limits, authorisation, first days, maintenance (GATE-4, 5, 14, 17)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.audit.actions import Actor, actor_of
from app.db import db
from app.directory.queries import search_schools
from app.errors import NotFound
from app.gate import actions, queries
from app.gate.changes import Event, event_of
from app.gate.door_notice import DoorNotice, Voice, for_everybody
from app.gate.forms import (
    ConfirmForm,
    FirstDaysForm,
    MaintenanceForm,
    WindowForm,
)
from app.gate.overview import project_lines
from app.gate.pictures import limits_picture
from app.gate.plain_text import Problem
from app.gate.snapshot import SchoolCard, Snapshot
from app.gate.what_if import moment_inside, seen_by, with_window
from app.gate.windows import Bound, Source, Window, WindowKind, check_window, read_profiles
from app.profiles import PROFILE_PLURALS, Place, Profile, Verb
from app.web.allowed import allowed, demand, visitor
from app.web.fragments import render_page, see_other
from app.web.language import current_language

blueprint = Blueprint("gate_admin", "app.gate")

#: Schools in the list of first days before one has to search.
LISTED = 100


@blueprint.context_processor
def _names() -> dict[str, object]:
    return {"names": PROFILE_PLURALS}


def me() -> Actor:
    """Whoever asks, for the audit."""
    return actor_of(visitor())


def voice() -> Voice:
    """The language of whoever asks."""
    return Voice(language=current_language(), translate=_)


def school_called(uai: str, verb: Verb = Verb.SET_SCHOOL_WINDOWS) -> SchoolCard:
    """The school, for somebody who may do that there and for whom it is open (GATE-15). Raises ``NotFound``."""
    card = queries.card_by_uai(uai)
    demand(verb, card.id)
    queries.demand_open(card.id)
    return card


def zone_of(known: Snapshot, school_id: int | None) -> ZoneInfo:
    """The zone in which days are typed and told: the school's, or the project's."""
    return ZoneInfo(known.closures.rules.zone if school_id is None else known.closures.zone(school_id))


def done(words: str, target: str) -> Any:
    """Commit, say what was done, and lead on."""
    db.session.commit()
    flash(words, "success")
    return see_other(target)


def events(known: Snapshot, school_id: int | None = None, window_id: int | None = None) -> list[Event]:
    """The history: who, when, before, after (GATE-5)."""
    lines = queries.history(school_id, window_id=window_id)
    names = queries.names_of({line.actor_id for line in lines if line.actor_id is not None})
    return [event_of(line, names.get(line.actor_id or 0), known.closures.rules.zone) for line in lines]


# The project -----------------------------------------------------------------------------------------------------------


@blueprint.get("/administration/acces/blocage")
@allowed(Verb.SET_PROJECT_WINDOWS)
def windows() -> Any:
    """The windows of the project and its schools, the authorisation, the history."""
    demand(Verb.SET_PROJECT_WINDOWS)
    known = queries.snapshot()
    return render_page(
        "gate/windows.html",
        lines=project_lines(known.closures, g.now),
        rules=known.closures.rules,
        schools=known.schools,
        events=events(known),
    )


@blueprint.route("/administration/acces/blocage/nouvelle", methods=["GET", "POST"])
@allowed(Verb.SET_PROJECT_WINDOWS)
def new_window() -> Any:
    """A new window of the project."""
    return _window_page(None)


@blueprint.route("/administration/acces/blocage/<int:number>", methods=["GET", "POST"])
@allowed(Verb.SET_PROJECT_WINDOWS)
def window(number: int) -> Any:
    """A window: its dates, profiles, words, and what schools may choose."""
    return _window_page(number)


def _window_page(number: int | None) -> Any:
    demand(Verb.SET_PROJECT_WINDOWS)
    known = queries.snapshot()
    row = queries.window_row(number) if number is not None else None
    facts = queries.facts_of_row(row) if row is not None else None
    school_id = facts.school_id if facts is not None else None
    zone = zone_of(known, school_id)
    problems: list[Problem] = []
    draft = facts
    if request.method == "POST":
        form = WindowForm(request.form)
        typed, problems = form.read(zone)
        kind = facts.kind.value if facts is not None else typed.kind
        # A maintenance is commanded by those who may also work in it (GATE-1).
        if kind == WindowKind.MAINTENANCE:
            demand(Verb.RUN_PROJECT)
        if not problems:
            problems = check_window(
                kind=kind,
                profiles=typed.profiles,
                start=typed.start,
                end=typed.end,
                message=typed.message,
                zone=zone,
                limits=typed.limits,
            )
        if not problems and not request.form.get("preview"):
            values = typed.values()
            if row is None:
                actions.add_window(**values, source=Source.PROJECT, by=me(), now=g.now)
                return done(_("La fenêtre est ajoutée."), url_for("gate_admin.windows"))
            del values["kind"]
            actions.change_window(row, values, by=me(), now=g.now)
            return done(_("La fenêtre est modifiée."), url_for("gate_admin.window", number=row.id))
        draft = None
        if not problems and typed.start is not None:
            written = facts or Window(id=0, kind=WindowKind(kind), start=typed.start, end=None)
            values = {**typed.values(), "kind": written.kind, "profiles": read_profiles(typed.profiles)[0]}
            draft = replace(written, **values)
        form.show(problems)
    else:
        form = (
            WindowForm.of(facts, zone) if facts is not None else WindowForm(data={"profiles": ["student", "guardian"]})
        )
    line = next((line for line in project_lines(known.closures, g.now) if line.window.id == number), None)
    return render_page(
        "gate/window.html",
        block="preview",
        status=422 if problems and not request.form.get("preview") else 200,
        form=form,
        line=line,
        window=facts,
        school=known.schools.get(school_id or 0),
        picture=limits_picture(facts.limits, line.w, g.now, line.zone, current_language()) if facts and line else None,
        wrong=[problem.words for problem in problems],
        seen=seen(known, draft, school_id) if draft is not None else None,
        events=events(known, window_id=number) if number is not None else [],
    )


def seen(known: Snapshot, draft: Window, school_id: int | None, profile: Profile | None = None) -> DoorNotice | None:
    """The redirect page as it would be; None where the window closes nobody."""
    supposed = with_window(known, draft, school_id)
    profile = profile or seen_by(draft)
    at = moment_inside(supposed.closures, Place(school_id=school_id or 0, profile=profile), draft.id, g.now)
    return None if at is None else for_everybody(supposed, school_id, profile, at, asked_at=g.now, voice=voice())


@blueprint.route("/administration/acces/blocage/<int:number>/supprimer", methods=["GET", "POST"])
@allowed(Verb.SET_PROJECT_WINDOWS)
def remove_window(number: int) -> Any:
    """Take a window away, after a typed word."""
    demand(Verb.SET_PROJECT_WINDOWS)
    row = queries.window_row(number)
    if row.kind == WindowKind.MAINTENANCE:
        demand(Verb.RUN_PROJECT)
    form = ConfirmForm(request.form)
    word = _("supprimer")
    if request.method == "POST" and form.confirmed(word):
        actions.remove_window(row, by=me(), now=g.now)
        return done(_("La fenêtre est supprimée."), url_for("gate_admin.windows"))
    known = queries.snapshot()
    line = next((line for line in project_lines(known.closures, g.now) if line.window.id == number), None)
    return render_page(
        "gate/remove_window.html", status=422 if form.errors else 200, form=form, word=word, line=line, number=number
    )


@blueprint.post("/administration/acces/autorisation")
@allowed(Verb.SET_PROJECT_WINDOWS)
def authorise() -> Any:
    """Let schools adapt their windows within the limits, or no longer (GATE-4)."""
    demand(Verb.SET_PROJECT_WINDOWS)
    given = request.form.get("allowed") == "1"
    actions.authorise_schools(given, by=me(), now=g.now)
    words = _("Les établissements peuvent adapter leurs fenêtres.") if given else _("L’autorisation est retirée.")
    return done(words, url_for("gate_admin.windows"))


@blueprint.route("/administration/acces/rentree", methods=["GET", "POST"])
@allowed(Verb.SET_PROJECT_WINDOWS)
def first_days() -> Any:
    """Move the first day of one school or several, beyond the limits; the windows follow (GATE-17)."""
    demand(Verb.SET_PROJECT_WINDOWS)
    known = queries.snapshot()
    searched = request.values.get("q", "").strip()[:80]
    found = search_schools(searched, LISTED)
    form = FirstDaysForm(request.form)
    if request.method == "POST":
        if request.form.get("all"):
            form.schools.data = [school.uai for school in search_schools(searched, len(known.schools))]
        day, chosen, problems = form.read({card.uai: card.id for card in known.schools.values()}, zone_of(known, None))
        if not problems and day is not None:
            moved = actions.move_first_day(chosen, day, by=me(), now=g.now)
            if moved.over:
                flash(
                    ngettext(
                        "Dans un établissement la fenêtre était déjà finie : il reste ouvert.",
                        "Dans %(num)s établissements la fenêtre était déjà finie : ils restent ouverts.",
                        len(moved.over),
                    ),
                    "warning",
                )
            words = ngettext(
                "La rentrée d’un établissement est déplacée ; ses fenêtres suivent.",
                "La rentrée de %(num)s établissements est déplacée ; leurs fenêtres suivent.",
                moved.schools,
            )
            return done(words, url_for("gate_admin.first_days", q=searched or None))
        form.show(problems)
    return render_page(
        "gate/first_days.html",
        status=422 if form.errors else 200,
        form=form,
        schools=[school for school in found if school.id in known.schools],
        chosen=set(request.form.getlist("schools")),
        rules=known.closures.rules,
        searched=searched,
        more=len(found) == LISTED,
    )


@blueprint.route("/administration/acces/maintenance", methods=["GET", "POST"])
@allowed(Verb.RUN_PROJECT)
def maintenance() -> Any:
    """The operator's hand: close, move the announced end, tell the next news, open (GATE-1, GATE-14)."""
    demand(Verb.RUN_PROJECT)
    known = queries.snapshot()
    zone = zone_of(known, None)
    lines = project_lines(known.closures, g.now)
    running = [line for line in lines if line.state in ("maintenance", "late")]
    form = MaintenanceForm(request.form)
    if request.method == "GET" and running:
        form = MaintenanceForm.of(running[0].window, zone)
    words = {"close": _("fermer"), "open": _("rouvrir")}
    confirm = ConfirmForm(request.form)
    verb = request.form.get("do", "")
    here = url_for("gate_admin.maintenance")
    if request.method == "POST" and verb == "open":
        if confirm.confirmed(words["open"]):
            actions.open_(reason=request.form.get("reason", "")[:500], by=me(), now=g.now)
            return done(_("L’espace est rouvert."), here)
    elif request.method == "POST":
        found, problems = form.read(zone, g.now)
        form.show(problems)
        if not problems and verb == "tell":
            row = queries.window_row(request.form.get("window", 0, type=int))
            if row.kind != WindowKind.MAINTENANCE:
                raise NotFound()
            actions.change_window(row, found, by=me(), now=g.now)
            return done(_("L’annonce est changée sur toutes les pages."), here)
        if confirm.confirmed(words["close"]) and not problems:
            values = {**found, "kind": WindowKind.MAINTENANCE, "start": Bound(instant=g.now), "grace": 0}
            actions.add_window(**values, by=me(), now=g.now)
            return done(_("L’espace est fermé à tous, sauf aux exploitants."), here)
    return render_page(
        "gate/maintenance.html",
        status=422 if form.errors or form.also or confirm.errors else 200,
        form=form,
        confirm=confirm,
        verb=verb,
        words=words,
        running=running,
        coming=[line for line in lines if line.state == "soon" and line.window.kind == WindowKind.MAINTENANCE],
        zone=zone.key,
    )
