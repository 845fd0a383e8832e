"""What was declared of a school (FEED-7)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id


class SchoolDeclaration(Base):
    """A closure, merger, split or new UAI; it counts once a second person has confirmed it. Instants are portal time."""

    __tablename__ = "school_declaration"
    __table_args__ = (
        # One that waits for its second person, or has ended the school.
        Index(
            "uq_school_declaration_school_id",
            "school_id",
            unique=True,
            sqlite_where=text("open"),
            postgresql_where=text("open"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    #: A value of ``kinds.Declared``.
    kind: Mapped[str] = mapped_column(String(10))
    #: The first day on which it is so, in the school's zone.
    day: Mapped[date]
    #: UAIs of the successors, or the new one alone.
    uais: Mapped[list[str]] = mapped_column(JSON)
    #: What becomes of its site and address; of permanent sections and groups; of the trash; of the archives, and who keeps them by law.
    site: Mapped[str] = mapped_column(Text)
    #: A value of ``kinds.Address``: what becomes of the public address of a school that ends; the last day on which it is readable.
    address: Mapped[str] = mapped_column(String(10), default="stays")
    readable_until: Mapped[date | None]
    sections: Mapped[str] = mapped_column(Text)
    trash: Mapped[str] = mapped_column(Text)
    archives: Mapped[str] = mapped_column(Text)
    keeper: Mapped[str] = mapped_column(String(200))
    #: UAI of the successor that keeps the archives and may read them; empty: the project does.
    keeper_uai: Mapped[str] = mapped_column(String(8), default="")
    declared_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    declared_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    confirmed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    #: A delivery has given the school its new UAI.
    applied_at: Mapped[datetime | None]
    #: The UAI that the school had until then: its addresses lead on.
    former_uai: Mapped[str] = mapped_column(String(8), default="", index=True)
    #: Neither withdrawn nor, for a new UAI, applied.
    open: Mapped[bool] = mapped_column(default=True)
