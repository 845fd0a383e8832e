"""Noting what lies in the drop folder, claiming it, and setting the rhythm (S4-6). Never commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from app.audit.actions import SCHEDULER, Actor, record
from app.db import db
from app.feeds.inbox.models import FeedArrival, FeedRhythm
from app.feeds.inbox.queries import BUSY, waiting_row
from app.feeds.models import FeedImport
from app.feeds.reasons import pack
from app.words import Words

#: Two looks that find the same sizes are at least so far apart.
STILL = timedelta(seconds=20)
#: After these a look or a receiver that died is taken for dead.
TAKING_LOST, RECEIVING_LOST = timedelta(minutes=5), timedelta(hours=1)
#: How long refused parcels, and the list of arrivals, are kept.
PARCELS_KEPT, ROWS_KEPT = timedelta(days=14), timedelta(days=90)


def look_at(source: str, name: str, sign: str, *, growing: bool, machine_now: datetime) -> FeedArrival | None:
    """Note a parcel that lies there; its row if it stands still and may be taken."""
    row = waiting_row(source, name)
    if row is None:
        row = FeedArrival(source=source, name=name, sign=sign, state="seen", seen_at=machine_now, tries=0)
        db.session.add(row)
        return None
    if row.sign != sign:
        row.sign, row.seen_at = sign, machine_now
        return None
    return row if not growing and machine_now - row.seen_at >= STILL else None


def forget_missing(source: str, names: set[str]) -> None:
    """Forget what was seen and lies there no more."""
    gone = delete(FeedArrival).where(FeedArrival.source == source, FeedArrival.state == "seen")
    db.session.execute(gone.where(FeedArrival.name.not_in(names)) if names else gone)


def claim(arrival_id: int, *, was: str, becomes: str, machine_now: datetime) -> bool:
    """Take an arrival for this process; False where another has it."""
    mine = update(FeedArrival).where(FeedArrival.id == arrival_id, FeedArrival.state == was)
    if was == becomes:
        lost = FeedArrival.claimed_at < machine_now - RECEIVING_LOST
        mine = mine.where(FeedArrival.claimed_at.is_(None) | lost)
    mine = mine.values(state=becomes, claimed_at=machine_now)
    return bool(db.session.execute(mine, execution_options={"synchronize_session": "fetch"}).rowcount)  # type: ignore[attr-defined]


def let_go(row: FeedArrival, *, state: str) -> None:
    """Give an arrival back for the next look, in the state in which it begins again."""
    row.state, row.claimed_at = state, None


def finish(
    row: FeedArrival, state: str, reason: Words | None, *, import_id: int | None, now: datetime, machine_now: datetime
) -> None:
    """Note what became of an arrival. ``now`` is portal time."""
    row.state, row.finished_at = state, machine_now
    row.reason = pack(reason) if reason is not None else None
    row.import_id = import_id if import_id is not None else _newest_import(row)
    after = {"source": row.source, "name": row.name, "state": state, "import": row.import_id}
    record("feed.arrived", by=SCHEDULER, now=now, subject=("feed-arrival", row.id), after=after)


def _newest_import(row: FeedArrival) -> int | None:
    """The report that receiving has left, where it raised."""
    query = select(FeedImport.id).where(FeedImport.source == row.source, FeedImport.started_at >= row.seen_at)
    return db.session.scalar(query.order_by(FeedImport.id.desc()).limit(1))


def busy(machine_now: datetime) -> bool:
    """Is a delivery being taken or received by a process that is not known to be dead?"""
    alive = (FeedArrival.state == "taking") & (FeedArrival.claimed_at > machine_now - TAKING_LOST)
    alive |= (FeedArrival.state == "receiving") & (FeedArrival.claimed_at > machine_now - RECEIVING_LOST)
    return db.session.scalar(select(FeedArrival.id).where(alive).limit(1)) is not None


def unfinished(source: str) -> bool:
    """Does a parcel of that source wait aside? The next ones must not overtake it."""
    query = select(FeedArrival.id).where(FeedArrival.source == source, FeedArrival.state.in_(BUSY))
    return db.session.scalar(query.limit(1)) is not None


def forget(machine_now: datetime) -> None:
    """Forget arrivals of long ago."""
    db.session.execute(
        delete(FeedArrival).where(
            FeedArrival.state.not_in(("seen", *BUSY)), FeedArrival.finished_at < machine_now - ROWS_KEPT
        )
    )


def set_rhythm(
    source: str, days: Mapping[int, bool], hour: int, *, by: Actor, now: datetime, machine_now: datetime
) -> None:
    """Expect a source's deliveries on these weekdays (Monday is 0; True: complete), there by ``hour``; none at all for no days."""
    rows = db.session.scalars(select(FeedRhythm).where(FeedRhythm.source == source)).all()
    before = {str(row.weekday): row.complete for row in rows}
    known = {row.weekday: row for row in rows}
    for weekday, row in known.items():
        if weekday not in days:
            db.session.delete(row)
    for weekday, complete in days.items():
        if weekday in known:
            if known[weekday].complete is not complete:
                known[weekday].complete, known[weekday].since = complete, machine_now
            known[weekday].hour = hour
        else:
            db.session.add(FeedRhythm(source=source, weekday=weekday, complete=complete, hour=hour, since=machine_now))
    after = {str(weekday): complete for weekday, complete in days.items()} | {"hour": hour}
    record("feed.rhythm-set", by=by, now=now, subject=("project", 1), before=before, after={"source": source, **after})
