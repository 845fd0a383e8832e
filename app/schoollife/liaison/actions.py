"""Writing in the notebook, signing, answering. Texts are not copied into the audit."""

from __future__ import annotations

from datetime import datetime

from app.audit.actions import Actor, record
from app.content.markup import to_html
from app.db import db
from app.errors import Refused
from app.schoollife.liaison import queries
from app.schoollife.liaison.entries import EntryKind
from app.schoollife.liaison.models import LiaisonEntry, LiaisonReceipt
from app.schoollife.standing import ClassFacts
from app.words import N_


class NothingToSign(Refused):
    """The entry asks for no signature and no answer was written."""

    status = 422
    message = N_("Écrivez votre réponse avant de l’envoyer.")


def write(
    facts: ClassFacts,
    *,
    student_id: int | None,
    author_id: int | None,
    by_family: bool,
    kind: EntryKind,
    title: str,
    source: str,
    to_sign: bool,
    by: Actor,
    now: datetime,
) -> LiaisonEntry:
    """Write a word to a class (no pupil) or about one pupil. What is written is never changed: it may have been signed."""
    entry = LiaisonEntry(
        school_id=facts.school_id,
        year_id=facts.year_id,
        class_id=facts.id,
        student_id=student_id,
        author_id=author_id,
        by_family=by_family,
        kind=kind.value,
        title=title,
        source=source,
        body=to_html(source),
        to_sign=to_sign,
        written_at=now,
    )
    db.session.add(entry)
    db.session.flush()
    after = {"class_id": facts.id, "student_id": student_id, "by_family": by_family}
    record("liaison.written", by=by, now=now, subject=("liaison", entry.id), school_id=facts.school_id, after=after)
    return entry


def answer(
    entry: LiaisonEntry, student_id: int, guardian_id: int, *, sign: bool, words: str, by: Actor, now: datetime
) -> LiaisonReceipt:
    """Sign and answer for oneself, about one's own child. The first signature's hour stays. Raises ``NothingToSign``."""
    if not words and not (sign and entry.to_sign):
        raise NothingToSign(field="answer")
    row = queries.receipt(entry.id, guardian_id, student_id)
    if row is None:
        row = LiaisonReceipt(entry_id=entry.id, guardian_id=guardian_id, student_id=student_id, answer="")
        db.session.add(row)
    row.read_at = row.read_at or now
    if sign and entry.to_sign and row.signed_at is None:
        row.signed_at = now
        after = {"student_id": student_id}
        record("liaison.signed", by=by, now=now, subject=("liaison", entry.id), school_id=entry.school_id, after=after)
    if words and words != row.answer:
        row.answer = words
        after = {"student_id": student_id}
        record(
            "liaison.answered", by=by, now=now, subject=("liaison", entry.id), school_id=entry.school_id, after=after
        )
    return row


def take_back(entry: LiaisonEntry, *, by: Actor, now: datetime) -> None:
    """Take a word back, with its answers."""
    record("liaison.removed", by=by, now=now, subject=("liaison", entry.id), school_id=entry.school_id)
    db.session.delete(entry)
