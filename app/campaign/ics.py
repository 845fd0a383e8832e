"""A campaign's calendar as a file for calendar programs (RFC 5545). Plain.

Every event keeps its UID while it is moved, so that the same file taken again moves it; ``SEQUENCE`` grows with the changes of the
event. Instants are UTC; what has only days is an all-day event, its last day inclusive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar import Event as Entry

from app.campaign.calendar import ACTOR_NAMES, STATE_NAMES, Event, State
from app.words import N_, Words

#: How long an instant is shown.
MOMENT = timedelta(minutes=30)


def calendar(
    events: Sequence[Event],
    *,
    name: str,
    campaign_id: int,
    portal_url: str,
    urls: Mapping[int, str],
    versions: Mapping[int, int],
    tell: Callable[[Words], str],
    zone: ZoneInfo,
    now: datetime,
) -> bytes:
    """The .ics of a campaign's events; those without a date are left out.

    ``urls`` and ``versions`` of the events by number; ``portal_url`` the portal's public address, whose host ends every UID;
    ``tell`` puts words in the reader's language; ``now`` portal time.
    """
    host = urlsplit(portal_url).hostname or "localhost"
    made = Calendar()
    made.add("prodid", "-//Bascule//campaign//FR")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("name", name)
    for event in events:
        if event.begins(zone) is None:
            continue
        entry = Entry()
        entry.add("uid", f"campaign-{campaign_id}-{event.key}@{host}")
        entry.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
        entry.add("sequence", versions.get(event.id, 0))
        _when(entry, event)
        entry.add("summary", tell(Words(event.title)))
        entry.add("description", tell(described(event)))
        entry.add("url", urls.get(event.id, portal_url))
        entry.add("transp", "TRANSPARENT")
        entry.add("status", "CANCELLED" if event.state == State.SKIPPED else "CONFIRMED")
        entry.add("categories", [tell(Words(ACTOR_NAMES[event.actor]))])
        entry.add("class", "PRIVATE")
        made.add_component(entry)
    ics: bytes = made.to_ical()
    return ics


def described(event: Event) -> Words:
    """Who acts, whether the portal does it itself, how far it is."""
    sentence = (
        N_("%(actor)s ; le portail le fait lui-même ; %(state)s") if event.automatic else N_("%(actor)s ; %(state)s")
    )
    return Words(sentence, actor=Words(ACTOR_NAMES[event.actor]), state=Words(STATE_NAMES[event.state]))


def _when(entry: Entry, event: Event) -> None:
    if event.at is not None:
        entry.add("dtstart", event.at.astimezone(UTC))
        entry.add("dtend", (event.until or event.at + MOMENT).astimezone(UTC))
        return
    first = event.earliest or event.latest
    last = event.latest or event.earliest
    if first is not None and last is not None:
        entry.add("dtstart", first)
        entry.add("dtend", last + timedelta(days=1))
