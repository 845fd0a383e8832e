"""Reading contests and their entries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from app.content.contests.stages import WINNERS
from app.content.models import Contest as Contest
from app.content.models import ContestEntry as ContestEntry
from app.content.services.queries import Entered, enter
from app.content.spaces import Service, SpaceVerb
from app.db import db
from app.directory.models import School
from app.errors import NotFound
from app.profiles import Visitor

MOST_SHOWN = 100


def contest_for(
    contest_id: int, visitor: Visitor, now: datetime, verb: SpaceVerb = SpaceVerb.READ, *, trashed: bool = False
) -> tuple[Contest, Entered]:
    """The contest, if ``visitor`` may do ``verb`` in its section. Raises ``NotFound``."""
    found = db.session.get(Contest, contest_id)
    if found is None or found.set_aside_by is not None or (found.trashed_at is not None) != trashed:
        raise NotFound()
    return found, enter(found.section_id, visitor, Service.CONTESTS, now, verb=verb)


def contests_of(section_id: int, *, trashed: bool = False) -> Sequence[Contest]:
    """The section's contests, the last to close first; at most a hundred."""
    there = Contest.trashed_at.is_not(None) if trashed else Contest.trashed_at.is_(None)
    query = select(Contest).where(Contest.section_id == section_id, there)
    return db.session.scalars(query.order_by(Contest.closes_at.desc(), Contest.id.desc()).limit(MOST_SHOWN)).all()


def entry_of(contest: Contest, person_id: int, *, for_change: bool = False) -> ContestEntry | None:
    """What ``person_id`` has handed in."""
    query = select(ContestEntry).where(ContestEntry.contest_id == contest.id, ContestEntry.author_id == person_id)
    return db.session.scalar(query.with_for_update() if for_change else query)


def entries_of(contest: Contest) -> Sequence[ContestEntry]:
    """Every entry, the ranked ones first, then as they came; at most five hundred."""
    query = select(ContestEntry).where(ContestEntry.contest_id == contest.id)
    order = (ContestEntry.rank.is_(None), ContestEntry.rank, ContestEntry.handed_in_at, ContestEntry.id)
    return db.session.scalars(query.order_by(*order).limit(500)).all()


def winners_of(contest: Contest) -> Sequence[ContestEntry]:
    """The entries ranked 1 to 3."""
    query = select(ContestEntry).where(ContestEntry.contest_id == contest.id, ContestEntry.rank <= WINNERS)
    return db.session.scalars(query.order_by(ContestEntry.rank, ContestEntry.id).limit(30)).all()


def entry_counts(contests: Sequence[Contest]) -> dict[int, int]:
    """How many entries each contest has."""
    numbers = [contest.id for contest in contests]
    query = select(ContestEntry.contest_id, func.count()).where(ContestEntry.contest_id.in_(numbers))
    rows = db.session.execute(query.group_by(ContestEntry.contest_id))
    return {row[0]: row[1] for row in rows}


def entry(contest: Contest, entry_id: int) -> ContestEntry:
    """One entry of that contest. Raises ``NotFound``."""
    found = db.session.scalar(
        select(ContestEntry).where(ContestEntry.contest_id == contest.id, ContestEntry.id == entry_id)
    )
    if found is None:
        raise NotFound()
    return found


def zone_of(school_id: int | None) -> str:
    """The time zone in which the dates of a section are told."""
    zone = db.session.scalar(select(School.zone).where(School.id == school_id)) if school_id else None
    return zone or "Europe/Paris"
