"""``worker``: the process that wakes the portal. APScheduler only tells when; the truth is in our tables (CAL-8)."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import click
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask, current_app
from flask.cli import with_appcontext

from app import clock
from app.console import Command
from app.db import db
from app.gate.queries import closures
from app.pulse import GATE, pulse
from app.scheduler import jobs
from app.scheduler.schedule import JOBS, on_the_machine

_log = logging.getLogger(__name__)

#: Seconds between two looks at what nobody woke us for: in the demo, whose time jumps, and elsewhere.
TICK_DEMO, TICK = 1, 30
#: Date jobs kept ahead; the others follow when these have fired.
AHEAD = 500


class Waker:
    """APScheduler over a memory store: one interval a job, one date a coming boundary, a look at the revisions and a tick.

    ``watch`` rebuilds the dates when the gate's revision or the clock's offset has changed.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._seen: tuple[int, timedelta] | None = None
        self._lock = threading.Lock()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(4)},
            # However late a wake-up comes it counts, and several missed ones count once.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def start(self) -> None:
        """Catch up on what is due, then wake for what comes."""
        demo = self._app.extensions["settings"].demo
        self._alone(self.watch)()
        self._alone(jobs.catch_up)()
        for job in JOBS:
            self._scheduler.add_job(
                self._alone(jobs.run_slot, job.name),
                IntervalTrigger(seconds=int(job.every.total_seconds())),
                id=job.name,
            )
        self._scheduler.add_job(self._alone(self.watch), IntervalTrigger(seconds=1), id="watch")
        tick = TICK_DEMO if demo else TICK
        self._scheduler.add_job(self._alone(jobs.catch_up), IntervalTrigger(seconds=tick), id="tick")
        self._scheduler.start()

    def stop(self) -> None:
        """Let what runs end, and wake no more."""
        self._scheduler.shutdown(wait=True)

    def watch(self) -> None:
        """Rebuild the dates if a rule or the clock has changed; a jump of the clock counts as a boundary."""
        with self._lock:
            seen = (pulse().number(GATE), clock.offset())
            if seen == self._seen:
                return
            jumped = self._seen is not None and self._seen[1] != seen[1]
            self._rebuild(seen[1])
            self._seen = seen
        if jumped:
            jobs.cross(clock.portal_now(), clock.offset())

    def _rebuild(self, offset: timedelta) -> None:
        now = clock.portal_now()
        for job in self._scheduler.get_jobs():
            if job.id.startswith("boundary:"):
                job.remove()
        coming = [boundary for boundary in closures().boundaries if boundary > now][:AHEAD]
        for boundary in coming:
            self._wake_at(boundary, offset)
        _log.info("%d boundaries ahead, the next one %s", len(coming), coming[0].isoformat() if coming else "unknown")

    def _wake_at(self, boundary: datetime, offset: timedelta) -> None:
        self._scheduler.add_job(
            self._alone(jobs.cross, boundary, offset),
            DateTrigger(on_the_machine(boundary, offset)),
            id=f"boundary:{boundary.isoformat()}",
            replace_existing=True,
        )

    def _alone(self, work: Callable[..., object], *arguments: object) -> Callable[[], None]:
        """``work`` in an application context of its own; what goes wrong is logged and the worker goes on."""

        def awake() -> None:
            with self._app.app_context():
                try:
                    work(*arguments)
                except Exception:
                    db.session.rollback()
                    _log.exception("the worker goes on after an error")

        return awake


@click.command("worker", cls=Command)
@with_appcontext
def worker() -> None:
    """Wake the portal: outbox, openings and closings, reopenings, notices, cleaning. Ends on SIGTERM or Ctrl-C."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    waker = Waker(current_app._get_current_object())  # type: ignore[attr-defined]
    waker.start()
    _log.info("the worker is awake")
    # A wait with an end lets signals in on every platform.
    while not ended.wait(1):
        pass
    _log.info("the worker lets what runs end")
    waker.stop()


def register(app: Flask) -> None:
    """Add ``worker``."""
    app.cli.add_command(worker)
