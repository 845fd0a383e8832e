"""Keeping a school closed for a run, letting it go when the run is through, and opening it all the same with a reason."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import insert, select, update

from app.audit.actions import Actor, record
from app.db import db
from app.errors import Refused
from app.gate.holds.queries import unfinished
from app.gate.models import GateHold
from app.words import N_

#: Nothing of these rows is held in the session.
_BARE = {"synchronize_session": False}


class RunUnfinished(Refused):
    """A run is at work, or waits, behind the closed gate."""

    message = N_("Un passage n’est pas terminé dans %(count)s établissement(s) fermés.")
    advice = N_("Attendez la fin, ou ouvrez en donnant la raison (--reason) : le passage s’arrête avant l’ouverture.")


def hold(run_id: int, school_ids: Collection[int], *, now: datetime) -> None:
    """Keep these schools closed until the run has ended there; again after an override or a release (portal time)."""
    known = set(db.session.scalars(select(GateHold.school_id).where(GateHold.run_id == run_id)))
    fresh = [
        {"run_id": run_id, "school_id": number, "made_at": now, "reason": ""} for number in set(school_ids) - known
    ]
    if fresh:
        db.session.execute(insert(GateHold), sorted(fresh, key=lambda row: int(str(row["school_id"]))))
    again = update(GateHold).where(GateHold.run_id == run_id, GateHold.school_id.in_(known & set(school_ids)))
    db.session.execute(again.values(released_at=None, overridden_at=None, reason=""), execution_options=_BARE)


def release(run_id: int, school_id: int, *, now: datetime) -> None:
    """The run's part in the school is done and its checks are green (GATE-14)."""
    where = (GateHold.run_id == run_id, GateHold.school_id == school_id)
    db.session.execute(update(GateHold).where(*where).values(released_at=now), execution_options=_BARE)


def let_go(run_id: int, *, now: datetime) -> None:
    """The run was stopped, or undone: it keeps nothing closed any more."""
    where = (GateHold.run_id == run_id, GateHold.released_at.is_(None))
    db.session.execute(update(GateHold).where(*where).values(released_at=now), execution_options=_BARE)


def override(school_id: int | None, reason: str, *, by: Actor, now: datetime) -> int:
    """Open against unfinished runs: they stop before the next row. How many parts. Raises ``RunUnfinished`` without a reason.

    Waits for a transaction of theirs that is under way (G13).
    """
    holds = unfinished(school_id)
    if not holds:
        return 0
    if not reason.strip():
        raise RunUnfinished(count=len({hold.school_id for hold in holds}))
    for held in holds:
        held.overridden_at, held.reason = now, reason.strip()
        record(
            "hold.overridden",
            by=by,
            now=now,
            subject=("run", held.run_id),
            school_id=held.school_id or None,
            after={"reason": reason.strip()},
        )
    db.session.flush()
    return len(holds)
