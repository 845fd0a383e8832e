"""Roll-call sheets and absences."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, SetAside, unique_live


class RollCall(SetAside, Base):
    """The sheet of one lesson. Not validated: still to do, shown first (PORTAL-18)."""

    __tablename__ = "roll_call"
    __table_args__ = (
        unique_live("roll_call", "lesson_id"),
        Index("ix_roll_call_school_id_held_at", "school_id", "held_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    lesson_id: Mapped[int] = mapped_column(Id, ForeignKey("lesson.id", ondelete="CASCADE"))
    class_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school_class.id", ondelete="SET NULL"), index=True)
    held_at: Mapped[datetime]
    called_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    validated_at: Mapped[datetime | None]


class Absence(SetAside, Base):
    """A pupil who was 'absent', 'late' or 'excused-from' (a lesson), from a roll call or written by school life."""

    __tablename__ = "absence"
    __table_args__ = (
        Index("ix_absence_student_id_starts_at", "student_id", "starts_at"),
        Index("ix_absence_school_id_starts_at", "school_id", "starts_at"),
        Index("ix_absence_roll_call_id", "roll_call_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    year_id: Mapped[int] = mapped_column(Id, ForeignKey("school_year.id"))
    student_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    class_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school_class.id", ondelete="SET NULL"))
    roll_call_id: Mapped[int | None] = mapped_column(Id, ForeignKey("roll_call.id", ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(String(12))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    #: Of the school's list of absence reasons and of actions taken.
    reason_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school_parameter.id", ondelete="SET NULL"))
    action_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school_parameter.id", ondelete="SET NULL"))
    justified: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    recorded_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    recorded_at: Mapped[datetime]


class AbsenceExplanation(SetAside, Base):
    """What one guardian has said about an absence; read by that guardian and the school (KIN-2)."""

    __tablename__ = "absence_explanation"
    __table_args__ = (
        unique_live("absence_explanation", "absence_id", "guardian_id"),
        Index("ix_absence_explanation_guardian_id", "guardian_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    absence_id: Mapped[int] = mapped_column(Id, ForeignKey("absence.id", ondelete="CASCADE"))
    guardian_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    words: Mapped[str] = mapped_column(Text, default="")
    written_at: Mapped[datetime]
