"""A run as people follow it: its report as page, CSV and JSON, a school's part, pause, resume, retry, undo (G8, G12, G15, G20)."""

from __future__ import annotations

import json
from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.audit.actions import actor_of
from app.campaign.dates import queries as dates
from app.campaign.overview.admin_views import blueprint, years_of
from app.campaign.planning.documents import known_changes, name_of_change
from app.campaign.planning.queries import school_in
from app.campaign.problems import Conflicts
from app.campaign.run_states import PART_STATE_NAMES, RUN_STATE_NAMES, PartState, RunState
from app.campaign.running import actions as running
from app.campaign.running.queries import whole_report
from app.campaign.stepping.forms import UndoForm
from app.campaign.steps.all_steps import STEPS
from app.campaign.undoing.actions import begin_undo
from app.campaign.undoing.queries import Conflict, conflicts, demand_newest, undoable
from app.campaign.watching import queries
from app.campaign.watching.progress import RUN_LOOKS, SCHOOL_STATES, TASK_STATES
from app.db import db
from app.errors import Refused
from app.fates import kinds_of
from app.feeds.reasons import unpack
from app.files.sheets import as_csv
from app.profiles import Verb
from app.web.allowed import allowed, demand, visitor
from app.web.downloads import attached
from app.web.fragments import render_page, see_other
from app.web.say import say
from app.web.security import safe_target
from app.words import Words

_RUNS = "/administration/campagnes/<int:campaign_id>/passages"


def _names(step: int) -> dict[str, Words]:
    """What each change of a step is called."""
    return {name: name_of_change(change) for name, change in known_changes(step).items()}


@blueprint.get(f"{_RUNS}/<int:run_id>")
@allowed(Verb.SEE_CAMPAIGN)
def run(campaign_id: int, run_id: int) -> Any:
    """The report of a run: figures change by change, schools, what could not be done; it follows while the run goes on."""
    demand(Verb.SEE_CAMPAIGN)
    return _run_page(campaign_id, queries.run_in(campaign_id, run_id))


def _run_page(campaign_id: int, found: queries.Run, *, refused: Refused | None = None) -> Response:
    campaign = dates.campaign_by_id(campaign_id)
    seen = queries.watched(
        found, clock.machine_now(), state=request.args.get("etat", ""), page=request.args.get("page", 1, type=int)
    )
    here = url_for("campaign.run", campaign_id=campaign_id, run_id=found.id)
    failed = "failed" in seen.counts
    told = queries.by_change(found)
    names = _names(found.step)
    return render_page(
        "campaign/run.html",
        block="fragment",
        status=refused.status if refused is not None else 200,
        campaign=campaign,
        years=years_of(campaign.year),
        run=found,
        here=here,
        asked=request.full_path.rstrip("?") if request.method == "GET" else here,
        refused=refused,
        title=STEPS[found.step].TITLE,
        watched=seen,
        live=found.state in (RunState.RUNNING, RunState.WAITING),
        rows=[(words, told[name]) for name, words in names.items() if name in told],
        problems=queries.problems_in(found.id, limit=queries.PROBLEMS) if failed else [],
        failed_parts=queries.failed_parts(found.id, queries.PROBLEMS) if failed else [],
        most=queries.PROBLEMS,
        reason=unpack(found.reason) if found.reason else None,
        erased_from=queries.erased_from(found.id),
        who=dates.names([found.by_id]).get(found.by_id or 0),
        run_names=RUN_STATE_NAMES,
        run_looks=RUN_LOOKS,
        school_states=SCHOOL_STATES,
        unpack=unpack,
        zone=dates.zone().key,
    )


@blueprint.get(f"{_RUNS}/<int:run_id>/rapport.csv")
@allowed(Verb.SEE_CAMPAIGN)
def run_csv(campaign_id: int, run_id: int) -> Response:
    """The report school by school and change by change, for a spreadsheet, or with ``?for=machines`` as it is."""
    demand(Verb.SEE_CAMPAIGN)
    found = queries.run_in(campaign_id, run_id)
    told, names = whole_report(found, say), _names(found.step)
    changes, why = queries.undone_changes(found), _reasons(told)
    machines = request.args.get("for") == "machines"
    figures = ("planned", "done", "already", "skipped", "failed", "following")
    head = (
        ("school", "change", "state", *figures, "reason")
        if machines
        else (
            _("Établissement"), _("Changement"), _("État"), _("Prévu"), _("Fait"), _("Déjà fait"), _("Passé"),
            _("En échec"), _("Va avec"), _("Raison"),
        )
    )  # fmt: skip
    rows = []
    for task in told["tasks"]:
        change = changes.get(task["change"], task["change"])
        state = TASK_STATES[task["state"]][1]
        words = (change, task["state"]) if machines else (say(names.get(change, Words(change))), say(state))
        rows.append((task["school"], *words, *(task[name] for name in figures), why[task["school"], task["change"]]))
    said = {(task["school"], task["reason"]) for task in told["tasks"]}
    for part in told["parts"]:
        # A school passed over has no task; another fails as a whole, by a check after its last one (G20).
        if part["reason"] is not None and (part["school"], part["reason"]) not in said:
            state = part["state"] if machines else say(PART_STATE_NAMES[PartState(part["state"])])
            rows.append((part["school"], "", state, *(0 for _name in figures), part["reason"]))
    return attached(as_csv(head, rows, for_machines=machines), f"passage-{run_id}.csv")


def _reasons(told: dict[str, Any]) -> dict[tuple[str, str], str]:
    """By school and change, why not all of it was done: the units that failed, each with its title, or the task's own reason."""
    units: dict[tuple[str, str], list[str]] = {}
    for one in told["problems"]:
        words = f"{one['title']} : {one['reason']}" if one["title"] else one["reason"]
        units.setdefault((one["school"], one["change"]), []).append(words)
    found = {}
    for task in told["tasks"]:
        place = task["school"], task["change"]
        found[place] = " ; ".join(units.get(place, [])) or task["reason"] or ""
    return found


@blueprint.get(f"{_RUNS}/<int:run_id>/rapport.json")
@allowed(Verb.SEE_CAMPAIGN)
def run_json(campaign_id: int, run_id: int) -> Response:
    """The whole report, for machines."""
    demand(Verb.SEE_CAMPAIGN)
    told = json.dumps(whole_report(queries.run_in(campaign_id, run_id), say), ensure_ascii=False)
    return attached(told, f"passage-{run_id}.json", "application/json")


@blueprint.get(f"{_RUNS}/<int:run_id>/<uai>")
@allowed(Verb.SEE_CAMPAIGN)
def run_school(campaign_id: int, run_id: int, uai: str) -> Any:
    """A school's part of a run: its tasks with their figures, what could not be done and the way on."""
    demand(Verb.SEE_CAMPAIGN)
    found = queries.run_in(campaign_id, run_id)
    school = queries.school_of_run(run_id, uai)
    parts = queries.parts_in(run_id, school.id)
    tasks = queries.tasks_in(found, school.id)
    names = _names(found.step)
    return render_page(
        "campaign/run_school.html",
        campaign=dates.campaign_by_id(campaign_id),
        run=found,
        school=school,
        parts=parts,
        part_names=PART_STATE_NAMES,
        looks={name: look for name, (look, _words) in SCHOOL_STATES.items()},
        tasks=[(line, names.get(line.change, Words(line.change))) for line in tasks],
        task_states=TASK_STATES,
        problems=[
            (line, names.get(line.change, Words(line.change)))
            for line in queries.problems_in(run_id, school.id, limit=queries.PROBLEMS)
        ],
        failed=any(part.state == "failed" and part.undone_by_id is None for part in parts),
        undone=bool(parts) and all(part.undone_by_id is not None or part.state == "skipped" for part in parts),
        live=found.state in (RunState.RUNNING, RunState.WAITING),
        unpack=unpack,
        zone=dates.zone().key,
    )


# What may be done with a run -------------------------------------------------------------------------------------------


def _then(campaign_id: int, run_id: int) -> Any:
    """Back to the page from which it was asked."""
    fallback = url_for("campaign.run", campaign_id=campaign_id, run_id=run_id)
    return see_other(safe_target(request.form.get("back"), fallback))


def _do(campaign_id: int, run_id: int, verb: str, words: str, uai: str | None = None) -> Any:
    """Pause, resume or retry, and say so; what cannot be done now is said on the run's page."""
    demand(Verb.RUN_CAMPAIGN)
    found = queries.run_in(campaign_id, run_id)
    by, now = actor_of(visitor()), clock.portal_now()
    try:
        if verb == "pause":
            running.pause(found, by=by, now=now)
        elif uai is None:
            running.resume(found, by=by, now=now)
        else:
            running.retry(found, queries.school_of_run(run_id, uai).id, by=by, now=now)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        return _run_page(campaign_id, queries.run_in(campaign_id, run_id), refused=refused)
    flash(words, "success")
    return _then(campaign_id, run_id)


@blueprint.post(f"{_RUNS}/<int:run_id>/pause")
@allowed(Verb.RUN_CAMPAIGN)
def pause(campaign_id: int, run_id: int) -> Any:
    """Ask the workers to stop: each does before its next slice (G12)."""
    return _do(campaign_id, run_id, "pause", _("Le passage est en pause : ce qui est fait reste fait."))


@blueprint.post(f"{_RUNS}/<int:run_id>/reprendre")
@allowed(Verb.RUN_CAMPAIGN)
def resume(campaign_id: int, run_id: int) -> Any:
    """Go on where the run was; what failed is tried again."""
    return _do(campaign_id, run_id, "resume", _("Le passage reprend où il en était."))


@blueprint.post(f"{_RUNS}/<int:run_id>/<uai>/relancer")
@allowed(Verb.RUN_CAMPAIGN)
def retry(campaign_id: int, run_id: int, uai: str) -> Any:
    """Try again what failed in one school (G15)."""
    return _do(campaign_id, run_id, "retry", _("L’établissement est relancé."), uai)


@blueprint.route(f"{_RUNS}/<int:run_id>/annuler", methods=["GET", "POST"])
@allowed(Verb.RUN_CAMPAIGN)
def undo(campaign_id: int, run_id: int) -> Any:
    """What an undo would bring back and what it cannot, then a typed word; with ``?ecole=UAI`` in one school (G8)."""
    demand(Verb.RUN_CAMPAIGN)
    campaign = dates.campaign_by_id(campaign_id)
    found = queries.run_in(campaign_id, run_id)
    uai = request.args.get("ecole", "")
    school = school_in(campaign_id, uai) if uai else None
    school_id = None if school is None else school.id
    form, word = UndoForm(request.form), _("annuler")
    refused: Refused | None = None
    against: list[Conflict] = []
    try:
        demand_newest(found, school_id)
        against = conflicts(undoable(found, school_id))
    except Refused as problem:
        refused = problem
    if request.method == "POST" and refused is None and form.confirmed(word):
        try:
            begun = begin_undo(
                found,
                school_id=school_id,
                leave_conflicts=form.leave.data,
                by=actor_of(visitor()),
                now=clock.portal_now(),
            )
            if begun.state in (RunState.PAUSED, RunState.FAILED):
                running.resume(begun, by=actor_of(visitor()), now=clock.portal_now())
            db.session.commit()
            flash(_("L’annulation a commencé. Vous pouvez fermer la page : elle continue."), "success")
            return see_other(url_for("campaign.run", campaign_id=campaign_id, run_id=begun.id))
        except Conflicts as problem:
            db.session.rollback()
            form.leave.errors = [say(problem.words)]
        except Refused as problem:
            db.session.rollback()
            refused = problem
    names = _names(found.step)
    figures = queries.standing_figures(found, school_id)
    return render_page(
        "campaign/undo.html",
        status=refused.status if refused is not None else 422 if form.errors else 200,
        campaign=campaign,
        run=found,
        school=school,
        form=form,
        word=word,
        refused=refused,
        rows=[(words, figures[name]) for name, words in names.items() if name in figures],
        against=[(_table_called(one.table), one) for one in against],
        erased_from=queries.erased_from(run_id),
        back=url_for("campaign.run", campaign_id=campaign_id, run_id=run_id),
        title=STEPS[found.step].TITLE,
        zone=dates.zone().key,
    )


def _table_called(table: str) -> str:
    """What the rows of a table are called in the table of fates."""
    kinds = kinds_of(table)
    return kinds[0].label if kinds else table
