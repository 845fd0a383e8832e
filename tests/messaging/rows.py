"""Rows of messaging for tests: recipients spelled shortly, messages sent through the actions, copies and announcements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any

from app import clock
from app.audit.actions import COMMAND, Actor
from app.db import db
from app.messaging import actions
from app.messaging.actions import Left, Written
from app.messaging.announcement_roles import Form
from app.messaging.announcements import actions as announcing
from app.messaging.models import Announcement, Message, MessageCopy, MessageFolder
from app.messaging.populations import Place, Recipient, RecipientKind, Severity
from app.profiles import Profile
from tests.people import SchoolFacts, Someone

_keys = count(1)


def of_class(school: SchoolFacts, code: str, *profiles: Profile, year: int = 2025) -> Recipient:
    """The people of a class: ``of_class(college, "6A", Profile.GUARDIAN)``."""
    return Recipient(
        kind=RecipientKind.CLASS,
        school_id=school.id,
        number=school.classes[year][code],
        code=code,
        year=year,
        profiles=frozenset(profiles),
    )


def whole(school: SchoolFacts, *profiles: Profile) -> Recipient:
    """Everybody of those profiles in a school."""
    return Recipient(kind=RecipientKind.PROFILE, school_id=school.id, profiles=frozenset(profiles))


def person(someone: Someone, school: SchoolFacts, profile: Profile) -> Recipient:
    """One person, as what they are in a school."""
    return Recipient(kind=RecipientKind.PERSON, school_id=school.id, number=someone.id, profiles=frozenset({profile}))


def draft(
    author: Someone,
    recipients: Sequence[Recipient],
    *,
    school: SchoolFacts,
    profile: Profile | None = Profile.TEACHER,
    subject: str = "Sortie au musée",
    source: str = "Rendez-vous à **8 h** devant la grille.",
    now: datetime | None = None,
) -> Message:
    """A draft, committed."""
    message = actions.keep_draft(
        Written(subject=subject, source=source, recipients=recipients),
        form_key=f"{next(_keys):032x}",
        author_id=author.id,
        school_id=school.id,
        profile=profile,
        now=now or clock.portal_now(),
    )
    db.session.commit()
    return message


def send(
    author: Someone, recipients: Sequence[Recipient], *, now: datetime | None = None, **more: Any
) -> tuple[Message, Left]:
    """A message that has left, committed."""
    message = draft(author, recipients, now=now, **more)
    left = actions.leave(message.id, by=COMMAND, now=now or clock.portal_now())
    assert left is not None
    db.session.commit()
    return message, left


def copies(message: Message) -> dict[int, MessageCopy]:
    """The copies of a message by their owner."""
    db.session.expire_all()
    return {row.owner_id: row for row in db.session.query(MessageCopy).filter_by(message_id=message.id)}


def folder(owner: Someone, name: str = "À garder") -> MessageFolder:
    """A personal folder, committed."""
    made = MessageFolder(owner_id=owner.id, name=name, created_at=clock.portal_now())
    db.session.add(made)
    db.session.commit()
    return made


def fill_inbox(owner: Someone, message: Message, number: int, *, now: datetime, read: bool = True) -> None:
    """``number`` messages in somebody's inbox, inserted at once: copies of messages like ``message``."""
    first = (db.session.query(Message.id).order_by(Message.id.desc()).limit(1).scalar() or 0) + 1
    like = {
        "author_id": message.author_id,
        "school_id": message.school_id,
        "subject": "Ancien message",
        "search_subject": "ancien message",
        "source": "",
        "body": "",
        "recipients": [],
        "written_at": now,
        "sent_at": now,
        "cancelled_because": "",
        "version": 1,
    }
    db.session.execute(Message.__table__.insert(), [{"id": first + n, **like} for n in range(number)])
    copy = {"owner_id": owner.id, "place": Place.INBOX.value, "arrived_at": now, "held": False}
    rows = [{"message_id": first + n, "read_at": now if read else None, **copy} for n in range(number)]
    db.session.execute(MessageCopy.__table__.insert(), rows)
    db.session.commit()
    if db.engine.dialect.name == "postgresql":
        db.session.execute(
            db.text("SELECT setval(pg_get_serial_sequence('message', 'id'), :top)"), {"top": first + number}
        )
        db.session.commit()


def announce(
    author: Someone,
    recipients: Sequence[Recipient],
    *,
    school: SchoolFacts | None,
    form: Form = Form.ANNOUNCEMENT,
    severity: Severity = Severity.INFORMATION,
    title: str = "Cantine fermée",
    shown_from: datetime | None = None,
    shown_until: datetime | None = None,
    now: datetime | None = None,
) -> Announcement:
    """An announcement, spread at once unless it is dated, committed."""
    now = now or clock.portal_now()
    made = announcing.write(
        form_key=f"{next(_keys):032x}",
        school_id=school.id if school is not None else None,
        author_id=author.id,
        form=form,
        severity=severity,
        title=title,
        source="Prévoyez un panier-repas.",
        link="",
        recipients=recipients,
        shown_from=shown_from or now,
        shown_until=shown_until,
        by=Actor(name="person", person_id=author.id),
        now=now,
    )
    db.session.commit()
    return made
