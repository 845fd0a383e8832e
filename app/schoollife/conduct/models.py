"""Punishments and sanctions: one table, two fates (S2-5, S2-6)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, SetAside


class Measure(SetAside, Base):
    """A 'punishment' (given by any adult of the school) or a 'sanction' (decided by the head)."""

    __tablename__ = "measure"
    __table_args__ = (
        Index("ix_measure_student_id", "student_id"),
        Index("ix_measure_school_id_kind", "school_id", "kind"),
        CheckConstraint("kind IN ('punishment', 'sanction')", name="kind"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    year_id: Mapped[int] = mapped_column(Id, ForeignKey("school_year.id"))
    class_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school_class.id", ondelete="SET NULL"), index=True)
    student_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(12))
    #: Of the school's lists of types and reasons (DATA-8).
    type_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school_parameter.id", ondelete="SET NULL"))
    reason_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school_parameter.id", ondelete="SET NULL"))
    words: Mapped[str] = mapped_column(Text, default="")
    decided_on: Mapped[date]
    due_on: Mapped[date | None]
    done_at: Mapped[datetime | None]
    author_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"), index=True)
    recorded_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}
