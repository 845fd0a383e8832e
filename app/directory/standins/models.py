"""Stand-ins of a function. Days are inclusive, of the school's own zone."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id
from app.profiles import Role


class StandIn(Base):
    """Somebody who holds a function of a school from one day to another, beside or instead of its holder (CHECK-4).

    While it is in force it gives the role itself, by a grant whose source is ``SOURCE``.
    """

    __tablename__ = "stand_in"
    __table_args__ = (
        Index("ix_stand_in_school_id_role", "school_id", "role"),
        Index("ix_stand_in_person_id", "person_id"),
        CheckConstraint("from_day <= last_day", name="days"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    #: 'head' or 'school-admin'.
    role: Mapped[Role] = mapped_column(String(20))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    from_day: Mapped[date]
    last_day: Mapped[date]
    #: The project has named them, not the school.
    by_project: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    named_at: Mapped[datetime]
    named_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    #: Ended before its last day.
    ended_at: Mapped[datetime | None]
