"""``worker``: the process that wakes the portal. APScheduler only tells when; the truth is in our tables (CAL-8)."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import click
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask, current_app
from flask.cli import with_appcontext

from app import clock
from app.campaign.running.queries import unfinished_runs
from app.campaign.working.jobs import this_worker, work
from app.console import Command
from app.db import db, reading_only
from app.gate.queries import closures
from app.pulse import GATE, pulse
from app.scheduler import jobs
from app.scheduler.queries import coming_events
from app.scheduler.schedule import JOBS, on_the_machine

_log = logging.getLogger(__name__)

#: Seconds between two looks at what nobody woke us for: in the demo, whose time jumps, and elsewhere.
TICK_DEMO, TICK = 1, 30
#: Seconds between two looks for a run to do.
IDLE = 0.5
#: Date jobs kept ahead; the others follow when these have fired.
AHEAD = 500


class Waker:
    """APScheduler over a memory store: one interval a job, one date a coming boundary and event, a look around and a tick.

    ``watch`` rebuilds the dates when the gate's revision, the campaigns' calendars or the clock's offset have changed.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._seen: tuple[int, timedelta, tuple[tuple[int, datetime], ...]] | None = None
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
            with reading_only():
                events = tuple((event.id, event.at) for event in coming_events(limit=AHEAD) if event.state == "open")
                db.session.rollback()
            seen = (pulse().number(GATE), clock.offset(), events)
            if seen == self._seen:
                return
            jumped = self._seen is not None and self._seen[1] != seen[1]
            self._rebuild(seen[1], events)
            self._seen = seen
        if jumped:
            jobs.cross(clock.portal_now(), clock.offset())
            jobs.meet(clock.portal_now(), clock.offset())

    def _rebuild(self, offset: timedelta, events: Sequence[tuple[int, datetime]]) -> None:
        now = clock.portal_now()
        for job in self._scheduler.get_jobs():
            if job.id.startswith(("boundary:", "event:")):
                job.remove()
        for number, at in events:
            if at > now:
                wake = DateTrigger(on_the_machine(at, offset))
                self._scheduler.add_job(
                    self._alone(jobs.meet, at, offset), wake, id=f"event:{number}", replace_existing=True
                )
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


class Runners:
    """A few threads that do the campaigns' runs: each takes a part that nobody holds, and looks again a moment later.

    With SQLite one is right, since one writes at a time.
    """

    def __init__(self, app: Flask, count: int) -> None:
        self._app = app
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, name=f"step-runner-{number}", daemon=True) for number in range(count)
        ]

    def start(self) -> None:
        """Begin to look for work."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop after the present slice; what is left waits for the next worker."""
        self._ended.set()
        for thread in self._threads:
            thread.join(30)

    def _run(self) -> None:
        me = this_worker()
        while not self._ended.is_set():
            held = 0
            try:
                with self._app.app_context():
                    held = self._look(me)
            except Exception:
                # Like a crash of this worker (G16): its lease runs out, and the next look takes the part again.
                _log.exception("a step runner goes on after an error")
            if not held:
                self._ended.wait(IDLE)

    def _look(self, me: str) -> int:
        with reading_only():
            numbers = [run.id for run in unfinished_runs() if run.state == "running"]
            db.session.rollback()
        held = sum(work(number, me, self._ended.is_set) for number in numbers)
        if held:
            # The calendar's next step need not wait for its tick.
            jobs.follow_up()
        return held


@click.command("worker", cls=Command)
@with_appcontext
def worker() -> None:
    """Wake the portal (openings, mail, the campaigns' calendar) and do the campaigns' runs. Ends on SIGTERM or Ctrl-C."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    waker, runners = Waker(app), Runners(app, app.extensions["settings"].step_workers)
    waker.start()
    runners.start()
    _log.info("the worker is awake")
    # A wait with an end lets signals in on every platform.
    while not ended.wait(1):
        pass
    _log.info("the worker lets what runs end")
    runners.stop()
    waker.stop()


def register(app: Flask) -> None:
    """Add ``worker``."""
    app.cli.add_command(worker)
