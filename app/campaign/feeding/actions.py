"""One school's share of the delivery, in the transaction of whoever holds its part; never commits (S4-1, G14, G20)."""

from __future__ import annotations

from collections.abc import Sequence

from app.audit.actions import SCHEDULER, record
from app.campaign.running.models import RunTask
from app.campaign.steps.change import Change
from app.campaign.working.leases import Lease
from app.db import db
from app.fates import Scope
from app.feeds.models import FeedImport
from app.feeds.rolling import rollover as feeds


def write(made: FeedImport, tasks: Sequence[tuple[RunTask, Change]], lease: Lease, scope: Scope) -> int:
    """Do all tasks of the part together; how many rows came and went.

    What another hand had done already counts as such; what came along beyond the count, within the plan's tolerance, follows.
    """
    done = feeds.apply(made, lease.school_id, {change.kind: task.id for task, change in tasks}, now=scope.now)
    for task, change in tasks:
        rows = done.pop(change.kind, 0)
        task.done = min(rows, task.planned)
        task.already, task.following = task.planned - task.done, rows - task.done
        task.state = "done"
        after = {"change": task.change, "rows": rows}
        subject = ("task", task.id)
        record("rollover.feed", by=SCHEDULER, now=scope.now, subject=subject, school_id=lease.school_id, after=after)
    db.session.flush()
    return sum(task.done for task, _change in tasks)
