"""Since when a maintenance closes a school, and which runs keep it closed: read from what is written down, never from a cache."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.db import db
from app.directory.models import School
from app.gate.effective import counting, effective
from app.gate.models import ClosingWindow, GateHold
from app.gate.queries import facts_of_row
from app.gate.windows import WindowKind


@dataclass(frozen=True, kw_only=True)
class Closed:
    """A maintenance that closes a school now: since when, and from when on nobody's form is taken any more."""

    since: datetime
    grace_over: datetime


def closed_schools(school_ids: Collection[int], now: datetime) -> dict[int, Closed]:
    """Which of these schools a maintenance closes at ``now`` (portal time), and since when; three queries."""
    query = select(ClosingWindow).where(
        ClosingWindow.kind == WindowKind.MAINTENANCE.value, ClosingWindow.removed_at.is_(None)
    )
    windows = db.session.scalars(
        query.options(selectinload(ClosingWindow.amendments)), execution_options={"populate_existing": True}
    ).all()
    if not windows:
        return {}
    found: dict[int, Closed] = {}
    zones = _zones(school_ids)
    facts = [(facts_of_row(row), row.grace) for row in windows]
    for school_id in school_ids:
        for window, grace in facts:
            if window.school_id not in (None, school_id):
                continue
            own = [a for a in counting(window, False) if a.school_id == school_id]
            held = effective(window, own, ZoneInfo(zones[school_id]))
            if held.start <= now and (held.end is None or now < held.end):
                mine = Closed(since=held.start, grace_over=held.start + timedelta(seconds=grace))
                other = found.get(school_id)
                # The longest closing is the one that nobody got through.
                if other is None or mine.since < other.since:
                    found[school_id] = mine
    return found


def _zones(school_ids: Collection[int]) -> Mapping[int, str]:
    wanted = list(school_ids)
    query = select(School.id, School.zone)
    query = query.where(School.id.in_(wanted)) if len(wanted) <= 500 else query
    return {number: zone for number, zone in db.session.execute(query)}  # noqa: C416  (rows are not pairs to dict)


def unfinished(school_id: int | None = None) -> list[GateHold]:
    """The runs that keep a school closed, or any school where ``school_id`` is None."""
    query = select(GateHold).where(GateHold.released_at.is_(None), GateHold.overridden_at.is_(None))
    if school_id is not None:
        query = query.where(GateHold.school_id == school_id)
    return list(db.session.scalars(query.order_by(GateHold.id)))


def hold_stands(run_id: int, school_id: int) -> bool:
    """Does nobody have opened the school against the run? Locks the row until the transaction ends (G13)."""
    query = select(GateHold.overridden_at, GateHold.id).where(
        GateHold.run_id == run_id, GateHold.school_id == school_id
    )
    found = db.session.execute(query.with_for_update(read=True)).one_or_none()
    return found is not None and found[0] is None
