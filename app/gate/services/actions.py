"""Closing a service in a school, opening it again, and taking back what a run has closed (GATE-10); none commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from app.audit.actions import Actor, record
from app.db import db
from app.gate.services.closing import Service
from app.gate.services.queries import ServiceClosure, standing_rows
from app.pulse import GATE, bump


def close_service(
    service: Service, school_id: int, *, source: str, by: Actor, now: datetime, run_id: int | None = None
) -> ServiceClosure:
    """Close the service in the school from ``now`` (portal time) on, until it is opened; closed already, it stays as it is.

    ``source``: 'campaign', 'operator' or 'school'; ``run_id``: the run whose step closes it, which its undo names.
    """
    standing = standing_rows(service, school_id)
    if standing:
        return standing[0]
    row = ServiceClosure(service=service.value, school_id=school_id, closed_from=now, source=source, run_id=run_id)
    db.session.add(row)
    db.session.flush()
    _changed("service.closed", row, by=by, now=now)
    return row


def open_service(service: Service, school_id: int, *, by: Actor, now: datetime) -> bool:
    """Open the service in the school at ``now``. Was it closed?"""
    standing = standing_rows(service, school_id)
    for row in standing:
        row.closed_until = now
        _changed("service.opened", row, by=by, now=now)
    db.session.flush()
    return bool(standing)


def withdraw_closing(run_id: int, school_id: int, *, by: Actor, now: datetime) -> int:
    """The run is undone in the school: what it has closed was never closed (G8). How many services."""
    mine = delete(ServiceClosure).where(ServiceClosure.run_id == run_id, ServiceClosure.school_id == school_id)
    gone = len(db.session.scalars(mine.returning(ServiceClosure.id)).all())
    if gone:
        bump(db.session(), GATE)
        record("service.closing-undone", by=by, now=now, subject=("run", run_id), school_id=school_id)
    return gone


def _changed(action: str, row: ServiceClosure, *, by: Actor, now: datetime) -> None:
    bump(db.session(), GATE)
    after = {"service": row.service, "source": row.source, "run": row.run_id}
    record(action, by=by, now=now, subject=("service-closure", row.id), school_id=row.school_id, after=after)
