"""What is closed or will be, as everybody may know it: for banners, the calendar, the .ics and ``/status.json`` (SITE-4).

Nothing told here is finer than a level (GATE-16), and no hour that has passed without a reopening is told (GATE-14).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.gate.closures import Closures
from app.gate.decision import moment_words
from app.gate.effective import Effective, Origin
from app.gate.windows import WindowKind
from app.profiles import Profile
from app.words import N_, Words

Part = tuple[str | None, int | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class LevelDates:
    """When a level comes back, where levels differ: between two instants where its classes differ; None is unknown."""

    level: str
    ends: datetime | None
    ends_between: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicClosure:
    """A closing that runs or is announced.

    ``scope`` is 'project' or 'school'; a school's own dates inside a window of the project are a closing of that school.
    ``starts`` and ``ends`` are instants (UTC), ``ends`` not included and None while it is unknown or has passed without a
    reopening (``overrun``; ``next_news`` then tells when more will be said). Where parts differ, ``ends`` is the last one,
    ``ends_between`` the first and last, and ``levels`` tells them by level. ``zone`` is the IANA name in which
    to tell them.
    """

    window_id: int
    kind: WindowKind
    scope: str
    school_id: int | None
    profiles: frozenset[Profile]
    starts: datetime
    ends: datetime | None
    message: str
    overrun: bool
    next_news: datetime | None
    zone: str
    running: bool
    ends_between: tuple[datetime, datetime] | None = None
    levels: tuple[LevelDates, ...] = ()

    @property
    def state(self) -> str:
        """One of the look's states: soon, late, maintenance, or partly (closed for some)."""
        if not self.running:
            return "soon"
        if self.kind == WindowKind.MAINTENANCE:
            return "late" if self.overrun else "maintenance"
        return "partly"


def announced(closures: Closures, now: datetime, school_id: int | None = None) -> list[PublicClosure]:
    """What runs or is announced at ``now`` (portal time), by start: of one school, or of the project and all its schools.

    For the project: its own windows, then those of a school, and schools whose dates inside a window are others.
    """
    if school_id is not None:
        return sorted(_of_school(closures, now, school_id, None), key=_order)
    project = {w.window_id: w for line in closures.project.values() for w in line.windows}
    found = [c for w in project.values() if (c := _closure({(None, None): w}, closures.rules.zone, None, now))]
    rules = closures.rules
    differing = {w.school_id for w in rules.windows if w.school_id is not None}
    differing |= {a.school_id for w in rules.windows for a in w.amendments}
    for number in sorted(number for number in differing if number in closures.cells):
        found += _of_school(closures, now, number, project)
    return sorted(found, key=_order)


_TO_WHOM: dict[Profile, str] = {
    Profile.STUDENT: N_("aux élèves"),
    Profile.GUARDIAN: N_("aux responsables"),
    Profile.TEACHER: N_("aux enseignants"),
    Profile.STAFF: N_("aux personnels"),
    Profile.AUTHORITY: N_("à la collectivité"),
    Profile.GUEST: N_("aux invités"),
}


def to_whom(profiles: Iterable[Profile]) -> Words:
    """'aux élèves et aux responsables', in the order of the profiles."""
    concerned = set(profiles)
    return in_words([_TO_WHOM[profile] for profile in Profile if profile in concerned])


def in_words(names: Sequence[str]) -> Words:
    """Some names in a row: 'élèves, responsables et invités'."""
    told = Words(names[0] if names else "")
    for number, name in enumerate(names[1:], start=2):
        joint = N_("%(some)s et %(more)s") if number == len(names) else N_("%(some)s, %(more)s")
        told = Words(joint, some=told, more=Words(name))
    return told


def sentence(closure: PublicClosure) -> Words:
    """The closing in one sentence, with absolute days and hours."""
    zone = closure.zone
    ends = None if closure.ends is None else moment_words(closure.ends, zone)
    if closure.kind == WindowKind.MAINTENANCE:
        if not closure.running:
            starts = moment_words(closure.starts, zone)
            if ends is None:
                return Words(N_("Maintenance : l’espace fermera à tous %(starts)s."), starts=starts)
            return Words(
                N_("Maintenance : l’espace fermera à tous %(starts)s et rouvrira %(ends)s."), starts=starts, ends=ends
            )
        if closure.overrun:
            if closure.next_news is not None:
                news = moment_words(closure.next_news, zone)
                return Words(
                    N_("La maintenance dure plus longtemps que prévu. Prochaines nouvelles %(news)s."), news=news
                )
            return Words(N_("La maintenance dure plus longtemps que prévu. L’heure de réouverture sera annoncée ici."))
        if ends is None:
            return Words(N_("L’espace est fermé à tous pour maintenance. L’heure de réouverture sera annoncée ici."))
        return Words(N_("L’espace est fermé à tous pour maintenance. Il rouvre %(ends)s."), ends=ends)
    who = to_whom(closure.profiles)
    if closure.ends_between is not None:
        first, last = (moment_words(moment, zone) for moment in closure.ends_between)
        ends = Words(N_("entre %(first)s et %(last)s, selon le niveau"), first=first, last=last)
        if not closure.levels:
            ends = Words(N_("entre %(first)s et %(last)s, selon la classe"), first=first, last=last)
    if closure.running:
        if ends is None:
            return Words(N_("L’espace est fermé %(who)s. Le jour de réouverture sera annoncé."), who=who)
        return Words(N_("L’espace est fermé %(who)s. Il rouvre %(ends)s."), who=who, ends=ends)
    starts = moment_words(closure.starts, zone)
    if ends is None:
        return Words(N_("L’espace fermera %(who)s %(starts)s."), who=who, starts=starts)
    return Words(
        N_("L’espace fermera %(who)s %(starts)s. Il rouvrira %(ends)s."),
        who=who,
        starts=starts,
        ends=ends,
    )


def _order(closure: PublicClosure) -> tuple[datetime, bool, int, int]:
    return closure.starts, closure.school_id is not None, closure.window_id, closure.school_id or 0


def _of_school(
    closures: Closures, now: datetime, school_id: int, project: Mapping[int, Effective] | None
) -> list[PublicClosure]:
    """The closings of a school; with the ``project``'s windows given, only those that are not just the project's."""
    zone = closures.zone(school_id)
    cells = closures.cells.get(school_id)
    parts: dict[int, dict[Part, Effective]] = defaultdict(dict)
    if cells is None:
        for line in closures.project.values():
            for w in line.windows:
                parts[w.window_id][None, None] = w
    else:
        for cell in cells.values():
            # A class counts in its own level only.
            levels = cell.class_levels or {}
            for (level, class_id), line in (cell.finer or {(None, None): cell.whole}).items():
                if class_id is None or levels.get(class_id) == level:
                    for w in line.windows:
                        parts[w.window_id][level, class_id] = w
    found = []
    for number, by_part in parts.items():
        if project is not None and number in project and not any(_own(w) for w in by_part.values()):
            continue
        if closure := _closure(by_part, zone, school_id, now):
            found.append(closure)
    return found


def _own(window: Effective) -> bool:
    return window.start_from != Origin.WINDOW or window.end_from != Origin.WINDOW


def _closure(parts: Mapping[Part, Effective], zone: str, school_id: int | None, now: datetime) -> PublicClosure | None:
    """One window in one school, all its parts together; None once it is over for everybody."""
    ahead = {key: w for key, w in parts.items() if (end := w.end_as_known(now)) is None or end > now}
    if not ahead:
        return None
    main = ahead.get((None, None)) or next(iter(ahead.values()))
    ends = [w.end_as_known(now) for w in ahead.values()]
    known = sorted({end for end in ends if end is not None})
    between = (known[0], known[-1]) if len(known) > 1 and None not in ends else None
    starts = min(w.start for w in ahead.values())
    own = school_id is not None
    return PublicClosure(
        window_id=main.window_id,
        kind=main.kind,
        scope="school" if own else "project",
        school_id=school_id,
        profiles=main.profiles,
        starts=starts,
        ends=None if None in ends else known[-1],
        message=main.message,
        overrun=main.held and main.announced_end is not None and main.announced_end <= now,
        next_news=main.next_news if main.next_news is not None and main.next_news > now else None,
        zone=zone,
        running=starts <= now,
        ends_between=between,
        levels=_levels(ahead, now) if between is not None else (),
    )


def _levels(parts: Mapping[Part, Effective], now: datetime) -> tuple[LevelDates, ...]:
    """The end of every level that has a part of its own; a level is told as a span where its classes differ (GATE-16)."""
    by_level: dict[str, list[datetime | None]] = defaultdict(list)
    for (level, _class_id), w in parts.items():
        if level is not None:
            by_level[level].append(w.end_as_known(now))
    return tuple(_level(level, ends) for level, ends in sorted(by_level.items()))


def _level(level: str, ends: Sequence[datetime | None]) -> LevelDates:
    known = sorted({end for end in ends if end is not None})
    if None in ends or not known:
        return LevelDates(level=level, ends=None)
    between = (known[0], known[-1]) if len(known) > 1 else None
    return LevelDates(level=level, ends=known[-1], ends_between=between)
