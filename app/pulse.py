"""What every process looks at once a second: a few numbers, in one query.

Caches compare these revisions; whoever changes a rule bumps one in the same transaction (``bump``). The row 'clock'
carries the demo's offset in milliseconds, so that one look serves the time machine too. Rows:

- ``gate``: windows, amendments, texts, calendars changed: the compiled closures are stale.
- ``public``: something on a public page changed: cached pages are stale.
- ``directory``: people, places or roles changed: facts kept beside sessions are stale.
- ``clock``: how far portal time is moved from machine time, in milliseconds (demo only).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

from flask import current_app
from sqlalchemy import BigInteger, Engine, String, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Mapped, Session, mapped_column

from app import clock
from app.db import Base, db, reading_only

_log = logging.getLogger(__name__)

GATE, PUBLIC, DIRECTORY, CLOCK = "gate", "public", "directory", "clock"


class Revision(Base):
    """A number that goes up when what it names has changed."""

    __tablename__ = "revision"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, default=0)


def bump(session: Session, *names: str) -> None:
    """Raise the revisions ``names`` in the session's transaction: other processes see the change within a second.

    This process sees it at its next question after the commit, so that whoever saved a page is shown what they saved.
    """
    session.info["raised"] = True
    if names:
        _write(session, sorted(set(names)), Revision.__table__.c.number + 1, 1)


def set_clock(session: Session, offset: timedelta) -> None:
    """Move portal time for every process (the demo's time machine); pages depend on the time, so caches go stale."""
    milliseconds = round(offset / timedelta(milliseconds=1))
    _write(session, [CLOCK], milliseconds, milliseconds)
    bump(session, GATE, PUBLIC)


def _write(session: Session, names: Sequence[str], changed: object, initial: int) -> None:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(Revision).values([{"name": name, "number": initial} for name in names])
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"number": changed}))


class Pulse:
    """The last look at the revisions, refreshed at most once a second, shared by the threads of a process."""

    def __init__(self, engine: Callable[[], Engine]) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._numbers: dict[str, int] = {}

    def forget(self) -> None:
        """Look again at the next question (after an own change, and in tests)."""
        self._looked = float("-inf")

    def number(self, name: str) -> int:
        """The revision ``name``, at most a second old; 0 for one never raised.

        While the database cannot be asked, the last numbers stand and the next second tries again (SITE-6).
        """
        if clock.seconds() - self._looked >= 1.0:
            with self._lock:
                if clock.seconds() - self._looked >= 1.0:
                    self._look()
                    self._looked = clock.seconds()
        return self._numbers.get(name, 0)

    def _look(self) -> None:
        try:
            with reading_only(), self._engine().connect() as connection:
                rows = [
                    (str(name), int(number))
                    for name, number in connection.execute(select(Revision.name, Revision.number))
                ]
        except (OperationalError, ProgrammingError):
            _log.info("the revisions could not be read; the last ones stand")
            return
        self._numbers = dict(rows)
        clock.set_offset(timedelta(milliseconds=self._numbers.get(CLOCK, 0)))


def pulse() -> Pulse:
    """The pulse of the current application."""
    found: Pulse = current_app.extensions["pulse"]
    return found


def _look_again(session: Session) -> None:
    if session.info.pop("raised", False) and current_app:
        pulse().forget()


def bind() -> None:
    """Look at the revisions again after every commit of ours that raised one."""
    event.listen(db.session, "after_commit", _look_again)
