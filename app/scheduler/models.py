"""What fired, when, and how late. Instants are machine time; a run due at a portal time is noted at the machine's instant."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Float, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id


class JobRun(Base):
    """One firing of a job. The key (name, due_at) lets one worker of several fire it."""

    __tablename__ = "job_run"
    __table_args__ = (UniqueConstraint("name", "due_at"), Index("ix_job_run_started_at", "started_at"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    #: A name of ``schedule.JOBS``.
    name: Mapped[str] = mapped_column(String(30))
    due_at: Mapped[datetime]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    #: 'running', 'done' or 'failed'.
    state: Mapped[str] = mapped_column(String(8))
    late_seconds: Mapped[float] = mapped_column(Float, default=0.0)
    #: What it did, in a few figures, or what went wrong; empty where there was nothing to do.
    message: Mapped[str] = mapped_column(Text, default="")
