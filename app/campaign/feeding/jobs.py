"""The people of a delivery, written slice by slice by whoever holds the first part of a run of step 4 (G5, G6, G12)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from app.db import db, reading_only
from app.feeds.applying.jobs import apply_identities
from app.feeds.models import FeedImport


def delivery_of(run_id: int) -> FeedImport | None:
    """The delivery that a run applies."""
    return db.session.scalar(select(FeedImport).where(FeedImport.run_id == run_id))


def write_people(run_id: int, fence: Callable[[], None], *, now: datetime) -> None:
    """Write structures, people and links of the run’s delivery, unless that is done. Commits each slice alone.

    ``now`` is portal time; ``fence`` begins a transaction of the lease's holder, and raises where the lease is lost, the run paused,
    the gate open.
    """
    with reading_only():
        made = delivery_of(run_id)
        number = made.id if made is not None and not made.stage else None
        db.session.rollback()
    if number is None:
        return

    def checkpoint() -> None:
        db.session.commit()
        fence()

    fence()
    apply_identities(number, now=now, checkpoint=checkpoint)
    db.session.commit()
