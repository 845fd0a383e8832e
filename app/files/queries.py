"""Reading blobs."""

from __future__ import annotations

from pathlib import Path

from flask import current_app
from sqlalchemy import exists, literal, or_, select
from sqlalchemy.sql.expression import ColumnElement

from app.db import Base, db
from app.errors import NotFound
from app.files import addresses
from app.files.models import BackupMade, Blob


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


def is_referred_to() -> ColumnElement[bool]:
    """The condition that some row of any table refers to a blob of the statement around it."""
    return or_(
        *(
            exists(select(literal(1)).select_from(column.table).where(column == Blob.sha256).correlate(Blob))
            for column in references()
        )
    )


def newest_backup() -> BackupMade | None:
    """The newest backup of this portal, None where none was made: a run offers one before it begins."""
    return db.session.scalars(select(BackupMade).order_by(BackupMade.at.desc(), BackupMade.id.desc()).limit(1)).first()
