"""Keeping, giving back and erasing the texts of forms that came too late. ``now`` is portal time; nothing is committed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select

from app.audit.actions import Actor, actor_of, record
from app.db import db
from app.gate.draft_fields import kept_fields
from app.gate.models import Draft
from app.gate.queries import DRAFTS_KEPT
from app.profiles import Visitor

#: How many drafts one person has at most.
MOST_DRAFTS = 20


def save_draft(visitor: Visitor, path: str, form: Iterable[tuple[str, list[str]]], *, now: datetime) -> Draft | None:
    """Keep what somebody typed into a form that came after the closing; None where there is no text in it.

    Of many only the newest twenty are kept: what a closed gate stores for one person has a size.
    """
    fields = kept_fields(form)
    if not fields or visitor.person_id is None:
        return None
    newest = (
        select(Draft.id).where(Draft.person_id == visitor.person_id).order_by(Draft.id.desc()).limit(MOST_DRAFTS - 1)
    )
    db.session.execute(delete(Draft).where(Draft.person_id == visitor.person_id, Draft.id.not_in(newest)))
    draft = Draft(person_id=visitor.person_id, path=path[:400], fields=fields, saved_at=now)
    db.session.add(draft)
    db.session.flush()
    record("draft.saved", by=actor_of(visitor), now=now, subject=("draft", draft.id))
    return draft


def discard_draft(draft: Draft, *, by: Actor, now: datetime) -> None:
    """Erase a draft that its writer no longer needs."""
    record("draft.discarded", by=by, now=now, subject=("draft", draft.id))
    db.session.delete(draft)


def erase_old_drafts(*, by: Actor, now: datetime) -> int:
    """Erase drafts older than seven days; how many."""
    old = db.session.execute(delete(Draft).where(Draft.saved_at <= now - DRAFTS_KEPT))
    count = int(getattr(old, "rowcount", 0))
    if count:
        record("draft.erased", by=by, now=now, subject=("draft", None), after={"count": count})
    return count
