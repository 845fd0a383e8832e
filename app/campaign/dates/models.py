"""What a calendar's events have written ahead, and what each school notes of its own operations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id


class EventWindow(Base):
    """A window of the gate that an event has written: it moves with the event and is never written twice."""

    __tablename__ = "event_window"
    __table_args__ = (Index("ix_event_window_window_id", "window_id"),)

    event_id: Mapped[int] = mapped_column(Id, ForeignKey("calendar_event.id", ondelete="CASCADE"), primary_key=True)
    window_id: Mapped[int] = mapped_column(Id, ForeignKey("closing_window.id", ondelete="CASCADE"), primary_key=True)


class EventPause(Base):
    """A stop of imports that an event has written into the feeds."""

    __tablename__ = "event_pause"
    __table_args__ = (Index("ix_event_pause_pause_id", "pause_id"),)

    event_id: Mapped[int] = mapped_column(Id, ForeignKey("calendar_event.id", ondelete="CASCADE"), primary_key=True)
    pause_id: Mapped[int] = mapped_column(Id, ForeignKey("feed_pause.id", ondelete="CASCADE"), primary_key=True)


class EventSchool(Base):
    """How far a school is with an event that is each school's own (CHECK-3), or that it was told once (CAL-7)."""

    __tablename__ = "event_school"
    __table_args__ = (Index("ix_event_school_school_id", "school_id"),)

    event_id: Mapped[int] = mapped_column(Id, ForeignKey("calendar_event.id", ondelete="CASCADE"), primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), primary_key=True)
    #: 'done' or 'skipped'; no row: still open.
    state: Mapped[str] = mapped_column(String(8))
    noted_at: Mapped[datetime]
    noted_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    note: Mapped[str] = mapped_column(Text, default="")
