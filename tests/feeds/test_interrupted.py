"""An import killed at any point leaves nothing half done, and the next try works (G5, G14)."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from app import create_app
from app.audit.actions import COMMAND
from app.db import db
from app.directory.models import Affiliation, ClassMembership, Guardianship, Person, School, SchoolClass
from app.feeds.actions import import_aaf
from app.feeds.models import FeedImport, FeedReject, FeedStructure
from tests import processes
from tests.conftest import settings_for
from tests.feeds import deliveries as make

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


def importing(url: str, folder: Path, data: Path, stop: int) -> None:
    """Import, and die without warning when statement number ``stop`` of it is about to run; -1: before the commit; 0: never."""
    app = create_app(settings_for(url, data))
    with app.app_context():
        count = 0

        def seen(*_: object) -> None:
            nonlocal count
            count += 1
            if count == stop:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(db.engine, "before_cursor_execute", seen)
        import_aaf(folder, by=COMMAND, now=datetime(2026, 8, 25, 6, tzinfo=UTC))
        if stop == -1:
            os.kill(os.getpid(), signal.SIGKILL)
        db.session.commit()
        sys.stdout.write(str(count))


def run(url: str, folder: Path, data: Path, stop: int) -> tuple[int | None, str]:
    """How the process of an import ended, and what it said."""
    output = folder.with_name("output")
    process = processes.begin(importing, url, folder, data, stop, output=output)
    process.join(120)
    return process.exitcode, output.read_text()


@pytest.mark.long
def test_an_import_killed_at_any_point_leaves_nothing_and_the_next_try_works(
    portal: Flask, database: str, tmp_path: Path, take: Callable[..., dict[str, Any]]
) -> None:
    take(make.small(tmp_path / "before", pupils=3))
    before = rows()
    folder = make.small(tmp_path / "d", pupils=5, day="20260825")
    db.session.remove()
    for stop in (12, 75, 100, 130, -1):
        ended, said = run(database, folder, tmp_path / "child", stop)
        assert ended == -signal.SIGKILL, (stop, said)
        assert rows() == before, stop
    db.session.remove()
    ended, said = run(database, folder, tmp_path / "child", 0)
    assert ended == 0, said
    assert int(said) > 130
    after = rows()
    assert after["person"] == before["person"] + 4
    assert after["feed_import"] == before["feed_import"] + 1


@pytest.mark.parametrize("stop", [1])
def test_a_process_killed_while_it_reads_has_not_touched_the_database(
    portal: Flask, database: str, tmp_path: Path, stop: int
) -> None:
    before = rows()
    db.session.remove()
    ended, said = run(database, make.small(tmp_path / "d"), tmp_path / "child", stop)
    assert ended == -signal.SIGKILL, said
    assert rows() == before
