"""What the scheduler calls for functions and their stand-ins: right when it runs twice, late, or in two workers (CHECK-4)."""

from __future__ import annotations

from datetime import datetime

from app.audit.actions import SCHEDULER
from app.campaign.functions.actions import hand_on
from app.campaign.functions.queries import owed
from app.db import db, reading_only
from app.directory.standins.actions import keep_days
from app.directory.standins.queries import unsettled
from app.messaging.telling.actions import tell_of_message


def keep_functions(now: datetime, machine_now: datetime) -> str:
    """Stand-ins come into their rights and leave them on their days; then what was sent to a function is handed on.

    ``now`` is portal time, ``machine_now`` the e-mails'. What was done, '' for nothing.
    """
    with reading_only():
        waits = unsettled(now) or bool(owed())
        db.session.rollback()
    if not waits:
        return ""
    changed = keep_days(by=SCHEDULER, now=now)
    handed = hand_on(by=SCHEDULER, now=now)
    for message_id in handed:
        tell_of_message(message_id, machine_now=machine_now)
    db.session.commit()
    told = (f"standins {changed}" if changed else "", f"handed {len(handed)}" if handed else "")
    return ", ".join(words for words in told if words)
