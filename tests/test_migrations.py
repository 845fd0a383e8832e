"""Migrations run up and down on both databases, agree with the models, and keep rows."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect

from app import create_app
from app.db import db
from tests.conftest import DATABASES, settings_for
from tests.databases import Databases


@pytest.fixture
def empty_app(
    request: pytest.FixtureRequest, tmp_path: Path, postgresql: Callable[[], str], worker_folder: Path
) -> Iterator[Flask]:
    """An application on a database without a single table."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/empty.sqlite3"
    else:
        worker = getattr(request.config, "workerinput", {"workerid": "main"})["workerid"]
        url = Databases.create(postgresql(), f"migrations_{worker}")
    app = create_app(settings_for(url, tmp_path / "data"), testing=True)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    shutil.rmtree(tmp_path, ignore_errors=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "empty_app" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        metafunc.parametrize("empty_app", DATABASES if chosen == "both" else [chosen], indirect=True)


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_the_newest_migration_agrees_with_the_models(empty_app: Flask) -> None:
    flask_migrate.upgrade()
    assert tables() == set(db.metadata.tables)
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": _compare_type, "compare_server_default": False}
        )
        assert compare_metadata(context, db.metadata) == []


def test_migrations_go_down_to_nothing_and_up_again(empty_app: Flask) -> None:
    flask_migrate.upgrade()
    flask_migrate.downgrade(revision="base")
    assert tables() == set()
    flask_migrate.upgrade()
    assert tables() == set(db.metadata.tables)


def _compare_type(_context: object, _inspected: object, _column: object, found: object, wanted: object) -> bool | None:
    if type(wanted).__name__ == "UtcDateTime":
        return type(found).__name__ not in ("DATETIME", "TIMESTAMP")
    return None
