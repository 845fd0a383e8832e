"""Runs migrations on the application's database.

Column types of our own are rendered as what they are in a database, so that migrations never import the application. On
SQLite foreign keys are off while tables are rebuilt (a batch on a parent would empty cascading children) and checked after.
"""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection

database = current_app.extensions["migrate"].db
metadata = database.metadata


def render_item(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """An instant is a DATETIME with time zone, wherever the type keeps one."""
    if kind == "type" and type(item).__name__ == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    return False


def compare_type(_context: Any, _inspected: Any, _column: Any, inspected_type: Any, metadata_type: Any) -> bool | None:
    """Instants are equal whatever the database calls them; everything else is compared as usual."""
    if type(metadata_type).__name__ == "UtcDateTime":
        return type(inspected_type).__name__ not in ("DATETIME", "TIMESTAMP")
    return None


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """The rows of deliveries that wait to be applied stand in tables of their own, which come and go with them."""
    return kind != "table" or name is None or not name.startswith("staged_")


def run(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_item=render_item,
        compare_type=compare_type,
        include_name=include_name,
        compare_server_default=False,
        render_as_batch=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()
        if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
            raise RuntimeError(f"the migration left rows that refer to nothing: {broken[:5]}")
    if sqlite:
        connection.commit()
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")


if context.is_offline_mode():
    raise SystemExit("Migrations run on a database only: flask --app wsgi db upgrade")
with database.engine.connect() as opened:
    run(opened)
