"""Is a target stopped, and what is planned?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select

from app.db import db
from app.feeds.pauses.models import FeedPause as FeedPause


def standing(target: str, now: datetime) -> ColumnElement[bool]:
    """The pauses of ``target`` that run at ``now`` (portal time)."""
    return and_(
        FeedPause.target == target,
        FeedPause.lifted_at.is_(None),
        FeedPause.starts_at <= now,
        or_(FeedPause.ends_at.is_(None), FeedPause.ends_at > now),
    )


def paused(target: str, now: datetime) -> FeedPause | None:
    """The pause of ``target`` that runs at ``now`` and ends last; None where imports are welcome."""
    found = db.session.scalars(select(FeedPause).where(standing(target, now))).all()
    return max(found, key=lambda p: (p.ends_at is None, p.ends_at.timestamp() if p.ends_at else 0.0), default=None)


def ahead(now: datetime) -> Sequence[FeedPause]:
    """The pauses that run or are to come, by start."""
    alive = and_(FeedPause.lifted_at.is_(None), or_(FeedPause.ends_at.is_(None), FeedPause.ends_at > now))
    return db.session.scalars(select(FeedPause).where(alive).order_by(FeedPause.starts_at, FeedPause.id)).all()
