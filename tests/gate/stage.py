"""What the gate's tests share: the portal's time set to a summer's day, windows written through the actions, requests of each kind."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from app import clock
from app.audit.actions import COMMAND
from app.db import db
from app.gate import actions
from app.gate.models import ClosingWindow
from app.gate.windows import Bound, Limits, Source
from app.pulse import CLOCK, pulse, set_clock

#: In the families' window; the gate of the tests closes on 5 July and opens on 1 September at 8 h (6 h UTC).
SUMMER = datetime(2026, 8, 20, 7, 0, tzinfo=UTC)
OPENING = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)
#: What a school may choose in the families' window.
LIMITS = Limits(
    earliest_start=date(2026, 7, 5),
    latest_start=date(2026, 7, 20),
    earliest_end=date(2026, 8, 31),
    latest_end=date(2026, 9, 4),
)

NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Accept": "text/html"}
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://localhost/espace", "Accept": "*/*", "Sec-Fetch-Mode": "cors"}
FETCH = {"Accept": "application/json", "Sec-Fetch-Mode": "cors"}


def set_time(moment: datetime) -> datetime:
    """Move the portal's time to ``moment``, for this process and those that look at the pulse."""
    set_clock(db.session(), moment - clock.machine_now())
    db.session.commit()
    pulse().number(CLOCK)
    return clock.portal_now()


def families_window(
    *,
    start: date | datetime = date(2026, 7, 5),
    end: date | datetime = OPENING,
    profiles: Iterable[str] = ("student", "guardian"),
    limits: Limits = LIMITS,
    **more: Any,
) -> ClosingWindow:
    """The families' window, committed."""
    row = actions.add_window(
        kind="profiles",
        start=bound(start),
        end=bound(end),
        profiles=profiles,
        limits=limits,
        source=more.pop("source", Source.PROJECT),
        by=COMMAND,
        now=clock.portal_now(),
        **more,
    )
    db.session.commit()
    return row


def maintenance(
    *, start: date | datetime = datetime(2026, 8, 20, 6, tzinfo=UTC), end: date | datetime | None = None, **more: Any
) -> ClosingWindow:
    """A maintenance, committed; by default it runs since an hour and announces no end."""
    row = actions.add_window(
        kind="maintenance",
        start=bound(start),
        end=None if end is None else bound(end),
        by=COMMAND,
        now=clock.portal_now(),
        **more,
    )
    db.session.commit()
    return row


def bound(value: date | datetime) -> Bound:
    """A day or an instant as a bound."""
    return Bound(instant=value) if isinstance(value, datetime) else Bound(day=value)
