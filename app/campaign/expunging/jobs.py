"""What the scheduler calls to erase for good."""

from __future__ import annotations

from datetime import datetime

from app.campaign.expunging.actions import due, expunge
from app.db import db

#: Rows erased in one transaction.
SLICE = 2000


def expunge_due(now: datetime) -> int:
    """Erase what runs have set aside and whose retention is over at ``now`` (portal time); how many rows. Commits each slice."""
    gone = 0
    for task_id in due(now):
        over = False
        while not over:
            count, over = expunge(task_id, SLICE, now=now)
            db.session.commit()
            gone += count
    return gone
