"""Is a service open in a school? Answered from the snapshot, without a query (GATE-10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.gate.models import ServiceClosure as ServiceClosure
from app.gate.queries import open_for, snapshot
from app.gate.services.closing import Closing, Service, ServiceClosed
from app.profiles import Visitor


def closing_of(service: Service, school_id: int, now: datetime) -> Closing | None:
    """What closes the service in the school at ``now`` (portal time); None: it is open. No query."""
    return next((one for one in snapshot().services.get((service, school_id), ()) if one.stands(now)), None)


def service_open(service: Service, school_id: int, now: datetime) -> bool:
    """Is the service open in the school at ``now``? No query."""
    return closing_of(service, school_id, now) is None


def closings_of(school_id: int, now: datetime) -> list[Closing]:
    """Everything that is closed on its own in the school at ``now``. No query."""
    return [closing for one in Service if (closing := closing_of(one, school_id, now)) is not None]


def demand_service(service: Service | None, school_id: int, now: datetime) -> None:
    """Let pass where the service is open, or where none is asked for. Raises ``ServiceClosed``."""
    if service is not None and (closing := closing_of(service, school_id, now)) is not None:
        known = snapshot()
        raise ServiceClosed(closing, school=known.schools[school_id].name, zone=known.closures.zone(school_id))


def closed_for(visitor: Visitor, service: Service, now: datetime) -> Closing | None:
    """What closes the service in every school that is open to ``visitor``, the first one's; None: one has it open. No query."""
    mine = sorted({place.school_id for place in visitor.places if open_for(visitor, place.school_id, now)})
    found = [closing_of(service, number, now) for number in mine]
    return None if None in found else next(iter(found), None)


def demand_service_for(visitor: Visitor, service: Service, now: datetime) -> None:
    """Let pass whoever has a school, open to them, in which the service is open too, or no school at all.

    Raises ``ServiceClosed`` for others. No query.
    """
    if (closing := closed_for(visitor, service, now)) is not None:
        demand_service(service, closing.school_id, now)


def standing_rows(service: Service, school_id: int) -> Sequence[ServiceClosure]:
    """The rows that keep the service closed until somebody opens it."""
    query = select(ServiceClosure).where(
        ServiceClosure.service == service, ServiceClosure.school_id == school_id, ServiceClosure.closed_until.is_(None)
    )
    return db.session.scalars(query.order_by(ServiceClosure.id)).all()
