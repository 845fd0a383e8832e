"""Whose families' window is about to end, and where it is prolonged because there are no classes yet (CAL-11)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select

from app.campaign.calendar import EventKind, State
from app.campaign.dates.models import EventSchool
from app.campaign.models import CalendarEvent, Campaign
from app.db import db

#: How long before the end it is looked at, and by how much it is prolonged each time.
BEFORE = timedelta(days=1)
#: The school is prolonged by the portal; somebody has decided otherwise for it.
HELD, DECIDED = "held", "decided"


def ending(now: datetime) -> list[int]:
    """The families' events of active campaigns that end within a day, or in which a school is prolonged."""
    prolonged = select(EventSchool.event_id).where(EventSchool.state == HELD)
    query = (
        select(CalendarEvent.id)
        .join(Campaign, Campaign.id == CalendarEvent.campaign_id)
        .where(
            Campaign.state == "active",
            CalendarEvent.kind == EventKind.FAMILIES.value,
            CalendarEvent.state != State.SKIPPED.value,
            or_(
                CalendarEvent.until.between(now, now + BEFORE),
                CalendarEvent.id.in_(prolonged),
            ),
        )
    )
    return list(db.session.scalars(query.order_by(CalendarEvent.id)))


def marks(event_id: int) -> dict[int, EventSchool]:
    """What is known of each school that was prolonged."""
    query = select(EventSchool).where(EventSchool.event_id == event_id)
    return {row.school_id: row for row in db.session.scalars(query)}
