"""Undoing a run, or one school's part of it: a run of its own, resumable like any other (G8); never commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from app.audit.actions import SCHEDULER, Actor, record
from app.campaign import rollover
from app.campaign.problems import CannotNow, Conflicts, UndoUnfinished, UnknownRun
from app.campaign.run_states import RUN_STATE_NAMES, PartState, RunState
from app.campaign.running.models import Run, RunImage, RunPart, RunTask
from app.campaign.running.queries import in_turn
from app.campaign.steps.all_steps import change_called
from app.campaign.steps.change import Change, Effect
from app.campaign.undoing.queries import (
    Undoable,
    conflicts,
    demand_newest,
    key_of,
    referred_to,
    still_stands,
    tables_made,
    taken_place,
    undoable,
)
from app.campaign.working.images import untold
from app.campaign.working.leases import Lease
from app.content.models import MediaFile, Section
from app.db import Base, db
from app.directory.models import School
from app.fates import Scope, preset_of
from app.words import Words

_BARE = {"synchronize_session": False}


def begin_undo(
    run: Run, *, school_id: int | None = None, leave_conflicts: bool = False, by: Actor, now: datetime
) -> Run:
    """A run that undoes ``run``, in one school or everywhere; the one that is under way there, if there is one (G4).

    Raises ``NothingToUndo``, ``LaterRunFirst``, ``LaterRunUnfinished``, ``CannotNow`` while the run is at work, ``UndoUnfinished``
    where everything is asked for and some schools have an undo of their own, ``Conflicts`` unless they are to be left.
    """
    if run.undo_of_id is not None:
        raise UnknownRun(number=run.id)
    in_turn(run.campaign_id)
    db.session.refresh(run)
    found = _under_way(run, school_id)
    if found is not None:
        return found
    if run.state in (RunState.RUNNING, RunState.WAITING):
        raise CannotNow(state=Words(RUN_STATE_NAMES[RunState(run.state)]))
    demand_newest(run, school_id)
    parts = _standing_parts(run, school_id)
    tasks = undoable(run, school_id)
    if not leave_conflicts and (found_conflicts := conflicts(tasks)):
        raise Conflicts(count=len(found_conflicts))
    undo = Run(
        campaign_id=run.campaign_id,
        step=run.step,
        plan_id=run.plan_id,
        undo_of_id=run.id,
        state=RunState.RUNNING.value,
        started_at=now,
        by_id=by.person_id,
    )
    db.session.add(undo)
    db.session.flush()
    _lay_out(undo, parts, [one for one in tasks if one.rows])
    after = {"of": run.id, "tasks": len(tasks)}
    record("run.undo-begun", by=by, now=now, subject=("run", undo.id), school_id=school_id, after=after)
    return undo


def _under_way(run: Run, school_id: int | None) -> Run | None:
    """The undo of ``run`` that is not through and does all that is asked for. Raises ``UndoUnfinished`` for one that does some of it."""
    schools = select(RunPart.school_id).where(RunPart.run_id == run.id, RunPart.state != PartState.SKIPPED.value)
    if school_id is not None:
        schools = schools.where(RunPart.school_id == school_id)
    # Where nothing is left to undo, an undo may still be about to end.
    left = set(db.session.scalars(schools.where(RunPart.undone_by_id.is_(None))))
    asked = left or set(db.session.scalars(schools))
    states = (RunState.WAITING, RunState.RUNNING, RunState.PAUSED, RunState.FAILED)
    undos = select(Run).where(Run.undo_of_id == run.id, Run.state.in_(states)).order_by(Run.id.desc())
    for undo in db.session.scalars(undos).all():
        parts = db.session.execute(select(RunPart.school_id, RunPart.state).where(RunPart.run_id == undo.id)).all()
        covers = {number for number, _state in parts}
        if asked <= covers and (left or all(state == PartState.DONE for _number, state in parts)):
            return undo
        if left & covers:
            raise UndoUnfinished(number=undo.id)
    return None


def _standing_parts(run: Run, school_id: int | None) -> list[tuple[int, bool]]:
    """School and half of the parts of a run, or of one school's, that still count. Whoever holds one lets it go.

    A worker that has not yet seen the pause ends its slice first: what it has taken is counted, and it takes nothing more (G6).
    """
    mine = [RunPart.run_id == run.id, RunPart.undone_by_id.is_(None), RunPart.state != PartState.SKIPPED.value]
    if school_id is not None:
        mine.append(RunPart.school_id == school_id)
    held = update(RunPart).where(*mine, RunPart.state == PartState.RUNNING.value)
    free = {"state": PartState.WAITING.value, "worker": "", "lease_until": None, "epoch": RunPart.epoch + 1}
    db.session.execute(held.values(free), execution_options=_BARE)
    query = select(RunPart.school_id, RunPart.people).where(*mine).order_by(RunPart.people.desc(), RunPart.school_id)
    return [(number, people) for number, people in db.session.execute(query)]


def _lay_out(undo: Run, keys: Sequence[tuple[int, bool]], tasks: Sequence[Undoable]) -> None:
    """The ledger of the undo: a part that did nothing has one without tasks, and is undone like the others."""
    parts = [
        {
            "run_id": undo.id,
            "school_id": school_id,
            # People's parts come last in every run; here what they hold does not depend on the schools'.
            "people": people,
            "state": "waiting",
            "attempts": 0,
            "worker": "",
            "epoch": 0,
        }
        for school_id, people in keys
    ]
    db.session.execute(insert(RunPart), parts)
    query = select(RunPart.school_id, RunPart.people, RunPart.id).where(RunPart.run_id == undo.id)
    numbers = {(school_id, people): number for school_id, people, number in db.session.execute(query)}
    rows = [
        {
            "part_id": numbers[one.part.school_id, one.part.people],
            "change": str(one.task.id),
            # The last change is taken back first.
            "position": -one.task.position,
            "planned": one.rows,
            "state": "waiting",
            "done": 0,
            "already": 0,
            "skipped": 0,
            "failed": 0,
            "following": 0,
            "highest": 0,
            "cursor": 0,
        }
        for one in tasks
    ]
    db.session.execute(insert(RunTask), rows)


def walk_back(task: RunTask, lease: Lease, scope: Scope, limit: int) -> int:
    """Take back the next rows of what a task did; how many. What has changed since is left as it is, and counted as skipped."""
    original = db.session.get_one(RunTask, int(task.change))
    change = _change_of(original, lease)
    if change.effect == Effect.SET_ASIDE:
        count, over = _bring_back(original, change, limit)
    elif change.effect == Effect.FEED:
        count, over = _take_back(original, limit)
    elif change.effect == Effect.CHANGE:
        count, over = _change_back(task, original, limit)
    else:
        count, over = _unmake(original, limit)
    task.done += count
    if over:
        task.skipped, task.state = max(task.planned - task.done, 0), "done"
        original.state = "undone"
    if count:
        after = {"of": original.id, "change": original.change, "rows": count}
        subject = ("task", task.id)
        record("rollover.undo", by=SCHEDULER, now=scope.now, subject=subject, school_id=lease.school_id, after=after)
    return count


def _change_of(original: RunTask, lease: Lease) -> Change:
    school = db.session.get_one(School, lease.school_id)
    part = db.session.get_one(RunPart, original.part_id)
    step = db.session.get_one(Run, part.run_id).step
    return change_called(step, preset_of(school.kind), original.change)


def _bring_back(original: RunTask, change: Change, limit: int) -> tuple[int, bool]:
    """Clear the marks: first the rows', then those of what follows them."""
    table = rollover.table_of(change.kind)
    count = _clear(table, original.id, limit)
    if count == limit:
        return count, False
    for child, _key in rollover.followers(table.name):
        while _clear(child, original.id, limit) == limit:
            pass
    return count, True


def _take_back(original: RunTask, limit: int) -> tuple[int, bool]:
    """Of a delivery: what it made goes, then what it took comes back to its place."""
    count, over = _unmake(original, limit)
    for table in rollover.marked_tables() if over else ():
        count += _clear(table, original.id, limit - count)
        if count >= limit:
            return count, False
    return count, over


def _clear(table: object, task_id: int, limit: int) -> int:
    key = key_of(table)  # type: ignore[arg-type]
    columns = table.c  # type: ignore[attr-defined]
    chosen = select(key).where(columns.set_aside_by == task_id, ~taken_place(table)).order_by(key).limit(limit)  # type: ignore[arg-type]
    cleared = update(table).where(key.in_(chosen)).values(set_aside_by=None)  # type: ignore[arg-type]
    return int(db.session.execute(cleared).rowcount)  # type: ignore[attr-defined]


def _change_back(task: RunTask, original: RunTask, limit: int) -> tuple[int, bool]:
    """Give rows their former values, where the new ones still stand."""
    query = select(RunImage).where(RunImage.task_id == original.id, RunImage.id > task.cursor)
    images = db.session.scalars(query.order_by(RunImage.id).limit(limit)).all()
    count = 0
    for image in images:
        if still_stands(image):
            table = Base.metadata.tables[image.table]
            values = {name: untold(value) for name, value in image.before.items()}
            db.session.execute(update(table).where(key_of(table) == image.row_id).values(values))
            count += 1
        task.cursor = image.id
    return count, len(images) < limit


def _unmake(original: RunTask, limit: int) -> tuple[int, bool]:
    """Remove what was made, what hangs on a row before the row."""
    count = 0
    for table in tables_made([original.id]):
        key = key_of(table)
        mine = select(key).where(table.c.made_by == original.id, ~referred_to(table, original.id))
        gone = delete(table).where(key.in_(mine.limit(limit - count)))
        if table.name == MediaFile.__tablename__:
            files = db.session.execute(gone.returning(table.c.section_id, table.c.size)).all()
            _give_room_back(files)
            count += len(files)
        else:
            count += int(db.session.execute(gone).rowcount)  # type: ignore[attr-defined]
        if count >= limit:
            return count, False
    return count, True


def _give_room_back(rows: Sequence[Any]) -> None:
    """The bytes that files took of their sections' quotas (PORTAL-14)."""
    taken: Counter[int] = Counter()
    for section_id, size in rows:
        taken[section_id] += size
    for section_id, size in taken.items():
        smaller = update(Section).where(Section.id == section_id).values(used=Section.used - size)
        db.session.execute(smaller, execution_options=_BARE)
