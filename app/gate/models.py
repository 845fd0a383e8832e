"""The gate's tables: windows, their amendments, schools' days, redirect texts, practical notices, drafts, the project's rules."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Id


class GateRules(Base):
    """What the project decides about windows. One row."""

    __tablename__ = "gate_rules"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    #: GATE-4: may schools shorten, lengthen and word their window, within limits? Withdrawn, their changes are kept.
    schools_may_amend: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    #: Public pages were made stale for every boundary up to this instant of portal time.
    boundaries_seen_until: Mapped[datetime | None]


class SchoolDays(Base):
    """What a school has of its own in the new year's calendar (GATE-16, GATE-17). A school without a row follows the project."""

    __tablename__ = "school_days"

    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), primary_key=True)
    #: The pupils' first day of N+1, where the project moved it for this school.
    first_day: Mapped[date | None]
    #: The school has published which class comes back when: a class's own day may be told (GATE-16).
    grid_published: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


class ClosingWindow(Base):
    """A maintenance window or a blocking window (GATE-1 to GATE-4). A bound is a day, inclusive at the end, or an instant."""

    __tablename__ = "closing_window"
    __table_args__ = (
        CheckConstraint("(start_day is null) <> (start_at is null)", name="one_start"),
        CheckConstraint("end_day is null or end_at is null", name="at_most_one_end"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    #: 'maintenance' or 'profiles'.
    kind: Mapped[str] = mapped_column(String(12))
    #: None: the whole project.
    school_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school.id"), index=True)
    #: Names of the profiles concerned; empty for a maintenance, which concerns all.
    profiles: Mapped[list[str]] = mapped_column(JSON, default=list)
    start_day: Mapped[date | None]
    start_at: Mapped[datetime | None]
    end_day: Mapped[date | None]
    end_at: Mapped[datetime | None]
    message: Mapped[str] = mapped_column(Text, default="")
    #: 'project', 'campaign', 'operator' or 'school'.
    source: Mapped[str] = mapped_column(String(12))
    #: What schools may choose (GATE-4), days of their own zone.
    earliest_start: Mapped[date | None]
    latest_start: Mapped[date | None]
    earliest_end: Mapped[date | None]
    latest_end: Mapped[date | None]
    #: GATE-14: the end is an announcement; the area stays closed until somebody or a run releases it.
    holds: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    #: When a maintenance that takes longer will say more.
    next_news: Mapped[datetime | None]
    #: Released at this instant, whatever the announced end.
    ended_at: Mapped[datetime | None]
    #: Seconds after the start in which a form served before is still taken.
    grace: Mapped[int] = mapped_column(Integer, default=120)
    created_at: Mapped[datetime]
    #: Removed by somebody: kept for the history, closes nothing.
    removed_at: Mapped[datetime | None]

    amendments: Mapped[list[WindowAmendment]] = relationship(
        back_populates="window", cascade="all, delete-orphan", lazy="selectin", order_by="WindowAmendment.id"
    )


class GateHold(Base):
    """A run that has begun in a closed school and is not finished: the school stays closed until its checks are green (GATE-14).

    Written by the campaign; each of its transactions locks the row and stops where somebody has opened the school with a reason
    (G13).
    """

    __tablename__ = "gate_hold"
    __table_args__ = (UniqueConstraint("run_id", "school_id"), Index("ix_gate_hold_school_id", "school_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    #: Number of the run, a room to the right of this one.
    run_id: Mapped[int] = mapped_column(BigInteger)
    #: 0: the project's part of the run.
    school_id: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime]
    #: The school's part is done and its checks are green.
    released_at: Mapped[datetime | None]
    #: Somebody has opened the school all the same; ``reason`` says why.
    overridden_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")


class ServiceClosure(Base):
    """A service that is closed on its own in a school (GATE-10); without an end it waits to be opened. Portal time."""

    __tablename__ = "service_closure"
    __table_args__ = (
        Index(
            "uq_service_closure_standing",
            "school_id",
            "service",
            unique=True,
            sqlite_where=text("closed_until is null"),
            postgresql_where=text("closed_until is null"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    #: 'diary'.
    service: Mapped[str] = mapped_column(String(16))
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    closed_from: Mapped[datetime]
    closed_until: Mapped[datetime | None]
    #: 'campaign', 'operator' or 'school'.
    source: Mapped[str] = mapped_column(String(12))
    #: Number of the run whose step has closed it, a room to the right of this one; its undo takes the row away.
    run_id: Mapped[int | None] = mapped_column(BigInteger)


class WindowAmendment(Base):
    """A school's, level's or class's own dates or words inside a window (GATE-4, GATE-13). None inherits."""

    __tablename__ = "window_amendment"
    __table_args__ = (
        CheckConstraint("start_day is null or start_at is null", name="at_most_one_start"),
        CheckConstraint("end_day is null or end_at is null", name="at_most_one_end"),
        Index("ix_window_amendment_window_school", "window_id", "school_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    window_id: Mapped[int] = mapped_column(Id, ForeignKey("closing_window.id", ondelete="CASCADE"))
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    level: Mapped[str | None] = mapped_column(String(20))
    class_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school_class.id", ondelete="CASCADE"), index=True)
    start_day: Mapped[date | None]
    start_at: Mapped[datetime | None]
    end_day: Mapped[date | None]
    end_at: Mapped[datetime | None]
    message: Mapped[str | None] = mapped_column(Text)
    #: The project's own act: neither authorisation nor limits bind it (GATE-17).
    by_operator: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    changed_at: Mapped[datetime]

    window: Mapped[ClosingWindow] = relationship(back_populates="amendments")


class RedirectText(Base):
    """The words of a redirect page (GATE-7): the project's for a profile, or a school's own. Empty profile: the closed page."""

    __tablename__ = "redirect_text"
    __table_args__ = (
        UniqueConstraint("school_id", "profile", "language"),
        Index(
            "uq_redirect_text_project",
            "profile",
            "language",
            unique=True,
            sqlite_where=text("school_id is null"),
            postgresql_where=text("school_id is null"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school.id"))
    profile: Mapped[str] = mapped_column(String(12))
    language: Mapped[str] = mapped_column(String(2), default="fr")
    words: Mapped[str] = mapped_column(Text)


class PracticalNotice(Base):
    """Place and hours, shown on a school's public and redirect pages during a closure (SITE-8). It names no class."""

    __tablename__ = "practical_notice"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    shown_from: Mapped[datetime]
    shown_until: Mapped[datetime | None]
    #: Somebody wants it sent to the school's guardians too; the scheduler queues the mails and notes when.
    send_wanted: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    sent_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Draft(Base):
    """A form that came after the closing: kept seven days and given back, so that no text is lost."""

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(String(400))
    fields: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    saved_at: Mapped[datetime]
