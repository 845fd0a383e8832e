"""Handing on to stand-ins and successors what was sent to a function and nobody has opened. Never commits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from app.audit.actions import Actor, record
from app.campaign.functions.queries import owed
from app.db import db
from app.messaging.models import MessageCopy
from app.messaging.populations import Place


def hand_on(*, by: Actor, now: datetime) -> list[int]:
    """Give the tables of sanctions that nobody has opened to whoever holds the function of head by now (S2-6); the messages.

    ``now`` is portal time. The copies bear the number of the task that has sent the message, so that its undo takes them too.
    Twice is once: a copy is one a person.
    """
    table: Any = MessageCopy.__table__
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    given: dict[int, int] = {}
    for one in owed():
        made = insert(table).values(
            message_id=one.message_id,
            owner_id=one.person_id,
            school_id=one.school_id,
            place=Place.INBOX.value,
            arrived_at=now,
            held=False,
            made_by=one.made_by,
        )
        alive = table.c.set_aside_by.is_(None)
        once = made.on_conflict_do_nothing(index_elements=["message_id", "owner_id"], index_where=alive)
        if db.session.execute(once.returning(table.c.id)).first() is not None:
            given[one.message_id] = one.school_id
            subject, after = ("message", one.message_id), {"to": one.person_id}
            record("message.handed-on", by=by, now=now, subject=subject, school_id=one.school_id, after=after)
    return sorted(given)
