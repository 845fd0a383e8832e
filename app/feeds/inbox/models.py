"""What came into the drop folder, and when deliveries are expected. Instants are machine time: files arrive in the real world."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id


class FeedArrival(Base):
    """A file or folder that lies, or lay, in a source's drop folder."""

    __tablename__ = "feed_arrival"
    __table_args__ = (Index("ix_feed_arrival_source_name", "source", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source: Mapped[str] = mapped_column(String(20))
    #: Its own name, never used as a path but within the drop folder.
    name: Mapped[str] = mapped_column(String(200))
    #: Digest of names, sizes and times of its files: two looks that find the same one find it standing still.
    sign: Mapped[str] = mapped_column(String(64))
    #: 'seen'; 'taking' while it is moved aside; 'receiving'; then 'received', 'stopped' (planned only), 'kept', 'refused' or 'failed'.
    state: Mapped[str] = mapped_column(String(10), index=True)
    seen_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    #: How often receiving it broke off for a reason that is not the delivery's.
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    finished_at: Mapped[datetime | None]
    import_id: Mapped[int | None] = mapped_column(Id, ForeignKey("feed_import.id", ondelete="SET NULL"), index=True)
    #: Why it was not taken, as ``reasons.pack`` keeps it.
    reason: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class FeedRhythm(Base):
    """A weekday on which a source's delivery is expected (S4-6)."""

    __tablename__ = "feed_rhythm"
    __table_args__ = (UniqueConstraint("source", "weekday"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source: Mapped[str] = mapped_column(String(20))
    #: Of its arrival; Monday is 0.
    weekday: Mapped[int]
    complete: Mapped[bool]
    #: The hour, in the project's zone, by which it is there.
    hour: Mapped[int]
    since: Mapped[datetime]
