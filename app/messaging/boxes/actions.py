"""Filing, archiving, throwing away, reading; folders and choices. Of one's own only. Never commits, leaves no audit: it is private."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, delete, select, update

from app.db import db
from app.messaging.models import MessageCopy, MessageFolder, MessagingChoice
from app.messaging.populations import Place
from app.messaging.problems import NameTaken

#: Copies that one request moves at most.
AT_ONCE = 200


def move(
    copy_ids: Collection[int], *, owner_id: int, place: Place, folder: MessageFolder | None = None, now: datetime
) -> int:
    """Move one's own copies to a place, or into one of one's own folders; how many. What still waits cannot be moved."""
    if folder is not None and folder.owner_id != owner_id:
        raise ValueError("a folder of somebody else")
    values = {
        "place": place,
        "folder_id": folder.id if folder is not None and place == Place.FOLDER else None,
        "trashed_at": now if place == Place.TRASH else None,
    }
    return _change(copy_ids, owner_id, values)


def mark(copy_ids: Collection[int], *, owner_id: int, read: bool, now: datetime) -> int:
    """Note that one's own copies were read, or not; how many. An earlier reading keeps its instant."""
    if not read:
        return _change(copy_ids, owner_id, {"read_at": None})
    return _change(copy_ids, owner_id, {"read_at": now}, MessageCopy.read_at.is_(None))


def _change(copy_ids: Collection[int], owner_id: int, values: dict[str, Any], *more: Any) -> int:
    own = (MessageCopy.id.in_(sorted(copy_ids)[:AT_ONCE]), MessageCopy.owner_id == owner_id, ~MessageCopy.held, *more)
    statement = update(MessageCopy).where(*own).values(**values)
    result = db.session.execute(statement, execution_options={"synchronize_session": False})
    return int(result.rowcount) if isinstance(result, CursorResult) else 0


def empty_trash(owner_id: int) -> int:
    """Remove for good what somebody has thrown away; how many."""
    thrown = delete(MessageCopy).where(MessageCopy.owner_id == owner_id, MessageCopy.place == Place.TRASH.value)
    result = db.session.execute(thrown, execution_options={"synchronize_session": False})
    return int(result.rowcount) if isinstance(result, CursorResult) else 0


def make_folder(name: str, *, owner_id: int, now: datetime) -> MessageFolder:
    """A new personal folder. Raises ``NameTaken``."""
    _demand_free(name, owner_id)
    made = MessageFolder(owner_id=owner_id, name=name, created_at=now)
    db.session.add(made)
    db.session.flush()
    return made


def rename_folder(folder: MessageFolder, name: str) -> None:
    """Another name for a folder. Raises ``NameTaken``."""
    if name != folder.name:
        _demand_free(name, folder.owner_id)
        folder.name = name
        db.session.flush()


def remove_folder(folder: MessageFolder) -> None:
    """Remove a folder; what was in it goes back to the inbox."""
    inside = update(MessageCopy).where(MessageCopy.folder_id == folder.id, MessageCopy.place == Place.FOLDER.value)
    values = inside.values(place=Place.INBOX, folder_id=None)
    db.session.execute(values, execution_options={"synchronize_session": False})
    db.session.delete(folder)
    db.session.flush()


def _demand_free(name: str, owner_id: int) -> None:
    same = select(MessageFolder.id).where(MessageFolder.owner_id == owner_id, MessageFolder.name == name)
    if db.session.scalar(same) is not None:
        raise NameTaken()


def choose(person_id: int, *, archive_lifetime: str | None, notify: bool) -> None:
    """Keep what somebody has chosen: until when 'archived' is kept ('year', 'kept', None: the project's), and e-mails."""
    found = db.session.get(MessagingChoice, person_id)
    if found is None:
        found = MessagingChoice(person_id=person_id)
        db.session.add(found)
    found.archive_lifetime, found.notify = archive_lifetime, notify
    db.session.flush()
