"""Work done in a process that is killed at the n-th boundary: before a commit, before a file comes into its place or goes.

Nothing that another process can see happens between two boundaries. So dying before each of them, and after the last one, meets every
state in which a kill can leave a run.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event

from app import clock
from app.audit.actions import COMMAND
from app.audit.queries import verify
from app.campaign.planning.queries import plan_called
from app.campaign.running import actions as running
from app.campaign.running.models import Run
from app.campaign.running.queries import Figures, figures, run_called, run_of_plan
from app.campaign.undoing.actions import begin_undo
from app.campaign.working.jobs import run_to_end
from app.db import announce_writing, db
from app.files import jobs as files
from tests.campaign.academies import copy_academy, copy_files, export
from tests.databases import _engine


@dataclass(frozen=True, kw_only=True)
class Child:
    """A process at work."""

    number: int
    said: int

    def kill(self) -> None:
        """At once, wherever it is."""
        os.kill(self.number, signal.SIGKILL)

    def stop(self) -> None:
        """It stands still until it may go on."""
        os.kill(self.number, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self.number, signal.SIGCONT)

    def ended(self) -> int | None:
        """Wait for it: how many boundaries it has passed; None where it was killed. Raises AssertionError where it failed."""
        with os.fdopen(self.said, "rb") as said:
            told = said.read()
        _, status = os.waitpid(self.number, 0)
        if os.WIFSIGNALED(status):
            assert os.WTERMSIG(status) == signal.SIGKILL, status
            return None
        assert os.WEXITSTATUS(status) == 0, told.decode(errors="replace")
        return int(told)


def start(app: Flask, work: Callable[[], object], *, die_at: int = 0) -> Child:
    """``work()`` in a process of its own, which is killed before its boundary ``die_at`` (0: never)."""
    let_go()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _live(app, work, die_at, writing)
    os.close(writing)
    return Child(number=child, said=reading)


def in_child(app: Flask, work: Callable[[], object], *, die_at: int = 0) -> int | None:
    """As ``start``, waited for."""
    return start(app, work, die_at=die_at).ended()


def _live(app: Flask, work: Callable[[], object], die_at: int, writing: int) -> None:
    """The child's whole life."""
    passed = 0

    def boundary() -> None:
        nonlocal passed
        passed += 1
        if passed == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        with app.app_context():
            # Whatever it was forked from was about to do.
            announce_writing(True)
            event.listen(db.engine, "commit", lambda _connection: boundary())
            os.replace = _with(boundary, os.replace)
            os.unlink = _with(boundary, os.unlink, only=os.path.exists)
            work()
            db.session.remove()
        os.write(writing, str(passed).encode())
        code = 0
    except BaseException:
        os.write(writing, traceback.format_exc().encode())
        code = 1
    sys.stdout.flush()
    os._exit(code)


def _with(boundary: Callable[[], None], act: Callable[..., Any], only: Callable[[Any], bool] = bool) -> Any:
    def acts(path: Any, *rest: Any, **more: Any) -> Any:
        if only(path):
            boundary()
        return act(path, *rest, **more)

    return acts


def let_go() -> None:
    """Leave no connection open: not to a file that is copied, nor to a process that is forked."""
    db.session.remove()
    db.engine.dispose()


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A database and its files as they were; ``restore`` brings them back."""

    app: Flask
    url: str
    kept: str
    files: Path

    @classmethod
    def beside(cls, app: Flask, url: str, folder: Path, name: str = "kept") -> Snapshot:
        """A place in ``folder``, or on the server of ``url``, to keep what is now at ``url``."""
        base, mark, query = url.partition("?")
        kept = f"sqlite:///{folder}/{name}.sqlite3" if url.startswith("sqlite") else f"{base}_{name}{mark}{query}"
        return cls(app=app, url=url, kept=kept, files=folder / name)

    @property
    def _data(self) -> Path:
        folder: Path = self.app.extensions["settings"].data_dir
        return folder

    def _let_go(self) -> None:
        let_go()
        if not self.url.startswith("sqlite"):
            # Whoever empties the database before each test is not to be found at work, nor with a connection that is dead.
            _engine(self.url).dispose()

    def take(self) -> None:
        """Remember the present state."""
        self._let_go()
        copy_academy(self.url, self.kept)
        shutil.rmtree(self.files, ignore_errors=True)
        copy_files(self._data, self.files)

    def restore(self) -> None:
        """Everything is as it was when it was taken."""
        self._let_go()
        copy_academy(self.kept, self.url)
        shutil.rmtree(self._data, ignore_errors=True)
        self._data.mkdir(parents=True)
        copy_files(self.files, self._data)


# What is done, and what can be seen afterwards -------------------------------------------------------------------------

#: The export, the figures of the run, the files.
End = tuple[list[str], Figures, set[str]]


def carry_out(plan_id: int) -> None:
    """What ``flask campaign run`` does: begin, or go on."""
    run = running.begin(plan_called(plan_id), by=COMMAND, now=clock.portal_now())
    db.session.commit()
    run_to_end(run.id)


def take_back(run_id: int) -> None:
    """What ``flask campaign undo`` does."""
    if run_called(run_id).state == "undone":
        return
    undoing = begin_undo(run_called(run_id), by=COMMAND, now=clock.portal_now())
    db.session.commit()
    run_to_end(undoing.id)


def end_of(run: Run) -> End:
    """What can be seen of a run that is through: the export, its figures, the files that remain."""
    db.session.expire_all()
    told = figures(run.id)
    assert told.left == 0, "planned = done + already + skipped + failed (G20)"
    assert (told.already, told.skipped, told.failed) == (0, 0, 0)
    state, number = run.state, run.id
    seen = export(), told, stored()
    assert verify().broken_at is None
    db.session.rollback()
    assert state == "done", number
    return seen


def stored() -> set[str]:
    """The names of all files that remain once the sweep has passed, two days later."""
    data = files._data()
    old = time.time() - 2 * 86_400
    found = [path for folder in ("blobs", "incoming") for path in (data / folder).rglob("*") if path.is_file()]
    for path in found:
        os.utime(path, (old, old))
    files._sweep()
    db.session.rollback()
    return {path.name for path in found if path.exists()}


def run_of(plan_id: int) -> Run:
    """The run of an approved plan."""
    found = run_of_plan(plan_id)
    assert found is not None
    return found
