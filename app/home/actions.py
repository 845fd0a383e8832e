"""Changing what is somebody's own: bookmarks, preferences, personal agenda. Nobody else sees it, so no audit line is left."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from app.db import db
from app.errors import Misused
from app.home.addresses import checked
from app.home.models import Bookmark, PersonalEvent, Preference
from app.home.preferences import is_offered
from app.words import N_

#: A page of bookmarks is to find something on.
MOST_BOOKMARKS = 200


class TooManyBookmarks(Misused):
    message = N_("Vous avez déjà deux cents favoris.")
    advice = N_("Retirez ceux qui ne servent plus, puis recommencez.")


class EndsBeforeItStarts(Misused):
    message = N_("La fin vient avant le début.")
    advice = N_("Vérifiez le jour et l’heure de fin.")


def add_bookmark(person_id: int, *, title: str, address: str) -> Bookmark:
    """Keep an address; one that is kept already only gets the new title. Raises ``NoAddress``, ``TooManyBookmarks``."""
    address = checked(address)
    same = select(Bookmark).where(Bookmark.person_id == person_id, Bookmark.address == address)
    found = db.session.scalar(same)
    if found is not None:
        found.title = title
        return found
    count, last = db.session.execute(
        select(func.count(Bookmark.id), func.max(Bookmark.position)).where(Bookmark.person_id == person_id)
    ).one()
    if count >= MOST_BOOKMARKS:
        raise TooManyBookmarks()
    made = Bookmark(person_id=person_id, title=title, address=address, position=(last or 0) + 1)
    db.session.add(made)
    return made


def remove_bookmark(found: Bookmark) -> None:
    """Forget an address."""
    db.session.delete(found)


def set_preference(person_id: int, name: str, value: str) -> None:
    """Choose a value that is offered. Raises ``Misused`` for another."""
    if not is_offered(name, value):
        raise Misused()
    found = db.session.scalar(select(Preference).where(Preference.person_id == person_id, Preference.name == name))
    if found is None:
        db.session.add(Preference(person_id=person_id, name=name, value=value))
    else:
        found.value = value


def add_event(
    person_id: int, *, title: str, words: str, place: str, starts_at: datetime, ends_at: datetime
) -> PersonalEvent:
    """A date of one's own, between two aware instants. Raises ``EndsBeforeItStarts``."""
    if ends_at < starts_at:
        raise EndsBeforeItStarts(field="ends_at")
    made = PersonalEvent(
        person_id=person_id, title=title, words=words, place=place, starts_at=starts_at, ends_at=ends_at
    )
    db.session.add(made)
    return made


def change_event(
    found: PersonalEvent, *, title: str, words: str, place: str, starts_at: datetime, ends_at: datetime
) -> None:
    """Change a date of one's own. Raises ``EndsBeforeItStarts``."""
    if ends_at < starts_at:
        raise EndsBeforeItStarts(field="ends_at")
    found.title, found.words, found.place = title, words, place
    found.starts_at, found.ends_at = starts_at, ends_at


def remove_event(found: PersonalEvent) -> None:
    """Remove a date of one's own."""
    db.session.delete(found)
