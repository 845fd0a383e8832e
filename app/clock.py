"""The only module that asks the time.

Two times. *Portal time* rules calendar, gate and retention, and the demo's time machine moves it. *Machine time* rules
sessions, throttles, tokens, leases, outbox and logs. Both are aware UTC datetimes. Take ``now`` once where a request,
job or command begins, and pass it down.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

_offset = timedelta()


def machine_now() -> datetime:
    """The machine's time, UTC."""
    return datetime.now(UTC)


def portal_now() -> datetime:
    """The portal's time, UTC: the machine's, moved by the demo's time machine where there is one."""
    return datetime.now(UTC) + _offset


def offset() -> timedelta:
    """How far the portal's time is moved from the machine's."""
    return _offset


def set_offset(value: timedelta) -> None:
    """Move this process's portal time. Only ``app.pulse`` calls it, from the shared row, and tests."""
    global _offset
    _offset = value


def seconds() -> float:
    """A monotonic count of seconds, for 'at most once a second' and for measuring durations."""
    return time.monotonic()


def sleep(duration: float) -> None:
    """Wait so many seconds of machine time."""
    time.sleep(duration)
