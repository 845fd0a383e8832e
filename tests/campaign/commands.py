"""``flask campaign run`` as an operator starts it, in a process of its own that may be killed; and how far its run is."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.campaign.running.models import Run, RunPart, RunTask
from app.db import db, reading_only
from tests.processes import flask


class Command:
    """Starts ``flask campaign run`` for one plan, as often as it is asked to; what each has said lies in a file."""

    def __init__(self, database: str, data: Path, folder: Path, plan_id: int) -> None:
        self.environ = {
            "DATABASE_URL": database,
            "BASCULE_DATA_DIR": str(data),
            "BASCULE_HTTPS": "0",
            "SECRET_KEY": "a key for tests only, long enough to pass",
        }
        self.folder, self.plan_id = folder, plan_id
        self.logs: list[Path] = []

    def start(self) -> BaseProcess:
        """Begin the run, or go on with it."""
        # Nobody is to share a connection with another process.
        db.session.remove()
        db.engine.dispose()
        log = self.folder / f"command-{self.plan_id}-{len(self.logs)}.log"
        log.touch()
        self.logs.append(log)
        return flask("campaign", "run", str(self.plan_id), "--json", environ=self.environ, output=log)

    def to_its_end(self, seconds: float = 120) -> dict[str, Any]:
        """Start it and wait for it: the report that it prints. Raises AssertionError where it fails."""
        process = self.start()
        process.join(seconds)
        said = self.logs[-1].read_text()
        assert process.exitcode == 0, said
        document: dict[str, Any] = json.loads(said[said.index("{") :])
        return document


def progress(plan_id: int) -> int:
    """How many rows or archives of the plan's run are done and committed."""
    with reading_only():
        done = (
            select(func.coalesce(func.sum(RunTask.done), 0))
            .join(RunPart, RunPart.id == RunTask.part_id)
            .join(Run, Run.id == RunPart.run_id)
            .where(Run.plan_id == plan_id)
        )
        found = int(db.session.scalar(done) or 0)
        db.session.rollback()
    return found


def wait_until(look: Callable[[], bool], process: BaseProcess, seconds: float = 90) -> None:
    """Look again, at once, until it is so or the process has ended."""
    ends = time.monotonic() + seconds
    while not look() and process.is_alive():
        assert time.monotonic() < ends, "nothing came"
        time.sleep(0.002)
