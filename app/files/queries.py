"""Reading blobs."""

from __future__ import annotations

from pathlib import Path

from flask import current_app
from sqlalchemy import select
from sqlalchemy.sql.expression import ColumnElement

from app.db import Base, db
from app.errors import NotFound
from app.files import addresses
from app.files.models import Blob


def path_of(sha256: str) -> Path:
    """Where the bytes of a blob stand."""
    folder: Path = current_app.extensions["settings"].data_dir
    return folder / addresses.place(sha256)


def blob(sha256: str) -> Blob:
    """The blob called ``sha256``. Raises ``NotFound``."""
    found = db.session.get(Blob, sha256) if addresses.is_sha256(sha256) else None
    if found is None:
        raise NotFound()
    return found


def read(sha256: str) -> bytes:
    """The bytes of a blob. Raises ``NotFound`` where the row or the file is missing."""
    try:
        return path_of(blob(sha256).sha256).read_bytes()
    except FileNotFoundError:
        raise NotFound() from None


def references() -> tuple[ColumnElement[str], ...]:
    """Every column of every table that refers to a blob: a new table counts by its foreign key alone."""
    target = Blob.__table__.c.sha256
    return tuple(
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.column is target for key in column.foreign_keys)
    )


def referenced() -> frozenset[str]:
    """The blobs that some row refers to now."""
    found: set[str] = set()
    for column in references():
        found.update(db.session.scalars(select(column).where(column.is_not(None)).distinct()))
    return frozenset(found)
