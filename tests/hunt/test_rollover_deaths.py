"""A rollover's worker dies at each boundary, sleeps past its lease, loses its connections, is killed as a command (G5, G6, G16)."""

from __future__ import annotations

import random
import time
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from app.audit.queries import verify
from app.campaign.working import actions as working
from app.campaign.working import jobs, leases
from app.db import db
from tests.campaign.commands import Command
from tests.campaign.crashing import Child, Snapshot, carry_out, end_of, in_child, run_of, start
from tests.campaign.test_killed_command import assert_same
from tests.campaign.test_lost_database import hang_up
from tests.databases import _psycopg
from tests.hunt.conftest import Hunt
from tests.hunt.stages import Stage


def test_a_step_dies_once_before_each_boundary_and_is_gone_on_with(
    app: Flask, database: str, tmp_path: Path, world: Snapshot, hunt: Hunt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G5: one death before one commit or one file, every place of steps 1 to 3 in turn; a seed is a place."""
    monkeypatch.setattr(jobs, "SLICE", 2)
    monkeypatch.setattr(jobs, "SECONDS", -1.0)
    stages = [Stage(app, database, tmp_path, step) for step in (1, 2, 3)]
    places: list[tuple[Stage, int]] = []
    for stage in stages:
        stage.at.restore()
        places += [(stage, number + 1) for number in range(in_child(app, partial(carry_out, stage.plan_id)) or 0)]
    died = set()
    for number in hunt.rounds():
        stage, die_at = places[number % len(places)]
        act = partial(carry_out, stage.plan_id)
        stage.at.restore()
        in_child(app, act, die_at=die_at)
        in_child(app, act)
        assert end_of(run_of(stage.plan_id)) == stage.end
        died.add(number % len(places))
    hunt.tell(f"{hunt.name}: {len(died)} of {len(places)} places")


def test_a_stopped_worker_that_comes_back_writes_nothing(
    app: Flask, database: str, tmp_path: Path, world: Snapshot, hunt: Hunt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G6: SIGSTOP past the lease, a second worker takes over and finishes, SIGCONT: the first one's write is refused."""
    stages = [Stage(app, database, tmp_path, step) for step in (1, 2, 3)]
    # Within it a stopped worker still holds its part; the other waits for as long.
    for module in (leases, working):
        monkeypatch.setattr(module, "LEASE", timedelta(seconds=0.5))
    taken_over = 0
    for number in hunt.rounds():
        chance = random.Random(number)
        stage = chance.choice(stages)
        act = partial(carry_out, stage.plan_id)
        stage.at.restore()
        child = start(app, act)
        time.sleep(chance.expovariate(4.0))
        child.stop()
        if _writes(database):
            # In the middle of a transaction it holds its part's row, or all of SQLite: as long as it sleeps nobody goes on.
            if not database.startswith("sqlite") and chance.random() < 0.5:
                # The server has given up waiting for it, as one does whose client is gone.
                hang_up(database)
                in_child(app, act)
                taken_over += 1
            child.go_on()
        else:
            in_child(app, act)
            taken_over += 1
            child.go_on()
        _ended_or_cut_off(child)
        in_child(app, act)
        assert end_of(run_of(stage.plan_id)) == stage.end
    hunt.tell(f"{hunt.name}: a second worker took over {taken_over} times")


def _writes(url: str) -> bool:
    """Was the process stopped in the middle of a transaction?"""
    if not url.startswith("sqlite"):
        # Asked on a connection of another pool: nobody else is at work on this database.
        engine = create_engine(_psycopg(url), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            busy = connection.scalar(
                text(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND pid <> pg_backend_pid() AND state IS DISTINCT FROM 'idle' AND backend_type = 'client backend'"
                )
            )
        engine.dispose()
        return bool(busy)
    with db.engine.connect() as connection:
        try:
            connection.exec_driver_sql("PRAGMA busy_timeout=50")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            connection.exec_driver_sql("ROLLBACK")
        except Exception:
            return True
    return False


def _ended_or_cut_off(child: Child) -> None:
    """It came to its end, or ended as a crash does because its connection was gone (G16)."""
    try:
        child.ended()
    except AssertionError as failed:
        if "OperationalError" not in str(failed):
            raise


def test_connections_lost_at_random_end_as_if_nothing_had_been(
    app: Flask, database: str, tmp_path: Path, world: Snapshot, hunt: Hunt
) -> None:
    """G16: the server ends all connections, at any moment, several times."""
    if database.startswith("sqlite"):
        pytest.skip("a file has no connection that somebody else could end")
    stages = [Stage(app, database, tmp_path, step) for step in (1, 2, 3)]
    lost = 0
    for number in hunt.rounds():
        chance = random.Random(number)
        stage = chance.choice(stages)
        act = partial(carry_out, stage.plan_id)
        stage.at.restore()
        child = start(app, act)
        for _ in range(chance.randrange(1, 8)):
            time.sleep(chance.expovariate(8.0))
            lost += hang_up(database)
        _ended_or_cut_off(child)
        in_child(app, act)
        assert end_of(run_of(stage.plan_id)) == stage.end
        assert verify().broken_at is None
        db.session.rollback()
    hunt.tell(f"{hunt.name}: {lost} connections ended")


def test_the_command_killed_at_random_ends_as_if_nothing_had_been(
    database: str, app: Flask, tmp_path: Path, world: Snapshot, hunt: Hunt
) -> None:
    """G4, G5: ``flask campaign run``, killed again and again, then left alone; called once more it prints the same report."""
    stages = [Stage(app, database, tmp_path, step) for step in (1, 2, 3)]
    killed = 0
    for number in hunt.rounds():
        chance = random.Random(number)
        stage = chance.choice(stages)
        stage.at.restore()
        command = Command(database, tmp_path / "data", tmp_path, stage.plan_id)
        for _ in range(chance.randrange(1, 4)):
            process = command.start()
            # Until it has opened the portal there is nothing to interrupt.
            time.sleep(0.5 + chance.expovariate(1.0))
            process.kill()
            process.join()
            killed += process.exitcode == -9
        report = command.to_its_end()
        assert_same(end_of(run_of(stage.plan_id)), stage.end)
        assert command.to_its_end() == report
    hunt.tell(f"{hunt.name}: {killed} commands killed")
