"""The trash of what services hold: contests, map points, pages of a minisite."""

from __future__ import annotations

from datetime import datetime

from app.audit.actions import Actor, record
from app.content.models import Contest, MapPoint, MinisitePage
from app.db import db
from app.errors import NotFound

Thing = Contest | MapPoint | MinisitePage
_NOUNS: dict[type, str] = {Contest: "contest", MapPoint: "map-point", MinisitePage: "minisite-page"}


def throw_away(thing: Thing, *, by: Actor, now: datetime) -> None:
    """Into the trash, whence it can be fetched back."""
    thing.trashed_at, thing.trashed_by_id = now, by.person_id
    note("trashed", thing, by=by, now=now)


def restore(thing: Thing, *, by: Actor, now: datetime) -> None:
    """Out of the trash."""
    thing.trashed_at = thing.trashed_by_id = None
    note("restored", thing, by=by, now=now)


def erase(thing: Thing, *, by: Actor, now: datetime) -> None:
    """Remove for good something that lies in the trash. Raises ``NotFound`` for anything else."""
    if thing.trashed_at is None:
        raise NotFound()
    note("erased", thing, by=by, now=now)
    db.session.delete(thing)


def note(verb: str, thing: Thing, *, by: Actor, now: datetime, **facts: object) -> None:
    """An audit line about ``thing``; what people wrote is not copied into it."""
    noun = _NOUNS[type(thing)]
    record(
        f"{noun}.{verb}",
        by=by,
        now=now,
        subject=(noun, thing.id),
        school_id=thing.school_id,
        after=facts or None,
    )
