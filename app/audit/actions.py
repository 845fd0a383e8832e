"""Leaving audit lines. Lines are gathered in the session and chained as the transaction's last statement (G10)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import event, insert, select, update
from sqlalchemy.orm import Session, SessionTransaction

from app import clock
from app.audit import chain
from app.audit.erasures import actions as erasures
from app.audit.models import AuditDetail, AuditHead, AuditLine
from app.db import db
from app.profiles import Visitor


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts: a signed-in person, or a part of the portal ('command', 'scheduler', 'feed')."""

    name: str
    person_id: int | None = None


COMMAND = Actor(name="command")
SCHEDULER = Actor(name="scheduler")
FEED = Actor(name="feed")
SYSTEM = Actor(name="system")


def actor_of(visitor: Visitor) -> Actor:
    """The signed-in visitor as an actor."""
    return Actor(name="person", person_id=visitor.person_id)


def record(
    action: str,
    *,
    by: Actor,
    now: datetime,
    subject: tuple[str, int | None],
    school_id: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Leave a line in the current transaction.

    ``action`` is a dotted verb ('window.amended'); ``subject`` a kind and an id; ``now`` the portal's instant; ``before`` and
    ``after`` are JSON values, kept apart from the chain. Nothing is written before the transaction commits.
    """
    line = {
        "machine_at": clock.machine_now(),
        "portal_at": now,
        "actor_id": by.person_id,
        "actor": by.name,
        "action": action,
        "subject_kind": subject[0],
        "subject_id": subject[1],
        "school_id": school_id,
    }
    values = {"before": None if before is None else dict(before), "after": None if after is None else dict(after)}
    db.session.info.setdefault("audit", []).append((line, values))


def gathered() -> int:
    """How many lines the running transaction has gathered so far."""
    return len(db.session.info.get("audit", []))


def forget_after(count: int) -> None:
    """Leave out what was gathered after the first ``count`` lines: a savepoint that was rolled back did nothing."""
    del db.session.info.get("audit", [])[count:]


def _chain_lines(session: Session) -> None:
    if session.in_nested_transaction() or not (gathered := session.info.pop("audit", [])):
        return
    session.flush()
    head = session.execute(
        select(AuditHead.count, AuditHead.hash).where(AuditHead.id == 1).with_for_update()
    ).one_or_none()
    number, previous = head if head is not None else (0, chain.BEGINNING)
    lines, details = [], []
    for line, values in gathered:
        number += 1
        salt = secrets.token_hex(16)
        line = line | {"number": number, "digest": chain.digest_of(values, salt)}
        previous = line["hash"] = chain.hash_of(previous, chain.line_facts(line))
        lines.append(line)
        details.append({"number": number, "salt": salt, "values": values})
    session.execute(insert(AuditLine), lines)
    session.execute(insert(AuditDetail), details)
    if head is None:
        session.execute(insert(AuditHead).values(id=1, count=number, hash=previous))
    else:
        session.execute(update(AuditHead).where(AuditHead.id == 1).values(count=number, hash=previous))


def _forget_lines(session: Session, previous: SessionTransaction) -> None:
    if not previous.nested:
        session.info.pop("audit", None)


def bind() -> None:
    """Chain gathered lines just before every commit, and forget them when a transaction is rolled back."""
    event.listen(db.session, "before_commit", _chain_lines)
    event.listen(db.session, "after_soft_rollback", _forget_lines)
    erasures.bind()
