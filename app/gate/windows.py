"""What somebody wrote down about closings: windows, amendments, the project's limits; reading and checking them.

A bound is a day or an instant. A day is inclusive and means the school's own (GATE-3): a start day begins at its first
instant, an end day ends at midnight of the next. So one window of the whole project has a different instant in Paris and in
Saint-Denis. Instants are aware UTC datetimes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import cast
from zoneinfo import ZoneInfo

from app.errors import Misused
from app.gate.plain_text import MESSAGE_LIMIT, Problem, check_plain_text
from app.profiles import Profile
from app.schoolyear import NoSuchHour, end_of_day, instant_of, start_of_day
from app.words import N_, Words


class WindowKind(StrEnum):
    """A maintenance closes to everybody but operators (GATE-1), the other kind to chosen profiles (GATE-2)."""

    MAINTENANCE = "maintenance"
    PROFILES = "profiles"


class Source(StrEnum):
    """Who made a window."""

    PROJECT = "project"
    CAMPAIGN = "campaign"
    OPERATOR = "operator"
    SCHOOL = "school"


@dataclass(frozen=True, kw_only=True, slots=True)
class Bound:
    """Where a window starts or ends: a ``day`` of the school's calendar, inclusive, or an ``instant`` (aware; kept in UTC).

    Raises ``ValueError`` unless exactly one is given, and for a naive instant.
    """

    day: date | None = None
    instant: datetime | None = None

    def __post_init__(self) -> None:
        if (self.day is None) == (self.instant is None):
            raise ValueError("a bound is a day or an instant")
        if self.instant is not None:
            if self.instant.tzinfo is None:
                raise ValueError("a bound's instant is aware")
            object.__setattr__(self, "instant", self.instant.astimezone(UTC))


def start_instant(bound: Bound, zone: ZoneInfo) -> datetime:
    """The first closed instant (UTC) of a window that starts at ``bound``, in a school of ``zone``."""
    return bound.instant if bound.instant is not None else start_of_day(cast(date, bound.day), zone)


def end_instant(bound: Bound, zone: ZoneInfo) -> datetime:
    """The first open instant (UTC) after a window that ends at ``bound``, in a school of ``zone`` (GATE-3)."""
    return bound.instant if bound.instant is not None else end_of_day(cast(date, bound.day), zone)


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What a school may choose for its own bounds (GATE-4): days of its own zone, inclusive; None does not limit.

    A start lies between the first instants of two days, an end between the last moments of two days.
    """

    earliest_start: date | None = None
    latest_start: date | None = None
    earliest_end: date | None = None
    latest_end: date | None = None

    def clamp_start(self, start: datetime, zone: ZoneInfo) -> datetime:
        """``start``, or the nearest instant that the limits allow."""
        if self.latest_start is not None:
            start = min(start, start_of_day(self.latest_start, zone))
        if self.earliest_start is not None:
            start = max(start, start_of_day(self.earliest_start, zone))
        return start

    def clamp_end(self, end: datetime, zone: ZoneInfo) -> datetime:
        """``end``, or the nearest instant that the limits allow."""
        if self.latest_end is not None:
            end = min(end, end_of_day(self.latest_end, zone))
        if self.earliest_end is not None:
            end = max(end, end_of_day(self.earliest_end, zone))
        return end


@dataclass(frozen=True, kw_only=True, slots=True)
class Amendment:
    """A school's, level's or class's own dates or words inside a window (GATE-4, 13). None inherits.

    With a ``class_id`` it is the class's, with a ``level`` only the level's, with neither the school's. ``by_operator``: the
    project's act, bound by neither authorisation nor limits (GATE-17); only such an act touches a maintenance, and an end
    that it sets there is a switch, not an announcement: that school reopens then.
    """

    id: int
    window_id: int
    school_id: int
    level: str | None = None
    class_id: int | None = None
    start: Bound | None = None
    end: Bound | None = None
    message: str | None = None
    by_operator: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A closing as it was written down.

    ``school_id`` None is the whole project. ``end`` None announces no end (maintenance only). ``holds``: the end is an
    announcement; the area stays closed until ``ended_at`` is set (GATE-14). ``ended_at`` cuts any window at that instant.
    ``next_news``: when a maintenance that takes longer will say more. ``grace``: seconds after its start in which a form
    served before is still taken. A window of source 'school' counts only while schools are authorised, and is clamped.
    """

    id: int
    kind: WindowKind
    start: Bound
    end: Bound | None
    school_id: int | None = None
    profiles: frozenset[Profile] = frozenset()
    message: str = ""
    source: Source = Source.PROJECT
    limits: Limits = Limits()
    holds: bool = False
    next_news: datetime | None = None
    ended_at: datetime | None = None
    grace: int = 120
    amendments: tuple[Amendment, ...] = ()

    def concerns(self, profile: Profile | None) -> bool:
        """Does it close to ``profile``? None is a signed-in person without a school: only maintenances concern them."""
        return self.kind == WindowKind.MAINTENANCE or profile in self.profiles


@dataclass(frozen=True, kw_only=True, slots=True)
class SchoolFacts:
    """What the gate knows of a school: its zone and the level of each of its classes."""

    id: int
    zone: str = "Europe/Paris"
    class_levels: Mapping[int, str | None] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """Everything that decides who comes in, read at one revision.

    ``zone`` is the project's, for people without a school. ``new_year`` is the civil year in which N+1 begins. ``first_days``
    are the pupils' first days of N+1 and ``last_days`` the last days of N, per school; an absent one is unknown.
    ``grids_published``: schools that have published their grid by class, so that a class's own day may be told (GATE-16).
    """

    schools: tuple[SchoolFacts, ...]
    windows: tuple[Window, ...]
    schools_may_amend: bool
    new_year: int
    zone: str = "Europe/Paris"
    first_days: Mapping[int, date] = field(default_factory=dict)
    last_days: Mapping[int, date] = field(default_factory=dict)
    grids_published: frozenset[int] = frozenset()


# Reading what somebody typed -----------------------------------------------------------------------------------------

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?\Z", re.ASCII)
#: Years that a window can name. A typing slip outside them would close a school for centuries.
_YEARS = range(2000, 2101)


def parse_bound(text: str, zone: ZoneInfo, *, is_end: bool) -> Bound:
    """The bound that ``text`` names: an ISO day, an ISO instant with an offset, or a naive wall time of ``zone``.

    ``is_end`` says which field an error concerns ('start' or 'end'); a day's meaning as an end is ``end_instant``'s.
    Raises ``Misused`` for anything else, for a day that does not exist and for an hour that daylight saving skips.
    """
    name = "end" if is_end else "start"
    text = text.strip()
    try:
        if _DAY.match(text):
            day = date.fromisoformat(text)
            year = day.year
            bound = Bound(day=day)
        elif _INSTANT.match(text):
            moment = datetime.fromisoformat(text)
            year = moment.year
            if year in _YEARS:
                bound = Bound(instant=moment if moment.tzinfo else instant_of(moment, zone))
        else:
            raise Misused(
                Words(N_("« %(text)s » n’est ni un jour ni une heure que le portail sait lire."), text=text),
                hint=Words(N_("Écrivez un jour comme 2026-08-27, ou une heure comme 2026-08-27T09:00.")),
                field=name,
            )
    except NoSuchHour as skipped:
        raise Misused(skipped.words, field=name) from skipped
    except ValueError as wrong:
        raise Misused(
            Words(N_("Le jour ou l’heure « %(text)s » n’existe pas."), text=text),
            hint=Words(N_("Vérifiez le mois, le jour et l’heure : 2026-08-27 est le 27 août 2026.")),
            field=name,
        ) from wrong
    if year not in _YEARS:
        raise Misused(
            Words(
                N_("L’année %(year)s est hors du possible : de %(first)s à %(last)s."),
                year=year,
                first=_YEARS[0],
                last=_YEARS[-1],
            ),
            field=name,
        )
    return bound


def read_bound(text: str | None, zone: ZoneInfo, *, is_end: bool) -> tuple[Bound | None, list[Problem]]:
    """``parse_bound`` for forms, which collect every problem. An empty text is no bound and no problem."""
    if text is None or not text.strip():
        return None, []
    try:
        return parse_bound(text, zone, is_end=is_end), []
    except Misused as wrong:
        return None, [Problem(wrong.field or "", wrong.words)]


def read_profiles(names: Iterable[str]) -> tuple[frozenset[Profile], list[Problem]]:
    """The profiles called ``names``, and a problem for each name that is none."""
    known, problems = set(), []
    for name in names:
        try:
            known.add(Profile(name))
        except ValueError:
            problems.append(Problem("profiles", Words(N_("Le profil « %(profile)s » n’existe pas."), profile=name)))
    return frozenset(known), problems


# Checking what was read ----------------------------------------------------------------------------------------------


def check_window(
    *,
    kind: str,
    profiles: Iterable[str],
    start: Bound | None,
    end: Bound | None,
    message: str,
    zone: ZoneInfo,
    source: Source = Source.OPERATOR,
    limits: Limits = Limits(),
) -> list[Problem]:
    """Everything that is wrong with a window before it is written, in the order of the form; empty where nothing is.

    ``profiles`` are names as typed. ``zone`` is the school's, or the project's for the whole project. Limits bind only
    a school (GATE-4). Fields: kind, profiles, start, end, message, and those of ``Limits``.
    """
    problems: list[Problem] = []
    if kind not in tuple(WindowKind):
        problems.append(
            Problem("kind", Words(N_("Une fenêtre est « maintenance » ou « profiles », pas « %(kind)s »."), kind=kind))
        )
    elif kind == WindowKind.MAINTENANCE and source == Source.SCHOOL:
        problems.append(
            Problem("kind", Words(N_("Un établissement ne peut pas commander une maintenance : demandez au projet.")))
        )
    known, unknown = read_profiles(profiles)
    problems += unknown
    if kind == WindowKind.PROFILES and not known and not unknown:
        problems.append(Problem("profiles", Words(N_("Choisissez au moins un profil à qui fermer l’accès."))))
    if start is None:
        problems.append(Problem("start", Words(N_("Indiquez le début."))))
    if end is None and kind != WindowKind.MAINTENANCE:
        problems.append(Problem("end", Words(N_("Indiquez la fin. Seule une maintenance peut ne pas l’annoncer."))))
    if start is not None and end is not None:
        problems += _check_order(start_instant(start, zone), end_instant(end, zone), zone)
    problems += check_limits(limits)
    if source == Source.SCHOOL:
        problems += _check_within(start, end, limits, zone)
    return problems + check_plain_text(message, field="message", limit=MESSAGE_LIMIT)


def check_amendment(
    *,
    window: Window,
    start: Bound | None,
    end: Bound | None,
    message: str | None,
    zone: ZoneInfo,
    by_operator: bool,
    authorised: bool,
    inherits_start: datetime | None = None,
    inherits_end: datetime | None = None,
) -> list[Problem]:
    """Everything that is wrong with an amendment before it is written; None inherits.

    ``authorised`` is ``Rules.schools_may_amend``. ``inherits_start`` and ``inherits_end`` are the instants that an absent bound
    inherits from the class's level or the school where those have their own; without them the window's are taken.
    Fields: '' (the whole form), start, end, message.
    """
    problems: list[Problem] = []
    if not by_operator and window.kind == WindowKind.MAINTENANCE:
        problems.append(Problem("", Words(N_("Une maintenance ne se change qu’au niveau du projet."))))
    elif not by_operator and not authorised:
        problems.append(Problem("", Words(N_("Le projet n’autorise pas les établissements à changer cette fenêtre."))))
    if start is None and end is None and message is None:
        problems.append(Problem("", Words(N_("Indiquez un début, une fin ou un message."))))
    if start is not None or end is not None:
        begins = (
            start_instant(start, zone) if start is not None else inherits_start or start_instant(window.start, zone)
        )
        ends = end_instant(end, zone) if end is not None else inherits_end
        if ends is None and window.end is not None:
            ends = end_instant(window.end, zone)
        if ends is not None:
            problems += _check_order(begins, ends, zone, field="end" if end is not None else "start")
    if not by_operator:
        problems += _check_within(start, end, window.limits, zone)
    return problems + check_plain_text(message or "", field="message", limit=MESSAGE_LIMIT)


def check_limits(limits: Limits) -> list[Problem]:
    """Limits that leave no choice at all because the earliest day is after the latest."""
    problems = []
    for earliest, latest, name in (
        (limits.earliest_start, limits.latest_start, "latest_start"),
        (limits.earliest_end, limits.latest_end, "latest_end"),
    ):
        if earliest is not None and latest is not None and latest < earliest:
            problems.append(
                Problem(
                    name,
                    Words(
                        N_("La limite au plus tard, le %(latest)s, est avant la limite au plus tôt, le %(earliest)s."),
                        latest=latest,
                        earliest=earliest,
                    ),
                )
            )
    return problems


def _check_order(start: datetime, end: datetime, zone: ZoneInfo, field: str = "end") -> list[Problem]:
    if end > start:
        return []
    words = Words(
        N_("La fenêtre finirait le %(end)s, avant de commencer le %(start)s."), end=end, start=start, zone=str(zone)
    )
    if end == start:
        words = Words(
            N_("La fenêtre finirait à l’instant où elle commence, le %(start)s."), start=start, zone=str(zone)
        )
    return [Problem(field, words)]


def _check_within(start: Bound | None, end: Bound | None, limits: Limits, zone: ZoneInfo) -> list[Problem]:
    """Which limit is passed (GATE-4). A bound is outside exactly where evaluating would clamp it."""
    problems = []
    if start is not None:
        asked = start_instant(start, zone)
        allowed = limits.clamp_start(asked, zone)
        if asked < allowed:
            sentence = N_("Le début ne peut pas être avant le %(day)s : c’est la limite du projet.")
            problems.append(Problem("start", Words(sentence, day=limits.earliest_start)))
        elif asked > allowed:
            sentence = N_("Le début ne peut pas être après la première heure du %(day)s : c’est la limite du projet.")
            problems.append(Problem("start", Words(sentence, day=limits.latest_start)))
    if end is not None:
        asked = end_instant(end, zone)
        allowed = limits.clamp_end(asked, zone)
        if asked < allowed:
            sentence = N_("La fin ne peut pas être avant le %(day)s inclus : c’est la limite du projet.")
            problems.append(Problem("end", Words(sentence, day=limits.earliest_end)))
        elif asked > allowed:
            sentence = N_("La fin ne peut pas être après le %(day)s inclus : c’est la limite du projet.")
            problems.append(Problem("end", Words(sentence, day=limits.latest_end)))
    return problems
