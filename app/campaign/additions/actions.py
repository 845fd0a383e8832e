"""Adding an event to a campaign's calendar and taking one's own away again. Never commits."""

from __future__ import annotations

import secrets
from datetime import datetime

from app.audit.actions import Actor, record
from app.campaign.additions.outside import Addition, problem
from app.campaign.calendar import EventKind
from app.campaign.models import CalendarEvent, Campaign
from app.db import db
from app.errors import Refused
from app.words import N_


class WrongAddition(Refused):
    """What was typed for an event does not hold together; the words say what."""

    status = 422


class NotAdded(Refused):
    """An event of the calendar type is left out, not removed."""

    message = N_("Cet événement vient du calendrier type : il ne se supprime pas.")
    advice = N_("Notez-le sans objet, ou retirez-le du calendrier.")


class CampaignOver(Refused):
    message = N_("Cette campagne est terminée : son calendrier ne change plus.")


def add_event(campaign: Campaign, added: Addition, *, by: Actor, now: datetime) -> CalendarEvent:
    """Put an event of one's own into the calendar (CHECK-3). Raises ``WrongAddition`` and ``CampaignOver``."""
    if campaign.state != "active":
        raise CampaignOver()
    if (wrong := problem(added)) is not None:
        raise WrongAddition(wrong[1], field=wrong[0])
    kind = EventKind.OPERATION if added.tracked else EventKind.INFORMATION
    row = CalendarEvent(
        campaign_id=campaign.id,
        key=f"own-{secrets.token_hex(8)}",
        kind=kind.value,
        title=added.title,
        actor=added.actor.value,
        automatic=False,
        earliest=added.earliest,
        latest=added.latest,
        details={"own": True, **({"ext": added.system} if added.system else {})},
    )
    db.session.add(row)
    db.session.flush()
    after = {"kind": kind.value, "actor": added.actor.value, "system": added.system}
    record("event.added", by=by, now=now, subject=("calendar-event", row.id), after=after)
    return row


def is_own(row: CalendarEvent) -> bool:
    """Has somebody added it, rather than the preset?"""
    return bool((row.details or {}).get("own"))


def remove_event(row: CalendarEvent, *, by: Actor, now: datetime) -> None:
    """Take an added event out of the calendar, with what schools have noted of it. Raises ``NotAdded``."""
    if not is_own(row):
        raise NotAdded()
    record("event.removed", by=by, now=now, subject=("calendar-event", row.id), before={"key": row.key})
    db.session.delete(row)
    db.session.flush()
