"""Telling the ledgers what was erased: a row in the same transaction, a line in the data folder once that is committed."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import event, select
from sqlalchemy.orm import Session, SessionTransaction

from app.audit.erasures.models import Erasure
from app.audit.erasures.queries import Entry, ledger_file, of_database, of_file, portal_mark
from app.audit.erasures.spans import spans_of
from app.db import db


def erased(kind: str, numbers: Iterable[int], *, now: datetime) -> None:
    """Note that the rows ``numbers`` of the table ``kind`` are erased for good in this transaction; ``now`` is portal time.

    Whoever erases because the law or a retention says so calls it, in the transaction that erases; a restored backup then loses
    these rows too (G17). What people delete every day is not told here: to have it back is what a backup is for. Rows that go
    with these through the database's own cascades need not be named.
    """
    spans = spans_of(numbers)
    if not spans:
        return
    entry = Entry(token=secrets.token_hex(16), kind=kind, numbers=spans, at=now)
    db.session.add(Erasure(token=entry.token, kind=kind, numbers=spans, at=now))
    db.session.info.setdefault("erasures", {})[entry.token] = entry.spelled(portal_mark())


def complete_file() -> int:
    """Write into the file what a crash between a commit and its line has left out; how many entries."""
    portal = portal_mark()
    there = of_file(portal)
    missing = [entry.spelled(portal) for token, entry in of_database().items() if token not in there]
    _append(missing)
    return len(missing)


def _append(lines: list[str]) -> None:
    """Add the lines to the file, synced; several processes write whole lines."""
    if not lines:
        return
    path = ledger_file()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0, os.SEEK_END)
        if file.tell():
            file.seek(-1, os.SEEK_END)
            # A crash has cut the last line: what follows begins a line of its own.
            if file.read(1) != b"\n":
                lines = ["", *lines]
        file.write("".join(f"{line}\n" for line in lines).encode())
        file.flush()
        os.fsync(file.fileno())


def _keep_what_stands(session: Session) -> None:
    """Entries whose savepoint was rolled back are no entries."""
    if session.in_nested_transaction() or not (gathered := session.info.get("erasures")):
        return
    session.flush()
    standing = set(session.scalars(select(Erasure.token).where(Erasure.token.in_(gathered))))
    session.info["erasures"] = {token: line for token, line in gathered.items() if token in standing}


def _write_lines(session: Session) -> None:
    _append(list(session.info.pop("erasures", {}).values()))


def _forget_lines(session: Session, previous: SessionTransaction) -> None:
    if not previous.nested:
        session.info.pop("erasures", None)


def bind() -> None:
    """Write the lines after every commit, and forget them when a transaction is rolled back."""
    event.listen(db.session, "before_commit", _keep_what_stands)
    event.listen(db.session, "after_commit", _write_lines)
    event.listen(db.session, "after_soft_rollback", _forget_lines)
