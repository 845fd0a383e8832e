"""'Blocage des accès ENT' for a school: the windows that count, its own dates, levels and classes (GATE-4, 5, 13, 16)."""

from __future__ import annotations

from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _

from app.errors import NotFound
from app.gate import actions, queries
from app.gate.forms import AmendmentForm, ConfirmForm, read_part
from app.gate.overview import school_line, school_lines
from app.gate.pictures import limits_picture
from app.gate.plain_text import Problem
from app.gate.project.admin_views import blueprint, done, events, me, school_called, seen, zone_of
from app.gate.services.closing import Service
from app.gate.services.queries import closing_of
from app.gate.snapshot import SchoolCard, Snapshot
from app.gate.what_if import amended
from app.gate.windows import SchoolFacts, Window, WindowKind, check_amendment
from app.profiles import Verb
from app.web.allowed import allowed, visitor
from app.web.fragments import render_page
from app.web.language import current_language


def _facts(known: Snapshot, card: SchoolCard) -> SchoolFacts:
    found = next(school for school in known.closures.rules.schools if school.id == card.id)
    levels = queries.levels_of_classes(card.id)
    return SchoolFacts(id=found.id, zone=found.zone, class_levels=levels)


def parts_of(school_id: int) -> list[tuple[str, str]]:
    """What may have dates of its own: the whole school, its levels, its classes of the new year."""
    classes = queries.new_classes(school_id)
    levels = sorted({level for _number, _name, level in classes if level is not None})
    return [
        ("", _("Tout l’établissement")),
        *((f"level:{level}", _("Niveau %(level)s", level=level)) for level in levels),
        *((f"class:{number}", _("Classe %(name)s", name=name)) for number, name, _level in classes),
    ]


@blueprint.get("/administration/ecole/<uai>/acces/blocage")
@allowed(Verb.SET_SCHOOL_WINDOWS)
def school_windows(uai: str) -> Any:
    """The windows that count for the school, where each comes from, and the history."""
    card = school_called(uai)
    known = queries.snapshot()
    rules = known.closures.rules
    return render_page(
        "gate/school_windows.html",
        school=card,
        lines=school_lines(rules, _facts(known, card), queries.class_names(card.id), g.now),
        rules=rules,
        for_project=visitor().may(Verb.SET_PROJECT_WINDOWS),
        grid_published=card.id in rules.grids_published,
        services=[(service, closing_of(service, card.id, g.now)) for service in Service],
        events=events(known, card.id),
    )


@blueprint.route("/administration/ecole/<uai>/acces/blocage/<int:number>", methods=["GET", "POST"])
@allowed(Verb.SET_SCHOOL_WINDOWS)
def school_window(uai: str, number: int) -> Any:
    """The school's own dates and words inside a window, with the allowed range drawn and the page seen as it is typed."""
    card = school_called(uai)
    known = queries.snapshot()
    row, facts = _window_of(number, card)
    zone, rules = zone_of(known, card.id), known.closures.rules
    for_project = visitor().may(Verb.SET_PROJECT_WINDOWS)
    parts = parts_of(card.id)
    previewed = bool(request.form.get("preview"))
    problems: list[Problem] = []
    draft: Window | None = facts
    if request.method == "POST":
        form = AmendmentForm(request.form, parts=parts)
        typed, problems = form.read(zone)
        if not problems:
            problems = check_amendment(
                window=facts,
                start=typed["start"],
                end=typed["end"],
                message=typed["message"],
                zone=zone,
                by_operator=for_project,
                authorised=rules.schools_may_amend,
            )
        if not problems and not previewed:
            actions.amend_window(row, school_id=card.id, **typed, by_operator=for_project, by=me(), now=g.now)
            return done(_("Vos dates sont enregistrées."), url_for("gate_admin.school_windows", uai=card.uai))
        draft = None if problems else amended(facts, school_id=card.id, **typed, by_operator=for_project)
        form.show(problems)
    else:
        part = request.args.get("part", "")
        part = part if part in dict(parts) else ""
        key = (card.id, *read_part(part), for_project)
        written = next((a for a in facts.amendments if (a.school_id, a.level, a.class_id, a.by_operator) == key), None)
        form = AmendmentForm.filled(written, part, parts, zone)
    line = school_line(rules, _facts(known, card), facts, queries.class_names(card.id), g.now)
    return render_page(
        "gate/school_window.html",
        block="preview",
        status=422 if problems and not previewed else 200,
        school=card,
        form=form,
        line=line,
        rules=rules,
        for_project=for_project,
        may_write=for_project or (rules.schools_may_amend and facts.kind == WindowKind.PROFILES),
        picture=limits_picture(facts.limits, line.w, g.now, card.zone, current_language()),
        wrong=[problem.words for problem in problems],
        seen=seen(known, draft, card.id) if draft is not None else None,
        events=events(known, card.id, number),
    )


def _window_of(number: int, card: SchoolCard) -> tuple[Any, Window]:
    """The row and the facts of a window that counts for the school. Raises ``NotFound`` for another school's."""
    row = queries.window_row(number)
    if row.school_id not in (None, card.id):
        raise NotFound()
    return row, queries.facts_of_row(row)


@blueprint.route(
    "/administration/ecole/<uai>/acces/blocage/<int:number>/propres/<int:amendment>/retirer", methods=["GET", "POST"]
)
@allowed(Verb.SET_SCHOOL_WINDOWS)
def remove_amendment(uai: str, number: int, amendment: int) -> Any:
    """Take own dates back, after a typed word. What the project wrote only the project takes back."""
    card = school_called(uai)
    row, facts = _window_of(number, card)
    found = next((a for a in row.amendments if a.id == amendment and a.school_id == card.id), None)
    if found is None or (found.by_operator and not visitor().may(Verb.SET_PROJECT_WINDOWS)):
        raise NotFound()
    form, word = ConfirmForm(request.form), _("retirer")
    if request.method == "POST" and form.confirmed(word):
        actions.remove_amendment(row, found, by=me(), now=g.now)
        return done(_("Ces dates sont retirées."), url_for("gate_admin.school_windows", uai=card.uai))
    known = queries.snapshot()
    names = queries.class_names(card.id)
    line = school_line(known.closures.rules, _facts(known, card), facts, names, g.now)
    label = found.level or (names.get(found.class_id) if found.class_id is not None else None)
    return render_page(
        "gate/remove_amendment.html",
        status=422 if form.errors else 200,
        school=card,
        form=form,
        word=word,
        line=line,
        label=label or card.name,
    )


@blueprint.post("/administration/ecole/<uai>/acces/grille")
@allowed(Verb.SET_SCHOOL_WINDOWS)
def publish_grid(uai: str) -> Any:
    """Say that it is published which class comes back when; until then no page tells a class's own day (GATE-16)."""
    card = school_called(uai)
    actions.publish_grid(card.id, request.form.get("published") == "1", by=me(), now=g.now)
    return done(_("C’est enregistré."), url_for("gate_admin.school_windows", uai=card.uai))
