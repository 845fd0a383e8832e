"""Who follows a pupil, who has left in mid-year, which phone numbers families have changed, which links differ from the feed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, SetAside, unique_live


class SupportLink(SetAside, Base):
    """A support worker ('aesh') or tutor ('tutor') who follows a pupil; ends at step 3 and is listed for renewal (PORTAL-9)."""

    __tablename__ = "support_link"
    __table_args__ = (
        unique_live("support_link", "student_id", "adult_id"),
        Index("ix_support_link_adult_id", "adult_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    student_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    adult_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(8))
    made_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]


class PupilExit(Base):
    """A pupil excluded or gone in mid-year (ACCT-8): 'suspended' changes no access.

    'excluded' and 'left' close that school from their day on.
    """

    __tablename__ = "pupil_exit"
    __table_args__ = (
        Index("ix_pupil_exit_student_id", "student_id"),
        CheckConstraint("kind IN ('suspended', 'excluded', 'left')", name="kind"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    student_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    #: The first day, in the school's zone; ``until`` is the last one, for a suspension.
    since: Mapped[date]
    until: Mapped[date | None]
    #: Taken back.
    ended_at: Mapped[datetime | None]
    #: When the school was closed to the pupil: on the day, or when it was recorded later.
    took_effect_at: Mapped[datetime | None]
    #: What the pupil and their guardians were in the school, for taking the exit back.
    taken: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    #: The last import that still named the pupil in the school, and the one since which none does.
    carried_at: Mapped[datetime | None]
    agreed_at: Mapped[datetime | None]
    recorded_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    recorded_at: Mapped[datetime]


class PhoneChange(Base):
    """A number that a guardian has changed in the portal, listed until the office has taken it over (PORTAL-6)."""

    __tablename__ = "phone_change"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    #: 'home_phone', 'work_phone' or 'mobile_phone'.
    which: Mapped[str] = mapped_column(String(14))
    number: Mapped[str] = mapped_column(String(40))
    changed_at: Mapped[datetime]
    taken_over_at: Mapped[datetime | None]
    taken_over_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))


class LinkCut(Base):
    """A guardian's link that the head has cut (KIN-3): why, for those who administer only, and what the feed still says."""

    __tablename__ = "link_cut"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    guardianship_id: Mapped[int] = mapped_column(Id, ForeignKey("guardianship.id", ondelete="CASCADE"), index=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    #: Never shown to families.
    reason: Mapped[str] = mapped_column(Text, default="")
    cut_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    cut_at: Mapped[datetime]
    #: The link was made again.
    ended_at: Mapped[datetime | None]
    #: The last import that still carried the link, and the one since which none does.
    carried_at: Mapped[datetime | None]
    agreed_at: Mapped[datetime | None]
