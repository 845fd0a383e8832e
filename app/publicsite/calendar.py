"""Closures as a calendar to subscribe to (RFC 5545). Plain.

Every closing keeps its UID while it is moved, so that a subscriber's calendar moves it too; ``SEQUENCE`` grows with every
change of the gate's rules. Instants are UTC. Texts are escaped by the icalendar package.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from app.gate.announced import PublicClosure, sentence
from app.gate.windows import WindowKind
from app.publicsite.timeline import who
from app.schoolyear import end_of_day
from app.words import N_, Words

#: How often a subscriber should look again.
REFRESH = timedelta(hours=1)


def calendar(
    found: Sequence[PublicClosure],
    uais: Mapping[int, str],
    names: Mapping[int, str],
    *,
    name: str,
    portal_url: str,
    page_url: str,
    sequence: int,
    tell: Callable[[Words], str],
    now: datetime,
) -> bytes:
    """The .ics of some closures.

    ``uais`` and ``names`` of schools by number; ``name`` of the calendar; ``portal_url`` the portal's public address, whose host
    ends every UID; ``page_url`` where people read more; ``sequence`` the revision of the gate's rules; ``tell`` puts words in
    the reader's language; ``now`` portal time (UTC).
    """
    host = urlsplit(portal_url).hostname or "localhost"
    made = Calendar()
    made.add("prodid", "-//Bascule//closures//FR")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("name", name)
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT1H")
    for closure in found:
        uai = uais.get(closure.school_id) if closure.school_id is not None else None
        event = Event()
        event.add("uid", f"window-{closure.window_id}{'-' + uai if uai else ''}@{host}")
        event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
        event.add("sequence", sequence)
        event.add("dtstart", closure.starts.astimezone(UTC))
        event.add("dtend", _end(closure, now).astimezone(UTC))
        event.add("summary", tell(summary(closure, names)))
        told = tell(sentence(closure))
        event.add("description", f"{told}\n\n{closure.message}" if closure.message else told)
        event.add("url", page_url)
        event.add("transp", "TRANSPARENT")
        event.add("categories", [tell(Words(N_("Fermeture")))])
        event.add("class", "PUBLIC")
        made.add_component(event)
    ics: bytes = made.to_ical()
    return ics


def summary(closure: PublicClosure, names: Mapping[int, str]) -> Words:
    """The event's title: what closes, for whom, where."""
    if closure.kind == WindowKind.MAINTENANCE:
        told = Words(N_("Portail en maintenance"))
    else:
        told = Words(N_("Espace fermé : %(who)s"), who=who(closure))
    name = names.get(closure.school_id) if closure.school_id is not None else None
    return Words(N_("%(told)s (%(school)s)"), told=told, school=name) if name else told


def _end(closure: PublicClosure, now: datetime) -> datetime:
    """The announced reopening; while there is none, the next news, else the end of the day: the event goes on as it is read."""
    if closure.ends is not None:
        return closure.ends
    if closure.next_news is not None and closure.next_news > closure.starts:
        return closure.next_news
    zone = ZoneInfo(closure.zone)
    return end_of_day(max(now, closure.starts).astimezone(zone).date(), zone)
