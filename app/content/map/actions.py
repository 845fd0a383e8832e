"""Adding and changing map points."""

from __future__ import annotations

from datetime import datetime

from app.audit.actions import Actor
from app.content.actions import demand_version
from app.content.map.places import place_of
from app.content.models import MapPoint, Section
from app.content.services.actions import note
from app.db import db


def add_point(section: Section, *, title: str, text: str, where: str, by: Actor, now: datetime) -> MapPoint:
    """A new point at ``where``, as it was typed or pasted. Raises ``NoPlace``."""
    latitude, longitude = place_of(where)
    made = MapPoint(
        section_id=section.id,
        school_id=section.school_id,
        title=title,
        text=text,
        latitude=latitude,
        longitude=longitude,
        author_id=by.person_id,
        created_at=now,
    )
    db.session.add(made)
    db.session.flush()
    note("added", made, by=by, now=now)
    return made


def change_point(point: MapPoint, *, title: str, text: str, where: str, version: int, by: Actor, now: datetime) -> None:
    """Change a point. Raises ``ChangedMeanwhile``, ``NoPlace``."""
    demand_version(point.version, version)
    point.latitude, point.longitude = place_of(where)
    point.title, point.text = title, text
    note("changed", point, by=by, now=now)
