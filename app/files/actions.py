"""Keeping bytes."""

from __future__ import annotations

import hashlib
import os
import secrets
from datetime import datetime
from pathlib import Path

from sqlalchemy.dialects import postgresql, sqlite

from app.db import db
from app.files import addresses
from app.files.models import Blob
from app.files.queries import path_of


def store(data: bytes, *, kind: str, now: datetime) -> Blob:
    """Keep ``data``, whose media type ``kind`` was checked by the caller, under its SHA-256 (G5).

    The same bytes are kept once. They stand synced in their place before the row can be seen: the caller refers to the
    blob and commits. The row is taken first, so that a removal of the same bytes waits, or is over. ``now`` is portal
    time. Raises KeyError for a media type that is never kept.
    """
    addresses.ENDINGS[kind]
    sha256 = hashlib.sha256(data).hexdigest()
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session.execute(
        insert(Blob)
        .values(sha256=sha256, size=len(data), kind=kind, stored_at=now)
        .on_conflict_do_update(index_elements=["sha256"], set_={"unreferenced_at": None})
    )
    _write(path_of(sha256), data)
    kept = db.session.get(Blob, sha256, populate_existing=True)
    assert kept is not None  # noqa: S101  (written above, in this transaction)
    return kept


def _write(path: Path, data: bytes) -> None:
    """Write under a temporary name, sync, rename, sync the folder: after a crash there is the whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
