"""Leavers: people in no school of the project, and those who look like them. A row goes when they are back, or with the person."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id


class Leaver(Base):
    """Somebody who holds no profile and no role any more. Instants are portal time, days those of the project's zone."""

    __tablename__ = "leaver"

    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    #: When the portal first saw it.
    noticed_at: Mapped[datetime]
    #: The day of leaving; None: not looked at yet.
    left_on: Mapped[date | None]
    #: The first day of the law's ninety; None: the clock waits for the new year's directory (LAW-1, CAL-11).
    clock_from: Mapped[date | None] = mapped_column(index=True)
    warned_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    #: They object to their contributions being kept (LAW-3).
    objected_at: Mapped[datetime | None]
    #: Account and personal data are gone; the name stays in the school's own file until its retention is over.
    erased_at: Mapped[datetime | None]


class Unplaced(Base):
    """Somebody whom a source still names, though in no school: they have not left (ACCT-6, LAW-1). Only feeds write it.

    One in seven of a secondary academy's staff has neither school nor function. So are those whose school's share of a delivery is
    not applied yet.
    """

    __tablename__ = "unplaced"

    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    source: Mapped[str] = mapped_column(String(20), primary_key=True)
    #: 'staff', 'student' or 'adult': which file of a delivery must be there to tell that they are gone.
    category: Mapped[str] = mapped_column(String(8))
    #: The number of the complete delivery that named them last; its report may be gone. None: only a delta did.
    delivery: Mapped[int | None] = mapped_column(BigInteger)
