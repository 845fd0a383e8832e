"""A held part: the facts it is done by, whether to go on, and noting what could not be done; commits nothing of the session's."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import clock
from app.audit.actions import SCHEDULER, record
from app.campaign.run_states import RunState
from app.campaign.running.models import Run, RunProblem, RunTask
from app.campaign.steps.all_steps import change_called
from app.campaign.steps.change import Change
from app.campaign.working.actions import renew
from app.campaign.working.leases import Lease, Paused
from app.db import db, reading_only
from app.errors import Refused
from app.fates import Preset, Scope
from app.feeds.reasons import pack
from app.words import N_, Words

_log = logging.getLogger(__name__)

#: Seconds between two looks at whether to go on, and between two renewals, while an archive is written.
LOOK, RENEW = 0.5, 4.0


@dataclass
class HeldPart:
    """What a worker knows while it holds a part."""

    lease: Lease
    step: int
    undo: bool
    preset: Preset
    campaign_id: int
    exact_plan_id: int | None
    scope: Scope
    #: Schools of the run that are not through: their people wait.
    waiting: list[int]
    until: Callable[[], bool]
    #: A task has refused: from now on each has a savepoint, which the many that go well need not pay for.
    careful: bool = False
    checked: set[int] = field(default_factory=set)
    cleared: set[int] = field(default_factory=set)
    looked_at: float = 0.0
    renewed_at: float = field(default_factory=clock.seconds)

    def change(self, task: RunTask) -> Change:
        return change_called(self.step, self.preset, task.change)

    def keep_going(self) -> None:
        """Between two files of an archive: is the lease still ours, and nobody wants a pause? On a connection of its own."""
        now = clock.seconds()
        if self.until():
            raise Paused
        if now - self.looked_at < LOOK:
            return
        self.looked_at = now
        with db.engine.connect() as other, reading_only():
            state = other.scalar(select(Run.__table__.c.state).where(Run.__table__.c.id == self.lease.run_id))
        if state != RunState.RUNNING:
            raise Paused
        if now - self.renewed_at > RENEW:
            _renew_apart(self.lease)
            self.renewed_at = now


def _renew_apart(lease: Lease) -> None:
    """Renew the lease while the session's own transaction only reads."""
    with Session(db.engine) as other, other.begin():
        renew(lease, session=other)


def note_failure(part: HeldPart, task_id: int, problem: Exception) -> None:
    """In the running transaction: the task failed, with the reason; what it did in earlier slices stands."""
    if not isinstance(problem, Refused):
        _log.exception("task %d of run %d failed", task_id, part.lease.run_id, exc_info=problem)
    task = db.session.get_one(RunTask, task_id, populate_existing=True)
    task.failed, task.state, task.reason = task.planned - task.done - task.skipped, "failed", pack(words_of(problem))
    note_problem(task.id, 0, "", problem)
    record(
        "rollover.task-failed",
        by=SCHEDULER,
        now=part.scope.now,
        subject=("task", task.id),
        school_id=part.lease.school_id,
        after={"change": task.change, "error": type(problem).__name__},
    )
    db.session.flush()


def note_problem(task_id: int, unit_id: int, title: str, problem: Exception) -> None:
    known = db.session.scalar(select(RunProblem).where(RunProblem.task_id == task_id, RunProblem.unit_id == unit_id))
    row = known or RunProblem(task_id=task_id, unit_id=unit_id)
    row.title, row.reason, row.at = title[:200], pack(words_of(problem)), clock.portal_now()
    hint = problem.hint if isinstance(problem, Refused) else None
    row.details = "" if hint is None else str(hint)
    db.session.add(row)


def words_of(problem: Exception) -> Words:
    if isinstance(problem, Refused):
        return problem.words
    if isinstance(problem, OSError):
        return Words(N_("Le disque refuse\u00a0: %(why)s"), why=problem.strerror or str(problem))
    told = str(problem.orig) if isinstance(problem, DBAPIError) and problem.orig is not None else str(problem)
    return Words(
        N_("%(kind)s\u00a0: %(told)s"), kind=type(problem).__name__, told=told.splitlines()[0][:300] if told else ""
    )
