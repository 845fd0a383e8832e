"""When imports are stopped."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id


class FeedPause(Base):
    """Imports of a target are stopped between two instants of portal time, unless somebody lifts that (CAL-3, FEED-4)."""

    __tablename__ = "feed_pause"
    __table_args__ = (
        Index("ix_feed_pause_target_starts_at", "target", "starts_at"),
        CheckConstraint("ends_at is null or ends_at > starts_at", name="order"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    #: A name of ``feeds.targets``.
    target: Mapped[str] = mapped_column(String(20))
    starts_at: Mapped[datetime]
    #: None: until somebody resumes.
    ends_at: Mapped[datetime | None]
    #: 'campaign' or 'operator'.
    source: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime]
    #: An operator has resumed before the end.
    lifted_at: Mapped[datetime | None]
