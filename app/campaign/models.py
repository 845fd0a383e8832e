"""Campaigns, their schools, and the dated events of their calendar. Instants are portal time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from app.campaign.running.models import (
    Approval,
    Plan,
    PlanLine,
    Run,
    RunImage,
    RunPart,
    RunProblem,
    RunTask,
)
from app.db import Base, Id

__all__ = [
    "Approval",
    "CalendarEvent",
    "Campaign",
    "CampaignSchool",
    "Plan",
    "PlanLine",
    "Run",
    "RunImage",
    "RunPart",
    "RunProblem",
    "RunTask",
]


class Campaign(Base):
    """One rollover from year N to N+1 of some schools, by a preset's calendar (CAL-1, CAL-4)."""

    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    #: The civil year in which N+1 begins: 2026 is the rollover from 2025-2026 to 2026-2027.
    year: Mapped[int] = mapped_column(Integer)
    #: A name of ``presets``.
    preset: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(120))
    #: 'active', or 'closed' when it is over.
    state: Mapped[str] = mapped_column(String(8), default="active")
    #: A second person approves too (G1).
    two_approve: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}


class CampaignSchool(Base):
    """A school that a campaign takes along; a school is in one active campaign only."""

    __tablename__ = "campaign_school"
    __table_args__ = (Index("ix_campaign_school_school_id", "school_id"),)

    campaign_id: Mapped[int] = mapped_column(Id, ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), primary_key=True)


class CalendarEvent(Base):
    """An event of a campaign's calendar: a period in days, and once decided an instant; who acts, and how far it is (CHECK-3)."""

    __tablename__ = "calendar_event"
    __table_args__ = (
        UniqueConstraint("campaign_id", "key"),
        Index("ix_calendar_event_at", "at"),
        CheckConstraint("earliest is null or latest is null or earliest <= latest", name="period"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(Id, ForeignKey("campaign.id", ondelete="CASCADE"))
    #: The preset's name of the event.
    key: Mapped[str] = mapped_column(String(40))
    #: Of ``calendar.EventKind``.
    kind: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(200))
    #: Of ``calendar.Actor``.
    actor: Mapped[str] = mapped_column(String(12))
    #: The portal does it itself, by a job (CAL-8).
    automatic: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    #: Days, inclusive, in the project's zone.
    earliest: Mapped[date | None]
    latest: Mapped[date | None]
    #: The fixed instant, and for what lasts its announced end.
    at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    #: What the kind needs: the steps, targets, anchor and distance.
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: 'open', 'running', 'done', 'skipped', or 'late' when it waits for a click (G18).
    state: Mapped[str] = mapped_column(String(8), default="open")
    fired_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    note: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}
