"""The demo, built once a run and copied for each test that plays with it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app import clock, create_app
from app.audit.actions import COMMAND
from app.db import db
from app.demo import actions
from tests.conftest import settings_for, with_templates


@pytest.fixture(scope="session")
def demo_template(sqlite_template: Path, worker_folder: Path) -> Path:
    """A database file with the furnished demo."""
    path = worker_folder / "demo.sqlite3"
    shutil.copy(sqlite_template, path)
    app = create_app(settings_for(f"sqlite:///{path}", worker_folder / "demo", BASCULE_DEMO="1"), testing=True)
    with app.app_context():
        actions.build(folder=worker_folder / "aaf", coming=worker_folder / "coming", by=COMMAND)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    clock.set_offset(timedelta())
    return path


@pytest.fixture
def coming(demo_template: Path, worker_folder: Path) -> Path:
    """The deliveries that the demo's academy will make."""
    return worker_folder / "coming"


@pytest.fixture
def demo_database(demo_template: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    path = tmp_path / "demo.sqlite3"
    shutil.copy(demo_template, path)
    return path


@pytest.fixture
def demo_app(demo_database: Path, tmp_path: Path) -> Iterator[Flask]:
    """The demo as ``make demo`` serves it: marked database and BASCULE_DEMO=1."""
    settings = settings_for(f"sqlite:///{demo_database}", tmp_path / "data", BASCULE_DEMO="1")
    app = with_templates(create_app(settings, testing=True))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    clock.set_offset(timedelta())
