"""Filling a fresh database from a backup, while the old one stands aside until all is done."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Float,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    bindparam,
    delete,
    func,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.types import String, TypeEngine

from app.db import UtcDateTime, db
from app.maintenance.backup.manifest import Manifest, Member, read_row
from app.maintenance.backup.problems import InUse, NewerSchema, NoRight, WrongCount
from app.maintenance.backup.queries import reflected

#: Where PostgreSQL's old tables stand meanwhile.
_ASIDE = "bascule_before_restore"
_SLICE = 1000


def check_revision(revision: str | None) -> None:
    """Raise ``NewerSchema`` for a revision that this portal's migrations do not know."""
    if revision is not None:
        migrate: Any = current_app.extensions["migrate"]
        scripts = ScriptDirectory(migrate.directory)
        if revision not in {script.revision for script in scripts.walk_revisions()}:
            raise NewerSchema(revision=revision)


def fill(manifest: Manifest, path: Path) -> None:
    """Make the backup's schema, load its rows in one transaction, bring the schema to the newest. Raises ``WrongCount``."""
    if manifest.revision is None:
        db.metadata.create_all(db.engine)
    else:
        upgrade(revision=manifest.revision)
    with db.engine.begin() as connection:
        there = {table.name: table for table in reflected(connection)}
        for member in reversed(manifest.tables):
            # What a migration itself has put there.
            connection.execute(delete(there[member.table]))
        for member in manifest.tables:
            _load(connection, there[member.table], member, path)
    if manifest.revision is not None:
        upgrade()


def _load(connection: Connection, real: Table, member: Member, path: Path) -> None:
    """The rows of one table. A reference to another row of the same table is written once all of them are there."""
    table = Table(member.table, MetaData(), *(Column(name, _type(kind)) for name, kind in member.columns))
    own = [column.name for column in real.columns if any(key.column.table is real for key in column.foreign_keys)]
    number = next(iter(real.primary_key.columns)).name
    later: list[dict[str, Any]] = []
    with (path / member.file).open(encoding="utf-8", newline="\n") as file:
        while lines := list(islice(file, _SLICE)):
            rows = [read_row(line, member.columns) for line in lines]
            for row in rows:
                later += [{"row": row[number], "name": name, "to": row[name]} for name in own if row[name] is not None]
                row.update(dict.fromkeys(own))
            connection.execute(insert(table), rows)
    for name in own:
        naming = [{"row": one["row"], "to": one["to"]} for one in later if one["name"] == name]
        if naming:
            connection.execute(
                update(table).where(table.c[number] == bindparam("row")).values({name: bindparam("to")}), naming
            )
    found = connection.scalar(select(func.count()).select_from(table)) or 0
    if found != member.rows:
        raise WrongCount(table=member.table, wanted=member.rows, found=found)
    if connection.dialect.name == "postgresql":
        _set_sequence(connection, real, number)


def _set_sequence(connection: Connection, real: Table, number: str) -> None:
    """What is numbered next comes after the highest number there is."""
    sequence = connection.scalar(select(func.pg_get_serial_sequence(real.name, number)))
    highest = connection.scalar(select(func.max(real.c[number]))) if sequence else None
    if highest is not None:
        connection.execute(select(func.setval(sequence, highest)))


def _type(kind: str) -> TypeEngine[Any]:
    kinds: dict[str, TypeEngine[Any]] = {
        "json": JSON(none_as_null=True),
        "truth": Boolean(),
        "instant": UtcDateTime(),
        "day": Date(),
        "bytes": LargeBinary(),
        "figure": Float(),
        "decimal": Numeric(),
        "number": BigInteger(),
    }
    return kinds.get(kind, String())


@contextmanager
def old_one_aside() -> Iterator[None]:
    """The database is empty inside; what was there comes back if anything fails, and goes when all is done.

    A restoration that was killed has left its own piece in the way: the one that stands aside is still the old one. Raises
    ``InUse`` where somebody works in the database.
    """
    db.session.remove()
    postgresql = db.engine.dialect.name == "postgresql"
    db.engine.dispose()
    if postgresql:
        _postgresql_aside()
    else:
        _sqlite_aside()
    try:
        yield
    except BaseException:
        db.session.remove()
        db.engine.dispose()
        (_postgresql_back if postgresql else _sqlite_back)()
        raise
    db.session.remove()
    (_postgresql_gone if postgresql else _sqlite_gone)()


def _sqlite_file() -> Path:
    return Path(str(db.engine.url.database))


def _sqlite_kept() -> Path:
    return _sqlite_file().with_name(f"{_sqlite_file().name}.before-restore")


def _sqlite_aside() -> None:
    file = _sqlite_file()
    if not file.exists():
        return
    with sqlite3.connect(file, timeout=5) as connection:
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    connection.close()
    if busy:
        raise InUse()
    if _sqlite_kept().exists():
        _sqlite_drop()
    else:
        file.replace(_sqlite_kept())
        _sqlite_drop()


def _sqlite_drop() -> None:
    for ending in ("", "-wal", "-shm"):
        Path(f"{_sqlite_file()}{ending}").unlink(missing_ok=True)


def _sqlite_back() -> None:
    _sqlite_drop()
    if _sqlite_kept().exists():
        _sqlite_kept().replace(_sqlite_file())


def _sqlite_gone() -> None:
    _sqlite_kept().unlink(missing_ok=True)


def _schema() -> str:
    with db.engine.connect() as connection:
        return str(connection.exec_driver_sql("SELECT current_schema()").scalar())


def _postgresql_aside() -> None:
    schema = _schema()
    try:
        with db.engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
            if _ASIDE in inspect(connection).get_schema_names():
                _drop_tables(connection, schema)
                return
            connection.exec_driver_sql(f'CREATE SCHEMA "{_ASIDE}"')
            _move_tables(connection, schema, _ASIDE)
    except OperationalError as busy:
        raise InUse() from busy
    except ProgrammingError as forbidden:
        raise NoRight() from forbidden


def _postgresql_back() -> None:
    schema = _schema()
    with db.engine.begin() as connection:
        _drop_tables(connection, schema)
        _move_tables(connection, _ASIDE, schema)
        connection.exec_driver_sql(f'DROP SCHEMA "{_ASIDE}"')


def _postgresql_gone() -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql(f'DROP SCHEMA "{_ASIDE}" CASCADE')


def _move_tables(connection: Connection, schema: str, to: str) -> None:
    for name in inspect(connection).get_table_names(schema):
        connection.exec_driver_sql(f'ALTER TABLE "{schema}"."{name}" SET SCHEMA "{to}"')


def _drop_tables(connection: Connection, schema: str) -> None:
    for name in inspect(connection).get_table_names(schema):
        connection.exec_driver_sql(f'DROP TABLE "{schema}"."{name}" CASCADE')
