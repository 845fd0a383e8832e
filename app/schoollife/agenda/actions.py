"""Writing, changing and removing dates of classes and schools."""

from __future__ import annotations

from datetime import datetime

from app.audit.actions import Actor, record
from app.content.actions import demand_version as demand_version
from app.db import db
from app.errors import Refused
from app.schoollife.liaison.models import AgendaEvent
from app.words import N_


class EndsBeforeItBegins(Refused):
    """An event's end is before its beginning."""

    status = 422
    message = N_("La date doit finir après avoir commencé.")


def save_event(
    event: AgendaEvent | None,
    *,
    school_id: int,
    year_id: int,
    class_id: int | None,
    author_id: int | None,
    title: str,
    words: str,
    place: str,
    starts_at: datetime,
    ends_at: datetime,
    by: Actor,
    now: datetime,
) -> AgendaEvent:
    """Add a date, or change ``event``; instants are aware. Raises ``EndsBeforeItBegins``."""
    if ends_at < starts_at:
        raise EndsBeforeItBegins(field="end")
    made = event is None
    if event is None:
        event = AgendaEvent(school_id=school_id, class_id=class_id, author_id=author_id)
        db.session.add(event)
    event.year_id, event.title, event.words, event.place = year_id, title, words, place
    event.starts_at, event.ends_at = starts_at, ends_at
    db.session.flush()
    verb = "agenda.written" if made else "agenda.changed"
    after = {"class_id": event.class_id, "starts_at": starts_at.isoformat()}
    record(verb, by=by, now=now, subject=("agenda", event.id), school_id=event.school_id, after=after)
    return event


def remove_event(event: AgendaEvent, *, by: Actor, now: datetime) -> None:
    """Remove a date."""
    before = {"class_id": event.class_id, "starts_at": event.starts_at.isoformat()}
    record("agenda.removed", by=by, now=now, subject=("agenda", event.id), school_id=event.school_id, before=before)
    db.session.delete(event)
