"""The windows as the administration's tables show them: what was asked, what counts, whose word it is (GATE-4, 5, 13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.gate.closures import Closures
from app.gate.effective import Effective, Origin, counting, counts, effective
from app.gate.windows import Amendment, Rules, SchoolFacts, Source, Window, WindowKind
from app.words import N_, Words

#: Who made a window.
SOURCES: dict[Source, str] = {
    Source.PROJECT: N_("Projet"),
    Source.CAMPAIGN: N_("Campagne"),
    Source.OPERATOR: N_("Exploitant"),
    Source.SCHOOL: N_("Établissement"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class PartLine:
    """A level or class with dates of its own: ``asked`` as somebody wrote it, ``counts`` whether it counts now."""

    amendment: Amendment
    label: str
    is_class: bool
    w: Effective
    counts: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class WindowLine:
    """A window in a table. ``w`` is what it comes to, in one school or for the project; ``zone`` in which its days are told.

    ``state``: soon, maintenance, late, partly (closed for some) or done. ``whose``: whose dates count, in words.
    ``own``: the school's own amendment, whether or not it counts; ``own_w`` what it comes to where it counts.
    ``own_schools``: for the project, how many schools have dates of their own.
    """

    window: Window
    w: Effective
    zone: str
    state: str
    whose: Words
    own: Amendment | None = None
    operators: Amendment | None = None
    own_counts: bool = False
    parts: tuple[PartLine, ...] = ()
    own_schools: int = 0

    @property
    def clipped(self) -> bool:
        """Did the project's limits move what the school asked for?"""
        return self.w.start_clipped or self.w.end_clipped


def project_lines(closures: Closures, now: datetime) -> list[WindowLine]:
    """Every window of the project and its schools, what runs and comes first, then what is over, newest first."""
    rules = closures.rules
    lines = []
    for window in rules.windows:
        zone = rules.zone if window.school_id is None else closures.zone(window.school_id)
        w = effective(window, (), ZoneInfo(zone))
        lines.append(
            WindowLine(
                window=window,
                w=w,
                zone=zone,
                state=state_at(w, now),
                whose=Words(SOURCES[window.source]),
                own_schools=len({a.school_id for a in window.amendments}),
            )
        )
    return sorted(lines, key=lambda line: _order(line.w, now))


def school_lines(rules: Rules, school: SchoolFacts, class_names: Mapping[int, str], now: datetime) -> list[WindowLine]:
    """Every window that counts for a school, with its own dates and those of its levels and classes."""
    found = [window for window in rules.windows if window.school_id in (None, school.id)]
    lines = [school_line(rules, school, window, class_names, now) for window in found]
    return sorted(lines, key=lambda line: _order(line.w, now))


def school_line(
    rules: Rules, school: SchoolFacts, window: Window, class_names: Mapping[int, str], now: datetime
) -> WindowLine:
    """One window as it counts for a school."""
    zone = ZoneInfo(school.zone)
    amendments = [a for a in counting(window, rules.schools_may_amend) if a.school_id == school.id]
    w = effective(window, amendments, zone)
    whole = [a for a in window.amendments if a.school_id == school.id and a.level is None and a.class_id is None]
    own = next((a for a in whole if not a.by_operator), None)
    return WindowLine(
        window=window,
        w=w,
        zone=school.zone,
        state=state_at(w, now),
        whose=_whose(window, w, own, rules),
        own=own,
        operators=next((a for a in whole if a.by_operator), None),
        own_counts=own in amendments,
        parts=tuple(_parts(window, amendments, school, class_names)),
    )


def state_at(w: Effective, now: datetime) -> str:
    """One of the look's states for a window at ``now``."""
    if w.start > now:
        return "soon" if w.closes else "done"
    if (w.end is not None and w.end <= now) or not w.closes:
        return "done"
    if w.kind == WindowKind.MAINTENANCE:
        return "late" if w.held and w.announced_end is not None and w.announced_end <= now else "maintenance"
    return "partly"


def _order(w: Effective, now: datetime) -> tuple[bool, float, int]:
    over = w.end is not None and w.end <= now
    return over, -w.start.timestamp() if over else w.start.timestamp(), w.window_id


def _whose(window: Window, w: Effective, own: Amendment | None, rules: Rules) -> Words:
    origins = {w.start_from, w.end_from}
    if not counts(window, rules.schools_may_amend) or (
        own is not None and not rules.schools_may_amend and window.kind == WindowKind.PROFILES
    ):
        return Words(N_("Dates du projet ; celles de l’établissement sont gardées mais ne comptent plus"))
    if Origin.OPERATOR in origins:
        return Words(N_("Dates fixées par le projet pour cet établissement"))
    if Origin.SCHOOL in origins:
        if w.start_clipped or w.end_clipped:
            return Words(N_("Dates de l’établissement, ramenées dans les limites du projet"))
        return Words(N_("Dates de l’établissement"))
    return Words(N_("Dates du projet"))


def _parts(
    window: Window, amendments: list[Amendment], school: SchoolFacts, class_names: Mapping[int, str]
) -> list[PartLine]:
    lines = []
    zone = ZoneInfo(school.zone)
    for a in window.amendments:
        if a.school_id != school.id or (a.level is None and a.class_id is None):
            continue
        level = a.level if a.class_id is None else school.class_levels.get(a.class_id)
        lines.append(
            PartLine(
                amendment=a,
                label=a.level or "" if a.class_id is None else class_names.get(a.class_id, "?"),
                is_class=a.class_id is not None,
                w=effective(window, amendments, zone, level=level, class_id=a.class_id),
                counts=a in amendments,
            )
        )
    return sorted(lines, key=lambda line: (line.is_class, line.label))
