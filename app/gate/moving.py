"""The first day of a school moves: what becomes of the ends of its windows (GATE-17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.gate.effective import counting, counts, effective
from app.gate.windows import Bound, Rules, SchoolFacts, Window, WindowKind
from app.profiles import FAMILIES
from app.schoolyear import NoSuchHour, end_of_day, instant_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """An end that follows: the operator's amendment to write for a school, a level or a class.

    ``start`` and ``message`` are what the operator had written for the same part, and stay.
    """

    window_id: int
    school_id: int
    level: str | None
    class_id: int | None
    end: Bound
    start: Bound | None = None
    message: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Moves:
    """What follows when a school's first day moves; ``over``: windows that have ended there already and stay open."""

    moves: tuple[Move, ...] = ()
    over: tuple[int, ...] = ()


def moves_of(rules: Rules, school: SchoolFacts, day: date, now: datetime) -> Moves:
    """How the families' windows of ``school`` follow its first day to ``day``, as seen at ``now`` (portal time).

    Every end moves by as many days as the first day does and keeps its hour, those of levels and classes too. A window counts
    that closes to families, ends in the new year and began before the first day was over. Without a known first day nothing
    can follow.
    """
    first_day = rules.first_days.get(school.id)
    if first_day is None or first_day == day:
        return Moves()
    zone, by = ZoneInfo(school.zone), day - first_day
    moves: list[Move] = []
    over: list[int] = []
    for window in rules.windows:
        if not _concerns(window, rules, school):
            continue
        amendments = [a for a in counting(window, rules.schools_may_amend) if a.school_id == school.id]
        parts = {(None, None)} | {(a.level, a.class_id) for a in amendments if a.end is not None}
        for level, class_id in sorted(parts, key=str):
            # A class without a level of its own in the amendment stands in the level that the school gave it.
            own_level = level if class_id is None else school.class_levels.get(class_id)
            w = effective(window, amendments, zone, level=own_level, class_id=class_id)
            if w.end is None or not _ends_with_the_summer(w.start, w.end, rules, school, zone):
                continue
            if w.end <= now:
                over.append(window.id)
                continue
            old = next((a for a in amendments if a.by_operator and (a.level, a.class_id) == (level, class_id)), None)
            moves.append(
                Move(
                    window_id=window.id,
                    school_id=school.id,
                    level=level,
                    class_id=class_id,
                    end=_shifted(w.end, by, zone),
                    start=old.start if old is not None else None,
                    message=old.message if old is not None else None,
                )
            )
    return Moves(moves=tuple(moves), over=tuple(dict.fromkeys(over)))


def _concerns(window: Window, rules: Rules, school: SchoolFacts) -> bool:
    return (
        window.kind == WindowKind.PROFILES
        and window.school_id in (None, school.id)
        and window.ended_at is None
        and not window.profiles.isdisjoint(FAMILIES)
        and counts(window, rules.schools_may_amend)
    )


def _ends_with_the_summer(start: datetime, end: datetime, rules: Rules, school: SchoolFacts, zone: ZoneInfo) -> bool:
    last_day, first_day = rules.last_days.get(school.id), rules.first_days[school.id]
    after_the_year = last_day is None or end > end_of_day(last_day, zone)
    return after_the_year and start < end_of_day(first_day, zone)


def _shifted(end: datetime, by: timedelta, zone: ZoneInfo) -> Bound:
    """``end`` some days later or earlier, at the same hour of the wall; a midnight stays an inclusive day."""
    wall = end.astimezone(zone).replace(tzinfo=None)
    if wall.time() == time.min:
        return Bound(day=wall.date() - timedelta(days=1) + by)
    try:
        return Bound(instant=instant_of(wall + by, zone))
    except NoSuchHour:
        return Bound(instant=instant_of(wall + by + timedelta(hours=1), zone))
