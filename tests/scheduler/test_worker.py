"""The worker as it runs: a process of its own that wakes at a boundary, follows changes and jumps, and ends on SIGTERM."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.audit.actions import COMMAND
from app.db import db
from app.gate import actions as gate
from app.gate.models import ClosingWindow
from app.gate.windows import Bound
from app.notifications import actions
from app.notifications.models import OutboxMessage, ReopeningWish
from app.notifications.states import LOST_AFTER, State, standing
from app.pulse import set_clock
from app.scheduler.models import JobRun
from tests.notifications.post_office import open_post_office
from tests.people import Cast, cast
from tests.processes import flask

WITHIN = timedelta(seconds=2)

Found = TypeVar("Found")


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


@pytest.fixture
def worker(database: str, tmp_path: Path) -> Iterator[Callable[..., BaseProcess]]:
    """Starts worker processes on the test's database, and leaves none behind."""
    started: list[BaseProcess] = []

    def start(**more: str) -> BaseProcess:
        environ = {"DATABASE_URL": database, "BASCULE_DATA_DIR": str(tmp_path / "data"), "BASCULE_HTTPS": "0"}
        environ |= {"SECRET_KEY": "a key for tests only, long enough to pass", **more}
        log = tmp_path / f"worker-{len(started)}.log"
        log.touch()
        started.append(flask("worker", environ=environ, output=log))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.join()


def ends_cleanly(process: BaseProcess, log: Path) -> None:
    process.terminate()
    process.join(20)
    assert process.exitcode == 0
    written = log.read_text()
    assert "the worker lets what runs end" in written
    assert "Traceback" not in written


def wait_for(look: Callable[[], Found | None], seconds: float = 40) -> Found:
    """Look again until something is there; each look is a transaction of its own."""
    ends = time.monotonic() + seconds
    while True:
        found = look()
        db.session.rollback()
        if found is not None:
            return found
        assert time.monotonic() < ends, "nothing came"
        time.sleep(0.1)


def run_due(name: str, due_at: datetime) -> Callable[[], tuple[datetime, str] | None]:
    def look() -> tuple[datetime, str] | None:
        query = select(JobRun.started_at, JobRun.state).where(JobRun.name == name, JobRun.due_at == due_at)
        found = db.session.execute(query.where(JobRun.state != "running")).first()
        return (found.started_at, found.state) if found is not None else None

    return look


def close_families(until: datetime) -> None:
    now = clock.portal_now()
    gate.add_window(
        kind="profiles",
        profiles=("student", "guardian"),
        start=Bound(instant=now - timedelta(hours=1)),
        end=Bound(instant=until),
        by=COMMAND,
        now=now,
    )
    db.session.commit()


def wish(people: Cast) -> None:
    actions.leave_wish(
        address="alice@exemple.test",
        school_id=people.college.id,
        profile="guardian",
        language="fr",
        network="n",
        now=clock.machine_now(),
    )
    db.session.commit()


def awake(log: Path) -> float:
    """Wait until a worker has caught up and wakes for what comes; how many seconds that took."""
    begun = time.monotonic()
    wait_for(lambda: True if "the worker is awake" in log.read_text() else None, seconds=90)
    return time.monotonic() - begun


@pytest.mark.postgresql_for
def test_it_wakes_at_a_boundary_and_ends_on_sigterm(
    people: Cast, worker: Callable[..., BaseProcess], tmp_path: Path
) -> None:
    """One boundary comes by a change of the rules while the worker runs; another is known when the next worker starts."""
    wish(people)
    now = clock.portal_now()
    far = now + timedelta(days=400)
    close_families(far)
    process = worker()
    took = awake(tmp_path / "worker-0.log")
    gate.change_window(
        gate.window_row(db.session.scalars(select(ClosingWindow.id)).one()),
        {"end": Bound(instant=(first := clock.portal_now() + timedelta(seconds=5)))},
        by=COMMAND,
        now=now,
    )
    db.session.commit()
    started, state = wait_for(run_due("reopenings", first))
    assert state == "done"
    assert timedelta() <= started - first < WITHIN
    assert db.session.scalars(select(OutboxMessage.kind)).all() == ["reopening"]
    assert db.session.scalars(select(ReopeningWish)).all() == []
    db.session.rollback()
    ends_cleanly(process, tmp_path / "worker-0.log")

    second = clock.portal_now() + timedelta(seconds=3 * took + 5)
    close_families(second)
    process = worker()
    started, _state = wait_for(run_due("boundaries", second), seconds=120)
    assert timedelta() <= started - second < WITHIN
    ends_cleanly(process, tmp_path / "worker-1.log")


def test_in_the_demo_a_jump_of_the_clock_counts_as_a_boundary(
    people: Cast, worker: Callable[..., BaseProcess], tmp_path: Path
) -> None:
    close_families(clock.portal_now() + timedelta(days=20))
    wish(people)
    process = worker(BASCULE_DEMO="1")
    awake(tmp_path / "worker-0.log")
    assert db.session.scalars(select(OutboxMessage)).all() == []
    db.session.rollback()
    set_clock(db.session(), timedelta(days=30))
    db.session.commit()
    jumped = clock.machine_now()

    def told() -> datetime | None:
        return db.session.scalar(select(OutboxMessage.queued_at))

    assert wait_for(told) - jumped < timedelta(seconds=4)
    ends_cleanly(process, tmp_path / "worker-0.log")


def test_two_workers_fire_nothing_twice(people: Cast, worker: Callable[..., BaseProcess], tmp_path: Path) -> None:
    processes = [worker(), worker()]
    for number in range(2):
        awake(tmp_path / f"worker-{number}.log")
    boundary = clock.portal_now() + timedelta(seconds=5)
    close_families(boundary)
    wish(people)
    wait_for(run_due("reopenings", boundary))
    time.sleep(1)
    assert len(db.session.scalars(select(OutboxMessage)).all()) == 1
    keys = [tuple(row) for row in db.session.execute(select(JobRun.name, JobRun.due_at))]
    assert len(keys) == len(set(keys))
    assert set(db.session.scalars(select(JobRun.state))) <= {"done", "running"}
    db.session.rollback()
    for number, process in enumerate(processes):
        ends_cleanly(process, tmp_path / f"worker-{number}.log")


@pytest.mark.long
def test_a_worker_killed_while_the_mail_server_thinks_leaves_nothing_to_send_twice(
    people: Cast, worker: Callable[..., BaseProcess], tmp_path: Path
) -> None:
    actions.queue(
        "notice",
        key="once",
        address=people.guardian.email,
        subject="Avis",
        body="Bonjour",
        language="fr",
        now=clock.machine_now(),
    )
    db.session.commit()
    with open_post_office() as office:
        mail = {
            "BASCULE_SMTP_HOST": "127.0.0.1",
            "BASCULE_SMTP_PORT": str(office.port),
            "BASCULE_SMTP_STARTTLS": "0",
            "BASCULE_MAIL_FROM": "portail@exemple.test",
        }
        office.mood = "dreams"
        first = worker(**mail)
        wait_for(lambda: office.mails or None, seconds=90)
        first.kill()
        first.join()
        office.mood = "takes"
        second = worker(**mail)
        awake(tmp_path / "worker-1.log")
        killed_at = clock.machine_now()

        def sent_since() -> bool | None:
            """The second worker's sender has passed."""
            query = select(JobRun.id).where(
                JobRun.name == "outbox", JobRun.state == "done", JobRun.started_at > killed_at
            )
            return True if db.session.scalar(query) else None

        wait_for(sent_since)
        assert len(office.mails) == 1
        ends_cleanly(second, tmp_path / "worker-1.log")
    [message] = db.session.scalars(select(OutboxMessage))
    assert message.state == State.TAKEN
    later = message.taken_at + LOST_AFTER
    assert standing(message.state, message.taken_at, message.error, later) == State.UNCERTAIN
