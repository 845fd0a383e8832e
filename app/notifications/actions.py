"""Queueing messages, settling what became of them, and taking the wishes of visitors. Never commits.

Once means once: a key is queued once, a message is taken by one sender, and a message whose end is unknown is left to a
person. Instants are machine time; only the audit's ``now`` is portal time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Delete, Update, case, delete, update
from sqlalchemy.dialects import postgresql, sqlite

from app.audit.actions import Actor, record
from app.db import db
from app.directory.kin.queries import silenced
from app.errors import Refused
from app.notifications.models import OutboxMessage, ReopeningWish, WishCount
from app.notifications.queries import ERASED_KINDS, SECRET_KINDS, message_by_id
from app.notifications.states import PAUSES, VERDICTS, State, Verdict, next_attempt, standing
from app.web.say import say_in
from app.words import N_, Words

#: Wishes taken from one network (a school is one) in an hour.
WISHES_AN_HOUR = 60
#: A wish that nothing answered is erased after this.
WISH_KEPT = timedelta(days=180)
#: Messages that are settled, and those that nobody has settled, are erased after this.
SETTLED_KEPT = timedelta(days=30)
UNSETTLED_KEPT = timedelta(days=90)


class MessageMoved(Refused):
    message = N_("Ce message a changé d’état entre-temps.")
    advice = N_("Relisez son état, puis décidez de nouveau.")


class TooManyWishes(Refused):
    """More wishes came from a network than an hour takes (SITE-7)."""

    status = 429
    message = N_("Trop de demandes viennent de votre réseau.")
    advice = N_("Réessayez dans une heure : la page de fermeture donne aussi le jour de réouverture.")


# Queueing --------------------------------------------------------------------------------------------------------------


def queue(
    kind: str,
    *,
    key: str,
    address: str,
    subject: Words | str,
    body: Words | str,
    language: str,
    person_id: int | None = None,
    school_id: int | None = None,
    not_before: datetime | None = None,
    now: datetime,
) -> bool:
    """Queue a message in the current transaction; False, and nothing is changed, when ``key`` was queued already.

    ``now`` and ``not_before`` are machine time. The texts must name no class and tell nothing that ``gate.disclosure`` does
    not allow to be known at ``not_before`` (GATE-8).
    """
    row = message_row(
        kind,
        key=key,
        address=address,
        subject=subject,
        body=body,
        language=language,
        person_id=person_id,
        school_id=school_id,
        not_before=not_before,
        now=now,
    )
    return queue_all([row]) == 1


def message_row(
    kind: str,
    *,
    key: str,
    address: str,
    subject: Words | str,
    body: Words | str,
    language: str,
    person_id: int | None = None,
    school_id: int | None = None,
    not_before: datetime | None = None,
    now: datetime,
) -> dict[str, Any]:
    """A message as ``queue_all`` takes it; arguments as those of ``queue``."""
    told = subject if isinstance(subject, str) else say_in(subject, language)
    return {
        "key": key,
        "kind": kind,
        "address": address,
        "subject": " ".join(told.split())[:200],
        "body": body if isinstance(body, str) else say_in(body, language),
        "language": language,
        "person_id": person_id,
        "school_id": school_id,
        "state": State.WAITING.value,
        "not_before": max(not_before or now, now),
        "queued_at": now,
        "attempts": 0,
        "error": "",
    }


def queue_all(rows: Sequence[Mapping[str, Any]]) -> int:
    """Queue many messages at once; how many were not queued before.

    None is queued for the dead, nor for those whose every child has died (ACCT-8); what somebody asked for themselves is no
    automatic message.
    """
    automatic = {row["person_id"] for row in rows if row["person_id"] is not None and row["kind"] not in SECRET_KINDS}
    quiet = silenced(automatic)
    rows = [row for row in rows if row["kind"] in SECRET_KINDS or row["person_id"] not in quiet]
    if not rows:
        return 0
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = insert(OutboxMessage).values([dict(row) for row in rows]).on_conflict_do_nothing(index_elements=["key"])
    return len(db.session.scalars(statement.returning(OutboxMessage.id)).all())


# Sending ---------------------------------------------------------------------------------------------------------------


def take(message_id: int, *, now: datetime) -> bool:
    """Take a waiting message for sending, for oneself alone. Commit before you send it."""
    free = update(OutboxMessage).where(
        OutboxMessage.id == message_id, OutboxMessage.state == State.WAITING, OutboxMessage.not_before <= now
    )
    return _changed(free.values(state=State.TAKEN, taken_at=now, attempts=OutboxMessage.attempts + 1, error="")) == 1


def settle(message: OutboxMessage, values: Mapping[str, object], *, taken_at: datetime) -> bool:
    """Note what became of a message that this sender took at ``taken_at``; False if it is no longer the sender's."""
    own = update(OutboxMessage).where(
        OutboxMessage.id == message.id, OutboxMessage.state == State.TAKEN, OutboxMessage.taken_at == taken_at
    )
    return _changed(own.values(dict(values))) == 1


def note_sent(message: OutboxMessage, *, taken_at: datetime, now: datetime) -> bool:
    """The server has accepted it: what served once is erased."""
    values = {"state": State.SENT, "sent_at": now, "error": ""} | _erased(message.kind)
    return settle(message, values, taken_at=taken_at)


def note_failure(message: OutboxMessage, error: str, *, for_good: bool, taken_at: datetime, now: datetime) -> bool:
    """The server did not accept it: try again later, or give up (after too many attempts, or when it said never)."""
    again = None if for_good else next_attempt(message.attempts, now)
    values: dict[str, object] = {"error": error[:500], "failed_at": now}
    if again is not None:
        values |= {"state": State.WAITING, "taken_at": None, "not_before": again}
    else:
        values |= {"state": State.FAILED} | (_erased(message.kind) if for_good else {})
    return settle(message, values, taken_at=taken_at)


def note_unknown(message: OutboxMessage, error: str, *, taken_at: datetime) -> bool:
    """Nobody knows whether the server accepted it: it stays taken, and shows as uncertain at once."""
    return settle(message, {"error": error[:500]}, taken_at=taken_at)


def postpone_all(error: str, *, now: datetime) -> int:
    """The server cannot be reached: all that is due has one more failed attempt, in one statement."""
    later = {attempts: now + pause for attempts, pause in enumerate(PAUSES)}
    spent = OutboxMessage.attempts >= len(PAUSES)
    due = update(OutboxMessage).where(OutboxMessage.state == State.WAITING, OutboxMessage.not_before <= now)
    return _changed(
        due.values(
            attempts=OutboxMessage.attempts + 1,
            error=error[:500],
            failed_at=now,
            state=case((spent, State.FAILED.value), else_=State.WAITING.value),
            not_before=case(
                *((OutboxMessage.attempts == attempts, when) for attempts, when in later.items()),
                else_=OutboxMessage.not_before,
            ),
        )
    )


def keep_due(*, now: datetime) -> int:
    """No mail server is set up: what is due becomes 'would have been sent', so that nothing stale leaves later."""
    due = update(OutboxMessage).where(OutboxMessage.state == State.WAITING, OutboxMessage.not_before <= now)
    served = case((OutboxMessage.kind.in_(ERASED_KINDS), ""), else_=OutboxMessage.address)
    return _changed(due.values(state=State.KEPT, taken_at=now, address=served))


def _changed(statement: Update | Delete) -> int:
    """How many rows ``statement`` changed. What the session had loaded is left as it was: read it anew."""
    result = db.session.execute(statement, execution_options={"synchronize_session": False})
    return int(result.rowcount)  # type: ignore[attr-defined]


def _erased(kind: str) -> dict[str, object]:
    erased: dict[str, object] = {}
    if kind in ERASED_KINDS:
        erased["address"] = ""
    if kind in SECRET_KINDS:
        erased["body"] = ""
    return erased


def decide(message_id: int, verdict: Verdict, *, by: Actor, now: datetime, machine_now: datetime) -> OutboxMessage:
    """What a person decides about a message that failed, waits or is uncertain. Raises ``MessageMoved``, ``NotFound``."""
    message = message_by_id(message_id)
    shown = standing(message.state, message.taken_at, message.error, machine_now)
    if shown not in VERDICTS[verdict] or (verdict == Verdict.RESEND and not message.address):
        raise MessageMoved()
    outcomes: dict[Verdict, dict[str, object]] = {
        Verdict.RESEND: {
            "state": State.WAITING,
            "taken_at": None,
            "attempts": 0,
            "not_before": machine_now,
            "error": "",
        },
        Verdict.SENT: {"state": State.SENT, "sent_at": message.taken_at, "error": ""} | _erased(message.kind),
        Verdict.DROP: {"state": State.DROPPED} | _erased(message.kind),
    }
    values = outcomes[verdict]
    same_taking = (
        OutboxMessage.taken_at.is_(None) if message.taken_at is None else OutboxMessage.taken_at == message.taken_at
    )
    as_read = update(OutboxMessage).where(
        OutboxMessage.id == message_id, OutboxMessage.state == message.state, same_taking
    )
    if not _changed(as_read.values(**values)):
        raise MessageMoved()
    record(
        f"message.{verdict}",
        by=by,
        now=now,
        subject=("message", message_id),
        school_id=message.school_id,
        before={"state": shown.value},
        after={"state": str(values["state"])},
    )
    return message_by_id(message_id)


# Wishes (SITE-7) -------------------------------------------------------------------------------------------------------


def leave_wish(*, address: str, school_id: int, profile: str, language: str, network: str, now: datetime) -> None:
    """Keep ``address`` until the place reopens; leaving it twice is one wish. Raises ``TooManyWishes``.

    Nothing is audited: the address would outlive its use there.
    """
    _count_wish(network, now)
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = insert(ReopeningWish).values(
        address=address, school_id=school_id, profile=profile, language=language, left_at=now
    )
    same = ["address", "school_id", "profile"]
    db.session.execute(statement.on_conflict_do_update(index_elements=same, set_={"language": language}))


def _count_wish(network: str, now: datetime) -> None:
    """Count one more wish of ``network`` in its hour, in one statement, so that no two forget each other."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    over = WishCount.since <= now - timedelta(hours=1)
    statement = insert(WishCount).values(network=network, since=now, count=1)
    statement = statement.on_conflict_do_update(
        index_elements=["network"],
        set_={
            "count": case((over, 1), else_=WishCount.count + 1),
            "since": case((over, now), else_=WishCount.since),
        },
    )
    count = db.session.scalars(statement.returning(WishCount.count)).one()
    if count > WISHES_AN_HOUR:
        raise TooManyWishes()


def erase_wishes(wish_ids: Sequence[int]) -> None:
    """Erase wishes that have been answered."""
    _changed(delete(ReopeningWish).where(ReopeningWish.id.in_(wish_ids)))


def forget(*, now: datetime) -> int:
    """Erase what has served its time: old messages, unanswered wishes, counts of networks. How many rows."""
    settled = OutboxMessage.state.in_((State.SENT, State.KEPT, State.DROPPED))
    statements = (
        delete(OutboxMessage).where(settled, OutboxMessage.queued_at < now - SETTLED_KEPT),
        delete(OutboxMessage).where(~settled, OutboxMessage.queued_at < now - UNSETTLED_KEPT),
        delete(ReopeningWish).where(ReopeningWish.left_at < now - WISH_KEPT),
        delete(WishCount).where(WishCount.since < now - timedelta(hours=1)),
    )
    return sum(_changed(statement) for statement in statements)
