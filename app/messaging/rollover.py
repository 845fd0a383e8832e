"""What somebody owns of messages and announcements, by kind of the table of fates; and all of it to take away (DATA-3).

What a rollover takes of them, changes and makes stands in ``ending.rollover``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import and_, case, func, select

from app.content.markup import first_words
from app.db import db
from app.directory.models import Person
from app.directory.names import name_of
from app.fates import Space
from app.files.names import numbered, safe_name
from app.files.queries import path_of
from app.gate.queries import closures
from app.messaging.assistant.queries import names_of
from app.messaging.ending.rollover import KINDS as KINDS
from app.messaging.ending.rollover import changed as changed
from app.messaging.ending.rollover import make as make
from app.messaging.ending.rollover import rows as rows
from app.messaging.models import Announcement, Message, MessageAttachment, MessageCopy, MessageFolder, MessagingChoice
from app.messaging.naming import in_words, shown_to
from app.messaging.populations import Place, read_all
from app.profiles import FAMILIES
from app.web.say import say

#: Messages read at once.
_SLICE = 200
_FOLDERS = {Place.INBOX: "Boîte de réception", Place.ARCHIVED: "Archivés", Place.TRASH: "Corbeille"}


def owned(person_id: int, now: datetime) -> dict[tuple[str, Space], int]:
    """How many live rows of each kind ``person_id`` has; what still waits for them is not told (GATE-8). Four queries."""
    chosen = db.session.get(MessagingChoice, person_id)
    lifetime = (chosen.archive_lifetime if chosen is not None else None) or archive_lifetime()
    kinds = {
        Place.INBOX: "message-inbox",
        Place.FOLDER: "message-filed",
        Place.ARCHIVED: "message-archived-year" if lifetime == "year" else "message-archived",
        Place.TRASH: "message-trash",
    }
    found: dict[tuple[str, Space], int] = {}
    copies = select(MessageCopy.place, func.count(MessageCopy.id)).group_by(MessageCopy.place)
    for place, count in db.session.execute(copies.where(MessageCopy.owner_id == person_id, ~MessageCopy.held)):
        found[kinds[Place(place)], Space.NONE] = count
    dated = and_(Message.leaves_at.is_not(None), Message.cancelled_because == "")
    kind = case((Message.sent_at.is_not(None), "message-sent"), (dated, "message-dated"), else_="message-draft")
    own = select(kind, func.count(Message.id)).where(Message.author_id == person_id, Message.removed_at.is_(None))
    for name, count in db.session.execute(own.group_by(kind)):
        found[name, Space.NONE] = count
    issued = select(func.count(Announcement.id)).where(Announcement.author_id == person_id)
    if count := db.session.scalar(issued) or 0:
        found["announcement", Space.NONE] = count
    return found


def archive_lifetime() -> str:
    """Until when 'archived' is kept for whoever has not chosen: 'year' or 'kept'."""
    return str(current_app.extensions["settings"].archived_messages)


def takeaway(person_id: int, now: datetime) -> Iterator[tuple[str, bytes | Path]]:
    """Every message of ``person_id`` as an .eml in a folder of its box, its files beside it: (path in the ZIP, bytes or a file)."""
    names: set[str] = set()
    named = select(MessageFolder.id, MessageFolder.name).where(MessageFolder.owner_id == person_id)
    folders = {number: name for number, name in db.session.execute(named)}  # noqa: C416  (rows are not pairs to dict)
    query = select(MessageCopy, Message).join(Message, Message.id == MessageCopy.message_id)
    query = query.where(MessageCopy.owner_id == person_id, ~MessageCopy.held, Message.withdrawn_at.is_(None))
    last = 0
    while rows := db.session.execute(query.where(MessageCopy.id > last).order_by(MessageCopy.id).limit(_SLICE)).all():
        last = rows[-1][0].id
        entries = []
        for copy, message in rows:
            filed = folders.get(copy.folder_id or 0, "") if copy.place == Place.FOLDER else ""
            box = safe_name(filed, "Dossier") if filed else _FOLDERS.get(Place(copy.place), "Dossier")
            family = copy.profile is not None and copy.profile in FAMILIES
            entries.append((message, f"messages/{box}", family, copy.arrived_at))
        yield from _written(entries, person_id, names)
    own = select(Message).where(Message.author_id == person_id, Message.removed_at.is_(None))
    last = 0
    while found := db.session.scalars(own.where(Message.id > last).order_by(Message.id).limit(_SLICE)).all():
        last = found[-1].id
        yield from _written(
            [
                (
                    one,
                    "messages/Envoyés" if one.sent_at else "messages/Brouillons",
                    False,
                    one.sent_at or one.written_at,
                )
                for one in found
            ],
            person_id,
            names,
        )


def _written(
    entries: list[tuple[Message, str, bool, datetime]], reader_id: int, names: set[str]
) -> Iterator[tuple[str, bytes | Path]]:
    numbers = [message.id for message, *_rest in entries]
    authors = {message.author_id for message, *_rest in entries if message.author_id is not None}
    people = {one.id: name_of(one) for one in db.session.scalars(select(Person).where(Person.id.in_(authors)))}
    files: dict[int, list[Any]] = {}
    attached = select(MessageAttachment).where(MessageAttachment.message_id.in_(numbers)).order_by(MessageAttachment.id)
    for one in db.session.scalars(attached):
        files.setdefault(one.message_id, []).append(one)
    told = names_of(to for message, *_rest in entries for to in read_all(message.recipients))
    new_year = closures().rules.new_year
    for message, folder, family, at in entries:
        title = safe_name(f"{at:%Y-%m-%d} {message.subject}"[:90], "message")
        path = numbered(f"{folder}/{title}.eml", names)
        seen = shown_to(read_all(message.recipients), family=family, reader_id=reader_id)
        to = ", ".join(say(in_words(one, told, new_year)) for one in seen)
        with_files = files.get(message.id, [])
        yield path, _eml(message, people.get(message.author_id or 0, ""), to, at, [one.name for one in with_files])
        taken: set[str] = set()
        for one in with_files:
            yield f"{path.removesuffix('.eml')}/{numbered(safe_name(one.name), taken)}", path_of(one.sha256)


def _eml(message: Message, author: str, to: str, at: datetime, files: list[str]) -> bytes:
    """The message for any mail program. Nobody's address is in it, only names (KIN-2)."""
    letter = EmailMessage(policy=SMTP)
    letter["Subject"] = " ".join(message.subject.split())
    letter["Date"] = format_datetime(at)
    letter["From"] = Address(display_name=author or "Portail", username="portail", domain="portail.invalid")
    letter["To"] = Address(display_name=to[:300], username="portail", domain="portail.invalid")
    text = message.source or first_words(message.body, 5000)
    if files:
        text += "\n\n" + "\n".join(f"[{name}]" for name in files)
    letter.set_content(text)
    letter.add_alternative(f'<!doctype html><meta charset="utf-8">{message.body}', subtype="html")
    return letter.as_bytes()
