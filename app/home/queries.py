"""What is somebody's own, and what of the other rooms their home shows. Every question is bounded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from app.db import db
from app.errors import NotFound
from app.home.models import Bookmark as Bookmark
from app.home.models import PersonalEvent as PersonalEvent
from app.home.models import Preference
from app.home.preferences import read

#: How many dates a page of the agenda shows, and how far ahead the home looks.
EVENTS_A_PAGE = 50
AHEAD = timedelta(days=14)


def bookmarks(person_id: int, limit: int = 200) -> Sequence[Bookmark]:
    """Somebody's bookmarks, in the order in which they were made."""
    query = select(Bookmark).where(Bookmark.person_id == person_id).order_by(Bookmark.position, Bookmark.id)
    return db.session.scalars(query.limit(limit)).all()


def bookmark(person_id: int, bookmark_id: int) -> Bookmark:
    """One of somebody's bookmarks. Raises ``NotFound`` for another's."""
    found = db.session.get(Bookmark, bookmark_id)
    if found is None or found.person_id != person_id:
        raise NotFound()
    return found


def preferences(person_id: int) -> dict[str, str]:
    """Every preference of somebody, defaults included."""
    rows = db.session.execute(select(Preference.name, Preference.value).where(Preference.person_id == person_id))
    return read({name: value for name, value in rows})  # noqa: C416  (rows are not pairs to dict)


def coming_events(person_id: int, now: datetime, *, limit: int = EVENTS_A_PAGE) -> Sequence[PersonalEvent]:
    """Somebody's own dates that are not over at ``now``, the next ones first."""
    query = select(PersonalEvent).where(PersonalEvent.person_id == person_id, PersonalEvent.ends_at >= now)
    return db.session.scalars(query.order_by(PersonalEvent.starts_at, PersonalEvent.id).limit(limit)).all()


def past_events(person_id: int, now: datetime, *, limit: int = EVENTS_A_PAGE) -> Sequence[PersonalEvent]:
    """Somebody's own dates that are over, the last ones first."""
    query = select(PersonalEvent).where(PersonalEvent.person_id == person_id, PersonalEvent.ends_at < now)
    return db.session.scalars(query.order_by(PersonalEvent.starts_at.desc(), PersonalEvent.id).limit(limit)).all()


def event(person_id: int, event_id: int) -> PersonalEvent:
    """One of somebody's own dates. Raises ``NotFound`` for another's."""
    found = db.session.get(PersonalEvent, event_id)
    if found is None or found.person_id != person_id:
        raise NotFound()
    return found
