"""Reading map points."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.content.models import MapPoint as MapPoint
from app.content.services.queries import Entered, enter
from app.content.spaces import Service, SpaceVerb
from app.db import db
from app.errors import NotFound
from app.profiles import Visitor

#: More than that on one map is read by nobody.
MOST_POINTS = 200


def point_for(point_id: int, visitor: Visitor, now: datetime, *, trashed: bool = False) -> tuple[MapPoint, Entered]:
    """The point, if ``visitor`` may change it. Raises ``NotFound``."""
    found = db.session.get(MapPoint, point_id)
    if found is None or found.set_aside_by is not None or (found.trashed_at is not None) != trashed:
        raise NotFound()
    entered = enter(found.section_id, visitor, Service.MAP, now, verb=SpaceVerb.WRITE)
    if not entered.may_change(found.author_id):
        raise NotFound()
    return found, entered


def points_of(section_id: int, *, trashed: bool = False) -> Sequence[MapPoint]:
    """The section's points by title, at most two hundred."""
    there = MapPoint.trashed_at.is_not(None) if trashed else MapPoint.trashed_at.is_(None)
    query = select(MapPoint).where(MapPoint.section_id == section_id, there)
    return db.session.scalars(query.order_by(MapPoint.title, MapPoint.id).limit(MOST_POINTS)).all()
