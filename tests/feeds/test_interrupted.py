"""An import killed at any point leaves nothing half done, and the next try works (G5, G14)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db import db
from app.directory.models import Affiliation, ClassMembership, Guardianship, Person, School, SchoolClass
from app.feeds.models import FeedImport, FeedReject, FeedStructure
from tests.feeds import deliveries as make

ROOT = Path(__file__).resolve().parents[2]
#: Imports, and kills itself without warning when statement number ``stop`` of the import is about to run.
CHILD = """
import os, signal, sys
from datetime import UTC, datetime
from sqlalchemy import event
from app import create_app
from app.audit.actions import COMMAND
from app.db import db
from app.feeds.actions import import_aaf
from tests.conftest import settings_for
from pathlib import Path

url, folder, data, stop = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
app = create_app(settings_for(url, Path(data)))
with app.app_context():
    count = 0
    def seen(connection, cursor, statement, *rest):
        global count
        count += 1
        if count == stop:
            os.kill(os.getpid(), signal.SIGKILL)
    event.listen(db.engine, "before_cursor_execute", seen)
    import_aaf(folder, by=COMMAND, now=datetime(2026, 8, 25, 6, tzinfo=UTC))
    if stop == -1:
        os.kill(os.getpid(), signal.SIGKILL)
    db.session.commit()
    print(count)
"""
FILLED = (
    School,
    Person,
    Affiliation,
    SchoolClass,
    ClassMembership,
    Guardianship,
    FeedImport,
    FeedReject,
    FeedStructure,
)


def rows() -> dict[str, int]:
    counted = {model.__tablename__: db.session.scalar(select(func.count()).select_from(model)) or 0 for model in FILLED}
    db.session.remove()  # or its lock would stop the next process
    return counted


def run(url: str, folder: Path, data: Path, stop: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", CHILD, url, str(folder), str(data), str(stop)],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_an_import_killed_at_any_point_leaves_nothing_and_the_next_try_works(
    portal: Flask, database: str, tmp_path: Path, take: Callable[..., dict[str, Any]]
) -> None:
    take(make.small(tmp_path / "before", pupils=3))
    before = rows()
    folder = make.small(tmp_path / "d", pupils=5, day="20260825")
    db.session.remove()
    for stop in (12, 75, 100, 130, -1):
        killed = run(database, folder, tmp_path / "child", stop)
        assert killed.returncode == -signal.SIGKILL, (stop, killed.stdout, killed.stderr)
        assert rows() == before, stop
    db.session.remove()
    whole = run(database, folder, tmp_path / "child", 0)
    assert whole.returncode == 0, whole.stderr
    assert int(whole.stdout) > 130
    after = rows()
    assert after["person"] == before["person"] + 4
    assert after["feed_import"] == before["feed_import"] + 1


@pytest.mark.parametrize("stop", [1])
def test_a_process_killed_while_it_reads_has_not_touched_the_database(
    portal: Flask, database: str, tmp_path: Path, stop: int
) -> None:
    before = rows()
    db.session.remove()
    killed = run(database, make.small(tmp_path / "d"), tmp_path / "child", stop)
    assert killed.returncode == -signal.SIGKILL
    assert rows() == before
