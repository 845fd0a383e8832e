"""The end of a part, in the transaction of whoever holds it: checks, derived figures, caches, the gate's hold; never commits."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, select, update

from app.audit.actions import SCHEDULER, record
from app.campaign.problems import ClassesLeft, OthersUnfinished
from app.campaign.run_states import PartState, RunState
from app.campaign.running.models import Plan, Run, RunPart, RunTask
from app.campaign.steps import step4_initialise_directory
from app.campaign.steps.all_steps import change_called, changes_of
from app.campaign.steps.change import Effect
from app.campaign.working.leases import Lease
from app.content import rollover as content
from app.db import db
from app.directory import rollover as directory
from app.directory.models import School
from app.errors import Refused
from app.fates import Preset, Retention, Scope, preset_of
from app.feeds.reasons import pack
from app.feeds.rolling import rollover as feeds
from app.gate.holds.actions import let_go, release
from app.gate.services.actions import close_service, withdraw_closing
from app.gate.services.closing import Service
from app.pulse import DIRECTORY, GATE, PUBLIC, bump

_BARE = {"synchronize_session": False}
_REMOVAL = 3


def end_part(lease: Lease, scope: Scope, *, step: int, undo: bool, now: datetime) -> None:
    """Nothing of the part waits any more: it is done, or failed where a task or a check is. ``now`` is portal time."""
    grouped = select(RunTask.state, func.sum(RunTask.skipped)).where(RunTask.part_id == lease.part_id)
    states = {state: int(skipped) for state, skipped in db.session.execute(grouped.group_by(RunTask.state))}
    problem: Refused | None = None
    if not undo:
        problem = _check(lease, scope, step)
        if lease.people and states.get("failed"):
            problem = OthersUnfinished(count=states["failed"])
    failed = "failed" in states or problem is not None
    part = db.session.get_one(RunPart, lease.part_id, populate_existing=True)
    part.state = (PartState.FAILED if failed else PartState.DONE).value
    part.reason = None if problem is None else pack(problem.words)
    part.lease_until, part.worker = None, ""
    if undo:
        _undone(lease, now=now)
    else:
        _date_the_expunging(lease, now)
        if step == _REMOVAL and not lease.people and preset_of(_school(lease).kind) == Preset.SECONDARY:
            # GATE-10: until school life is initialised there is no diary to write in.
            close_service(Service.DIARY, lease.school_id, source="campaign", by=SCHEDULER, now=now, run_id=lease.run_id)
    _settle(lease, scope, step=step, undo=undo)
    db.session.flush()
    if not failed and not undo and _school_is_through(lease):
        release(lease.run_id, lease.school_id, now=now)
    bump(db.session(), DIRECTORY, GATE, PUBLIC)
    action = "run.part-undone" if undo else "run.part-ended"
    after = {"state": part.state, "people": lease.people}
    record(action, by=SCHEDULER, now=now, subject=("run", lease.run_id), school_id=lease.school_id, after=after)


def _settle(lease: Lease, scope: Scope, *, step: int, undo: bool) -> None:
    """What is kept elsewhere about the rows that came or went agrees with them again."""
    names = set(db.session.scalars(select(RunTask.change).where(RunTask.part_id == lease.part_id)))
    if undo:
        done = select(RunTask.change).where(RunTask.id.in_([int(name) for name in names]))
        names = set(db.session.scalars(done))
    kind = _school(lease).kind
    changes = {change_called(step, preset_of(kind), name) for name in names}
    touched = {change.kind for change in changes if change.effect not in (Effect.ARCHIVE, Effect.CARRIED, Effect.FEED)}
    content.settled(touched, lease.school_id)


def fail_part(lease: Lease, problem: Refused, *, now: datetime) -> None:
    """What is left of the part has failed for a reason of the whole part (G20); what it has taken is dated (G7). Portal time."""
    left = update(RunTask).where(RunTask.part_id == lease.part_id, RunTask.state == "waiting")
    words = pack(problem.words)
    values = {"state": "failed", "reason": words, "failed": RunTask.planned - RunTask.done - RunTask.skipped}
    db.session.execute(left.values(values), execution_options=_BARE)
    part = db.session.get_one(RunPart, lease.part_id, populate_existing=True)
    part.state, part.reason, part.worker, part.lease_until = PartState.FAILED.value, words, "", None
    _date_the_expunging(lease, now)


def _check(lease: Lease, scope: Scope, step: int) -> Refused | None:
    """S3-5: after step 3 no class of year N remains in the school."""
    if step == _REMOVAL and not lease.people:
        left = directory.left_of_year(scope.year_id, lease.school_id)
        if left:
            return ClassesLeft(count=left)
    return None


def _school(lease: Lease) -> School:
    return db.session.get_one(School, lease.school_id)


def _school_is_through(lease: Lease) -> bool:
    others = select(RunPart.id).where(
        RunPart.run_id == lease.run_id,
        RunPart.school_id == lease.school_id,
        RunPart.state != PartState.DONE.value,
    )
    return db.session.scalar(others.limit(1)) is None


def _date_the_expunging(lease: Lease, now: datetime) -> None:
    """From when on what the part has set aside may be erased (G7)."""
    run = db.session.get_one(Run, lease.run_id)
    mine = update(RunTask).where(RunTask.part_id == lease.part_id, RunTask.state != "expunged")
    for kept, some in _kept(run.step, preset_of(_school(lease).kind)).items():
        dated = mine.where(RunTask.change.in_(some)).values(expunge_after=now + kept)
        db.session.execute(dated, execution_options=_BARE)


def date_the_unfinished(run: Run, *, now: datetime) -> None:
    """A run pauses at ``now`` (portal time), perhaps for ever: from when on what its open parts have taken may be erased (G7)."""
    unfinished = (
        RunPart.run_id == run.id,
        RunPart.state.in_((PartState.WAITING.value, PartState.RUNNING.value)),
        RunPart.undone_by_id.is_(None),
    )
    parts = select(RunPart.id).join(School, School.id == RunPart.school_id).where(*unfinished)
    kinds = select(School.kind).join(RunPart, RunPart.school_id == School.id).where(*unfinished).distinct()
    for kind in db.session.scalars(kinds).all():
        mine = update(RunTask).where(
            RunTask.part_id.in_(parts.where(School.kind == kind)), RunTask.expunge_after.is_(None)
        )
        for kept, some in _kept(run.step, preset_of(kind)).items():
            dated = mine.where(RunTask.change.in_(some)).values(expunge_after=now + kept)
            db.session.execute(dated, execution_options=_BARE)


def _kept(step: int, preset: Preset) -> dict[timedelta, list[str]]:
    """The changes of a step by how long what they took can be brought back."""
    names: dict[timedelta, list[str]] = {}
    for change in changes_of(step, preset):
        names.setdefault(days_kept(change.retention), []).append(change.name)
    return names


def days_kept(retention: Retention) -> timedelta:
    """How long what was set aside can be brought back."""
    settings = current_app.extensions["settings"]
    return timedelta(days=settings.offer_days if retention == Retention.OFFER else settings.undo_days)


def _undone(lease: Lease, *, now: datetime) -> None:
    """The part of the run that is undone counts no more, and the whole run when no part of it does; what it held closed is let go."""
    run = db.session.get_one(Run, lease.run_id)
    if run.undo_of_id is None:
        return
    withdraw_closing(run.undo_of_id, lease.school_id, by=SCHEDULER, now=now)
    if run.step == step4_initialise_directory.STEP:
        feeds.undone(db.session.get_one(Plan, run.plan_id).delivery_id, lease.school_id, now=now)
    part = db.session.get_one(RunPart, lease.part_id)
    if part.state != PartState.DONE.value:
        return
    # Two workers that end the last two parts wait for each other here: the second finds that none is left.
    db.session.execute(select(Run.id).where(Run.id == run.undo_of_id).with_for_update())
    mine = (
        RunPart.run_id == run.undo_of_id,
        RunPart.school_id == lease.school_id,
        RunPart.people == part.people,
        RunPart.undone_by_id.is_(None),
    )
    # What was not begun is not done any more either (G20).
    waiting = update(RunTask).where(RunTask.part_id.in_(select(RunPart.id).where(*mine)), RunTask.state == "waiting")
    passed = RunTask.planned - RunTask.done - RunTask.already - RunTask.failed
    db.session.execute(waiting.values(state="undone", skipped=passed), execution_options=_BARE)
    db.session.execute(update(RunPart).where(*mine).values(undone_by_id=run.id), execution_options=_BARE)
    left = select(RunPart.id).where(
        RunPart.run_id == run.undo_of_id,
        RunPart.undone_by_id.is_(None),
        RunPart.state != PartState.SKIPPED.value,
    )
    if db.session.scalar(left.where(RunPart.school_id == lease.school_id).limit(1)) is None:
        release(run.undo_of_id, lease.school_id, now=now)
    if db.session.scalar(left.limit(1)) is None:
        db.session.execute(
            update(Run).where(Run.id == run.undo_of_id).values(state=RunState.UNDONE.value), execution_options=_BARE
        )
        let_go(run.undo_of_id, now=now)
