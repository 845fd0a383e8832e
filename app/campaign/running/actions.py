"""Beginning a run, pausing it, going on, trying again; never commits. The work itself stands in ``jobs`` and ``applying``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select, update

from app.audit.actions import Actor, record
from app.campaign.ending.actions import date_the_unfinished
from app.campaign.models import Campaign
from app.campaign.planning.actions import make_plan
from app.campaign.planning.queries import (
    Figures,
    approval_of,
    closed_of,
    compared,
    lines_of,
    not_shut,
    ready_for,
    schools_done,
    schools_in,
)
from app.campaign.problems import (
    CannotNow,
    GateOpen,
    NoDelivery,
    NotApproved,
    PlanOutdated,
    PreviousStepMissing,
    SecondMissing,
    UndoUnfinished,
)
from app.campaign.run_states import RUN_STATE_NAMES, PartState, RunState, may_become
from app.campaign.running.models import Plan, Run, RunPart, RunTask
from app.campaign.running.queries import in_turn, run_of_plan, undos_under_way
from app.campaign.steps import step4_initialise_directory
from app.campaign.steps.all_steps import STEPS, changes_of
from app.campaign.steps.change import Change, Effect, Reach
from app.db import db
from app.directory.models import School
from app.fates import preset_of
from app.feeds.models import FeedImport
from app.feeds.reasons import pack
from app.feeds.rolling import rollover as feeds
from app.gate.holds.actions import hold, let_go
from app.words import N_, Words

#: Rows written into the ledger in one statement.
_SLICE = 2000


def begin(plan: Plan, *, ahead: Collection[Figures] = (), by: Actor, now: datetime) -> Run:
    """The run of an approved plan: the one that there is, made to go on where it was interrupted, or a new one (G4).

    A new one makes the exact plan behind the closed gate and compares it with the approved one (G1); outside the tolerance the
    run is 'stopped' and nothing is done. Schools that are open, in which the step before is not done, or an undo has failed, are
    passed over with the reason (G13, G15). ``ahead``: see ``planning.queries.figures_of_run``. Raises ``NotApproved``,
    ``SecondMissing``, ``UndoUnfinished``, ``PreviousStepMissing``, and ``GateOpen`` where none is closed or a grace is not over.
    """
    # Two who begin at once wait for each other here: the second finds the run of the first.
    approval = approval_of(plan.id, locked=True)
    found = run_of_plan(plan.id)
    if found is not None:
        if found.state in (RunState.PAUSED, RunState.FAILED):
            resume(found, by=by, now=now)
        return found
    if approval is None:
        raise NotApproved(number=plan.id)
    if approval.needs_second and approval.second_at is None:
        raise SecondMissing(number=plan.id)
    campaign = db.session.get_one(Campaign, plan.campaign_id)
    schools = schools_in(plan)
    in_turn(campaign.id)
    undone = _demand_none_undone({school.id for school in schools})
    able = [school for school in ready_for(plan, schools) if school.id not in undone]
    if not able:
        raise PreviousStepMissing(step=plan.step - 1)
    ready = _demand_closed(able, now)
    passed = dict.fromkeys(undone, Words(N_("une annulation n’y est pas terminée")))
    opened = Words(N_("l’établissement était ouvert quand l’étape a commencé"))
    passed |= {school.id: opened for school in able if school not in ready}
    delivery = _delivery(plan, by=by, now=now)
    if delivery is not None:
        told = feeds.schools_of(delivery)
        ready = [school for school in ready if school.id in told]
        if not ready:
            raise NoDelivery()
    exact = make_plan(
        campaign,
        plan.step,
        school_id=plan.school_id,
        schools=ready,
        approved_plan_id=plan.id,
        delivery_id=plan.delivery_id,
        ahead=ahead,
        by=by,
        now=now,
    )
    run = Run(
        campaign_id=campaign.id,
        step=plan.step,
        plan_id=plan.id,
        exact_plan_id=exact.id,
        state=RunState.WAITING.value,
        started_at=now,
        by_id=by.person_id,
    )
    db.session.add(run)
    db.session.flush()
    if too_much := [one.refused for one in compared(plan, exact, approval) if one.refused is not None]:
        _stop(run, PlanOutdated(differences=_together(too_much)), now=now)
        if delivery is not None:
            feeds.stop(delivery)
    else:
        if delivery is not None:
            delivery.run_id = run.id
        _lay_out(run, exact, schools, {school.id for school in ready}, passed)
        hold(run.id, [school.id for school in ready], now=now)
        _become(run, RunState.RUNNING)
    after = {"step": run.step, "plan": plan.id, "exact": exact.fingerprint, "state": run.state}
    record("run.begun", by=by, now=now, subject=("run", run.id), school_id=plan.school_id, after=after)
    return run


def _delivery(plan: Plan, *, by: Actor, now: datetime) -> FeedImport | None:
    """The delivery of step 4, begun; None for the other steps. Raises ``NoDelivery`` and what beginning to apply it raises."""
    if plan.step != step4_initialise_directory.STEP:
        return None
    made = feeds.delivery_called(plan.delivery_id)
    if made is None:
        raise NoDelivery()
    feeds.begin(made, by=by, now=now)
    return made


def _demand_closed(schools: Sequence[School], now: datetime) -> list[School]:
    """G13: those of these schools that are closed; one that somebody has opened holds up no other (G15). Raises ``GateOpen``."""
    if closed := closed_of(schools, now):
        return closed
    still = not_shut(schools, now)
    told = ", ".join(school.uai for school in still[:5])
    raise GateOpen(count=len(still), schools=told + (" …" if len(still) > 5 else ""))


def _demand_none_undone(school_ids: Collection[int]) -> set[int]:
    """Nothing is being taken back in these schools; those in which an undo has failed, and which are passed over (G15).

    Raises ``UndoUnfinished`` where an undo is at work or paused, and where one has failed in all of them.
    """
    undos = undos_under_way(school_ids)
    for undo in undos.values():
        if undo.state != RunState.FAILED or undos.keys() >= set(school_ids):
            raise UndoUnfinished(number=undo.id)
    return set(undos)


def _together(words: Sequence[Words]) -> Words:
    if len(words) == 1:
        return words[0]
    return Words(N_("%(first)s ; %(rest)s"), first=words[0], rest=_together(words[1:]))


def _stop(run: Run, why: PlanOutdated, *, now: datetime) -> None:
    _become(run, RunState.STOPPED)
    run.reason = pack(why.words)
    run.ended_at = now


def _lay_out(
    run: Run, exact: Plan, schools: Sequence[School], ready: Collection[int], passed: Mapping[int, Words]
) -> None:
    """The ledger of the run: parts, and a task for each line of the exact plan."""
    lines: dict[int, dict[str, Any]] = {}
    for line in lines_of(exact):
        if line.count:
            lines.setdefault(line.school_id, {})[line.change] = line
    late, why = pack(_late(run.step)), {number: pack(words) for number, words in passed.items()}
    parts = [
        {
            "run_id": run.id,
            "school_id": school.id,
            "people": people,
            "state": (PartState.WAITING if school.id in ready else PartState.SKIPPED).value,
            "reason": None if school.id in ready else why.get(school.id, late),
            "attempts": 0,
            "worker": "",
            "epoch": 0,
        }
        for school in schools
        for people in _halves(run.step, school)
    ]
    db.session.execute(insert(RunPart), parts)
    query = select(RunPart.school_id, RunPart.people, RunPart.id).where(RunPart.run_id == run.id)
    numbers = {(school_id, people): number for school_id, people, number in db.session.execute(query)}
    tasks: list[dict[str, Any]] = []
    for school in schools:
        for position, change in enumerate(changes_of(run.step, preset_of(school.kind))):
            if (found := lines.get(school.id, {}).get(change.name)) is not None:
                part_id = numbers[school.id, change.reach == Reach.PEOPLE]
                tasks.append(_task(part_id, position, change, found))
    for start in range(0, len(tasks), _SLICE):
        db.session.execute(insert(RunTask), tasks[start : start + _SLICE])


def _late(step: int) -> Words:
    if step == step4_initialise_directory.STEP:
        return Words(N_("la livraison n’y change rien, ou l’étape 3 n’y est pas terminée"))
    return Words(N_("l’étape %(step)s n’y est pas terminée"), step=step - 1)


def _halves(step: int, school: School) -> list[bool]:
    """The parts that a school has in a step: its own, and its people's where some change is about people."""
    reaches = {change.reach for change in changes_of(step, preset_of(school.kind))}
    return [False, True] if Reach.PEOPLE in reaches else [False]


def _task(part_id: int, position: int, change: Change, line: Any) -> dict[str, Any]:
    return {
        "part_id": part_id,
        "change": change.name,
        "position": position,
        "planned": line.count,
        "highest": line.highest,
        "state": "waiting",
        "done": 0,
        "already": 0,
        "skipped": 0,
        "failed": 0,
        "following": 0,
        "cursor": _before_first(change),
    }


def _before_first(change: Change) -> int:
    """Where a task begins to walk: before every number. Units of an archive may have negative ones."""
    return -(2**62) if change.effect == Effect.ARCHIVE else 0


# Pausing, going on ------------------------------------------------------------------------------------------------------


def pause(run: Run, *, by: Actor, now: datetime, reason: Words | None = None) -> None:
    """Ask the workers to stop: each does so before its next slice, within 2 s (G12). Raises ``CannotNow``.

    What was taken so far is erased in its time if nobody goes on (G7).
    """
    if run.state == RunState.PAUSED:
        return
    _become(run, RunState.PAUSED)
    run.reason = None if reason is None else pack(reason)
    if run.undo_of_id is None:
        date_the_unfinished(run, now=now)
    record("run.paused", by=by, now=now, subject=("run", run.id))


def resume(run: Run, *, by: Actor, now: datetime) -> None:
    """Go on after a pause, or try again what failed; the gate must be closed again where it was opened.

    Raises ``CannotNow``, and ``UndoUnfinished`` while something is being taken back where it would go on.
    """
    _in_turn(run)
    if run.state == RunState.RUNNING:
        return
    _demand_nothing_undone(run, None)
    _become(run, RunState.RUNNING)
    run.reason, run.ended_at = None, None
    _again(run, None, now=now)
    record("run.resumed", by=by, now=now, subject=("run", run.id))


def retry(run: Run, school_id: int, *, by: Actor, now: datetime) -> None:
    """Try again what failed in one school. Raises ``CannotNow`` and ``UndoUnfinished``."""
    _in_turn(run)
    _demand_nothing_undone(run, school_id)
    if run.state != RunState.RUNNING:
        _become(run, RunState.RUNNING)
        run.reason, run.ended_at = None, None
    _again(run, school_id, now=now)
    record("run.retried", by=by, now=now, subject=("run", run.id), school_id=school_id)


def _in_turn(run: Run) -> None:
    in_turn(run.campaign_id)
    db.session.refresh(run)


def _demand_nothing_undone(run: Run, school_id: int | None) -> None:
    """Of a run that goes on: in no school where it would is a step being taken back. Raises ``UndoUnfinished``."""
    if run.undo_of_id is not None:
        return
    again = RunPart.state == PartState.FAILED.value
    if school_id is not None:
        again &= RunPart.school_id == school_id
    left = or_(RunPart.state.in_((PartState.WAITING.value, PartState.RUNNING.value)), again)
    mine = select(RunPart.school_id).where(RunPart.run_id == run.id, RunPart.undone_by_id.is_(None), left)
    for undo in undos_under_way(set(db.session.scalars(mine))).values():
        raise UndoUnfinished(number=undo.id)


def _again(run: Run, school_id: int | None, *, now: datetime) -> None:
    """What failed waits again, and so does what had to be passed over for it; not where it, or the step before, was undone since (G8)."""
    stands = RunPart.undone_by_id.is_(None)
    where = [RunPart.run_id == run.id, RunPart.state == PartState.FAILED.value, stands]
    if school_id is not None:
        where.append(RunPart.school_id == school_id)
    parts = db.session.execute(select(RunPart.id, RunPart.school_id).where(*where)).all()
    if run.undo_of_id is None and run.step - 1 in STEPS:
        ready = schools_done(run.campaign_id, run.step - 1)
        parts = [part for part in parts if part.school_id in ready]
    numbers = [number for number, _school in parts]
    if numbers:
        # A failed task goes on after the units that it has done; what it failed with is counted anew.
        failed = update(RunTask).where(RunTask.part_id.in_(numbers), RunTask.state == "failed")
        values = {"state": "waiting", "failed": 0, "skipped": 0, "already": 0, "reason": None}
        db.session.execute(failed.values(values), execution_options=_BARE)
        # People's rows that waited for another school lie behind the cursor; only live ones are taken, so none is taken twice.
        behind = update(RunTask).where(
            RunTask.part_id.in_(numbers), RunTask.state == "waiting", RunTask.change.startswith("set-aside:")
        )
        db.session.execute(behind.values(cursor=0), execution_options=_BARE)
        waiting = update(RunPart).where(RunPart.id.in_(numbers))
        db.session.execute(waiting.values(state=PartState.WAITING.value, reason=None), execution_options=_BARE)
    if run.undo_of_id is None:
        left = (RunPart.run_id == run.id, RunPart.state == PartState.WAITING.value, stands)
        hold(run.id, set(db.session.scalars(select(RunPart.school_id).where(*left))), now=now)
        # What a task takes from now on is dated anew: nothing goes before its date (G7).
        undated = update(RunTask).where(
            RunTask.part_id.in_(select(RunPart.id).where(*left)), RunTask.state == "waiting"
        )
        db.session.execute(undated.values(expunge_after=None), execution_options=_BARE)


def end(run: Run, *, by: Actor, now: datetime) -> None:
    """Nothing is left that a worker could take: done, or failed where some school is that was not undone. Its holds go."""
    still = select(RunPart.state).where(RunPart.run_id == run.id, RunPart.undone_by_id.is_(None))
    states = set(db.session.scalars(still))
    _become(run, RunState.FAILED if PartState.FAILED.value in states else RunState.DONE)
    run.ended_at = now
    if run.state == RunState.DONE:
        let_go(run.id, now=now)
    if run.step == step4_initialise_directory.STEP and run.undo_of_id is None:
        feeds.finish(db.session.get_one(Plan, run.plan_id).delivery_id, by=by, now=now)
    record("run.ended", by=by, now=now, subject=("run", run.id), after={"state": run.state})


def _become(run: Run, following: RunState) -> None:
    if not may_become(run.state, following):
        raise CannotNow(state=Words(RUN_STATE_NAMES[RunState(run.state)]))
    run.state = following.value


_BARE = {"synchronize_session": False}
