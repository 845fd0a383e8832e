"""Reading the outbox and the wishes. Instants are machine time unless said otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.db import db
from app.directory.models import School
from app.errors import NotFound
from app.notifications.models import OutboxMessage, ReopeningWish
from app.notifications.states import LOST_AFTER, State

#: Kinds whose body holds a secret link: shown to operators only, erased once sent.
SECRET_KINDS = frozenset({"reset", "prove"})
#: Kinds whose address is erased as soon as it has served (SITE-7).
ERASED_KINDS = frozenset({"reopening"})


def message_by_id(message_id: int) -> OutboxMessage:
    """The message, read anew. Raises ``NotFound``."""
    found = db.session.get(OutboxMessage, message_id, populate_existing=True)
    if found is None:
        raise NotFound()
    return found


def due_messages(now: datetime, limit: int) -> Sequence[int]:
    """The numbers of the messages that may leave at ``now``, the oldest first."""
    query = select(OutboxMessage.id).where(OutboxMessage.state == State.WAITING, OutboxMessage.not_before <= now)
    return db.session.scalars(query.order_by(OutboxMessage.not_before, OutboxMessage.id).limit(limit)).all()


def outbox_page(
    state: State | None, now: datetime, *, before: int | None = None, limit: int = 50
) -> Sequence[OutboxMessage]:
    """The newest messages in a shown state, ``before`` a number."""
    query = select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(limit)
    if state is not None:
        query = query.where(_shown_as(state, now))
    if before is not None:
        query = query.where(OutboxMessage.id < before)
    return db.session.scalars(query).all()


def outbox_counts(now: datetime) -> dict[State, int]:
    """How many messages stand in each shown state."""
    query = select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)
    counts = {State(state): count for state, count in db.session.execute(query)}
    if taken := counts.get(State.TAKEN, 0):
        lost = db.session.scalar(select(func.count()).where(_shown_as(State.UNCERTAIN, now))) or 0
        counts[State.TAKEN], counts[State.UNCERTAIN] = taken - lost, lost
    return {state: count for state, count in counts.items() if count}


def _shown_as(state: State, now: datetime) -> ColumnElement[bool]:
    lost = or_(OutboxMessage.error != "", OutboxMessage.taken_at <= now - LOST_AFTER)
    if state == State.UNCERTAIN:
        return and_(OutboxMessage.state == State.TAKEN, lost)
    if state == State.TAKEN:
        return and_(OutboxMessage.state == State.TAKEN, ~lost)
    return OutboxMessage.state == state


def wished_places() -> Sequence[tuple[School, str]]:
    """The (school, profile) pairs about which somebody wants to be told."""
    query = (
        select(School, ReopeningWish.profile)
        .join(ReopeningWish, ReopeningWish.school_id == School.id)
        .distinct()
        .order_by(School.id, ReopeningWish.profile)
    )
    return [(school, profile) for school, profile in db.session.execute(query)]


def wishes(school_id: int, profile: str, limit: int) -> Sequence[ReopeningWish]:
    """Some of the wishes about one place, the oldest first."""
    query = select(ReopeningWish).where(ReopeningWish.school_id == school_id, ReopeningWish.profile == profile)
    return db.session.scalars(query.order_by(ReopeningWish.id).limit(limit)).all()
