"""The snapshot of the tables that a backup is made of, and reading a backup back before anything is touched."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    column,
    inspect,
    literal,
    select,
    table,
)
from sqlalchemy.types import TypeEngine

from app.db import db, reading_only
from app.files.addresses import place
from app.files.queries import newest_backup as newest_backup
from app.maintenance.backup.manifest import MANIFEST, Manifest
from app.maintenance.backup.problems import Damaged, NotABackup
from app.standing_tables import STAGED
from app.words import Words

#: Kept by the migrations themselves.
VERSION_TABLE = "alembic_version"
_PIECE = 1 << 20
_KINDS: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (JSON, "json"),
    (Boolean, "truth"),
    (DateTime, "instant"),
    (Date, "day"),
    (LargeBinary, "bytes"),
    (Float, "figure"),
    (Numeric, "decimal"),
    (Integer, "number"),
)


def reflected(connection: Connection) -> list[Table]:
    """The tables as the database has them, whatever the models say, parents before children.

    A delivery that waits to be applied is read again instead (``feeds.staging``).
    """
    metadata = MetaData()
    metadata.reflect(connection, only=lambda name, _all: not name.startswith(STAGED))
    return [one for one in metadata.sorted_tables if one.name != VERSION_TABLE]


def revision_of(connection: Connection) -> str | None:
    """The schema's revision; None where the tables were made without migrations."""
    if VERSION_TABLE not in inspect(connection).get_table_names():
        return None
    version = table(VERSION_TABLE, column("version_num"))
    revision: str | None = connection.scalar(select(version.c.version_num))
    return revision


def columns_of(of: Table) -> tuple[tuple[str, str], ...]:
    """Names and kinds of a table's columns."""
    return tuple((one.name, _kind(one.type)) for one in of.columns)


def _kind(given: TypeEngine[Any]) -> str:
    return next((name for kind, name in _KINDS if isinstance(given, kind)), "text")


def rows_of(connection: Connection, of: Table) -> Iterator[tuple[Any, ...]]:
    """Every row, by key, streamed."""
    query = select(of).order_by(*of.primary_key.columns)
    for row in connection.execute(query.execution_options(yield_per=2000)):
        yield tuple(row)


def is_set_up() -> bool:
    """Does the database hold a portal?"""
    with reading_only(), db.engine.connect() as connection:
        if "project" not in inspect(connection).get_table_names():
            return False
        return connection.execute(select(literal(1)).select_from(table("project"))).first() is not None


def is_empty() -> bool:
    """Has the database no table, or none with a row?"""
    with reading_only(), db.engine.connect() as connection:
        names = [name for name in inspect(connection).get_table_names() if name != VERSION_TABLE]
        return all(
            connection.execute(select(literal(1)).select_from(table(name)).limit(1)).first() is None for name in names
        )


def checked(path: Path, tell: Callable[[Words], None], words: Words) -> Manifest:
    """The manifest of the backup at ``path``, every member read and compared with it. Raises ``NotABackup``, ``Damaged``."""
    manifest = manifest_of(path)
    tell(words)
    for member in manifest.tables:
        file = path / member.file
        if not file.is_file() or file.stat().st_size != member.size or digest_of(file) != member.sha256:
            raise Damaged(member=member.file)
    for sha256, size in manifest.blobs.items():
        file = path / place(sha256)
        if not file.is_file() or file.stat().st_size != size or digest_of(file) != sha256:
            raise Damaged(member=str(place(sha256)))
    return manifest


def manifest_of(path: Path) -> Manifest:
    """The manifest of the backup at ``path``. Raises ``NotABackup`` where there is none, ``Damaged``."""
    file = path / MANIFEST
    if not file.is_file():
        raise NotABackup(path=str(path))
    try:
        return Manifest.read(file.read_bytes())
    except ValueError as wrong:
        raise Damaged(member=MANIFEST) from wrong


def digest_of(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
