"""Making plans and approving them. Nothing else is written (G2); never commits."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from app.audit.actions import Actor, record
from app.campaign.dates.queries import not_noted
from app.campaign.models import Campaign
from app.campaign.planning.differences import Line
from app.campaign.planning.queries import (
    Figures,
    approval_of,
    event_of_step,
    figures_of,
    is_chain,
    lines_of,
    named_schools,
    newest_plan,
    schools_done,
    schools_of,
)
from app.campaign.presets.beside import EXPORTS, PARCOURSUP
from app.campaign.problems import DeclarationsWaiting, MayNotApprove, NotToApprove, OldPlan, SamePerson
from app.campaign.running.models import Approval, Plan, PlanLine, Run
from app.campaign.steps import step1_purge_trash, step3_remove_obsolete, step4_initialise_directory
from app.campaign.steps.all_steps import STEPS
from app.content import rollover as content
from app.db import db
from app.directory.models import School
from app.directory.queries import roles_of
from app.feeds.declaring.queries import unsettled
from app.feeds.reasons import pack
from app.feeds.rolling import rollover as feeds
from app.profiles import TABLE, Verb
from app.words import N_, Words

#: Schools that a warning names.
NAMED = 10


def make_plan(
    campaign: Campaign,
    step: int,
    *,
    school_id: int | None = None,
    schools: Sequence[School] | None = None,
    approved_plan_id: int | None = None,
    delivery_id: int | None = None,
    ahead: Collection[Figures] = (),
    by: Actor,
    now: datetime,
) -> Plan:
    """Count what ``step`` would do in the campaign's schools, or in one of them, and keep the figures (G2, G3).

    A plan whose predecessors have not run everywhere is provisional. ``schools`` and ``approved_plan_id`` are the run's: the
    exact plan is made for the schools that it is about to touch. ``delivery_id`` is the delivery of the approved plan of step 4;
    without it the newest one that is planned counts. ``ahead``: figures counted before this transaction, where they are still
    about the same. ``now`` is portal time.
    """
    if schools is None:
        schools = named_schools(campaign.id, school_id)
    found = figures_of(campaign, step, schools, delivery_id=delivery_id, now=now, ahead=ahead)
    numbers = found.school_ids
    before = schools_done(campaign.id, step - 1) if step > 1 else set(numbers)
    plan = Plan(
        campaign_id=campaign.id,
        step=step,
        school_id=school_id,
        provisional=not set(numbers) <= before,
        fingerprint=fingerprint(found.lines, numbers),
        approved_plan_id=approved_plan_id,
        delivery_id=found.delivery_id,
        cutoff=found.cutoff,
        made_at=now,
        made_by_id=by.person_id,
        warnings=_warnings(campaign, step, schools, found.cutoff)
        if step != step4_initialise_directory.STEP
        else _of_the_delivery(found.delivery_id, schools),
    )
    db.session.add(plan)
    db.session.flush()
    if rows := [*_rows(plan.id, found.lines), *_presence(plan.id, numbers)]:
        db.session.execute(insert(PlanLine), rows)
    return plan


def _rows(plan_id: int, lines: Iterable[Line]) -> list[dict[str, Any]]:
    return [
        {
            "plan_id": plan_id,
            "change": line.change,
            "school_id": line.school_id,
            "count": line.count,
            "following": line.following,
            "total": line.total,
            "highest": line.highest,
            "numbers": None if line.numbers is None else list(line.numbers),
        }
        for line in lines
    ]


def _presence(plan_id: int, numbers: Collection[int]) -> list[dict[str, Any]]:
    """A line without figures names each school that the plan is about, also where nothing is to do."""
    return _rows(plan_id, (Line(change="", school_id=number, count=0) for number in sorted(numbers)))


def fingerprint(lines: Iterable[Line], schools: Collection[int]) -> str:
    """SHA-256 over the plan's figures, sums of row numbers included, and the schools it is about."""
    digest = hashlib.sha256(repr(sorted(schools)).encode())
    for line in sorted(lines, key=lambda one: (one.change, one.school_id)):
        told = (line.change, line.school_id, line.count, line.following, line.total, line.highest)
        digest.update(repr(told).encode())
    return digest.hexdigest()


def _warnings(campaign: Campaign, step: int, schools: Collection[School], purge_at: datetime) -> list[dict[str, Any]]:
    """S1-2: what came into a school's trash only days before the purge. FEED-7: what is declared of a school and not settled.

    S3-6: of step 3, the schools that have not noted an export which can no longer be made afterwards.
    """
    if step == step3_remove_obsolete.STEP:
        return _exports_missing(campaign, schools)
    if step != step1_purge_trash.STEP:
        return []
    found = []
    for school in schools:
        if late := content.late_arrivals(school.id, purge_at):
            titles = ", ".join(one.title for one in late[:3]) + (" …" if len(late) > 3 else "")
            words = Words(
                N_("%(school)s : %(count)s rubrique(s) mises à la corbeille ces derniers jours (%(titles)s)."),
                school=school.name,
                count=len(late),
                titles=titles,
            )
            found.append({"school": school.id, "words": pack(words)})
    for one in unsettled([school.id for school in schools], campaign.year):
        sentence = (
            N_(
                "%(school)s\u00a0: la déclaration ne dit pas ce que deviennent ses rubriques, sa corbeille et ses archives."
            )
            if one.confirmed
            else N_(
                "%(school)s\u00a0: son changement est déclaré et attend d’être confirmé\u00a0; l’étape 1 ne s’approuve qu’après."
            )
        )
        found.append({"school": one.school_id, "words": pack(Words(sentence, school=one.school))})
    return found


def _exports_missing(campaign: Campaign, schools: Collection[School]) -> list[dict[str, Any]]:
    found, missing = [], not_noted(campaign.id, [one.key for one in EXPORTS])
    for key in [one.key for one in EXPORTS if one.key in missing]:
        title, left = missing[key]
        lacking = [one for one in schools if one.id in left and (key != PARCOURSUP.key or one.kind == "lycee")]
        if lacking:
            told = ", ".join(one.name for one in lacking[:NAMED]) + (" …" if len(lacking) > NAMED else "")
            sentence = N_(
                "« %(title)s » : %(count)s établissement(s) ne l’ont pas noté (%(schools)s). Après l’étape 3, ce n’est plus possible."
            )
            words = Words(sentence, title=Words(title), count=len(lacking), schools=told)
            found.append({"school": lacking[0].id if len(lacking) == 1 else None, "words": pack(words)})
    return found


def _demand_settled(plan: Plan) -> None:
    """Step 1 comes after what is declared of its schools (FEED-7). Raises ``DeclarationsWaiting``."""
    campaign = db.session.get_one(Campaign, plan.campaign_id)
    schools = [plan.school_id] if plan.school_id is not None else [one.id for one in schools_of(campaign.id)]
    if waiting := [one.school for one in unsettled(schools, campaign.year) if not one.confirmed]:
        raise DeclarationsWaiting(schools=", ".join(waiting[:5]) + (" …" if len(waiting) > 5 else ""))


def _of_the_delivery(delivery_id: int | None, schools: Collection[School]) -> list[dict[str, Any]]:
    """What somebody should know or decide before step 4: no delivery, schools that it leaves out or a threshold stops (CAL-11, S4-3)."""
    made = feeds.delivery_called(delivery_id)
    if made is None:
        words = Words(N_("Aucune livraison complète de la nouvelle année n’est simulée : importez-la d’abord."))
        return [{"school": None, "words": pack(words)}]
    found: list[dict[str, Any]] = []
    stopped, undecided = feeds.standing_of(made)
    found.extend({"school": line.school_id, "words": line.reason} for line in stopped if line.reason is not None)
    if undecided:
        sentence = N_(
            "%(count)s classe(s) de l’année passée reviendraient : décidez de chacune sur la page de l’import %(number)s, avant l’étape."
        )
        words = Words(sentence, count=undecided, number=made.id)
        found.append({"school": None, "words": pack(words)})
    told = set(feeds.schools_of(made)) | {line.school_id for line in stopped}
    for school in schools:
        if school.id not in told:
            words = Words(N_("%(school)s n’est pas dans la livraison : rien n’y change."), school=school.name)
            found.append({"school": school.id, "words": pack(words)})
    return found


def dry_run(campaign: Campaign, *, ahead: Collection[Figures] = (), by: Actor, now: datetime) -> list[Plan]:
    """The plans of all steps that act, one after the other, counted as if each had the ones before behind it (CAL-5)."""
    return [make_plan(campaign, step, ahead=ahead, by=by, now=now) for step in sorted(STEPS)]


def approve(
    plans: Sequence[Plan],
    *,
    by_id: int,
    login: str,
    two: bool = False,
    percent: int = 5,
    rows: int = 50,
    by: Actor,
    now: datetime,
) -> list[Approval]:
    """Approve plans with one word (G1); it serves one run of each. Called again by another person it is the second approval.

    ``percent`` and ``rows``: how much a kind may differ when the step comes. Raises ``MayNotApprove``, ``OldPlan``,
    ``NotToApprove``, ``SamePerson``, and ``DeclarationsWaiting`` for step 1.
    """
    if not any(school is None and Verb.RUN_CAMPAIGN in TABLE[role] for role, school in roles_of(by_id)):
        raise MayNotApprove(login=login)
    act, given = secrets.token_hex(16), []
    for plan in plans:
        if plan.approved_plan_id is not None:
            raise NotToApprove(number=plan.id)
        if plan.step == step1_purge_trash.STEP:
            _demand_settled(plan)
        found = approval_of(plan.id)
        if found is None:
            newest = newest_plan(plan.campaign_id, plan.step, plan.school_id)
            if newest is not None and newest.id != plan.id:
                raise OldPlan(number=plan.id)
            found = _first_word(plan, act, by_id, two, percent, rows, now)
            _share(plan, found)
        elif found.needs_second and found.second_at is None:
            if found.by_id == by_id:
                raise SamePerson()
            found.second_by_id, found.second_at = by_id, now
            _of_the_schools(plan, found.act, {"second_by_id": by_id, "second_at": now})
        else:
            given.append(found)
            continue
        given.append(found)
        record(
            "plan.approved",
            by=by,
            now=now,
            subject=("plan", plan.id),
            school_id=plan.school_id,
            after={"step": plan.step, "fingerprint": plan.fingerprint, "by": by_id, "percent": percent, "rows": rows},
        )
    db.session.flush()
    return given


def _first_word(plan: Plan, act: str, by_id: int | None, two: bool, percent: int, rows: int, now: datetime) -> Approval:
    again = db.session.scalar(select(Approval).where(Approval.plan_id == plan.id))
    approval = again or Approval(plan_id=plan.id)
    approval.act, approval.by_id, approval.at = act, by_id, now
    approval.needs_second, approval.second_by_id, approval.second_at = two, None, None
    approval.tolerance_percent, approval.tolerance_rows = percent, rows
    approval.withdrawn_at = None
    db.session.add(approval)
    return approval


def _share(plan: Plan, given: Approval) -> None:
    """One word for a chain is a word for each of its schools (CAL-10): a plan of its own with its figures, approved in the same act.

    Left out are schools in which the step is done, and of step 4 those that its delivery leaves out.
    """
    event = event_of_step(plan.campaign_id, plan.step)
    if plan.school_id is not None or event is None or not is_chain(event):
        return
    lines: dict[int, list[Line]] = {}
    for line in lines_of(plan):
        lines.setdefault(line.school_id, []).append(line)
    left = lines.keys() - schools_done(plan.campaign_id, plan.step)
    if plan.step == step4_initialise_directory.STEP:
        made = feeds.delivery_called(plan.delivery_id)
        left &= set() if made is None else feeds.schools_of(made).keys()
    for number in sorted(left):
        told = [line for line in lines[number] if line.change]
        own = Plan(
            campaign_id=plan.campaign_id,
            step=plan.step,
            school_id=number,
            provisional=plan.provisional,
            fingerprint=fingerprint(told, [number]),
            delivery_id=plan.delivery_id,
            cutoff=plan.cutoff,
            made_at=plan.made_at,
            made_by_id=plan.made_by_id,
            warnings=[one for one in plan.warnings if one["school"] == number],
        )
        db.session.add(own)
        db.session.flush()
        db.session.execute(insert(PlanLine), _rows(own.id, lines[number]))
        _first_word(
            own, given.act, given.by_id, given.needs_second, given.tolerance_percent, given.tolerance_rows, given.at
        )


def _of_the_schools(plan: Plan, act: str, values: dict[str, Any]) -> None:
    """What becomes of a chain's word becomes of its schools', where no run has used them."""
    used = select(Run.id).where(Run.plan_id == Plan.id).exists()
    theirs = select(Plan.id).where(
        Plan.campaign_id == plan.campaign_id, Plan.step == plan.step, Plan.school_id.is_not(None), ~used
    )
    if plan.school_id is None:
        change = update(Approval).where(Approval.act == act, Approval.plan_id.in_(theirs))
        db.session.execute(change.values(values), execution_options={"synchronize_session": "fetch"})


def withdraw(approval: Approval, *, by: Actor, now: datetime) -> None:
    """Take an approval back: no run begins by it any more."""
    approval.withdrawn_at = now
    _of_the_schools(db.session.get_one(Plan, approval.plan_id), approval.act, {"withdrawn_at": now})
    record("plan.approval-withdrawn", by=by, now=now, subject=("plan", approval.plan_id))
