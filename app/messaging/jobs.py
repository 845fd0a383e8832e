"""What the scheduler calls for messages: what is dated leaves, what waits is released, what must go goes.

Every step is right when it runs twice, late or in two workers: a message leaves by whoever changes its ``sent_at`` first.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.audit.actions import SCHEDULER
from app.db import db, reading_only
from app.messaging import actions
from app.messaging.announcements import actions as spreading
from app.messaging.announcements.queries import due
from app.messaging.models import Message, MessageCopy
from app.messaging.telling.actions import tell_of_copies, tell_of_message


def send_dated(now: datetime, machine_now: datetime) -> str:
    """Messages and announcements whose instant has come leave, each in its own transaction, or are cancelled and their author told.

    ``now`` is portal time; returns what was done, '' for nothing.
    """
    with reading_only():
        waiting = (
            Message.sent_at.is_(None),
            Message.leaves_at.is_not(None),
            Message.leaves_at <= now,
            Message.removed_at.is_(None),
            Message.withdrawn_at.is_(None),
            Message.cancelled_because == "",
        )
        messages = db.session.scalars(select(Message.id).where(*waiting).order_by(Message.leaves_at)).all()
        announcements = due(now)
        db.session.rollback()
    sent = 0
    for number in messages:
        if actions.send_due(number, by=SCHEDULER, now=now) is not None:
            tell_of_message(number, machine_now=machine_now)
            sent += 1
        db.session.commit()
    for number in announcements:
        sent += spreading.spread(number, by=SCHEDULER, now=now)
        db.session.commit()
    return f"sent {sent}" if sent else ""


def release_held(now: datetime, machine_now: datetime) -> str:
    """What waited for an opening arrives (GATE-8), and its e-mails are queued; ``now`` is portal time. '' for nothing."""
    with reading_only():
        any_held = db.session.scalar(select(MessageCopy.id).where(MessageCopy.held).limit(1)) is not None
        db.session.rollback()
    if not any_held:
        return ""
    actions.erase_cut()
    released = actions.release_held(now=now)
    tell_of_copies(released, machine_now=machine_now)
    db.session.commit()
    return f"released {len(released)}" if released else ""


def erase_cut() -> str:
    """Unread messages about a pupil whose link was cut go (KIN-3). '' for nothing."""
    erased = actions.erase_cut()
    db.session.commit()
    return f"erased {erased}" if erased else ""
