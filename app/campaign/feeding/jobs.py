"""The people of a delivery, written slice by slice by whoever holds the first part of a run of step 4 (G5, G6, G12)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from app.audit.actions import SCHEDULER
from app.campaign.running.models import Plan, Run
from app.db import db, reading_only
from app.feeds.applying.jobs import apply_identities
from app.feeds.models import FeedImport
from app.feeds.queries import import_by_id
from app.feeds.rolling import rollover as feeds


def delivery_of(run_id: int) -> FeedImport | None:
    """The delivery that a run applies."""
    plan = select(Plan.delivery_id).join(Run, Run.plan_id == Plan.id).where(Run.id == run_id)
    return db.session.scalar(select(FeedImport).where(FeedImport.id == plan.scalar_subquery()))


def write_people(run_id: int, fence: Callable[[], None], *, now: datetime) -> None:
    """Write structures, people and links of the run’s delivery, unless that is done. Commits each slice alone.

    ``now`` is portal time; ``fence`` begins a transaction of the lease's holder, and raises where the lease is lost, the run paused,
    the gate open.
    """
    with reading_only():
        made = delivery_of(run_id)
        number = made.id if made is not None and not made.stage else None
        again = made is not None and made.state != "applying"
        db.session.rollback()
    if number is None:
        return

    def checkpoint() -> None:
        db.session.commit()
        fence()

    fence()
    if again:
        # Tried again after the run had ended: what the delivery changes is found anew before its people are written.
        feeds.begin(import_by_id(number), by=SCHEDULER, now=now)
        checkpoint()
    apply_identities(number, now=now, checkpoint=checkpoint)
    db.session.commit()
