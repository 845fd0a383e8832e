"""Reading the audit: the history of a subject, and whether the chain holds."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.audit import chain
from app.audit.models import AuditDetail, AuditHead, AuditLine
from app.db import db


def history(
    subject_kind: str | None = None,
    subject_id: int | None = None,
    *,
    school_id: int | None = None,
    action: str | None = None,
    limit: int = 50,
) -> Sequence[AuditLine]:
    """The newest lines about a subject, a school or an action (prefix), with their details."""
    query = select(AuditLine).options(joinedload(AuditLine.detail)).order_by(AuditLine.number.desc()).limit(limit)
    if subject_kind is not None:
        query = query.where(AuditLine.subject_kind == subject_kind)
    if subject_id is not None:
        query = query.where(AuditLine.subject_id == subject_id)
    if school_id is not None:
        query = query.where(AuditLine.school_id == school_id)
    if action is not None:
        query = query.where(AuditLine.action.startswith(action, autoescape=True))
    return db.session.scalars(query).all()


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What reading the whole chain showed: its length and head, or the first line that does not hold."""

    count: int
    head: str
    broken_at: int | None = None

    @property
    def holds(self) -> bool:
        return self.broken_at is None


def verify() -> Verification:
    """Read the chain from its beginning (G10). Erased details are no break; altered or missing lines are."""
    columns = AuditLine.__table__.columns
    details = AuditDetail.__table__
    query = (
        select(*columns, details.c.salt, details.c["values"])
        .outerjoin_from(AuditLine.__table__, details, details.c.number == columns.number)
        .order_by(columns.number)
    )
    previous, count = chain.BEGINNING, 0
    with closing(db.session.execute(query.execution_options(yield_per=1000))) as rows:
        for row in rows.mappings():
            count += 1
            whole = row["number"] == count and row["hash"] == chain.hash_of(previous, chain.line_facts(dict(row)))
            if whole and row["salt"] is not None:
                whole = row["digest"] == chain.digest_of(row["values"], row["salt"])
            if not whole:
                return Verification(count=count - 1, head=previous, broken_at=count)
            previous = row["hash"]
    head = db.session.get(AuditHead, 1)
    kept = (head.count, head.hash) if head is not None else (0, chain.BEGINNING)
    if kept != (count, previous):
        return Verification(count=count, head=previous, broken_at=count + 1)
    return Verification(count=count, head=previous)
