"""The outbox and the addresses left by visitors (SITE-7)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id


class OutboxMessage(Base):
    """A message to leave once. ``key`` makes it unique: queueing the same thing twice is one message."""

    __tablename__ = "outbox_message"
    __table_args__ = (Index("ix_outbox_message_waiting", "sent_at", "not_before"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    #: 'reset', 'notice', 'reopening' ...: what kind of message.
    kind: Mapped[str] = mapped_column(String(30))
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    school_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school.id"), index=True)
    address: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2), default="fr")
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    #: Machine time.
    not_before: Mapped[datetime]
    queued_at: Mapped[datetime]
    #: Taken by a sender at this instant: a second sender finds it taken.
    taken_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str] = mapped_column(Text, default="")


class ReopeningWish(Base):
    """'Tell me when it reopens': used once, then erased (SITE-7)."""

    __tablename__ = "reopening_wish"
    __table_args__ = (UniqueConstraint("address", "school_id", "profile"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    address: Mapped[str] = mapped_column(String(200))
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    profile: Mapped[str] = mapped_column(String(12))
    language: Mapped[str] = mapped_column(String(2))
    left_at: Mapped[datetime]
