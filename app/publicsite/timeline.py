"""Closures as a picture's facts, as table rows and as banners (SITE-4). Plain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from app.gate.announced import PublicClosure, sentence
from app.gate.closures import Closures
from app.gate.decision import moment_words
from app.gate.strips import State, strip
from app.gate.windows import WindowKind
from app.profiles import PROFILE_PLURALS, Profile
from app.schoolyear import start_of_day
from app.web.axis import Axis
from app.words import N_, Words

#: What the picture shows at least, and at most, from today on.
LEAST, MOST = timedelta(days=28), timedelta(days=400)

#: Banners say what runs first, then the nearest; the calendar says the rest.
MOST_BANNERS = 3


@dataclass(frozen=True, kw_only=True)
class Part:
    """A period of one row of the picture."""

    since: datetime
    until: datetime
    state: State


@dataclass(frozen=True, kw_only=True)
class Row:
    """Profiles that are open and closed at the same times."""

    profiles: tuple[Profile, ...]
    parts: tuple[Part, ...]


def span(found: Iterable[PublicClosure], now: datetime, zone: str) -> tuple[datetime, datetime]:
    """From today's midnight in ``zone`` until a week after the last announced instant."""
    start = start_of_day(now.astimezone(ZoneInfo(zone)).date(), ZoneInfo(zone))
    moments = [moment for c in found for moment in (c.starts, c.ends, c.next_news) if moment is not None]
    last = max(moments, default=now)
    return start, min(max(last + timedelta(days=7), start + LEAST), start + MOST)


def rows(
    closures: Closures, school_ids: Sequence[int], start: datetime, end: datetime, now: datetime
) -> tuple[Row, ...]:
    """One row for all profiles that share the same periods, over all of ``school_ids`` together (none: the project's own)."""
    by_parts: dict[tuple[Part, ...], list[Profile]] = {}
    for profile in Profile:
        parts = _over_schools(
            [
                [(s.since, s.until, s.state) for s in strip(closures, number, profile, start, end, now=now)]
                for number in school_ids or (0,)
            ]
        )
        by_parts.setdefault(parts, []).append(profile)
    return tuple(Row(profiles=tuple(profiles), parts=parts) for parts, profiles in by_parts.items())


Stretches = Sequence[tuple[datetime, datetime, State]]


def _over_schools(schools: Sequence[Stretches]) -> tuple[Part, ...]:
    changes: dict[datetime, Counter[State]] = {}
    for (since, until, state), weight in Counter(stretch for stretches in schools for stretch in stretches).items():
        changes.setdefault(since, Counter())[state] += weight
        changes.setdefault(until, Counter())[state] -= weight
    moments = sorted(changes)
    standing: Counter[State] = Counter()
    parts: list[Part] = []
    for since, until in pairwise(moments):
        standing.update(changes[since])
        state = _together({state for state, count in standing.items() if count > 0})
        if parts and parts[-1].state == state:
            since = parts.pop().since
        parts.append(Part(since=since, until=until, state=state))
    return tuple(parts)


def _together(states: set[State]) -> State:
    if len(states) == 1:
        return next(iter(states))
    if states == {State.CLOSED, State.MAINTENANCE}:
        return State.CLOSED
    return State.PARTLY


def row_label(row: Row) -> Words:
    """'élèves et responsables', or everybody."""
    if len(row.profiles) == len(Profile):
        return Words(N_("Tout le monde"))
    told = Words(PROFILE_PLURALS[row.profiles[0]])
    for number, profile in enumerate(row.profiles[1:], start=2):
        joint = N_("%(some)s et %(more)s") if number == len(row.profiles) else N_("%(some)s, %(more)s")
        told = Words(joint, some=told, more=Words(PROFILE_PLURALS[profile]))
    return told


_PART_WORDS = {
    State.OPEN: N_("Ouvert du %(since)s au %(until)s"),
    State.PARTLY: N_("Fermé pour certains, du %(since)s au %(until)s"),
    State.CLOSED: N_("Fermé du %(since)s au %(until)s"),
    State.MAINTENANCE: N_("Maintenance du %(since)s au %(until)s"),
}


def segments(row: Row, axis: Axis, zone: str) -> list[dict[str, object]]:
    """The row as the macro ``strips`` draws it."""
    drawn: list[dict[str, object]] = []
    for part in row.parts:
        at, width = axis.segment(part.since, part.until)
        words = Words(
            _PART_WORDS[part.state], since=plain_moment(part.since, zone), until=last_moment(part.until, zone)
        )
        drawn.append({"at": at, "width": width, "state": part.state.value, "words": words})
    return drawn


def plain_moment(moment: datetime, zone: str) -> Words:
    """'jeudi 27 août 2026' for a midnight in ``zone``, else with the hour."""
    local = moment.astimezone(ZoneInfo(zone))
    if local.time() == time.min:
        return Words("%(day)s", day=local.date())
    return Words("%(moment)s", moment=moment, zone=zone)


def last_moment(moment: datetime, zone: str) -> Words:
    """An end told inclusively: the midnight after Wednesday 2 is 'mercredi 2 septembre 2026 inclus' (GATE-3)."""
    local = moment.astimezone(ZoneInfo(zone))
    if local.time() == time.min:
        return Words(N_("%(day)s inclus"), day=local.date() - timedelta(days=1))
    return Words("%(moment)s", moment=moment, zone=zone)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A row of the calendar's table."""

    closure: PublicClosure
    who: Words
    since: Words
    until: Words
    school: str


def entries(found: Iterable[PublicClosure], names: Mapping[int, str]) -> list[Entry]:
    """The table's rows: for whom, from when to when; ``names`` of schools by number."""
    return [
        Entry(
            closure=c,
            who=who(c),
            since=plain_moment(c.starts, c.zone),
            until=until_words(c),
            school=names.get(c.school_id, "") if c.school_id is not None else "",
        )
        for c in found
    ]


def who(closure: PublicClosure) -> Words:
    """For whom it closes: 'élèves et responsables', or everybody."""
    if closure.kind == WindowKind.MAINTENANCE:
        return Words(N_("Tout le monde"))
    concerned = tuple(profile for profile in Profile if profile in closure.profiles)
    return row_label(Row(profiles=concerned, parts=())) if concerned else Words(N_("Aucun profil"))


def until_words(closure: PublicClosure) -> Words:
    """The reopening, told as a moment; never one that has passed (GATE-14), nor finer than a level (GATE-16)."""
    if closure.ends_between is not None:
        first, last = (plain_moment(moment, closure.zone) for moment in closure.ends_between)
        if closure.levels:
            return Words(N_("entre %(first)s et %(last)s, selon le niveau"), first=first, last=last)
        return Words(N_("entre %(first)s et %(last)s, selon la classe"), first=first, last=last)
    if closure.ends is not None:
        return plain_moment(closure.ends, closure.zone)
    if closure.overrun:
        if closure.next_news is not None:
            return Words(
                N_("plus long que prévu ; prochaines nouvelles %(news)s"),
                news=moment_words(closure.next_news, closure.zone),
            )
        return Words(N_("plus long que prévu"))
    return Words(N_("pas encore annoncé"))


Banner = dict[str, object]


def banners(found: Sequence[PublicClosure], calendar_url: str, names: Mapping[int, str] | None = None) -> list[Banner]:
    """What the layout's banner tells: running closings first, then the nearest ones.

    ``names`` of schools by number are told where they are given: on the pages of somebody who stands in several. On the
    project's own pages closings of single schools become one line. What several closings say alike is said once. The last line leads
    to ``calendar_url``, if there is one.
    """
    ordered = sorted(found, key=lambda c: (not c.running, c.starts))
    shown = [c for c in ordered if names is not None or c.scope == "project"]
    told: list[Banner] = []
    for line in (_banner(c, names or {}) for c in shown):
        if line not in told and len(told) < MOST_BANNERS:
            told.append(line)
    apart = [c for c in ordered if c not in shown]
    if apart:
        told.append(
            {
                "state": "partly" if any(c.running for c in apart) else "soon",
                "sentence": Words(N_("Des établissements ont leurs propres dates de fermeture.")),
                "url": calendar_url,
                "link": Words(N_("Voir lesquels")),
            }
        )
    elif told and calendar_url:
        # One way to the calendar is enough.
        told[-1] |= {"url": calendar_url, "link": Words(N_("Calendrier des fermetures"))}
    return told


def _banner(closure: PublicClosure, names: Mapping[int, str]) -> Banner:
    told = sentence(closure)
    name = names.get(closure.school_id) if closure.school_id is not None else None
    if name:
        told = Words(N_("%(school)s : %(sentence)s"), school=name, sentence=told)
    return {"state": closure.state, "sentence": told}
