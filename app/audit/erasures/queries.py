"""Reading both ledgers of erasures: the table, and the file that outlives the database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import Connection, select
from sqlalchemy.sql import column, table

from app.audit.erasures.models import Erasure
from app.audit.erasures.spans import Spans
from app.db import UtcDateTime, db


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Rows of the table ``kind`` erased at ``at`` (portal time); ``token`` tells the entry from every other."""

    token: str
    kind: str
    numbers: Spans
    at: datetime

    def spelled(self, portal: str) -> str:
        """The entry as a line of the file of the portal with that mark."""
        full = {
            "portal": portal, "token": self.token, "kind": self.kind, "numbers": self.numbers, "at": self.at.isoformat(),
        }  # fmt: skip
        return json.dumps(full, sort_keys=True, separators=(",", ":"))


def ledger_file() -> Path:
    """Where the ledger outside the database stands."""
    folder: Path = current_app.extensions["settings"].data_dir
    return folder / "erasures.jsonl"


def portal_mark(connection: Connection | None = None) -> str:
    """Tells this portal's entries from another's that shares the data folder: made from the instant of its setting up."""
    # The directory is a room to the right of this one: its table is named, not imported.
    project = table("project", column("id"), column("created_at", UtcDateTime()))
    query = select(project.c.created_at).where(project.c.id == 1)
    made = (connection or db.session.connection()).scalar(query)
    return "" if made is None else hashlib.sha256(made.isoformat().encode()).hexdigest()[:32]


def of_database(connection: Connection | None = None) -> dict[str, Entry]:
    """The entries of the table, by token."""
    ledger = Erasure.__table__.c
    query = select(ledger.token, ledger.kind, ledger.numbers, ledger.at).order_by(ledger.id)
    rows = (connection or db.session.connection()).execute(query)
    return {row.token: Entry(token=row.token, kind=row.kind, numbers=row.numbers, at=row.at) for row in rows}


def of_file(portal: str) -> dict[str, Entry]:
    """The entries of the file that are of the portal with that mark, by token. A line that a crash has cut is passed over."""
    return {entry.token: entry for entry in _lines(portal)}


def _lines(portal: str) -> Iterator[Entry]:
    path = ledger_file()
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            try:
                read = json.loads(line)
            except ValueError:
                continue
            if read["portal"] == portal:
                at = datetime.fromisoformat(read["at"])
                yield Entry(token=read["token"], kind=read["kind"], numbers=read["numbers"], at=at)
