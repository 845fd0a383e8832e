"""Reading one's own boxes. A page costs a fixed number of queries and a time that does not depend on how much there is.

Nobody sees what still waits for them (GATE-8), what comes from a school that is closed to them (GATE-15), or unread words about a pupil
whose link to them was cut (KIN-3). Pages go by (arrived_at, id), the newest first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.db import db
from app.directory.models import Person
from app.directory.names import folded, name_of
from app.errors import NotFound
from app.messaging.models import Message as Message
from app.messaging.models import MessageAttachment, MessageCopy, MessageFolder, MessagingChoice
from app.messaging.populations import Place, Recipient, read_all
from app.messaging.recipients.queries import living_link
from app.profiles import Profile

#: Messages on a page, and how many of the newest a search looks at.
PAGE, SEARCHED = 40, 3000
#: Counts of unread messages end here: « 99+ ».
MANY = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A message in a list. ``author`` is empty for one that the portal has written."""

    id: int
    copy_id: int
    subject: str
    author: str
    author_profile: Profile | None
    arrived_at: datetime
    read: bool
    withdrawn: bool
    files: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnLine:
    """A message that somebody has written: sent, dated, a draft, or cancelled."""

    id: int
    subject: str
    recipients: tuple[Recipient, ...]
    written_at: datetime
    leaves_at: datetime | None
    sent_at: datetime | None
    withdrawn: bool
    cancelled_because: str
    files: bool


def mine(person_id: int, hidden_schools: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    """The conditions on copies that ``person_id`` may see."""
    conditions: list[ColumnElement[bool]] = [
        MessageCopy.owner_id == person_id,
        ~MessageCopy.held,
        or_(
            MessageCopy.read_at.is_not(None),
            MessageCopy.student_id.is_(None),
            MessageCopy.profile != Profile.GUARDIAN,
            living_link(MessageCopy.owner_id, MessageCopy.student_id),
        ),
    ]
    if hidden_schools:
        conditions.append(or_(MessageCopy.school_id.is_(None), MessageCopy.school_id.not_in(hidden_schools)))
    return tuple(conditions)


def box(
    person_id: int,
    hidden_schools: Collection[int],
    place: Place,
    *,
    folder_id: int | None = None,
    text: str = "",
    before: tuple[datetime, int] | None = None,
) -> tuple[list[Line], bool]:
    """A page of a box, and whether more follow. ``text``: words that begin a word of the subject or of the author's name, among
    the newest ``SEARCHED``. One query.
    """
    conditions = [*mine(person_id, hidden_schools), MessageCopy.place == place.value]
    if place == Place.FOLDER:
        conditions.append(MessageCopy.folder_id == folder_id)
    if before is not None:
        at, number = before
        older = and_(MessageCopy.arrived_at == at, MessageCopy.id < number)
        conditions.append(or_(MessageCopy.arrived_at < at, older))
    files = select(MessageAttachment.id).where(MessageAttachment.message_id == Message.id).exists()
    newest = (MessageCopy.arrived_at.desc(), MessageCopy.id.desc())
    query: Any = (
        select(MessageCopy, Message, Person, files.label("files"))
        .join(Message, Message.id == MessageCopy.message_id)
        .outerjoin(Person, Person.id == Message.author_id)
        .order_by(*newest)
        .limit(PAGE + 1)
    )
    if words := folded(text).split():
        looked_at = select(MessageCopy.id).where(*conditions).order_by(*newest).limit(SEARCHED)
        query = query.where(MessageCopy.id.in_(looked_at), *(_named(word) for word in words))
    else:
        query = query.where(*conditions)
    rows = db.session.execute(query).all()
    lines = [_line(copy, message, author, files) for copy, message, author, files in rows[:PAGE]]
    return lines, len(rows) > PAGE


def _named(word: str) -> ColumnElement[bool]:
    # ``folded`` left letters and digits only, so nothing needs escaping.
    columns = (Message.search_subject, Person.search_name)
    return or_(*(column.like(pattern) for column in columns for pattern in (f"{word}%", f"% {word}%")))


def _line(copy: MessageCopy, message: Message, author: Person | None, files: bool) -> Line:
    withdrawn = message.withdrawn_at is not None
    return Line(
        id=message.id,
        copy_id=copy.id,
        subject="" if withdrawn else message.subject,
        author=name_of(author) if author is not None else "",
        author_profile=Profile(message.author_profile) if message.author_profile else None,
        arrived_at=copy.arrived_at,
        read=copy.read_at is not None,
        withdrawn=withdrawn,
        files=bool(files) and not withdrawn,
    )


def unread_count(person_id: int, hidden_schools: Collection[int]) -> int:
    """How many unread messages lie in the inbox; at most ``MANY``."""
    unread = select(MessageCopy.id).where(
        *mine(person_id, hidden_schools), MessageCopy.place == Place.INBOX.value, MessageCopy.read_at.is_(None)
    )
    return db.session.scalar(select(func.count()).select_from(unread.limit(MANY).subquery())) or 0


def folders(person_id: int) -> Sequence[MessageFolder]:
    """Somebody's folders, by name."""
    query = select(MessageFolder).where(MessageFolder.owner_id == person_id).order_by(MessageFolder.name)
    return db.session.scalars(query).all()


def folder(folder_id: int, person_id: int) -> MessageFolder:
    """One of somebody's own folders. Raises ``NotFound``."""
    found = db.session.get(MessageFolder, folder_id)
    if found is None or found.owner_id != person_id:
        raise NotFound()
    return found


def own_messages(
    author_id: int, *, sent: bool, before: tuple[datetime, int] | None = None
) -> tuple[list[OwnLine], bool]:
    """A page of what somebody has sent, or of their drafts and dated messages, newest first; one query."""
    moment = Message.sent_at if sent else Message.written_at
    files = select(MessageAttachment.id).where(MessageAttachment.message_id == Message.id).exists()
    query = select(Message, files).where(Message.author_id == author_id, Message.removed_at.is_(None))
    query = query.where(Message.sent_at.is_not(None) if sent else Message.sent_at.is_(None))
    if before is not None:
        at, number = before
        query = query.where(or_(moment < at, and_(moment == at, Message.id < number)))
    rows = db.session.execute(query.order_by(moment.desc(), Message.id.desc()).limit(PAGE + 1)).all()
    lines = [
        OwnLine(
            id=message.id,
            subject=message.subject,
            recipients=read_all(message.recipients),
            written_at=message.written_at,
            leaves_at=message.leaves_at,
            sent_at=message.sent_at,
            withdrawn=message.withdrawn_at is not None,
            cancelled_because=message.cancelled_because,
            files=bool(has_files),
        )
        for message, has_files in rows[:PAGE]
    ]
    return lines, len(rows) > PAGE


def choice(person_id: int) -> MessagingChoice | None:
    """What somebody has chosen about their messages; None: nothing."""
    return db.session.get(MessagingChoice, person_id)
