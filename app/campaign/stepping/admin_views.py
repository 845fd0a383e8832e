"""A step's page: one address, one fragment, one state machine from its plan to its undo (G1 to G4)."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app import clock
from app.audit.actions import actor_of
from app.campaign.dates import queries as dates
from app.campaign.overview.admin_views import blueprint, years_of
from app.campaign.planning import actions as planning
from app.campaign.planning.documents import in_order, known_changes, name_of_change
from app.campaign.planning.queries import (
    figures_of,
    figures_of_all,
    figures_of_run,
    named_schools,
    plan_before,
    school_in,
)
from app.campaign.problems import CannotNow, PlansChanged
from app.campaign.run_states import RUN_STATE_NAMES, RunState
from app.campaign.running import actions as running
from app.campaign.stepping import queries
from app.campaign.stepping.effects import EFFECTS, plan_rows, summary
from app.campaign.stepping.forms import ApproveForm
from app.campaign.stepping.queries import Standing
from app.campaign.stepping.stages import BEGUN, PLANNING, STAGE_NAMES, Stage
from app.campaign.steps.all_steps import STEPS
from app.campaign.steps.change import Effect
from app.campaign.watching.progress import RUN_LOOKS, SCHOOL_STATES
from app.campaign.watching.queries import failed_parts, problems_in, watched
from app.db import db, reading_ahead
from app.errors import NotFound, Refused
from app.fates import FATE_NAMES, retention_words
from app.feeds.deciding.queries import line_numbers
from app.feeds.reasons import unpack
from app.files.queries import newest_backup
from app.profiles import Verb
from app.web.allowed import allowed, demand, visitor
from app.web.fragments import render_page, see_other
from app.words import N_, Words

#: Runs in a step's history, samples and schools on the page of a change, schools of a chain.
RUNS, SAMPLES, SCHOOLS, CHAIN = 20, 30, 20, 200
#: Where a school of a chain stands in a step: the look's state and its word.
_CHAIN_NAMES = {
    "done": ("done", N_("terminée")),
    "running": ("running", N_("en cours")),
    "failed": ("failed", N_("attend une correction")),
    "waiting": ("waiting", N_("attend son tour")),
}


def chosen(campaign_id: int, step: int) -> tuple[queries.Campaign, queries.School | None]:
    """The campaign and, with ``?ecole=UAI``, the one school that the page is about. Raises ``NotFound``."""
    campaign = dates.campaign_by_id(campaign_id)
    if step not in STEPS:
        raise NotFound()
    uai = request.args.get("ecole", "")
    return campaign, school_in(campaign_id, uai.upper()) if uai else None


def here(campaign_id: int, step: int, school: queries.School | None = None) -> str:
    """The address of a step's page."""
    return url_for("campaign.step", campaign_id=campaign_id, step=step, ecole=school.uai if school else None)


@blueprint.get("/administration/campagnes/<int:campaign_id>/etapes/<int:step>")
@allowed(Verb.SEE_CAMPAIGN)
def step(campaign_id: int, step: int) -> Any:
    """What the step does, its plan, its approval, its run; ``etat`` and ``page`` choose schools of the grid."""
    demand(Verb.SEE_CAMPAIGN)
    campaign, school = chosen(campaign_id, step)
    return _page(campaign, step, school)


def _page(
    campaign: queries.Campaign, step: int, school: queries.School | None, *, refused: Refused | None = None
) -> Response:
    now, machine_now = clock.portal_now(), clock.machine_now()
    found = queries.standing(campaign.id, step, None if school is None else school.id)
    shown = found.shown
    names = {found.plan.made_by_id} if found.plan is not None else set()
    if found.approval is not None:
        names |= {found.approval.by_id, found.approval.second_by_id}
    history = queries.history(campaign.id, step, RUNS)
    names |= {run.by_id for run in history}
    begun = found.stage in BEGUN and shown is not None
    chain = queries.chain_of(campaign.id, step) if school is None and found.approval is not None else []
    return render_page(
        "campaign/step.html",
        block="fragment",
        status=refused.status if refused is not None else 200,
        campaign=campaign,
        years=years_of(campaign.year),
        step=step,
        school=school,
        uai=school.uai if school is not None else None,
        here=here(campaign.id, step, school),
        asked=request.full_path.rstrip("?") if request.method == "GET" else here(campaign.id, step, school),
        title=STEPS[step].TITLE,
        sentences=STEPS[step].SENTENCES,
        steps={number: module.TITLE for number, module in STEPS.items()},
        refused=refused,
        now_at=found,
        stage=found.stage,
        look=STAGE_NAMES[found.stage],
        may_plan=found.stage in PLANNING and campaign.state == "active",
        event=queries.event_of_step(campaign.id, step),
        reason=unpack(found.run.reason) if found.run is not None and found.run.reason else None,
        backup=newest_backup() if found.stage in PLANNING else None,
        names=dates.names(names),
        history=history,
        run_names=RUN_STATE_NAMES,
        run_looks=RUN_LOOKS,
        school_states=SCHOOL_STATES,
        zone=dates.zone().key,
        now=now,
        chain=chain[:CHAIN],
        chain_size=len(chain),
        chain_done=sum(one.state == "done" for one in chain),
        chain_names=_CHAIN_NAMES,
        **(
            _begun(found, machine_now)
            if begun
            else {"watched": None, **_planned(campaign, found, step, now, bool(chain))}
        ),
    )


def _begun(found: Standing, machine_now: Any) -> dict[str, Any]:
    """What the page of a step under way shows besides: bar, grid, what could not be done."""
    run = found.shown
    if run is None:
        raise NotFound()
    seen = watched(run, machine_now, state=request.args.get("etat", ""), page=request.args.get("page", 1, type=int))
    failed = "failed" in seen.counts
    return {
        "watched": seen,
        "live": run.state in (RunState.RUNNING, RunState.WAITING),
        "problems": problems_in(run.id, limit=5) if failed else [],
        "failed_parts": failed_parts(run.id, 5) if failed else [],
        "unpack": unpack,
    }


def _planned(campaign: queries.Campaign, found: Standing, step: int, now: Any, chained: bool) -> dict[str, Any]:
    """What the page of a planned step shows besides: the plan as a table, the difference, what is missing before it begins."""
    plan = found.plan
    if plan is None:
        return {"rows": [], "summary": [], "warnings": [], "before": None, "readiness": None, "effects": []}
    before = plan_before(plan)
    old = queries.sums(before.id) if before is not None else None
    rows = plan_rows(in_order(step, queries.sums(plan.id)), old)
    gone = [name for name in (old or {}) if name not in {one.row.change.name for one in rows}]
    known = known_changes(step)
    schools = queries.schools_named(plan.id)
    return {
        "rows": rows,
        "summary": summary(rows),
        "before": before,
        "gone": [(name_of_change(known[name]), old[name][0]) for name in gone if old and name in known],
        "same": before is not None and before.fingerprint == plan.fingerprint,
        "warnings": [_warning(one) for one in plan.warnings],
        "schools": len(schools),
        "effects": [value for effect, value in EFFECTS.items() if effect in {one.row.change.effect for one in rows}],
        "readiness": queries.readiness(campaign, step, schools, now)
        if found.stage == Stage.APPROVED and not chained
        else None,
    }


def _warning(one: dict[str, Any]) -> Words | str:
    words = one.get("words", "")
    return unpack(words) if isinstance(words, dict) else str(words)


# Plans -----------------------------------------------------------------------------------------------------------------


@blueprint.post("/administration/campagnes/<int:campaign_id>/etapes/<int:step>/plan")
@allowed(Verb.RUN_CAMPAIGN)
def make_plan(campaign_id: int, step: int) -> Any:
    """Count what the step would do now; nothing else is changed (G2). ``toutes``: the plans of all steps (CAL-5)."""
    demand(Verb.RUN_CAMPAIGN)
    campaign, school = chosen(campaign_id, step)
    by, now = actor_of(visitor()), clock.portal_now()
    found = queries.standing(campaign_id, step, None if school is None else school.id)
    try:
        if found.stage not in PLANNING:
            raise CannotNow(state=Words(STAGE_NAMES[found.stage][1]))
        if request.form.get("toutes") and school is None:
            with reading_ahead():
                ahead = figures_of_all(campaign, now)
            planning.dry_run(campaign, ahead=ahead, by=by, now=now)
        else:
            number = school.id if school is not None else None
            with reading_ahead():
                ahead = [figures_of(campaign, step, named_schools(campaign.id, number), now=now)]
            planning.make_plan(campaign, step, school_id=number, ahead=ahead, by=by, now=now)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        return _page(campaign, step, school, refused=refused)
    flash(_("Le plan est fait : rien n’a été modifié. Lisez-le avant de l’approuver."), "success")
    return see_other(here(campaign_id, step, school))


@blueprint.get("/administration/campagnes/<int:campaign_id>/etapes/<int:step>/exemples")
@allowed(Verb.SEE_CAMPAIGN)
def samples(campaign_id: int, step: int) -> Any:
    """Some of what a change of the newest plan would take: names of places and groups, and the schools with most of it.

    Whom step 4 concerns is named on the delivery's own pages, to those who may import (FEED-6).
    """
    demand(Verb.SEE_CAMPAIGN)
    campaign, school = chosen(campaign_id, step)
    plan = queries.standing(campaign_id, step, None if school is None else school.id).plan
    change = known_changes(step).get(request.args.get("changement", ""))
    if plan is None or change is None:
        raise NotFound()
    busiest = queries.busiest(plan.id, change.name, SCHOOLS)
    delivery = plan.delivery_id if visitor().may(Verb.IMPORT_FEEDS) else None
    return render_page(
        "campaign/samples.html",
        campaign=campaign,
        step=step,
        back=here(campaign_id, step, school),
        name=name_of_change(change),
        fate=FATE_NAMES[change.fate],
        retention=retention_words(change.retention, years=current_app.extensions["settings"].archive_years),
        count=queries.sums(plan.id).get(change.name, (0, 0, 0))[0],
        titles=queries.names_of_rows(change, campaign, plan, SAMPLES),
        schools=busiest,
        limit=SAMPLES,
        fed=change.effect == Effect.FEED,
        delivery=delivery,
        lines=line_numbers(delivery, [one.id for one, _count in busiest]) if delivery else {},
    )


# Approval --------------------------------------------------------------------------------------------------------------


def _approvable(campaign_id: int, school: queries.School | None) -> list[Standing]:
    """The steps whose newest plan waits for a word, the first or the second."""
    number = None if school is None else school.id
    found = [queries.standing(campaign_id, step, number) for step in sorted(STEPS)]
    return [one for one in found if one.stage in (Stage.PLANNED, Stage.SECOND)]


@blueprint.route("/administration/campagnes/<int:campaign_id>/approbation", methods=["GET", "POST"])
@allowed(Verb.SEE_CAMPAIGN)
def approval(campaign_id: int) -> Any:
    """One typed word approves the plans of all steps that wait for it, for one run each (G1)."""
    demand(Verb.SEE_CAMPAIGN)
    campaign, school = chosen(campaign_id, min(STEPS))
    waiting = _approvable(campaign_id, school)
    form = ApproveForm(request.form)
    word = _("approuver")
    refused: Refused | None = None
    if request.method == "POST":
        demand(Verb.RUN_CAMPAIGN)
        typed = request.form.get("plans", "")
        named = [one.plan for one in waiting if one.plan is not None]
        if not named or typed != _numbers(waiting):
            refused = PlansChanged()
        elif form.confirmed(word):
            try:
                return _approve(campaign, school, named, form)
            except Refused as problem:
                db.session.rollback()
                refused = problem
                waiting = _approvable(campaign_id, school)
    own = visitor().person_id
    return render_page(
        "campaign/approval.html",
        status=422 if form.errors else refused.status if refused else 200,
        campaign=campaign,
        school=school,
        form=form,
        word=word,
        refused=refused,
        waiting=[
            {"at": one, "rows": plan_rows(in_order(one.step, queries.sums(one.plan.id)), None)}
            for one in waiting
            if one.plan is not None
        ],
        numbers=_numbers(waiting),
        steps={number: module.TITLE for number, module in STEPS.items()},
        summary=summary,
        second=any(one.stage == Stage.SECOND for one in waiting),
        own=any(one.approval is not None and one.approval.by_id == own for one in waiting if one.stage == Stage.SECOND),
        names=dates.names({one.approval.by_id for one in waiting if one.approval is not None}),
        back=url_for("campaign.overview", campaign_id=campaign_id),
        zone=dates.zone().key,
    )


def _numbers(waiting: list[Standing]) -> str:
    """The plans that a form is about: what is approved is what was read."""
    return ",".join(str(one.plan.id) for one in waiting if one.plan is not None)


def _approve(
    campaign: queries.Campaign, school: queries.School | None, plans: list[queries.Plan], form: ApproveForm
) -> Any:
    asking = visitor()
    number = asking.person_id or 0
    given = planning.approve(
        plans,
        by_id=number,
        login=dates.names([number]).get(number, ""),
        two=campaign.two_approve,
        percent=form.percent.data,
        rows=form.rows.data,
        by=actor_of(asking),
        now=clock.portal_now(),
    )
    complete = all(not one.needs_second or one.second_at is not None for one in given)
    db.session.commit()
    if complete:
        flash(ngettext("Le plan est approuvé.", "Les %(num)s plans sont approuvés.", len(given)), "success")
    else:
        flash(_("Votre approbation est notée : une seconde personne doit approuver à son tour."), "success")
    return see_other(here(campaign.id, plans[0].step, school))


@blueprint.post("/administration/campagnes/<int:campaign_id>/approbation/retirer")
@allowed(Verb.RUN_CAMPAIGN)
def withdraw(campaign_id: int) -> Any:
    """Take one's word back, for every step that it covers and that has not begun."""
    demand(Verb.RUN_CAMPAIGN)
    campaign, school = chosen(campaign_id, min(STEPS))
    by, now = actor_of(visitor()), clock.portal_now()
    number = None if school is None else school.id
    found = [queries.standing(campaign_id, step, number) for step in sorted(STEPS)]
    taken = [one for one in found if one.stage in (Stage.APPROVED, Stage.SECOND) and one.approval is not None]
    for one in taken:
        if one.approval is not None:
            planning.withdraw(one.approval, by=by, now=now)
    db.session.commit()
    if taken:
        flash(_("L’approbation est retirée : aucune étape ne commencera par ces plans."), "success")
    return see_other(here(campaign.id, request.form.get("etape", min(STEPS), type=int), school))


# The run ---------------------------------------------------------------------------------------------------------------


@blueprint.post("/administration/campagnes/<int:campaign_id>/etapes/<int:step>/lancer")
@allowed(Verb.RUN_CAMPAIGN)
def start(campaign_id: int, step: int) -> Any:
    """Begin the run of the approved plan behind the closed gate; the worker does it (G1, G13)."""
    demand(Verb.RUN_CAMPAIGN)
    campaign, school = chosen(campaign_id, step)
    found = queries.standing(campaign_id, step, None if school is None else school.id)
    try:
        if found.plan is None:
            raise CannotNow(state=Words(STAGE_NAMES[found.stage][1]))
        by, now = actor_of(visitor()), clock.portal_now()
        with reading_ahead():
            ahead = figures_of_run(found.plan, now)
        begun = running.begin(found.plan, ahead=ahead, by=by, now=now)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        return _page(campaign, step, school, refused=refused)
    if begun.state == RunState.RUNNING:
        flash(_("Le passage a commencé. Vous pouvez fermer cette page : il continue."), "success")
    return see_other(here(campaign_id, step, school))
