"""The audit's tables. A line holds ids and a digest only; names and values stand in ``AuditDetail``, which may be erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Id


class AuditLine(Base):
    """One effect. ``number`` counts without gaps from 1; ``hash`` covers every column but itself and the line before."""

    __tablename__ = "audit_line"
    __table_args__ = (Index("ix_audit_line_subject", "subject_kind", "subject_id"),)

    number: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    machine_at: Mapped[datetime]
    portal_at: Mapped[datetime]
    #: Who: a person's id, or None with ``actor`` telling which part of the portal acted (command, scheduler, feed).
    actor_id: Mapped[int | None] = mapped_column(Id)
    actor: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int | None] = mapped_column(Id)
    school_id: Mapped[int | None] = mapped_column(Id, index=True)
    digest: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    detail: Mapped[AuditDetail | None] = relationship(back_populates="line", lazy="raise")


class AuditDetail(Base):
    """Values before and after, and the salt of their digest: erased by LAW-1's clock, which leaves the chain whole."""

    __tablename__ = "audit_detail"

    number: Mapped[int] = mapped_column(Id, ForeignKey("audit_line.number"), primary_key=True, autoincrement=False)
    salt: Mapped[str] = mapped_column(String(32))
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    line: Mapped[AuditLine] = relationship(back_populates="detail", lazy="raise")


class AuditHead(Base):
    """The chain's end, kept apart, so that cutting off the newest lines shows."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    count: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
