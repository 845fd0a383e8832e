"""What was imported, from what, with which rejects; and the structures that feeds know."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id


class FeedImport(Base):
    """One delivery, staged and applied in one go, or refused. Instants are machine time."""

    __tablename__ = "feed_import"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    #: 'aaf' or 'aaf1d'.
    source: Mapped[str] = mapped_column(String(20), index=True)
    #: The delivery's own name, never used as a path.
    name: Mapped[str] = mapped_column(String(200))
    #: The day in the file names, where there is one.
    delivered_on: Mapped[date | None]
    #: SHA-256 over the delivery's content.
    digest: Mapped[str] = mapped_column(String(64))
    year_id: Mapped[int] = mapped_column(Id, ForeignKey("school_year.id"))
    #: 'applied', 'planned' or 'refused'.
    state: Mapped[str] = mapped_column(String(10))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    warnings: Mapped[list[str]] = mapped_column(JSON, default=list)
    reason: Mapped[str] = mapped_column(Text, default="")


class FeedReject(Base):
    """An entry that a feed could not take, with its reason (FEED-6, S4-7)."""

    __tablename__ = "feed_reject"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    import_id: Mapped[int] = mapped_column(Id, ForeignKey("feed_import.id", ondelete="CASCADE"), index=True)
    school_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school.id"), index=True)
    category: Mapped[str] = mapped_column(String(20))
    entry: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(Text)


class FeedStructure(Base):
    """A structure as a feed knows it; it becomes a school when a pupil, class or group names it (FEED-9)."""

    __tablename__ = "feed_structure"
    __table_args__ = (UniqueConstraint("source", "key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(40))
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    #: Which delivery last spoke for it, and its day: an older one is refused.
    import_id: Mapped[int] = mapped_column(Id, ForeignKey("feed_import.id"))
    delivered_on: Mapped[date | None]
