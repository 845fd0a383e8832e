"""Changing a school's site and the project's settings. Every change leaves an audit line and makes public pages stale."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from app.audit.actions import Actor, record
from app.content.actions import demand_version
from app.db import db
from app.files.actions import store
from app.publicsite.models import SchoolSite
from app.publicsite.pictures import remade
from app.publicsite.queries import project_row, site
from app.pulse import GATE, PUBLIC, bump


def change_site(
    school_id: int,
    *,
    welcome: str,
    opening_hours: str,
    contact: str,
    colour: str,
    place: tuple[Decimal, Decimal] | None,
    seen: int | None,
    by: Actor,
    now: datetime,
) -> SchoolSite:
    """What the school says of itself. ``place`` is latitude and longitude in degrees.

    ``seen`` is the version that the writer saw, None for whatever stands. Raises ``ChangedMeanwhile`` where somebody else was quicker.
    """
    row = _row(school_id, seen)
    before = _facts(row)
    row.welcome, row.opening_hours, row.contact, row.colour = welcome, opening_hours, contact, colour
    row.latitude, row.longitude = place if place is not None else (None, None)
    if (after := _facts(row)) != before:
        _changed("site.changed", school_id, before, after, by=by, now=now)
    return row


def set_banner(school_id: int, data: bytes | None, text: str, *, by: Actor, now: datetime) -> SchoolSite:
    """Show a picture above the school's home page; without ``data`` only its words change.

    The picture is made anew; the old one's bytes go a day later. Raises ``UnusablePicture``.
    """
    row = _row(school_id, None)
    before = _facts(row)
    if data is not None:
        picture = remade(data)
        row.banner = store(picture.data, kind=picture.kind, now=now).sha256
    row.banner_text = text
    if (after := _facts(row)) != before:
        _changed("site.banner-set", school_id, before, after, by=by, now=now)
    return row


def remove_banner(school_id: int, *, by: Actor, now: datetime) -> None:
    """Show no picture any more."""
    row = _row(school_id, None)
    if row.banner is not None:
        before = _facts(row)
        row.banner, row.banner_text = None, ""
        _changed("site.banner-removed", school_id, before, _facts(row), by=by, now=now)


def change_project(*, name: str, accent: str, contact: str, seen: int | None, by: Actor, now: datetime) -> None:
    """The project's name, accent and contact; ``accent`` was checked, ``seen`` is as in ``change_site``.

    Raises ``ChangedMeanwhile`` and ``NotSetUp``.
    """
    row = project_row(for_change=True)
    if seen is not None:
        demand_version(row.version, seen)
    before = {"name": row.name, "accent": row.accent, "contact": row.contact}
    row.name, row.accent, row.contact = name, accent.lower(), contact
    after = {"name": row.name, "accent": row.accent, "contact": row.contact}
    if after != before:
        row.version += 1
        record("project.changed", by=by, now=now, subject=("project", row.id), before=before, after=after)
        bump(db.session(), GATE, PUBLIC)


def _row(school_id: int, seen: int | None) -> SchoolSite:
    """The school's row, locked; made where there is none. ``seen`` None: whatever its version."""
    row = site(school_id, for_change=True)
    if seen is not None:
        demand_version(row.version if row is not None else 0, seen)
    if row is None:
        row = SchoolSite(
            school_id=school_id, welcome="", contact="", opening_hours="", banner=None, banner_text="", colour=""
        )
        db.session.add(row)
    return row


def _facts(row: SchoolSite) -> dict[str, Any]:
    place = None if row.latitude is None else [str(row.latitude), str(row.longitude)]
    return {
        "welcome": row.welcome,
        "opening_hours": row.opening_hours,
        "contact": row.contact,
        "colour": row.colour,
        "place": place,
        "banner": row.banner,
        "banner_text": row.banner_text,
    }


def _changed(
    action: str, school_id: int, before: dict[str, Any], after: dict[str, Any], *, by: Actor, now: datetime
) -> None:
    db.session.flush()
    record(action, by=by, now=now, subject=("school", school_id), school_id=school_id, before=before, after=after)
    bump(db.session(), PUBLIC)
