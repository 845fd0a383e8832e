"""What a page would say if a window were written as somebody types it: the live preview (GATE-5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from app.gate.closures import Closures, compile_closures
from app.gate.door_notice import DoorNotice, Voice, for_everybody
from app.gate.snapshot import Snapshot
from app.gate.windows import Amendment, Bound, Window, WindowKind
from app.profiles import Place, Profile


def with_window(known: Snapshot, window: Window, school_id: int | None) -> Snapshot:
    """``known``, with ``window`` in place of the one of the same number, compiled for one school (None: the project)."""
    rules = known.closures.rules
    schools = tuple(school for school in rules.schools if school.id == school_id)
    windows = (*(w for w in rules.windows if w.id != window.id and w.school_id in (None, school_id)), window)
    return replace(known, closures=compile_closures(replace(rules, schools=schools, windows=windows)))


def amended(
    window: Window,
    *,
    school_id: int,
    level: str | None,
    class_id: int | None,
    start: Bound | None,
    end: Bound | None,
    message: str | None,
    by_operator: bool,
) -> Window:
    """``window`` with that amendment in place of the same hand's for the same part."""
    key = (school_id, level, class_id, by_operator)
    others = tuple(a for a in window.amendments if (a.school_id, a.level, a.class_id, a.by_operator) != key)
    new = Amendment(
        id=max((a.id for a in window.amendments), default=0) + 1,
        window_id=window.id,
        school_id=school_id,
        level=level,
        class_id=class_id,
        start=start,
        end=end,
        message=message,
        by_operator=by_operator,
    )
    return replace(window, amendments=(*others, new))


def moment_inside(closures: Closures, place: Place, window_id: int, now: datetime) -> datetime | None:
    """An instant at which that window closes somebody of the place's school and profile: now if it does, else when it starts.

    A part of the school with dates of its own counts too. None if the window closes nobody.
    """
    lines = closures.timelines(place)
    found = [w for line in lines for w in line.windows if w.window_id == window_id]
    if any(w.start <= now and (w.end is None or now < w.end) for w in found):
        return now
    return min((w.start for w in found), default=None)


def seen_by(window: Window) -> Profile:
    """The profile whose page is shown first: pupils' or the first one concerned; anybody's in a maintenance."""
    return next((profile for profile in Profile if profile in window.profiles), Profile.GUARDIAN)


def sample_page(
    known: Snapshot, school_id: int | None, profile: Profile | None, text: str, now: datetime, voice: Voice
) -> DoorNotice:
    """A redirect page with that text: in a window that closes now or will, else in one of a week that begins now."""
    kind = WindowKind.MAINTENANCE if profile is None else WindowKind.PROFILES
    reader = profile or Profile.GUARDIAN
    place = Place(school_id=school_id or 0, profile=reader)
    ahead = [
        w.window_id
        for line in known.closures.timelines(place)
        for w in line.windows
        if w.kind == kind and (w.end is None or w.end > now)
    ]
    if ahead:
        at = moment_inside(known.closures, place, ahead[0], now)
    else:
        start, end = Bound(instant=now), Bound(instant=now + timedelta(days=7))
        profiles = frozenset() if profile is None else frozenset({profile})
        known = with_window(known, Window(id=0, kind=kind, start=start, end=end, profiles=profiles), school_id)
        at = now
    return for_everybody(known, school_id, reader, at or now, asked_at=now, voice=voice, text=text)
