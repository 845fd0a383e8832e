"""Queueing the e-mails without content (PORTAL-21). Never commits. Instants here are machine time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from app.accounts.models import Account
from app.db import db
from app.directory.queries import project
from app.messaging import arrival
from app.messaging.models import Message, MessageCopy, MessagingChoice
from app.notifications.actions import message_row, queue_all
from app.web.absolute import absolute

#: E-mails queued by one statement.
_SLICE = 500


def tell_of_message(message_id: int, *, machine_now: datetime) -> int:
    """Queue the e-mails about a message that has arrived; how many. Those who wait are told when theirs arrives."""
    return _tell(
        select(MessageCopy.owner_id).where(MessageCopy.message_id == message_id, ~MessageCopy.held), machine_now
    )


def tell_of_letters(keys: Sequence[str], *, machine_now: datetime) -> int:
    """Queue the e-mails about messages of the portal's own that were sent under these keys; how many."""
    told = 0
    for start in range(0, len(keys), _SLICE):
        sent = select(Message.id).where(Message.author_id.is_(None), Message.form_key.in_(keys[start : start + _SLICE]))
        told += _tell(select(MessageCopy.owner_id).where(MessageCopy.message_id.in_(sent)), machine_now)
    return told


def tell_of_copies(copy_ids: Sequence[int], *, machine_now: datetime) -> int:
    """Queue the e-mails about copies that have just been released; how many."""
    told = 0
    for start in range(0, len(copy_ids), _SLICE):
        these = select(MessageCopy.owner_id).where(MessageCopy.id.in_(copy_ids[start : start + _SLICE]))
        told += _tell(these, machine_now)
    return told


def _tell(owners: Select[Any], machine_now: datetime) -> int:
    """One e-mail a person and day at most, to whoever has asked for it and has proved an address."""
    people = (
        select(Account.person_id, Account.email, Account.language)
        .join(MessagingChoice, MessagingChoice.person_id == Account.person_id)
        .where(
            Account.person_id.in_(owners),
            MessagingChoice.notify,
            Account.email.is_not(None),
            Account.email_proved_at.is_not(None),
            Account.disabled_at.is_(None),
        )
        .order_by(Account.person_id)
    )
    day, portal, rows = machine_now.date().isoformat(), project().name, []
    for person_id, email, language in db.session.execute(people).all():
        rows.append(
            message_row(
                "arrival",
                key=f"arrival:{person_id}:{day}",
                address=email or "",
                subject=arrival.subject(),
                body=arrival.body(
                    url=absolute("messaging.inbox", language=language),
                    choices=absolute("messaging.choices", language=language),
                    portal=portal,
                ),
                language=language,
                person_id=person_id,
                now=machine_now,
            )
        )
    return sum(queue_all(rows[start : start + _SLICE]) for start in range(0, len(rows), _SLICE))
