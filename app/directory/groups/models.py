"""Free groups and who is in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, false
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, SetAside, unique_live


class FreeGroup(SetAside, Base):
    """A group made by hand. ``lifetime`` 'unlimited' stays, 'year' goes with the school year (S3-2, S3-3)."""

    __tablename__ = "free_group"
    __table_args__ = (
        Index("ix_free_group_school_id_name", "school_id", "name"),
        CheckConstraint("lifetime IN ('unlimited', 'year')", name="lifetime"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    name: Mapped[str] = mapped_column(String(120))
    words: Mapped[str] = mapped_column(String(400), default="")
    lifetime: Mapped[str] = mapped_column(String(10), default="year")
    #: Used for teaching; not an option group, so it stays unless limited to the year (S3-3).
    teaching: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    created_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}


class FreeGroupMember(SetAside, Base):
    """Somebody in a free group; ``manager`` may change it and is warned before it goes (S3-4)."""

    __tablename__ = "free_group_member"
    __table_args__ = (
        unique_live("free_group_member", "group_id", "person_id"),
        Index("ix_free_group_member_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    group_id: Mapped[int] = mapped_column(Id, ForeignKey("free_group.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    manager: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    since: Mapped[datetime]
