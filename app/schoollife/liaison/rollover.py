"""What somebody has written, signed or answered in the notebook, before the rollover and to take along (DATA-3, KIN-2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from app.db import db
from app.directory.models import Guardianship, Person, School
from app.directory.names import name_of
from app.fates import Scope, Space
from app.files.names import numbered, safe_name
from app.files.queries import path_of
from app.schoollife.attachments.queries import files_of
from app.schoollife.liaison.models import AgendaEvent, LiaisonEntry, LiaisonReceipt
from app.schoollife.pages_kept import as_html, kept_page
from app.web.say import language
from app.wording import instant

#: Words read at once.
_SLICE = 200

KINDS = ("liaison", "agenda-class")


def owned(person_id: int, now: datetime) -> dict[tuple[str, Space], int]:
    """How many words somebody has written, signed or answered; one query."""
    many = db.session.scalar(select(func.count(LiaisonEntry.id)).where(_theirs(person_id)))
    return {("liaison", Space.NONE): many} if many else {}


def takeaway(person_id: int, now: datetime) -> Iterator[tuple[str, bytes | Path]]:
    """Each of these words as a page with one's own answer, its files beside it; nobody else's answer (KIN-2)."""
    names: set[str] = set()
    folder = f"{_('Vie scolaire')}/{_('Cahier de liaison')}"
    last = 0
    query = (
        select(LiaisonEntry, School.zone, Person)
        .join(School, School.id == LiaisonEntry.school_id)
        .outerjoin(Person, Person.id == LiaisonEntry.author_id)
        .where(_theirs(person_id))
        .order_by(LiaisonEntry.id)
        .limit(_SLICE)
    )
    while rows := db.session.execute(query.where(LiaisonEntry.id > last)).all():
        numbers = [entry.id for entry, _zone, _author in rows]
        files, answers = files_of("liaison_id", numbers), _answers(person_id, numbers)
        for entry, zone, author in rows:
            last = entry.id
            written = instant(entry.written_at, ZoneInfo(zone), language())
            title = numbered(safe_name(f"{entry.written_at.date().isoformat()} {entry.title}"), names)
            said = "".join(as_html(_("Ma réponse"), words) for words in answers.get(entry.id, []))
            facts = [written, name_of(author) if author is not None else ""]
            yield f"{folder}/{title}.html", kept_page(entry.title, facts, entry.body + said)
            for one in files[entry.id]:
                yield f"{folder}/{numbered(f'{title} {safe_name(one.name)}', names)}", path_of(one.sha256)


def _theirs(person_id: int) -> ColumnElement[bool]:
    # What the school wrote about a child goes with the link to that child (KIN-3).
    linked = select(Guardianship.student_id).where(
        Guardianship.guardian_id == person_id, Guardianship.cut_at.is_(None), Guardianship.standing != "contact"
    )
    answered = select(LiaisonReceipt.entry_id).where(
        LiaisonReceipt.guardian_id == person_id, LiaisonReceipt.student_id.in_(linked)
    )
    return or_(
        LiaisonEntry.author_id == person_id,
        and_(LiaisonEntry.by_family.is_(False), LiaisonEntry.id.in_(answered)),
    )


def _answers(person_id: int, entry_ids: list[int]) -> dict[int, list[str]]:
    query = select(LiaisonReceipt.entry_id, LiaisonReceipt.answer).where(
        LiaisonReceipt.guardian_id == person_id, LiaisonReceipt.entry_id.in_(entry_ids), LiaisonReceipt.answer != ""
    )
    found: dict[int, list[str]] = {}
    for number, words in db.session.execute(query):
        found.setdefault(number, []).append(words)
    return found


def rows(kind: str, scope: Scope) -> Select[Any]:
    """The rows of ``kind`` that belong to year N: ``id`` and ``school_id``, of every school. Raises KeyError."""
    entry, event = LiaisonEntry.__table__, AgendaEvent.__table__
    return {
        "liaison": select(entry.c.id, entry.c.school_id).where(entry.c.year_id == scope.year_id),
        "agenda-class": select(event.c.id, event.c.school_id).where(
            event.c.year_id == scope.year_id, event.c.class_id.is_not(None)
        ),
    }[kind]
