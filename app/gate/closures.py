"""All windows compiled: for each school and profile the sorted instants at which the answer changes, and the answers between.

A decision is then two dictionary look-ups and a bisection. What is compiled is immutable and belongs to one revision of the
rules; decisions themselves are never cached, so a boundary needs nobody to notice it. Schools in which the same windows
count share their boundaries; only levels and classes with dates of their own have a timeline of their own (GATE-13).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from app.gate.decision import OPEN, OPEN_TO_OPERATORS, Decision, judge
from app.gate.effective import Effective, counting, counts, effective
from app.gate.windows import Amendment, Rules, SchoolFacts, Window
from app.profiles import Place, Profile

Parts = tuple[tuple[Effective, ...], ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """One place's answers: ``decisions[i]`` stands before ``boundaries[i]``, the last one after the last boundary.

    ``windows`` are those that concern the place, ``peers`` those of every part of its level (GATE-16). Where one of them is
    ``held``, the answer for a later instant depends on when it is asked, and is judged anew.
    """

    boundaries: tuple[datetime, ...]
    decisions: tuple[Decision, ...]
    windows: tuple[Effective, ...]
    peers: Parts
    held: bool
    zone: str

    def at(self, at: datetime, asked_at: datetime | None = None) -> Decision:
        """The answer at ``at``, as somebody knows it at ``asked_at`` (``at`` itself unless given). Raises ``ValueError`` if naive."""
        if at.tzinfo is None:
            raise ValueError("the gate decides at an aware instant")
        decision = self.decisions[bisect_right(self.boundaries, at)]
        if asked_at is None or not self.held or asked_at >= at:
            return decision
        return judge(
            self.windows,
            at,
            asked_at,
            zone=self.zone,
            profile=decision.profile,
            school_id=decision.school_id,
            peers=self.peers,
        )

    def every_boundary(self) -> list[datetime]:
        """Also those at which the answer does not change as long as nobody asks ahead."""
        return _boundaries((self.windows, *self.peers))


@dataclass(frozen=True, slots=True)
class Cell:
    """A profile in a school: the timeline of those who follow the school, and those of levels and classes that differ."""

    whole: Timeline
    #: By (level, class); a level or class without dates of its own stands as None.
    finer: Mapping[tuple[str | None, int | None], Timeline] | None = None
    levels: frozenset[str] = frozenset()
    classes: frozenset[int] = frozenset()
    class_levels: Mapping[int, str | None] | None = None

    def timeline(self, level: str | None, class_id: int | None) -> Timeline:
        """The timeline of a pupil of ``level`` and ``class_id``. Without a level of their own the class's is taken."""
        if self.finer is None:
            return self.whole
        if level is None and class_id is not None and self.class_levels is not None:
            level = self.class_levels.get(class_id)
        key = (level if level in self.levels else None, class_id if class_id in self.classes else None)
        return self.finer.get(key, self.whole)

    def timelines(self) -> tuple[Timeline, ...]:
        """The whole's timeline first, then those of levels, and of classes in their own level, that differ from one another."""
        levels = self.class_levels or {}
        finer = self.finer or {}
        own = (line for (level, class_id), line in finer.items() if class_id is None or levels.get(class_id) == level)
        return tuple(dict.fromkeys((self.whole, *own)))


@dataclass(frozen=True, slots=True)
class Closures:
    """Everything that is closed, for whom and when, at one revision of ``rules``. Made by ``compile_closures``."""

    rules: Rules
    cells: Mapping[int, Mapping[Profile, Cell]]
    project: Mapping[Profile | None, Timeline]
    zones: Mapping[int, str]
    boundaries: tuple[datetime, ...]
    for_operators: Decision

    def at_place(self, place: Place, at: datetime, asked_at: datetime | None = None) -> Decision:
        """The answer for one place. A school that is not known yet has the project's windows, in the project's zone."""
        cells = self.cells.get(place.school_id)
        if cells is None:
            decision = self.project[place.profile].at(at, asked_at)
            opened = frozenset({place.school_id}) if decision.allowed else frozenset()
            return decision._replace(school_id=place.school_id, open_schools=opened)
        cell = cells[place.profile]
        line = cell.whole if cell.finer is None else cell.timeline(place.level, place.class_id)
        if asked_at is not None or at.tzinfo is None:
            return line.at(at, asked_at)
        # What every request takes: as Timeline.at, one call less.
        return line.decisions[bisect_right(line.boundaries, at)]

    def without_place(self, at: datetime, asked_at: datetime | None = None) -> Decision:
        """The answer for a signed-in person without a school: only maintenances of the whole project concern them."""
        return self.project[None].at(at, asked_at)

    def timeline(self, place: Place) -> Timeline:
        """The timeline of one place; its ``windows`` are what the place's dates are read from."""
        cells = self.cells.get(place.school_id)
        return (
            self.project[place.profile] if cells is None else cells[place.profile].timeline(place.level, place.class_id)
        )

    def timelines(self, place: Place) -> tuple[Timeline, ...]:
        """Of everybody of the place's school and profile: those who follow the school first, then levels and classes."""
        cells = self.cells.get(place.school_id)
        return (self.project[place.profile],) if cells is None else cells[place.profile].timelines()

    def zone(self, school_id: int) -> str:
        """The IANA name of the school's zone; the project's for an unknown school."""
        return self.zones.get(school_id, self.rules.zone)

    def next_change(self, now: datetime) -> datetime | None:
        """The next instant after ``now`` at which somebody's answer changes, None if there is none."""
        index = bisect_right(self.boundaries, now)
        return self.boundaries[index] if index < len(self.boundaries) else None

    def boundaries_between(self, after: datetime, until: datetime) -> tuple[datetime, ...]:
        """The instants at which somebody's answer changes, later than ``after`` and not later than ``until``."""
        return self.boundaries[bisect_right(self.boundaries, after) : bisect_right(self.boundaries, until)]

    def states(
        self,
        school_id: int,
        profile: Profile,
        start: datetime,
        end: datetime,
        *,
        level: str | None = None,
        class_id: int | None = None,
        asked_at: datetime | None = None,
    ) -> list[tuple[datetime, datetime, Decision]]:
        """The answers from ``start`` until ``end``: (from, to, decision), without gaps; neighbours differ.

        With ``asked_at``, the true now, later maintenances are supposed to end as announced.
        """
        place = Place(school_id=school_id, profile=profile, level=level, class_id=class_id)
        return self.timeline_states(self.timeline(place), start, end, asked_at)

    @staticmethod
    def timeline_states(
        timeline: Timeline, start: datetime, end: datetime, asked_at: datetime | None = None
    ) -> list[tuple[datetime, datetime, Decision]]:
        """``states`` of one timeline."""
        if end <= start:
            return []
        every = timeline.every_boundary()
        cuts = [start, *every[bisect_right(every, start) : bisect_left(every, end)]]
        stretches: list[tuple[datetime, datetime, Decision]] = []
        for since, until in zip(cuts, [*cuts[1:], end], strict=True):
            decision = timeline.at(since, asked_at)
            if stretches and stretches[-1][2] == decision:
                since = stretches.pop()[0]
            stretches.append((since, until, decision))
        return stretches


def compile_closures(rules: Rules) -> Closures:
    """Compile ``rules``. Raises ``zoneinfo.ZoneInfoNotFoundError`` for a school in an unknown zone."""
    return _Compiler(rules).compile()


class _Compiler:
    """Keeps what several schools share while one set of rules is compiled."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        windows = [w for w in rules.windows if counts(w, rules.schools_may_amend)]
        self.project_windows = [w for w in windows if w.school_id is None]
        self.school_windows: dict[int, list[Window]] = defaultdict(list)
        #: Counting amendments by window and school.
        self.amendments: dict[tuple[int, int], list[Amendment]] = defaultdict(list)
        for window in windows:
            if window.school_id is not None:
                self.school_windows[window.school_id].append(window)
            for amendment in counting(window, rules.schools_may_amend):
                self.amendments[window.id, amendment.school_id].append(amendment)
        #: The standard library keeps eight zones only, and French schools stand in twelve.
        self.zones: dict[str, ZoneInfo] = {}
        self.plain: dict[tuple[int, str], Effective] = {}
        #: Equal windows are one object here, so that timelines are compared by identity.
        self.known: dict[Effective, Effective] = {}
        self.shared: dict[tuple[object, ...], Timeline] = {}

    def compile(self) -> Closures:
        rules = self.rules
        cells = {school.id: self.school(school) for school in rules.schools}
        own = [self.unamended(w, rules.zone) for w in self.project_windows]
        profiles: tuple[Profile | None, ...] = (None, *Profile)
        project = {profile: self.timeline(rules.zone, profile, own) for profile in profiles}
        boundaries = sorted({moment for timeline in self.shared.values() for moment in timeline.boundaries})
        return Closures(
            rules=rules,
            cells=cells,
            project=project,
            zones={school.id: school.zone for school in rules.schools},
            boundaries=tuple(boundaries),
            for_operators=Decision(
                allowed=True, reason=OPEN_TO_OPERATORS, open_schools=frozenset(s.id for s in rules.schools)
            ),
        )

    def school(self, school: SchoolFacts) -> dict[Profile, Cell]:
        windows = self.project_windows + self.school_windows.get(school.id, [])
        amended = [a for w in windows for a in self.amendments.get((w.id, school.id), ())]
        classes = frozenset(a.class_id for a in amended if a.class_id is not None)
        levels = frozenset(a.level for a in amended if a.class_id is None and a.level is not None) | {
            level for level in map(school.class_levels.get, classes) if level is not None
        }
        whole = self.part(school, windows, None, None)
        if not classes and not levels:
            return {p: Cell(_of_school(self.timeline(school.zone, p, whole), school.id)) for p in Profile}

        keys = [(level, class_id) for level in (None, *sorted(levels)) for class_id in (None, *sorted(classes))]
        parts = {key: self.part(school, windows, *key) for key in keys}
        cells = {}
        for profile in Profile:
            finer = {
                key: _of_school(
                    self.timeline(
                        school.zone, profile, parts[key], [parts[k] for k in self.peer_keys(school, key, classes)]
                    ),
                    school.id,
                )
                for key in keys
            }
            cells[profile] = Cell(finer[None, None], finer, levels, classes, school.class_levels)
        return cells

    def peer_keys(
        self, school: SchoolFacts, key: tuple[str | None, int | None], classes: frozenset[int]
    ) -> list[tuple[str | None, int | None]]:
        """The parts of the level of ``key`` that may reopen apart: the level, its classes, and the class itself (GATE-16).

        None where nothing is to be hidden: the grid is published, or the place has neither level nor class. A class of several
        levels belongs to that of its own and to that of each of its pupils.
        """
        level, class_id = key
        if school.id in self.rules.grids_published or key == (None, None):
            return []
        same = {c for c in classes if school.class_levels.get(c) == level and (level is not None or c == class_id)}
        if class_id is not None:
            same.add(class_id)
        return [(level, None), *((level, c) for c in sorted(same))] if same else []

    def part(
        self, school: SchoolFacts, windows: Sequence[Window], level: str | None, class_id: int | None
    ) -> list[Effective]:
        """What ``windows`` come to for one level and class of ``school``."""
        zone = self.zone(school.zone)
        found = []
        for window in windows:
            amendments = self.amendments.get((window.id, school.id))
            if amendments is None:
                found.append(self.unamended(window, school.zone))
            else:
                came_to = effective(window, amendments, zone, level=level, class_id=class_id)
                found.append(self.known.setdefault(came_to, came_to))
        return found

    def zone(self, name: str) -> ZoneInfo:
        if name not in self.zones:
            self.zones[name] = ZoneInfo(name)
        return self.zones[name]

    def unamended(self, window: Window, zone: str) -> Effective:
        key = (window.id, zone)
        if key not in self.plain:
            came_to = effective(window, (), self.zone(zone))
            self.plain[key] = self.known.setdefault(came_to, came_to)
        return self.plain[key]

    def timeline(
        self,
        zone: str,
        profile: Profile | None,
        windows: Iterable[Effective],
        peers: Sequence[Sequence[Effective]] = (),
    ) -> Timeline:
        """The timeline of all places in which these windows count, of no school in particular."""
        concerning = _concerning(windows, profile)
        parts = tuple(_concerning(part, profile) for part in peers)
        identities = tuple(tuple(map(id, part)) for part in parts)
        if len(set(identities)) < 2:
            parts, identities = (), ()
        key = (zone, profile, tuple(map(id, concerning)), identities)
        if key not in self.shared:
            self.shared[key] = _timeline(zone, profile, concerning, parts)
        return self.shared[key]


def _concerning(windows: Iterable[Effective], profile: Profile | None) -> tuple[Effective, ...]:
    return tuple([w for w in windows if w.closes and w.concerns(profile)])


def _boundaries(parts: Iterable[Iterable[Effective]]) -> list[datetime]:
    """Every instant at which an answer may change: starts, ends, ends only announced, and news that are past then."""
    moments = set()
    for part in parts:
        for w in part:
            moments |= {w.start, w.unamended_start, w.end, w.announced_end, w.next_news}
    return sorted(moment for moment in moments if moment is not None)


def _timeline(zone: str, profile: Profile | None, windows: tuple[Effective, ...], peers: Parts) -> Timeline:
    boundaries: list[datetime] = []
    # Before the first boundary nothing has started yet.
    decisions = [Decision(allowed=True, profile=profile, reason=OPEN)]
    for moment in _boundaries((windows, *peers)):
        decision = judge(windows, moment, moment, zone=zone, profile=profile, peers=peers)
        if decision != decisions[-1]:
            boundaries.append(moment)
            decisions.append(decision)
    held = any(w.held for part in (windows, *peers) for w in part)
    return Timeline(tuple(boundaries), tuple(decisions), windows, peers, held, zone)


def _of_school(timeline: Timeline, school_id: int) -> Timeline:
    """The shared ``timeline`` with answers that name the school."""
    here, nowhere = frozenset({school_id}), frozenset[int]()
    decisions = tuple(
        d._replace(school_id=school_id, open_schools=here if d.allowed else nowhere) for d in timeline.decisions
    )
    return replace(timeline, decisions=decisions)
