"""Reading leavers: whose turn it is, and what pages show of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.accounts.models import Account, SignInSession
from app.audit.models import AuditLine
from app.db import db
from app.directory.kin.models import PupilExit
from app.directory.kin.standing import CLOSING
from app.directory.leaving.law_clock import Dates, dates
from app.directory.leaving.models import Leaver as Leaver
from app.directory.leaving.queries import delays
from app.directory.models import ClassMembership, GroupMembership, Person, PersonFunction, SchoolYear
from app.directory.names import name_of
from app.directory.queries import project
from app.feeds.leavers.models import LeaverPause
from app.feeds.models import FeedImport
from app.schoolyear import local_day

#: People on one page.
PAGE = 40
#: An exit is what somebody was noticed for when it took effect so shortly before.
_CAUSE = timedelta(days=2)


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaverLine:
    """Somebody who has left, with the days ahead; ``dates`` is None while the law's clock waits."""

    person_id: int
    name: str
    search_name: str
    login: str
    left_on: date | None
    clock_from: date | None
    dates: Dates | None
    warned_at: datetime | None
    disabled_at: datetime | None
    erased_at: datetime | None
    objected: bool
    #: A rollover has set the account aside (S3-2).
    set_aside: bool


def leavers(after: tuple[str, int] | None = None, *, limit: int | None = PAGE) -> tuple[list[LeaverLine], bool]:
    """A page of them by name, and whether more follow; without ``limit`` all of them. One query."""
    query = select(Leaver, Person, Account.login).join(Person, Person.id == Leaver.person_id)
    query = query.outerjoin(Account, Account.person_id == Leaver.person_id)
    if after is not None:
        name, number = after
        query = query.where(or_(Person.search_name > name, and_(Person.search_name == name, Person.id > number)))
    query = query.order_by(Person.search_name, Person.id)
    if limit is not None:
        query = query.limit(limit + 1)
    rows = db.session.execute(query, execution_options={"set_aside": True}).all()
    lines = [
        LeaverLine(
            person_id=person.id,
            name=name_of(person),
            search_name=person.search_name,
            login=login or "",
            left_on=leaver.left_on,
            clock_from=leaver.clock_from,
            dates=dates(leaver.clock_from, delays()) if leaver.clock_from is not None else None,
            warned_at=leaver.warned_at,
            disabled_at=leaver.disabled_at,
            erased_at=leaver.erased_at,
            objected=leaver.objected_at is not None,
            set_aside=person.set_aside_by is not None,
        )
        for leaver, person, login in rows
    ]
    return (lines, False) if limit is None else (lines[:limit], len(lines) > limit)


# The clock -------------------------------------------------------------------------------------------------------------


def fed_days(zone: ZoneInfo) -> dict[str, dict[int, date]]:
    """Source -> the day on which its first complete feed of each school year was applied, by the year's name (LAW-1).

    Under '' stands the earliest of any source, for people whom no source names. Days of portal time: the audit has them.
    """
    line, imported, year = AuditLine, FeedImport, SchoolYear
    query = (
        select(imported.source, year.begins, func.min(line.portal_at))
        .join(year, year.id == imported.year_id)
        .join(line, and_(line.subject_kind == "feed-import", line.subject_id == imported.id))
        # A delta speaks for those whom it names only: nobody's absence is told by it (CAL-11).
        .where(imported.state == "applied", imported.complete, line.action == "feed.applied")
        .group_by(imported.source, year.begins)
    )
    found: dict[str, dict[int, date]] = {"": {}}
    for source, begins, at in db.session.execute(query, execution_options={"set_aside": True}):
        day = local_day(at, zone)
        found.setdefault(source, {})[begins] = day
        found[""][begins] = min(day, found[""].get(begins, day))
    return found


def causes(person_ids: Sequence[int]) -> dict[int, tuple[datetime, date | None]]:
    """For each leaver when they were noticed, and the day of the exit that was the cause, if one was (ACCT-8)."""
    noticed = dict(
        db.session.execute(select(Leaver.person_id, Leaver.noticed_at).where(Leaver.person_id.in_(person_ids))).all()
    )
    exits = select(PupilExit.student_id, PupilExit.since, PupilExit.took_effect_at).where(
        PupilExit.student_id.in_(person_ids),
        PupilExit.kind.in_(CLOSING),
        PupilExit.took_effect_at.is_not(None),
        PupilExit.ended_at.is_(None),
    )
    since: dict[int, date] = {}
    for person_id, day, took_effect_at in db.session.execute(exits):
        if took_effect_at is not None and noticed[person_id] - took_effect_at <= _CAUSE:
            since[person_id] = max(day, since.get(person_id, day))
    return {person_id: (at, since.get(person_id)) for person_id, at in noticed.items()}


def undated(limit: int) -> Sequence[int]:
    """Leavers whose day of leaving was not looked at yet."""
    return db.session.scalars(select(Leaver.person_id).where(Leaver.left_on.is_(None)).limit(limit)).all()


def waiting() -> Sequence[tuple[date, str]]:
    """The (day of leaving, source) pairs whose clock has not started."""
    query = (
        select(Leaver.left_on, Person.source)
        .join(Person, Person.id == Leaver.person_id)
        .where(Leaver.clock_from.is_(None), Leaver.left_on.is_not(None))
        .distinct()
    )
    rows = db.session.execute(query, execution_options={"set_aside": True})
    return [(left_on, source) for left_on, source in rows if left_on is not None]


def starts() -> Sequence[date]:
    """The days on which clocks have started, of those who are not erased."""
    query = select(Leaver.clock_from).where(Leaver.clock_from.is_not(None), Leaver.erased_at.is_(None)).distinct()
    return [day for day in db.session.scalars(query) if day is not None]


def paused_until() -> date | None:
    """Through which day the notices to pupils and guardians wait, None if they do not (S4-4)."""
    return db.session.scalar(select(LeaverPause.until).where(LeaverPause.begins == project().rollover_year))


def _worked() -> ColumnElement[bool]:
    """The condition that a leaver is known to have worked in a school, or was made by hand. Their profile went with the school."""
    there = Leaver.person_id
    told = [
        select(PersonFunction.id).where(PersonFunction.person_id == there),
        select(ClassMembership.id).where(ClassMembership.person_id == there, ClassMembership.role != "student"),
        select(GroupMembership.id).where(GroupMembership.person_id == there, GroupMembership.role != "student"),
        select(SignInSession.id).where(SignInSession.person_id == there, SignInSession.door != "families"),
    ]
    return or_(Person.lifetime.is_not(None), *(one.exists() for one in told))


def to_warn(clock_from: date, limit: int, *, families: bool = True) -> Sequence[int]:
    """Whom to warn of those whose clock started that day: neither the dead nor those whom a rollover has set aside.

    Without ``families`` only those who have worked in a school; what a rollover or a feed has taken from them still tells it.
    """
    query = (
        select(Leaver.person_id)
        .join(Person, Person.id == Leaver.person_id)
        .where(Leaver.clock_from == clock_from, Leaver.warned_at.is_(None), Leaver.erased_at.is_(None))
        .where(Person.died_on.is_(None), Person.set_aside_by.is_(None))
    )
    if not families:
        query = query.where(_worked())
    query = query.order_by(Leaver.person_id).limit(limit)
    return db.session.scalars(query, execution_options={"set_aside": True, "unconfirmed": True}).all()


def to_disable(clock_from: date, warned_before: datetime, limit: int) -> Sequence[int]:
    """Who loses access of those whose clock started that day: warned before that instant, or nobody to warn."""
    query = (
        select(Leaver.person_id)
        .join(Person, Person.id == Leaver.person_id)
        .where(Leaver.clock_from == clock_from, Leaver.disabled_at.is_(None), Leaver.erased_at.is_(None))
        .where(or_(Leaver.warned_at <= warned_before, Person.died_on.is_not(None), Person.set_aside_by.is_not(None)))
    )
    query = query.order_by(Leaver.person_id).limit(limit)
    return db.session.scalars(query, execution_options={"set_aside": True}).all()


def to_erase(clock_from: date, after: int, limit: int) -> Sequence[int]:
    """Who is to be erased of those whose clock started that day, by number."""
    query = select(Leaver.person_id).where(
        Leaver.clock_from == clock_from, Leaver.erased_at.is_(None), Leaver.person_id > after
    )
    return db.session.scalars(query.order_by(Leaver.person_id).limit(limit)).all()


def bare(after: int, limit: int) -> Sequence[int]:
    """Those of whom only the school's file still has the name, by number."""
    query = select(Leaver.person_id).where(Leaver.erased_at.is_not(None), Leaver.person_id > after)
    return db.session.scalars(query.order_by(Leaver.person_id).limit(limit)).all()
