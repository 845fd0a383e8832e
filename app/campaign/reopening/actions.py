"""Reopening what a campaign's maintenance keeps closed (GATE-14). Never commits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from app.audit.actions import Actor
from app.campaign.dates.queries import standing_windows
from app.gate.actions import amend_window, end_window
from app.gate.models import ClosingWindow
from app.gate.windows import Bound

#: Kept in the audit.
REASON = "steps done"


def let_open(event_id: int, done: Collection[int], schools: Collection[int], *, by: Actor, now: datetime) -> int:
    """The event's steps are through in the schools ``done``, of all its ``schools``: these open; how many windows or schools do.

    The end was an announcement. Schools that are not through stay closed: only green checks or an operator's reason open them.
    """
    opened = 0
    for window in standing_windows(event_id):
        if window.school_id is None and not set(schools) <= set(done):
            opened += sum(_school_opens(window, school_id, by=by, now=now) for school_id in sorted(done))
        elif window.school_id is None or window.school_id in done:
            end_window(window, reason=REASON, by=by, now=now)
            opened += 1
    return opened


def _school_opens(window: ClosingWindow, school_id: int, *, by: Actor, now: datetime) -> int:
    """One school of the project's maintenance; an end that the project has set for it already stays."""
    if any(a.school_id == school_id and a.by_operator and (a.end_at or a.end_day) for a in window.amendments):
        return 0
    amend_window(window, school_id=school_id, end=Bound(instant=now), by_operator=True, by=by, now=now)
    return 1
