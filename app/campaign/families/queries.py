"""Whose families' window is about to end, and where it is prolonged because there are no classes yet (CAL-11)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.campaign.calendar import EventKind, State
from app.campaign.dates.models import EventSchool
from app.campaign.dates.queries import campaign_by_id, school_ids, standing_windows
from app.campaign.firing.queries import without_classes
from app.campaign.models import CalendarEvent, Campaign
from app.db import db
from app.gate.effective import counting, effective
from app.gate.models import ClosingWindow
from app.gate.queries import closures, facts_of_row
from app.gate.windows import Amendment

#: How long before the end it is looked at, and by how much it is prolonged each time.
BEFORE = timedelta(days=1)
#: An end that the worker has slept over is caught up (G18), for so long.
AFTER = timedelta(days=3)
#: The school is prolonged by the portal; somebody has decided otherwise for it.
HELD, DECIDED = "held", "decided"


def ending(now: datetime) -> list[int]:
    """The families' events of active campaigns that end about now in a school without classes, or in which one is prolonged."""
    query = (
        select(CalendarEvent)
        .join(Campaign, Campaign.id == CalendarEvent.campaign_id)
        .where(
            Campaign.state == "active",
            CalendarEvent.kind == EventKind.FAMILIES.value,
            CalendarEvent.state != State.SKIPPED.value,
        )
    )
    rows = db.session.scalars(query.order_by(CalendarEvent.id)).all()
    prolonged = set(db.session.scalars(select(EventSchool.event_id).where(EventSchool.state == HELD)))
    return [row.id for row in rows if row.id in prolonged or _ends_without_classes(row, now)]


def _ends_without_classes(row: CalendarEvent, now: datetime) -> bool:
    schools, about = school_ids(row.campaign_id), set()
    for window in standing_windows(row.id):
        found = ends_of(window, schools if window.school_id is None else [window.school_id])
        about |= {school_id for school_id, end in found.items() if is_about(end, now)}
    campaign = campaign_by_id(row.campaign_id)
    return bool(about and without_classes(about, campaign.year))


def is_about(end: datetime, now: datetime) -> bool:
    """Is it the time to look whether a window may end?"""
    return now - AFTER <= end <= now + BEFORE


def ends_of(window: ClosingWindow, schools: Collection[int]) -> dict[int, datetime]:
    """When the window ends in each of these schools, their own changes and the project's counted (GATE-4); days are a school's own."""
    known, facts = closures(), facts_of_row(window)
    own: dict[int, list[Amendment]] = {}
    for amendment in counting(facts, known.rules.schools_may_amend):
        own.setdefault(amendment.school_id, []).append(amendment)
    ends = {number: effective(facts, own.get(number, []), ZoneInfo(known.zone(number))).end for number in schools}
    return {number: end for number, end in ends.items() if end is not None}


def marks(event_id: int) -> dict[int, EventSchool]:
    """What is known of each school that was prolonged."""
    query = select(EventSchool).where(EventSchool.event_id == event_id)
    return {row.school_id: row for row in db.session.scalars(query)}
