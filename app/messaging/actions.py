"""Writing, leaving, waiting, withdrawing. Never commits.

A message leaves once: whoever changes ``sent_at`` from nothing makes its copies, in a few statements whatever their number. Copies are
one a person, however many ways lead to them; what a blocked family would get waits in a copy that nobody sees (GATE-8).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CursorResult,
    Delete,
    Select,
    Update,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from app.audit.actions import Actor, record
from app.content.markup import to_html
from app.db import db
from app.directory.models import Person
from app.directory.names import folded
from app.errors import NotFound
from app.files.actions import Received
from app.messaging.models import Message, MessageAttachment, MessageCopy
from app.messaging.populations import Place, Recipient, read_all, spelled
from app.messaging.problems import CANCELLED, CANCELLED_ALL, WITHDRAWN_WITHIN, NobodyReached, PopulationGone, TooLate
from app.messaging.recipients.queries import blocked_lines, class_of, everybody, gone, living_link, newest_year, placed
from app.profiles import Profile
from app.words import N_


@dataclass(frozen=True, kw_only=True)
class Written:
    """What the form of a message says."""

    subject: str
    source: str
    recipients: Sequence[Recipient]


@dataclass(frozen=True, kw_only=True)
class Left:
    """What became of a message that has left: how many copies, and how many of them wait."""

    copies: int
    held: int


# Drafts -----------------------------------------------------------------------------------------------------------------


def keep_draft(
    written: Written,
    *,
    form_key: str,
    author_id: int,
    school_id: int | None,
    profile: Profile | None,
    answers_id: int | None = None,
    now: datetime,
) -> Message:
    """The author's draft of that form, made or changed; what has been sent already is handed back as it is.

    The same form sent twice, even at once, is one message. A dated message that is changed is a draft again. Nothing is audited:
    a draft is its author's alone.
    """
    dialect = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    values = {"author_id": author_id, "form_key": form_key, "subject": "", "written_at": now, "answers_id": answers_id}
    full = {"source": "", "body": "", "search_subject": "", "recipients": [], "cancelled_because": "", "version": 1}
    made = dialect(Message).values(**values, **full)
    db.session.execute(made.on_conflict_do_nothing(index_elements=["author_id", "form_key"]))
    same = (Message.author_id == author_id, Message.form_key == form_key)
    message = db.session.scalars(select(Message).where(*same).with_for_update()).one()
    if message.sent_at is None and message.removed_at is None:
        message.school_id, message.author_profile = school_id, profile
        message.subject, message.search_subject = written.subject, folded(written.subject)[:240]
        message.source, message.body = written.source, to_html(written.source)
        message.recipients = spelled(written.recipients)
        message.leaves_at, message.cancelled_because = None, ""
        message.written_at = now
        db.session.flush()
    return message


def attach(message: Message, files: Iterable[Received]) -> None:
    """Files that come with a draft, after those that it has."""
    db.session.add_all(
        MessageAttachment(message_id=message.id, sha256=one.sha256, name=one.name, size=one.size) for one in files
    )
    db.session.flush()


def attach_again(message: Message, other_id: int) -> None:
    """The files of another message, for forwarding it."""
    of_other = select(MessageAttachment).where(MessageAttachment.message_id == other_id).order_by(MessageAttachment.id)
    for one in db.session.scalars(of_other).all():
        db.session.add(MessageAttachment(message_id=message.id, sha256=one.sha256, name=one.name, size=one.size))
    db.session.flush()


def detach(message: Message, attachment_ids: Iterable[int]) -> None:
    """Take files off a draft."""
    of_draft = (MessageAttachment.message_id == message.id, MessageAttachment.id.in_(list(attachment_ids)))
    db.session.execute(delete(MessageAttachment).where(*of_draft))


def remove_own(message: Message, *, now: datetime) -> None:
    """Out of the author's sent messages or drafts; a dated one then never leaves. Copies stay their recipients'."""
    if message.removed_at is None:
        message.removed_at = now


def date_ahead(message: Message, leaves_at: datetime, *, by: Actor, now: datetime) -> None:
    """A draft is to leave at ``leaves_at`` (PORTAL-4)."""
    message.leaves_at = leaves_at
    after = {"leaves_at": leaves_at.isoformat()}
    record("message.dated", by=by, now=now, subject=("message", message.id), school_id=message.school_id, after=after)


# Leaving ----------------------------------------------------------------------------------------------------------------


def leave(message_id: int, *, by: Actor, now: datetime) -> Left | None:
    """Send a message now (portal time); None, and nothing is done, if it has left already or will never.

    Populations are resolved here (PORTAL-20). Raises ``PopulationGone`` and ``NobodyReached``, and then it has not left.
    """
    message = db.session.get(Message, message_id, populate_existing=True)
    if message is None or not _claim(message_id, now):
        return None
    recipients = read_all(message.recipients)
    if gone(recipients):
        _unclaim(message_id)
        raise PopulationGone()
    year = newest_year(recipients)
    ways = everybody(recipients, now)
    left = Left(copies=0, held=0) if ways is None else _make_copies(message, placed(ways), year, now)
    if left.copies == 0:
        _unclaim(message_id)
        raise NobodyReached()
    _change(update(Message).where(Message.id == message_id).values(year_begins=year))
    db.session.expire(message)
    record(
        "message.sent",
        by=by,
        now=now,
        subject=("message", message_id),
        school_id=message.school_id,
        after={"copies": left.copies, "held": left.held},
    )
    return left


def _claim(message_id: int, now: datetime) -> bool:
    free = update(Message).where(
        Message.id == message_id,
        Message.sent_at.is_(None),
        Message.removed_at.is_(None),
        Message.withdrawn_at.is_(None),
        Message.cancelled_because == "",
    )
    return _change(free.values(sent_at=now)) == 1


def _unclaim(message_id: int) -> None:
    _change(update(Message).where(Message.id == message_id).values(sent_at=None))


def _make_copies(message: Message, lines: Select[Any], year: int | None, now: datetime) -> Left:
    """1. Which (school, profile) pairs are reached. 2. A line a person, the best way first: one that need not wait. 3. The copies."""
    found = lines.subquery("found")
    pairs = [
        (school_id, Profile(profile))
        for school_id, profile in db.session.execute(select(found.c.school_id, found.c.profile).distinct())
        if school_id is not None and profile is not None
    ]
    held = case((blocked_lines(pairs, year, now, found.c), 1), else_=0)
    marked = select(found, held.label("held")).where(found.c.owner_id != message.author_id).subquery("marked")
    first = func.row_number().over(
        partition_by=marked.c.owner_id, order_by=(marked.c.held, marked.c.student_id, marked.c.profile)
    )
    ranked = select(marked, first.label("rank")).subquery("ranked")
    copies = select(
        literal(message.id),
        ranked.c.owner_id,
        ranked.c.school_id,
        ranked.c.profile,
        ranked.c.student_id,
        literal(Place.INBOX.value),
        literal(now, MessageCopy.arrived_at.type),
        ranked.c.held == 1,
    ).where(ranked.c.rank == 1)
    columns = ["message_id", "owner_id", "school_id", "profile", "student_id", "place", "arrived_at", "held"]
    db.session.execute(insert(MessageCopy).from_select(columns, copies, include_defaults=False))
    waits = func.sum(case((MessageCopy.held, 1), else_=0))
    counted = select(func.count(MessageCopy.id), waits).where(MessageCopy.message_id == message.id)
    made, waiting = db.session.execute(counted).one()
    return Left(copies=made, held=int(waiting or 0))


def cancel_dated(message: Message, because: str, *, by: Actor, now: datetime) -> None:
    """A dated message will not leave, and its author is told inside the portal (PORTAL-20)."""
    message.cancelled_because = because
    db.session.flush()
    record("message.cancelled", by=by, now=now, subject=("message", message.id), school_id=message.school_id)
    if message.author_id is not None:
        post(
            subject=N_("Un message à envoi différé n’est pas parti"),
            source=f"« {message.subject} »\n\n{because}",
            person_ids=[message.author_id],
            by=by,
            now=now,
        )


def send_due(message_id: int, *, by: Actor, now: datetime) -> Left | None:
    """A dated message whose instant has come leaves, or is cancelled; None if it did not leave."""
    try:
        return leave(message_id, by=by, now=now)
    except (PopulationGone, NobodyReached) as refused:
        because = CANCELLED if isinstance(refused, PopulationGone) else CANCELLED_ALL
        cancel_dated(db.session.get_one(Message, message_id), because, by=by, now=now)
        return None


def post(
    *,
    subject: str,
    source: str,
    person_ids: Sequence[int],
    school_id: int | None = None,
    step: int | None = None,
    files: Sequence[Received] = (),
    by: Actor,
    now: datetime,
) -> Message:
    """A message of the portal itself to some people; ``step``: the step that sends it (S2-6, S3-4, CAL-7). It never waits."""
    message = Message(
        school_id=school_id,
        author_id=None,
        sent_by_step=step,
        subject=subject[:200],
        search_subject=folded(subject)[:240],
        source=source,
        body=to_html(source),
        recipients=[],
        written_at=now,
        sent_at=now,
    )
    db.session.add(message)
    db.session.flush()
    attach(message, files)
    copies = [
        {"message_id": message.id, "owner_id": owner, "school_id": school_id, "place": Place.INBOX, "arrived_at": now}
        for owner in sorted(set(person_ids))
    ]
    if copies:
        db.session.execute(insert(MessageCopy), [{**copy, "held": False} for copy in copies])
    after = {"copies": len(copies), "step": step}
    record("message.posted", by=by, now=now, subject=("message", message.id), school_id=school_id, after=after)
    return message


# Waiting (GATE-8) -------------------------------------------------------------------------------------------------------


def release_held(*, now: datetime) -> list[int]:
    """Give what waited to those who are let in now, as if it arrived at this instant; the numbers of the copies.

    A statement a (school, profile, year); what was withdrawn meanwhile is gone already.
    """
    groups = db.session.execute(
        select(MessageCopy.school_id, MessageCopy.profile, Message.year_begins)
        .join(Message, Message.id == MessageCopy.message_id)
        .where(MessageCopy.held, MessageCopy.school_id.is_not(None), MessageCopy.profile.is_not(None))
        .distinct()
    ).all()
    released: list[int] = []
    for school_id, profile, year in groups:
        same_year = Message.year_begins.is_(None) if year is None else Message.year_begins == year
        of_year = select(Message.id).where(Message.id == MessageCopy.message_id, same_year).exists()
        waiting = (
            select(
                MessageCopy.id,
                MessageCopy.school_id,
                MessageCopy.profile,
                class_of(func.coalesce(MessageCopy.student_id, MessageCopy.owner_id), MessageCopy.school_id).label(
                    "class_id"
                ),
            )
            .where(MessageCopy.held, MessageCopy.school_id == school_id, MessageCopy.profile == profile, of_year)
            .subquery("waiting")
        )
        still = blocked_lines([(school_id or 0, Profile(profile or ""))], year, now, waiting.c)
        ready = select(waiting.c.id).where(~still)
        freed = update(MessageCopy).where(MessageCopy.id.in_(ready)).values(held=False, arrived_at=now)
        statement = freed.returning(MessageCopy.id).execution_options(synchronize_session=False)
        released += db.session.scalars(statement).all()
    return released


def erase_cut() -> int:
    """Unread copies whose pupil's link was cut go (KIN-3), and waiting ones about a pupil who has died (ACCT-8); how many."""
    unlinked = (
        MessageCopy.student_id.is_not(None),
        MessageCopy.profile == Profile.GUARDIAN,
        MessageCopy.read_at.is_(None),
        ~living_link(MessageCopy.owner_id, MessageCopy.student_id),
    )
    pupil = aliased(Person)
    dead = select(pupil.id).where(
        pupil.id == func.coalesce(MessageCopy.student_id, MessageCopy.owner_id), pupil.died_on.is_not(None)
    )
    erased = _change(delete(MessageCopy).where(*unlinked))
    return erased + _change(delete(MessageCopy).where(MessageCopy.held, dead.exists()))


# Withdrawing (PORTAL-21) ------------------------------------------------------------------------------------------------


def withdraw(message: Message, *, by: Actor, as_head: bool, now: datetime) -> None:
    """Take a message back from everybody: its author within an hour, the head at any time. Twice is once.

    Waiting copies go; those that have arrived say that it was withdrawn. Raises ``TooLate``, and ``NotFound`` for what was not sent.
    """
    if message.sent_at is None:
        raise NotFound()
    if message.withdrawn_at is not None:
        return
    if not as_head and now >= message.sent_at + WITHDRAWN_WITHIN:
        raise TooLate()
    message.withdrawn_at = now
    db.session.flush()
    _change(delete(MessageCopy).where(MessageCopy.message_id == message.id, MessageCopy.held))
    record("message.withdrawn", by=by, now=now, subject=("message", message.id), school_id=message.school_id)


def _change(statement: Update | Delete) -> int:
    result = db.session.execute(statement, execution_options={"synchronize_session": False})
    return int(result.rowcount) if isinstance(result, CursorResult) else 0
