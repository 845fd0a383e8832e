"""Does a maintenance close anybody right now? Read from what is written down, not from what was compiled a moment ago."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from app.gate.effective import counting, effective
from app.gate.windows import Window


def closes_somebody(
    window: Window, school_id: int | None, project_zone: str, zones: Mapping[int, str], now: datetime
) -> bool:
    """Does the maintenance ``window`` close somebody at ``now``: in that school, or where ``school_id`` is None anywhere?

    Also where it is over for the project but prolonged for one of its schools. ``zones`` are the schools' IANA names.
    """
    amendments = counting(window, False)
    schools = [school_id] if school_id is not None else [None, *{a.school_id for a in amendments}]
    for number in schools:
        zone = ZoneInfo(project_zone if number is None else zones.get(number, project_zone))
        own = [a for a in amendments if a.school_id == number]
        for level, class_id in {(None, None)} | {(a.level, a.class_id) for a in own}:
            w = effective(window, own, zone, level=level, class_id=class_id)
            if w.start <= now and (w.end is None or now < w.end):
                return True
    return False
