"""One look at a chain: a school whose plans are approved is closed, runs its steps one after the other, and opens (CAL-10, GATE-14).

Never commits; called by every tick, it looks at the ledger and does the next thing, so it goes on after any interruption.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from app.audit.actions import Actor
from app.campaign.calendar import Event, State
from app.campaign.chaining.queries import Link, complete, links_of, waits_for_delivery
from app.campaign.dates.actions import write_window
from app.campaign.dates.queries import standing_windows
from app.campaign.models import Campaign
from app.campaign.reopening.actions import let_open
from app.campaign.running.actions import begin
from app.db import db
from app.gate.actions import add_window
from app.gate.holds.queries import closed_schools
from app.gate.windows import Bound, WindowKind

#: Seconds in which what was being written may still be sent (GATE-10's grace).
GRACE = 120


def go_on(campaign: Campaign, event: Event, *, by: Actor, now: datetime) -> tuple[State | None, list[int]]:
    """Do what can be done now in each school: DONE when every school is through, and the schools that have just come through.

    A school that waits for its classes or for somebody's word holds up no other. Raises nothing that concerns one school alone.
    """
    links = links_of(campaign.id, event)
    through = [link.school.id for link in links if link.through]
    opened = _open(event, through, by=by, now=now)
    for link in complete([one for one in links if not (one.through or one.at_work or one.failed)], campaign.id, event):
        _next(event, link, by=by, now=now)
    return (State.DONE if len(through) == len(links) else None), opened


def _open(event: Event, through: list[int], *, by: Actor, now: datetime) -> list[int]:
    """Schools whose steps are through open; those that did just now."""
    closed = [window.school_id for window in standing_windows(event.id) if window.school_id in through]
    if closed:
        let_open(event.id, closed, closed, by=by, now=now)
    return [number for number in closed if number is not None]


def _next(event: Event, link: Link, *, by: Actor, now: datetime) -> None:
    closing = closed_schools([link.school.id], now).get(link.school.id)
    if closing is None:
        window = add_window(
            kind=WindowKind.MAINTENANCE,
            start=Bound(instant=now),
            end=Bound(instant=now + timedelta(hours=2)),
            school_id=link.school.id,
            grace=GRACE,
            holds=True,
            by=by,
            now=now,
        )
        write_window(event.id, window.id)
        return
    if now < closing.grace_over or link.plan is None or waits_for_delivery(link, link.plan):
        return
    begin(link.plan, by=by, now=now)
    db.session.flush()
