"""What came into the drop folder, what is expected and has not come (S4-6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.db import db
from app.directory.queries import project, years
from app.feeds.inbox.models import FeedArrival as FeedArrival
from app.feeds.inbox.models import FeedRhythm as FeedRhythm
from app.feeds.inbox.rhythm import LOOKED_BACK, Arrived, Expected, Rhythm
from app.feeds.inbox.rhythm import expected as by_rhythm
from app.feeds.models import FeedImport
from app.feeds.pauses.models import FeedPause
from app.feeds.targets import PORTAL
from app.schoolyear import local_day

PAGE = 50
#: States in which an arrival is being worked on.
BUSY = ("taking", "receiving")
_COUNTED = ("staging", "planned", "applying", "applied", "kept", "withdrawn")


def arrivals(before: int | None = None) -> tuple[Sequence[FeedArrival], bool]:
    """A page of arrivals, the newest first, and whether there are older ones."""
    query = select(FeedArrival).order_by(FeedArrival.id.desc()).limit(PAGE + 1)
    found = db.session.scalars(query if before is None else query.where(FeedArrival.id < before)).all()
    return found[:PAGE], len(found) > PAGE


def waiting_row(source: str, name: str) -> FeedArrival | None:
    """The arrival that was seen under that name and not taken yet."""
    query = select(FeedArrival).where(
        FeedArrival.source == source, FeedArrival.name == name, FeedArrival.state == "seen"
    )
    return db.session.scalars(query.order_by(FeedArrival.id.desc()).limit(1)).first()


def rhythms() -> list[Rhythm]:
    """The rhythm of every source that has one."""
    rows: dict[str, list[FeedRhythm]] = defaultdict(list)
    for row in db.session.scalars(select(FeedRhythm).order_by(FeedRhythm.source, FeedRhythm.weekday)):
        rows[row.source].append(row)
    return [
        Rhythm(
            source=source,
            days={row.weekday: row.complete for row in found},
            hour=found[0].hour,
            since={row.weekday: row.since for row in found},
        )
        for source, found in rows.items()
    ]


def expected(machine_now: datetime) -> list[Expected]:
    """What was expected in the last days and today, and whether it came by any way; four queries.

    ``machine_now`` is machine time: files arrive in the real world, whatever the portal's clock shows.
    """
    known = rhythms()
    if not known:
        return []
    zone = ZoneInfo(project().zone)
    since = machine_now - 2 * LOOKED_BACK
    came: dict[str, list[Arrived]] = defaultdict(list)
    query = select(FeedImport.source, FeedImport.started_at, FeedImport.complete)
    for source, at, complete in db.session.execute(
        query.where(FeedImport.started_at > since, FeedImport.state.in_(_COUNTED))
    ):
        came[source].append(Arrived(at=at, complete=complete))
    stops = [
        (row.starts_at, min(filter(None, (row.ends_at, row.lifted_at)), default=None))
        for row in db.session.execute(
            select(FeedPause.starts_at, FeedPause.ends_at, FeedPause.lifted_at).where(FeedPause.target == PORTAL)
        )
    ]
    return [one for rhythm in known for one in by_rhythm(rhythm, came[rhythm.source], stops, machine_now, zone)]


def late(machine_now: datetime) -> list[Expected]:
    """The deliveries that should have been there by ``machine_now`` (machine time), the oldest first."""
    return [one for one in expected(machine_now) if one.late(machine_now)]


def fills_year_n(now: datetime) -> bool:
    """Does a delivery that arrives at ``now`` (portal time) still speak of year N?

    It does to the pupils' last day; then imports stop until step 4 (CAL-3), and the deliveries after it speak of N+1.
    """
    about = project()
    year = years().get(about.rollover_year - 1)
    if year is None:
        return False
    today = local_day(now, ZoneInfo(about.zone))
    return today <= year.last_day if year.last_day is not None else (today.year, today.month) < (about.rollover_year, 7)
