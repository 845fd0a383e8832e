"""The tables of blobs and of a rollover's archives. The bytes stand in the data folder under their hash."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, SetAside, unique_live


class Blob(Base):
    """Bytes kept once, whoever refers to them. ``kind`` is the media type that was checked, not the one that was claimed."""

    __tablename__ = "blob"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(100))
    stored_at: Mapped[datetime]
    #: Seen without any reference since then (portal time); its bytes go a day later.
    unreferenced_at: Mapped[datetime | None]


class Archive(SetAside, Base):
    """What step 2 has made of a part of year N: a bundle with its manifest, or a plain CSV (S2-3 to S2-6, G9).

    A removal refuses unless the archives of its kind were read back, verified, and cover exactly the rows that it takes.
    ``made_by`` is the task that made it; it goes with that task's undo.
    """

    __tablename__ = "archive"
    __table_args__ = (
        unique_live("archive", "campaign_id", "school_id", "kind", "unit_id"),
        Index("ix_archive_school_id_kind", "school_id", "kind"),
        Index("ix_archive_owner_id", "owner_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    #: Number of the campaign, a room to the right of this one.
    campaign_id: Mapped[int] = mapped_column(BigInteger)
    #: Year N, named by the civil year in which it began.
    begins: Mapped[int] = mapped_column(Integer)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    #: As ``fates.Rule.archive`` names it: 'diary', 'pupil', 'roll-calls' ...
    kind: Mapped[str] = mapped_column(String(24))
    #: What it is of: a class's or a pupil's number, 0 for a whole school.
    unit_id: Mapped[int] = mapped_column(BigInteger)
    title: Mapped[str] = mapped_column(String(200))
    #: The pupil whose own it is (S2-4); None: the school's.
    owner_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    sha256: Mapped[str] = mapped_column(String(64), ForeignKey("blob.sha256"), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    #: Kind of the table of fates -> [rows, sum of their numbers].
    covers: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: Portal time.
    made_at: Mapped[datetime]
    #: Read back and found whole; None: not yet, or damaged since.
    verified_at: Mapped[datetime | None]


class BackupMade(Base):
    """A backup that the portal has made of itself: a step's page says how old the newest is before it begins."""

    __tablename__ = "backup_made"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    #: The folder, as the operator named it.
    path: Mapped[str] = mapped_column(String(500))
    #: Portal time.
    at: Mapped[datetime] = mapped_column(index=True)
    #: Of the tables and of every blob that they name.
    bytes: Mapped[int] = mapped_column(BigInteger)
    #: False: bytes of a blob were missing or damaged when it was made.
    ok: Mapped[bool] = mapped_column(Boolean)
