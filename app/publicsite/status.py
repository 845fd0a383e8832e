"""Closures for programs: what is open for whom now, and the next change. Plain.

Instants are ISO 8601 with an offset, in the zone of the school or the project. No instant that has passed is told as an end
(GATE-14), none finer than a level (GATE-16).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.gate.announced import PublicClosure
from app.gate.closures import Closures
from app.gate.strips import State
from app.profiles import Profile
from app.publicsite.standing import Standing, standing

Document = dict[str, object]


def document(
    closures: Closures,
    found: Sequence[PublicClosure],
    uais: Mapping[int, str],
    *,
    portal: str,
    school_id: int | None,
    zone: str,
    now: datetime,
) -> Document:
    """The status of one school, or of the project over all the schools in ``uais`` (UAI by number)."""
    wanted: list[int | None] = [school_id] if school_id is not None else [*uais] or [None]
    profiles = {
        profile.value: _standing(standing(closures, wanted, (profile,), now), zone, counted=school_id is None)
        for profile in Profile
    }
    return {
        "portal": portal,
        "now": _iso(now, zone),
        "school": uais.get(school_id) if school_id is not None else None,
        "public_site": "open",
        "profiles": profiles,
        "next_change": _iso(closures.next_change(now), zone),
        "closures": [_closure(c, uais) for c in found],
    }


def _standing(one: Standing, zone: str, *, counted: bool) -> Document:
    told: Document = {
        "state": one.state.value,
        "open": one.state == State.OPEN,
        "reopens_at": _iso(one.reopens, zone),
    }
    if one.reopens_last is not None:
        told["reopens_for_all_at"] = _iso(one.reopens_last, zone)
    if one.overrun:
        told["overrun"] = True
        told["next_news"] = _iso(one.next_news, zone)
    if counted:
        told["schools_open"], told["schools_closed"] = one.schools_open, one.schools_closed
    return told


def _closure(c: PublicClosure, uais: Mapping[int, str]) -> Document:
    return {
        "id": c.window_id,
        "kind": c.kind.value,
        "scope": c.scope,
        "school": uais.get(c.school_id) if c.school_id is not None else None,
        "profiles": [p.value for p in Profile if c.kind == "maintenance" or p in c.profiles],
        "running": c.running,
        "from": _iso(c.starts, c.zone),
        "to": _iso(c.ends, c.zone),
        "first_to": _iso(c.ends_between[0], c.zone) if c.ends_between is not None else None,
        "levels": {
            level.level: {
                "to": _iso(level.ends, c.zone),
                "first_to": _iso(level.ends_between[0], c.zone) if level.ends_between is not None else None,
            }
            for level in c.levels
        },
        "overrun": c.overrun,
        "next_news": _iso(c.next_news, c.zone),
        "message": c.message,
    }


def _iso(moment: datetime | None, zone: str) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(ZoneInfo(zone) if zone else UTC).isoformat(timespec="seconds")
