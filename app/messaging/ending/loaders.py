"""Many messages of the portal at once, each to one person: two statements a slice, and each key once for ever."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite

from app.content.markup import to_html
from app.db import db
from app.directory.names import folded
from app.messaging.ending.letters import Letter
from app.messaging.models import PORTALS_OWN, Message, MessageCopy
from app.messaging.populations import Place

_SLICE = 500


def send(letters: Sequence[Letter], *, step: int, now: datetime, made_by: int | None = None) -> int:
    """Send ``letters`` at ``now`` (portal time); how many were. One whose key was used before is passed over.

    ``step``: the step of the rollover on whose behalf, so that no purge takes them (DATA-9). ``made_by``: the task that makes them.
    Those who have died get nothing: that is for the caller to ask. No audit: that is the caller's line, not one a letter.
    """
    sent = 0
    for start in range(0, len(letters), _SLICE):
        sent += _send(letters[start : start + _SLICE], step, now, made_by)
    return sent


def _send(letters: Sequence[Letter], step: int, now: datetime, made_by: int | None) -> int:
    message: Any = Message.__table__
    copy: Any = MessageCopy.__table__
    dialect = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    by_key = {letter.key: letter for letter in letters}
    rows: list[dict[str, Any]] = [
        {
            "school_id": letter.school_id,
            "form_key": letter.key,
            "sent_by_step": step,
            "subject": letter.subject[:200],
            "search_subject": folded(letter.subject)[:240],
            "source": letter.source,
            "body": to_html(letter.source),
            "recipients": [],
            "written_at": now,
            "sent_at": now,
            "cancelled_because": "",
            "version": 1,
            "made_by": made_by,
        }
        for letter in by_key.values()
    ]
    made = dialect(message).values(rows)
    made = made.on_conflict_do_nothing(index_elements=["form_key"], index_where=PORTALS_OWN)
    numbers = db.session.execute(made.returning(message.c.id, message.c.form_key)).all()
    copies = [
        {
            "message_id": number,
            "owner_id": by_key[key].to,
            "school_id": by_key[key].school_id,
            "place": Place.INBOX.value,
            "arrived_at": now,
            "held": False,
            "made_by": made_by,
        }
        for number, key in numbers
    ]
    if copies:
        db.session.execute(insert(copy), copies)
    return len(copies)
