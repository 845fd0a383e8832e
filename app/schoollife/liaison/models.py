"""The liaison notebook's entries and what each family has answered; agenda events."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, SetAside, unique_live


class LiaisonEntry(SetAside, Base):
    """A word between school and home: to a whole class (no pupil), or about one pupil, by the school or by a guardian.

    What a guardian has written is read by the school and by nobody else of the family (KIN-2).
    """

    __tablename__ = "liaison_entry"
    __table_args__ = (
        Index("ix_liaison_entry_class_id_written_at", "class_id", "written_at"),
        Index("ix_liaison_entry_student_id_written_at", "student_id", "written_at"),
        Index("ix_liaison_entry_author_id", "author_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    year_id: Mapped[int] = mapped_column(Id, ForeignKey("school_year.id"))
    class_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school_class.id", ondelete="SET NULL"))
    student_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    by_family: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    #: 'word', 'absence', 'trip', 'meeting'.
    kind: Mapped[str] = mapped_column(String(10), default="word")
    title: Mapped[str] = mapped_column(String(160))
    source: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    #: Each guardian is asked to sign that they have read it.
    to_sign: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    written_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}


class LiaisonReceipt(SetAside, Base):
    """That one guardian has read, signed or answered an entry about one pupil; seen by that guardian and the school (KIN-2)."""

    __tablename__ = "liaison_receipt"
    __table_args__ = (
        unique_live("liaison_receipt", "entry_id", "guardian_id", "student_id"),
        Index("ix_liaison_receipt_guardian_id", "guardian_id"),
        Index("ix_liaison_receipt_student_id", "student_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    entry_id: Mapped[int] = mapped_column(Id, ForeignKey("liaison_entry.id", ondelete="CASCADE"))
    guardian_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    student_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    read_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")


class AgendaEvent(SetAside, Base):
    """A date of a school (no class) or of a class: an outing, a meeting, an examination."""

    __tablename__ = "agenda_event"
    __table_args__ = (
        Index("ix_agenda_event_school_id_starts_at", "school_id", "starts_at"),
        Index("ix_agenda_event_class_id_starts_at", "class_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    year_id: Mapped[int] = mapped_column(Id, ForeignKey("school_year.id"))
    class_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school_class.id", ondelete="SET NULL"))
    author_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"), index=True)
    title: Mapped[str] = mapped_column(String(160))
    words: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(String(120), default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}
