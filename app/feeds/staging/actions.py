"""Forgetting the rows of deliveries that nobody will apply. Never commits."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.db import db
from app.feeds.models import FeedImport
from app.feeds.staging.loaders import Staging, left_over


def sweep(*, machine_now: datetime) -> int:
    """Forget the rows of deliveries whose reading was interrupted, and of those that a newer one has overtaken; how many."""
    known = {
        made.id: made
        for made in db.session.scalars(select(FeedImport).where(FeedImport.id.in_(left_over(db.session()))))
    }
    swept = 0
    for number in left_over(db.session()):
        made = known.get(number)
        stale = made is None or (made.state == "staging" and machine_now - made.started_at > timedelta(hours=6))
        overtaken = made is not None and made.state in ("planned", "applied") and _overtaken(made)
        if stale or overtaken:
            Staging(db.session(), number).drop()
            if made is not None and made.state != "applied":
                made.state = "withdrawn"
            swept += 1
    return swept


def _overtaken(made: FeedImport) -> bool:
    newer = select(func.count()).where(
        FeedImport.source == made.source, FeedImport.id > made.id, FeedImport.state == "applied", FeedImport.complete
    )
    return bool(db.session.scalar(newer))
