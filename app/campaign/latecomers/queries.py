"""Which purges come soon, what came late into the trash of their schools, and what has been told of it already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from app.campaign.calendar import EventKind, State
from app.campaign.models import CalendarEvent, Campaign, CampaignSchool
from app.content.models import Section
from app.content.trash.purges import LATELY
from app.db import db
from app.messaging.models import Message

#: How long before the purge administrators are told, and told again of what came since.
AHEAD = {"a": timedelta(days=3), "b": timedelta(days=1)}
PURGE = 1


@dataclass(frozen=True, kw_only=True)
class Purge:
    """Step 1 of a campaign, at an instant of portal time; ``turn`` is a key of ``AHEAD``."""

    campaign_id: int
    at: datetime
    turn: str

    def key(self, school_id: int, person_id: int) -> str:
        """What makes a message to somebody about a school's trash once."""
        return f"l{self.turn}{self.campaign_id}-{school_id}-{person_id}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Late:
    """A section that came late; ``trashed_at`` is portal time."""

    title: str
    trashed_at: datetime


def purges_soon(now: datetime) -> list[Purge]:
    """The purges of active campaigns that come within three days of ``now`` (portal time); one query."""
    query = (
        select(CalendarEvent)
        .join(Campaign, Campaign.id == CalendarEvent.campaign_id)
        .where(
            Campaign.state == "active",
            CalendarEvent.kind == EventKind.STEPS.value,
            CalendarEvent.state == State.OPEN.value,
            CalendarEvent.at > now,
            CalendarEvent.at <= now + max(AHEAD.values()),
        )
    )
    return [
        Purge(campaign_id=row.campaign_id, at=row.at, turn="b" if row.at - now <= AHEAD["b"] else "a")
        for row in db.session.scalars(query.order_by(CalendarEvent.id))
        if row.at is not None and PURGE in (row.details or {}).get("steps", ())
    ]


def late_sections(purge: Purge) -> dict[int, list[Late]]:
    """By school, what came into the trash only days before, and what nobody was told of yet; one query."""
    told = _told_at(purge).subquery()
    query = (
        select(Section.school_id, Section.title, Section.trashed_at, told.c.told_at)
        .join(CampaignSchool, CampaignSchool.school_id == Section.school_id)
        .outerjoin(told, told.c.school_id == Section.school_id)
        .where(
            CampaignSchool.campaign_id == purge.campaign_id,
            Section.trashed_at >= purge.at - LATELY,
            Section.trashed_at < purge.at,
        )
        .order_by(Section.school_id, Section.trashed_at, Section.id)
    )
    found: dict[int, list[Late]] = defaultdict(list)
    for school_id, title, trashed_at, told_at in db.session.execute(query):
        if told_at is None or trashed_at > told_at:
            found[school_id].append(Late(title=title, trashed_at=trashed_at))
    return dict(found)


def _told_at(purge: Purge) -> Any:
    """When the administrators of each school were last told of this purge."""
    mine = [Message.form_key.startswith(f"l{turn}{purge.campaign_id}-", autoescape=True) for turn in AHEAD]
    return (
        select(Message.school_id, func.max(Message.sent_at).label("told_at"))
        .where(Message.author_id.is_(None), Message.sent_by_step == PURGE, mine[0] | mine[1])
        .group_by(Message.school_id)
    )


def told_already(keys: Collection[str]) -> set[str]:
    """Those of these keys by which a message has been sent."""
    query = select(Message.form_key).where(Message.author_id.is_(None), Message.form_key.in_(keys))
    return {key for key in db.session.scalars(query) if key is not None}
