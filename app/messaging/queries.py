"""One message, as whoever asks may see it; what is unread; who has opened; who still waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from app.db import db
from app.directory.models import Person, SchoolClass
from app.directory.names import folded, name_of
from app.errors import NotFound
from app.gate.disclosure import may_know
from app.gate.queries import closures, open_for
from app.messaging.boxes.queries import mine, unread_count
from app.messaging.models import HiddenEntry as HiddenEntry
from app.messaging.models import Message as Message
from app.messaging.models import MessageAttachment as MessageAttachment
from app.messaging.models import MessageCopy
from app.messaging.populations import Place, Recipient, RecipientKind, read_all
from app.messaging.recipients.queries import class_of
from app.profiles import Place as GatePlace
from app.profiles import Profile, Visitor

#: Lines of a head's list.
PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A message as one person has it before them: ``copy_id`` is None for its author."""

    message: Message
    author: str
    copy_id: int | None
    place: Place | None
    folder_id: int | None
    unread: bool
    profile: Profile | None
    files: Sequence[MessageAttachment]


def hidden_schools(visitor: Visitor, now: datetime) -> frozenset[int]:
    """The schools of ``visitor`` that are closed to them now, and stay undisclosed (GATE-15). No query."""
    schools = {place.school_id for place in visitor.places}
    return frozenset(school for school in schools if not open_for(visitor, school, now))


def unread(person_id: int, visitor: Visitor, now: datetime) -> int:
    """How many unread messages lie in the inbox, at most 100: « 99+ ». One query."""
    return unread_count(person_id, hidden_schools(visitor, now))


def seen_by(message_id: int, visitor: Visitor, now: datetime) -> Seen:
    """The message, if it was sent to ``visitor`` or by them. Raises ``NotFound`` for everybody else; three queries."""
    me = visitor.person_id or 0
    message = db.session.get(Message, message_id)
    if message is None:
        raise NotFound()
    copy = db.session.scalar(
        select(MessageCopy).where(MessageCopy.message_id == message_id, *mine(me, hidden_schools(visitor, now)))
    )
    own = message.author_id == me and message.removed_at is None
    if copy is None and not own:
        raise NotFound()
    author = db.session.get(Person, message.author_id) if message.author_id is not None else None
    return Seen(
        message=message,
        author=name_of(author) if author is not None else "",
        copy_id=copy.id if copy is not None else None,
        place=Place(copy.place) if copy is not None else None,
        folder_id=copy.folder_id if copy is not None else None,
        unread=copy is not None and copy.read_at is None,
        profile=Profile(copy.profile) if copy is not None and copy.profile else None,
        files=files_of(message_id) if message.withdrawn_at is None else [],
    )


def own_draft(message_id: int, person_id: int) -> Message:
    """A draft or dated message of that person, not sent yet. Raises ``NotFound``."""
    found = db.session.get(Message, message_id)
    if found is None or found.author_id != person_id or found.sent_at is not None or found.removed_at is not None:
        raise NotFound()
    return found


def own_message(message_id: int, person_id: int) -> Message:
    """Whatever that person has written and not removed. Raises ``NotFound``."""
    found = db.session.get(Message, message_id)
    if found is None or found.author_id != person_id or found.removed_at is not None:
        raise NotFound()
    return found


def is_kept(form_key: str, person_id: int) -> bool:
    """Is there a message of that person of that form already?"""
    same = select(Message.id).where(Message.author_id == person_id, Message.form_key == form_key)
    return db.session.scalar(same) is not None


def files_of(message_id: int) -> Sequence[MessageAttachment]:
    """The files of a message, in their order."""
    of_message = select(MessageAttachment).where(MessageAttachment.message_id == message_id)
    return db.session.scalars(of_message.order_by(MessageAttachment.id)).all()


def file_of(message_id: int, attachment_id: int) -> MessageAttachment:
    """One file of a message. Raises ``NotFound``."""
    found = db.session.get(MessageAttachment, attachment_id)
    if found is None or found.message_id != message_id:
        raise NotFound()
    return found


# Who waits, for the author (GATE-8) -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """How many people still wait for their opening, between which instants it comes; None while nobody knows."""

    people: int
    first: datetime | None
    last: datetime | None


def waiting(message: Message, now: datetime) -> Waiting | None:
    """Who waits for this message; None for nobody. Two queries."""
    pupil = func.coalesce(MessageCopy.student_id, MessageCopy.owner_id)
    held = (
        select(MessageCopy.school_id, MessageCopy.profile, class_of(pupil, MessageCopy.school_id).label("class_id"))
        .where(MessageCopy.message_id == message.id, MessageCopy.held)
        .subquery()
    )
    level = aliased(SchoolClass)
    query = (
        select(held.c.school_id, held.c.profile, held.c.class_id, level.level, func.count())
        .outerjoin(level, level.id == held.c.class_id)
        .group_by(held.c.school_id, held.c.profile, held.c.class_id, level.level)
    )
    kept, people, moments = closures(), 0, []
    for school_id, profile, class_id, level_name, count in db.session.execute(query):
        place = GatePlace(school_id=school_id, profile=Profile(profile), level=level_name, class_id=class_id)
        people += count
        opening = kept.at_place(place, now).reopens_at
        if message.year_begins is not None:
            known_there = may_know(kept, place, message.year_begins, now)
            opening = opening if known_there.allowed else known_there.since
        moments.append(opening)
    if not people:
        return None
    known = [moment for moment in moments if moment is not None]
    whole = len(known) == len(moments)
    return Waiting(people=people, first=min(known) if whole else None, last=max(known) if whole else None)


def reached(message_id: int) -> int:
    """How many people a message has gone to, those who wait included."""
    return db.session.scalar(select(func.count(MessageCopy.id)).where(MessageCopy.message_id == message_id)) or 0


# For the head (PORTAL-21) -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class SchoolLine:
    """A message of a school for its head: the subject only of what went to a population, what is between people stays theirs."""

    id: int
    subject: str
    author: str
    sent_at: datetime
    withdrawn_at: datetime | None
    recipients: tuple[Recipient, ...]


def messages_of_school(school_id: int, text: str = "", before: int | None = None) -> tuple[list[SchoolLine], bool]:
    """What was sent in the matters of a school, newest first; ``text`` begins words of the author's name. One query."""
    query = (
        select(Message, Person)
        .join(Person, Person.id == Message.author_id)
        .where(Message.school_id == school_id, Message.sent_at.is_not(None))
        .order_by(Message.sent_at.desc(), Message.id.desc())
        .limit(PAGE + 1)
    )
    for word in folded(text).split():
        query = query.where(or_(Person.search_name.like(f"{word}%"), Person.search_name.like(f"% {word}%")))
    if before is not None:
        last = db.session.get(Message, before)
        if last is not None and last.sent_at is not None:
            same = and_(Message.sent_at == last.sent_at, Message.id < last.id)
            query = query.where(or_(Message.sent_at < last.sent_at, same))
    rows = db.session.execute(query).all()
    return [_school_line(message, author) for message, author in rows[:PAGE]], len(rows) > PAGE


def _school_line(message: Message, author: Person) -> SchoolLine:
    recipients = read_all(message.recipients)
    public = any(to.kind != RecipientKind.PERSON for to in recipients)
    return SchoolLine(
        id=message.id,
        subject=message.subject if public else "",
        author=name_of(author),
        sent_at=message.sent_at or message.written_at,
        withdrawn_at=message.withdrawn_at,
        recipients=recipients,
    )


def message_of_school(message_id: int, school_id: int) -> tuple[Message, SchoolLine]:
    """A message sent in the matters of that school. Raises ``NotFound``."""
    query = select(Message, Person).join(Person, Person.id == Message.author_id)
    row = db.session.execute(
        query.where(Message.id == message_id, Message.school_id == school_id, Message.sent_at.is_not(None))
    ).one_or_none()
    if row is None:
        raise NotFound()
    return row[0], _school_line(row[0], row[1])


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """Somebody who got a message, and when they opened it; ``held``: it still waits for them."""

    name: str
    profile: Profile | None
    read_at: datetime | None
    held: bool
    search_name: str
    person_id: int


def openings(message_id: int, after: tuple[str, int] | None = None) -> tuple[list[Opening], bool]:
    """Who got a message and who has opened it, by name, page by page; one query. For the head's eyes only (KIN-2)."""
    query = select(MessageCopy, Person).join(Person, Person.id == MessageCopy.owner_id)
    query = query.where(MessageCopy.message_id == message_id).order_by(Person.search_name, Person.id).limit(PAGE + 1)
    if after is not None:
        name, number = after
        query = query.where(or_(Person.search_name > name, and_(Person.search_name == name, Person.id > number)))
    rows = db.session.execute(query).all()
    found = [
        Opening(
            name=name_of(person),
            profile=Profile(copy.profile) if copy.profile else None,
            read_at=copy.read_at,
            held=copy.held,
            search_name=person.search_name,
            person_id=person.id,
        )
        for copy, person in rows[:PAGE]
    ]
    return found, len(rows) > PAGE


def opened_count(message_id: int) -> tuple[int, int]:
    """How many have opened a message, of how many who got it."""
    query = select(func.count(MessageCopy.read_at), func.count(MessageCopy.id))
    opened, all_ = db.session.execute(query.where(MessageCopy.message_id == message_id)).one()
    return opened, all_


def hidden_entries(school_id: int) -> Sequence[HiddenEntry]:
    """What a school hides from whom."""
    query = select(HiddenEntry).where(HiddenEntry.school_id == school_id).order_by(HiddenEntry.viewer, HiddenEntry.id)
    return db.session.scalars(query).all()
