"""What a window comes to for one school, level or class: whose dates count, clamped into the limits, held or released.

Field by field (start, end, message) the class's own comes before the level's, the school's and the window's (GATE-13); at one
level the operator's comes before the school's. A school's own counts only while schools are authorised, and is clamped when
evaluated: what it asked for is kept (GATE-4).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.gate.windows import Amendment, Bound, Source, Window, WindowKind, end_instant, start_instant
from app.profiles import Profile


class Origin(StrEnum):
    """Whose word a bound or a message is. A level's or class's is theirs, whoever wrote it."""

    WINDOW = "window"
    OPERATOR = "operator"
    SCHOOL = "school"
    LEVEL = "level"
    CLASS = "class"


@dataclass(frozen=True, kw_only=True, slots=True)
class Effective:
    """A window as it closes for one school, level or class. Instants are UTC.

    ``end`` is when it really ends, None while nobody knows: no end announced, or ``held`` (GATE-14). ``announced_end`` is what
    people were told. ``asked_start`` and ``asked_end`` differ from ``start`` and the end where a limit clamped a school's wish.
    ``unamended_start`` is the window's own start.
    """

    window_id: int
    kind: WindowKind
    source: Source
    profiles: frozenset[Profile]
    start: datetime
    end: datetime | None
    announced_end: datetime | None
    held: bool
    next_news: datetime | None
    grace: int
    message: str
    start_from: Origin
    end_from: Origin
    message_from: Origin
    unamended_start: datetime
    asked_start: datetime
    asked_end: datetime | None

    @property
    def start_clipped(self) -> bool:
        """Did a limit move the start that the school asked for?"""
        return self.asked_start != self.start

    @property
    def end_clipped(self) -> bool:
        """Did a limit move the end that the school asked for?"""
        return self.asked_end != self.announced_end

    @property
    def closes(self) -> bool:
        """False where nothing is left of it, because it ends before it starts."""
        return self.end is None or self.end > self.start

    def concerns(self, profile: Profile | None) -> bool:
        """Does it close to ``profile``? See ``Window.concerns``."""
        return self.kind == WindowKind.MAINTENANCE or profile in self.profiles

    def end_as_known(self, asked_at: datetime) -> datetime | None:
        """The end, as somebody who asks at ``asked_at`` must suppose it (GATE-14).

        A held end is supposed to be kept until its hour has passed; then nobody knows.
        """
        if self.held and self.announced_end is not None and asked_at < self.announced_end:
            return self.announced_end
        return self.end


def counting(window: Window, schools_may_amend: bool) -> tuple[Amendment, ...]:
    """The amendments of ``window`` that count now, of whatever school, level or class."""
    own_count = schools_may_amend and window.kind != WindowKind.MAINTENANCE
    return tuple(a for a in window.amendments if a.by_operator or own_count)


def counts(window: Window, schools_may_amend: bool) -> bool:
    """A school's own window counts only while schools are authorised (GATE-4)."""
    return schools_may_amend or window.source != Source.SCHOOL


def effective(
    window: Window,
    amendments: Iterable[Amendment],
    zone: ZoneInfo,
    *,
    level: str | None = None,
    class_id: int | None = None,
) -> Effective:
    """What ``window`` comes to for a level and class of a school of ``zone``, given the ``counting`` amendments of that school.

    ``level`` and ``class_id`` None: for those who follow the school. With ``amendments`` empty: the window as it stands.
    """
    ranked = sorted(
        (a for a in amendments if _applies(a, level, class_id)),
        key=lambda a: (_origin_rank(a), a.by_operator, a.id),
        reverse=True,
    )
    starting = next((a for a in ranked if a.start is not None), None)
    ending = next((a for a in ranked if a.end is not None), None)
    wording = next((a for a in ranked if a.message is not None), None)

    asked_start, start = _start(window, starting, zone)
    asked_end, announced = _end(window, ending, zone)
    # An end that the operator sets for a part of a held maintenance is a switch: that part reopens then.
    held = window.holds and window.ended_at is None and ending is None
    end = None if held or (window.holds and ending is None) else announced
    if window.ended_at is not None:
        end = window.ended_at if end is None else min(end, window.ended_at)
    return Effective(
        window_id=window.id,
        kind=window.kind,
        source=window.source,
        profiles=window.profiles,
        start=start,
        end=end,
        announced_end=announced,
        held=held,
        next_news=window.next_news,
        grace=window.grace,
        message=window.message if wording is None or wording.message is None else wording.message,
        start_from=_origin(starting),
        end_from=_origin(ending),
        message_from=_origin(wording),
        unamended_start=_start(window, None, zone)[1],
        asked_start=asked_start,
        asked_end=asked_end,
    )


def _start(window: Window, amendment: Amendment | None, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """As asked, and as it counts."""
    bound = window.start if amendment is None or amendment.start is None else amendment.start
    asked = start_instant(bound, zone)
    return asked, window.limits.clamp_start(asked, zone) if _is_schools_wish(window, amendment) else asked


def _end(window: Window, amendment: Amendment | None, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """As asked, and as it counts."""
    bound: Bound | None = window.end if amendment is None else amendment.end
    if bound is None:
        return None, None
    asked = end_instant(bound, zone)
    return asked, window.limits.clamp_end(asked, zone) if _is_schools_wish(window, amendment) else asked


def _is_schools_wish(window: Window, amendment: Amendment | None) -> bool:
    if amendment is not None:
        return not amendment.by_operator
    return window.source == Source.SCHOOL


def _applies(amendment: Amendment, level: str | None, class_id: int | None) -> bool:
    if amendment.class_id is not None:
        return amendment.class_id == class_id
    return amendment.level is None or amendment.level == level


def _origin(amendment: Amendment | None) -> Origin:
    if amendment is None:
        return Origin.WINDOW
    if amendment.class_id is not None:
        return Origin.CLASS
    if amendment.level is not None:
        return Origin.LEVEL
    return Origin.OPERATOR if amendment.by_operator else Origin.SCHOOL


def _origin_rank(amendment: Amendment) -> int:
    return 3 if amendment.class_id is not None else 2 if amendment.level is not None else 1
