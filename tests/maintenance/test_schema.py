"""``setup`` brings an empty database to the newest schema, and leaves a newest one as it is."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect

from app import create_app
from app.db import Base, db
from tests.conftest import settings_for


def test_setup_on_an_empty_database_makes_every_table(tmp_path: Path) -> None:
    app = create_app(settings_for(f"sqlite:///{tmp_path / 'empty.sqlite3'}", tmp_path / "data"), testing=True)
    arguments = ["setup", "--name", "Essai", "--year", "2026", "--first-day", "2026-09-01", "--json"]
    for created in ("true", "false"):
        result = app.test_cli_runner().invoke(args=arguments)
        assert result.exit_code == 0, result.output
        assert f'"created": {created}' in result.stdout
    with app.app_context():
        assert set(inspect(db.engine).get_table_names()) == set(Base.metadata.tables) | {"alembic_version"}
        db.engine.dispose()
