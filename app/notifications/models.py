"""The outbox and the addresses left by visitors (SITE-7). All instants here are machine time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id


class OutboxMessage(Base):
    """A message to leave once. ``key`` makes it unique: queueing the same thing twice is one message."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index("ix_outbox_message_waiting", "state", "not_before"),
        Index("ix_outbox_message_queued_at", "queued_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    #: 'reset', 'notice', 'reopening' ...: what kind of message.
    kind: Mapped[str] = mapped_column(String(30))
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    school_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school.id"), index=True)
    #: Empty once it has been erased.
    address: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2), default="fr")
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    #: A value of ``states.State``.
    state: Mapped[str] = mapped_column(String(10), default="waiting", server_default="waiting")
    not_before: Mapped[datetime]
    queued_at: Mapped[datetime]
    #: Taken by a sender at this instant: a second sender finds it taken.
    taken_at: Mapped[datetime | None]
    #: The mail server has accepted it.
    sent_at: Mapped[datetime | None]
    #: The last attempt that failed.
    failed_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    #: What the mail server said, or why nobody knows.
    error: Mapped[str] = mapped_column(Text, default="", server_default="")


class ReopeningWish(Base):
    """'Tell me when it reopens': used once, then erased (SITE-7)."""

    __tablename__ = "reopening_wish"
    __table_args__ = (
        UniqueConstraint("address", "school_id", "profile"),
        Index("ix_reopening_wish_school_profile", "school_id", "profile"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    address: Mapped[str] = mapped_column(String(254))
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    profile: Mapped[str] = mapped_column(String(12))
    language: Mapped[str] = mapped_column(String(2))
    left_at: Mapped[datetime]


class WishCount(Base):
    """How many wishes came from one network in the current hour. The network is kept as a keyed digest, an hour long."""

    __tablename__ = "wish_count"

    network: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime]
    count: Mapped[int] = mapped_column(Integer)
