"""What the scheduler wakes the directory for."""

from __future__ import annotations

from datetime import datetime

from app.audit.actions import SCHEDULER
from app.db import db
from app.directory.kin.actions import take_effect
from app.directory.kin.queries import exits_due


def close_to_leavers(now: datetime) -> int:
    """Close their school to the pupils whose exit's day has come at ``now`` (portal time, ACCT-8). How many.

    One transaction a pupil; it is right when it runs twice, late, or in two workers: the row is asked again under a lock.
    """
    done = 0
    for exit_ in exits_due(now):
        db.session.refresh(exit_, with_for_update=True)
        if exit_.took_effect_at is None and exit_.ended_at is None:
            take_effect(exit_, by=SCHEDULER, now=now)
            done += 1
        db.session.commit()
    return done
