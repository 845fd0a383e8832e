"""Holding contests and taking part in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.audit.actions import Actor
from app.content.actions import demand_version
from app.content.contests.queries import entries_of, entry_of
from app.content.contests.stages import EndsBeforeItBegins, NothingHandedIn, NotOpen, NotOver, Stage, stage
from app.content.markup import to_html
from app.content.media.actions import take_room
from app.content.models import Contest, ContestEntry, Section
from app.content.services.actions import note
from app.db import db
from app.files.actions import receive
from app.files.models import Blob
from app.web.uploads import Upload


def add_contest(
    section: Section, *, title: str, source: str, opens_at: datetime, closes_at: datetime, by: Actor, now: datetime
) -> Contest:
    """A new contest. ``opens_at`` and ``closes_at`` are aware. Raises ``EndsBeforeItBegins``."""
    _demand_period(opens_at, closes_at)
    made = Contest(
        section_id=section.id,
        school_id=section.school_id,
        title=title,
        source=source,
        body=to_html(source),
        opens_at=opens_at,
        closes_at=closes_at,
        author_id=by.person_id,
        created_at=now,
    )
    db.session.add(made)
    db.session.flush()
    note("added", made, by=by, now=now)
    return made


def change_contest(
    contest: Contest,
    *,
    title: str,
    source: str,
    opens_at: datetime,
    closes_at: datetime,
    version: int,
    by: Actor,
    now: datetime,
) -> None:
    """Change a contest. Raises ``ChangedMeanwhile``, ``EndsBeforeItBegins``."""
    demand_version(contest.version, version)
    _demand_period(opens_at, closes_at)
    contest.title, contest.source, contest.body = title, source, to_html(source)
    contest.opens_at, contest.closes_at = opens_at, closes_at
    note("changed", contest, by=by, now=now)


def hand_in(contest: Contest, text: str, upload: Upload | None, *, by: Actor, now: datetime) -> ContestEntry:
    """Take part, or hand in anew until the end: one entry each, whoever clicks twice. A file takes the former's place.

    Raises ``NotOpen``, ``NothingHandedIn`` and ``FileRefused``'s kinds.
    """
    if stage(contest.opens_at, contest.closes_at, now) != Stage.OPEN or by.person_id is None:
        raise NotOpen()
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    mine = entry_of(contest, by.person_id, for_change=True)
    if not text and upload is None and (mine is None or mine.sha256 is None):
        raise NothingHandedIn()
    if mine is None:
        # The unique index of live entries decides between two at once.
        db.session.execute(
            insert(ContestEntry)
            .values(contest_id=contest.id, author_id=by.person_id, text=text, name="", handed_in_at=now)
            .on_conflict_do_nothing()
        )
        mine = entry_of(contest, by.person_id, for_change=True)
        assert mine is not None  # noqa: S101  (written above, or by the one who was first)
    if upload is not None:
        freed = 0
        if mine.sha256 is not None:
            freed = db.session.scalar(select(Blob.size).where(Blob.sha256 == mine.sha256)) or 0
        received = receive(
            upload.stream, upload.name, now=now, afford=lambda size: take_room(contest.section_id, size - freed)
        )
        mine.sha256, mine.name = received.sha256, received.name
    mine.text, mine.handed_in_at = text, now
    db.session.flush()
    note("entered", contest, by=by, now=now, entry=mine.id)
    return mine


def withdraw(contest: Contest, *, by: Actor, now: datetime) -> None:
    """Take one's entry back while the contest is open. Raises ``NotOpen``."""
    if stage(contest.opens_at, contest.closes_at, now) != Stage.OPEN or by.person_id is None:
        raise NotOpen()
    mine = entry_of(contest, by.person_id, for_change=True)
    if mine is not None:
        if mine.sha256 is not None:
            size = db.session.scalar(select(Blob.size).where(Blob.sha256 == mine.sha256)) or 0
            take_room(contest.section_id, -size)
        db.session.delete(mine)
        note("left", contest, by=by, now=now, entry=mine.id)


def rank(contest: Contest, ranks: Mapping[int, int | None], *, by: Actor, now: datetime) -> None:
    """Give entries their ranks, by the number of the entry; None takes one away. Raises ``NotOver``."""
    if stage(contest.opens_at, contest.closes_at, now) != Stage.OVER:
        raise NotOver()
    changed = {}
    for one in entries_of(contest):
        if one.id in ranks and one.rank != ranks[one.id]:
            changed[str(one.id)] = one.rank = ranks[one.id]
    if changed:
        note("ranked", contest, by=by, now=now, ranks=changed)


def _demand_period(opens_at: datetime, closes_at: datetime) -> None:
    if closes_at <= opens_at:
        raise EndsBeforeItBegins(field="closes_at")
