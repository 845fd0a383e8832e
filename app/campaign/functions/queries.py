"""Messages to a function that nobody has opened yet, and who should have them by now."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from app.db import db
from app.directory.models import Person, RoleGrant
from app.messaging.models import Message, MessageCopy
from app.profiles import Role

#: The step whose messages go to the function of head: the tables of sanctions (S2-6).
STEP = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Owed:
    """A message that somebody holding the function has not got; ``made_by`` is the task that has sent it."""

    message_id: int
    person_id: int
    school_id: int
    made_by: int | None


def owed() -> list[Owed]:
    """For each table of sanctions that nobody has opened: the heads and stand-ins of its school who have no copy; one query."""
    opened = select(MessageCopy.id).where(MessageCopy.message_id == Message.id, MessageCopy.read_at.is_not(None))
    has = select(MessageCopy.id).where(
        MessageCopy.message_id == Message.id, MessageCopy.owner_id == RoleGrant.person_id
    )
    query = (
        select(Message.id, RoleGrant.person_id, Message.school_id, func.max(Message.made_by))
        .join(RoleGrant, (RoleGrant.school_id == Message.school_id) & (RoleGrant.role == Role.HEAD))
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            Message.author_id.is_(None),
            Message.sent_by_step == STEP,
            Message.withdrawn_at.is_(None),
            Person.died_on.is_(None),
            ~opened.exists(),
            ~has.exists(),
        )
        .group_by(Message.id, RoleGrant.person_id, Message.school_id)
        .order_by(Message.id, RoleGrant.person_id)
    )
    return [
        Owed(message_id=message_id, person_id=person_id, school_id=school_id, made_by=made_by)
        for message_id, person_id, school_id, made_by in db.session.execute(query)
        if school_id is not None
    ]
