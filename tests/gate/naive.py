"""The gate written a second time, as slowly and plainly as the rules are told, to compare the compiled one with.

It shares the facts (``app.gate.windows``) and nothing else: it asks every window again for every instant, takes midnights from
the standard library, and finds a reopening by trying every instant at which anything ends.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.gate.windows import Amendment, Bound, Rules, SchoolFacts, Window
from app.profiles import Place, Profile, Visitor

FAR = datetime(9999, 1, 1, tzinfo=UTC)


def midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def start_of(bound: Bound, zone: str) -> datetime:
    return bound.instant or midnight(bound.day, zone)


def end_of(bound: Bound, zone: str) -> datetime:
    return bound.instant or midnight(bound.day + timedelta(days=1), zone)


@dataclass
class Span:
    """A window at one place."""

    window: Window
    start: datetime
    own_start: datetime
    end: datetime  # FAR: nobody knows
    announced: datetime | None
    held: bool
    start_by: Amendment | None
    end_by: Amendment | None
    message: str

    def known_end(self, known: datetime, trusting: bool = True) -> datetime:
        if not self.held:
            return self.end
        if trusting and self.announced and known < self.announced:
            return self.announced
        return FAR


def school_of(rules: Rules, place: Place) -> SchoolFacts:
    return next(s for s in rules.schools if s.id == place.school_id)


def level_of(rules: Rules, place: Place) -> str | None:
    return place.level or school_of(rules, place).class_levels.get(place.class_id)


def in_order(rules: Rules, window: Window, place: Place) -> list[Amendment]:
    """Class before level before school, the operator's before the school's, the newer before the older."""
    level = level_of(rules, place)
    found = []
    for scope in ("class", "level", "school"):
        for by_operator in (True, False):
            for a in sorted(window.amendments, key=lambda a: -a.id):
                if a.school_id != place.school_id or a.by_operator != by_operator:
                    continue
                if not by_operator and (not rules.schools_may_amend or window.kind == "maintenance"):
                    continue
                its_scope = "class" if a.class_id is not None else "level" if a.level is not None else "school"
                matches = {"class": a.class_id == place.class_id, "level": a.level == level, "school": True}[its_scope]
                if its_scope == scope and matches:
                    found.append(a)
    return found


def span_of(rules: Rules, window: Window, place: Place) -> Span:
    zone = school_of(rules, place).zone
    amendments = in_order(rules, window, place)
    start_by = next((a for a in amendments if a.start), None)
    end_by = next((a for a in amendments if a.end), None)
    limits = window.limits

    def start_from(bound: Bound, wish: bool) -> datetime:
        start = start_of(bound, zone)
        if wish and limits.latest_start and start > midnight(limits.latest_start, zone):
            start = midnight(limits.latest_start, zone)
        if wish and limits.earliest_start and start < midnight(limits.earliest_start, zone):
            start = midnight(limits.earliest_start, zone)
        return start

    def end_from(bound: Bound, wish: bool) -> datetime:
        end = end_of(bound, zone)
        if wish and limits.latest_end and end > midnight(limits.latest_end + timedelta(days=1), zone):
            end = midnight(limits.latest_end + timedelta(days=1), zone)
        if wish and limits.earliest_end and end < midnight(limits.earliest_end + timedelta(days=1), zone):
            end = midnight(limits.earliest_end + timedelta(days=1), zone)
        return end

    schools_own = window.source == "school"
    start = start_from(start_by.start, not start_by.by_operator) if start_by else start_from(window.start, schools_own)
    if end_by:
        announced = end_from(end_by.end, not end_by.by_operator)
    else:
        announced = end_from(window.end, schools_own) if window.end else None
    if end_by or not window.holds:
        end = announced or FAR
    else:
        end = FAR
    if window.ended_at:
        end = min(end, window.ended_at)
    return Span(
        window=window,
        start=start,
        own_start=start_from(window.start, schools_own),
        end=end,
        announced=announced,
        held=window.holds and not end_by and not window.ended_at,
        start_by=start_by,
        end_by=end_by,
        message=next((a.message for a in amendments if a.message is not None), window.message),
    )


def spans_of(rules: Rules, place: Place) -> list[Span]:
    return [
        span_of(rules, w, place)
        for w in rules.windows
        if w.school_id in (None, place.school_id)
        and (w.source != "school" or rules.schools_may_amend)
        and (w.kind == "maintenance" or place.profile in w.profiles)
    ]


def closing(spans: list[Span], at: datetime, known: datetime, trusting: bool = True) -> list[Span]:
    return [s for s in spans if s.start <= at < s.known_end(known, trusting)]


def reopening(spans: list[Span], at: datetime, known: datetime, trusting: bool = True) -> datetime | None:
    """Try every instant at which something ends, in order."""
    for moment in sorted({s.known_end(known, trusting) for s in spans}):
        if moment > at and moment != FAR and not closing(spans, moment, known, trusting):
            return moment
    return None


@dataclass
class Naive:
    """What the compiled decision must say."""

    allowed: bool
    school_id: int | None = None
    profile: Profile | None = None
    rule: str | None = None
    window_id: int | None = None
    kind: str | None = None
    reopens_at: datetime | None = None
    reopens_between: tuple[datetime, datetime] | None = None
    announced_end: datetime | None = None
    overrun: bool = False
    next_news: datetime | None = None
    grace_until: datetime | None = None
    assumes: str | None = None
    message: str = ""
    open_schools: frozenset[int] = field(default_factory=frozenset)


def decide_place(rules: Rules, place: Place, at: datetime, asked_at: datetime | None = None) -> Naive:
    known = min(at, asked_at or at)
    spans = spans_of(rules, place)
    closed = closing(spans, at, known)
    reopens = reopening(spans, at, known) if closed else None
    # The answer is an assumption exactly where it would be another if no announcement were trusted.
    doubted_closed = closing(spans, at, known, trusting=False)
    doubted_reopens = reopening(spans, at, known, trusting=False) if doubted_closed else None
    assumed = "announced end" if (bool(closed), reopens) != (bool(doubted_closed), doubted_reopens) else None
    answer = Naive(allowed=not closed, school_id=place.school_id, profile=place.profile, assumes=assumed)
    if not closed:
        answer.open_schools = frozenset({place.school_id})
        return answer
    maintenances = [s for s in closed if s.window.kind == "maintenance"]
    one = min(maintenances or closed, key=lambda s: (-s.known_end(known).timestamp(), s.window.id))
    end = one.known_end(known)
    answer.rule = rule_of(one, at)
    answer.window_id, answer.kind, answer.message = one.window.id, one.window.kind, one.message
    answer.reopens_at = reopens
    answer.reopens_between = between(rules, place, at, known) if reopens else None
    answer.announced_end = None if end == FAR else end
    answer.overrun = one.held and one.announced is not None and known >= one.announced
    answer.next_news = one.window.next_news if one.window.next_news and one.window.next_news > at else None
    answer.grace_until = min(s.start + timedelta(seconds=s.window.grace) for s in closed)
    return answer


def rule_of(span: Span, at: datetime) -> str:
    if span.window.kind == "maintenance":
        return "GATE-1"
    amendment = span.end_by or (span.start_by if at < span.own_start else None)
    if amendment and (amendment.level is not None or amendment.class_id is not None):
        return "GATE-13"
    if amendment:
        return "GATE-2" if amendment.by_operator else "GATE-4"
    return "GATE-4" if span.window.source == "school" else "GATE-2"


def between(rules: Rules, place: Place, at: datetime, known: datetime) -> tuple[datetime, datetime] | None:
    """GATE-16: the reopenings of everybody of the level, class by class."""
    level = level_of(rules, place)
    if place.school_id in rules.grids_published or (level is None and place.class_id is None):
        return None
    same = {c for c, its in school_of(rules, place).class_levels.items() if its == level}
    moments = set()
    for class_id in {None, place.class_id, *same}:
        peer = Place(school_id=place.school_id, profile=place.profile, level=level, class_id=class_id)
        spans = spans_of(rules, peer)
        if closing(spans, at, known) and (moment := reopening(spans, at, known)):
            moments.add(moment)
    return (min(moments), max(moments)) if len(moments) > 1 else None


def decide(
    rules: Rules, visitor: Visitor, at: datetime, asked_at: datetime | None = None
) -> tuple[bool, frozenset[int], set]:
    """Is the visitor let in, into which schools, and when does the first of the closed places reopen?"""
    answers = [decide_place(rules, place, at, asked_at) for place in visitor.places]
    schools = frozenset(a.school_id for a in answers if a.allowed)
    known = [a.reopens_at for a in answers if a.reopens_at]
    return bool(schools), schools, {min(known)} if known and not schools else {None}


def discloses(rules: Rules, place: Place, year: int, now: datetime) -> bool:
    """GATE-8."""
    if year < rules.new_year or place.profile in ("teacher", "staff"):
        return True
    last_day, first_day = rules.last_days.get(place.school_id), rules.first_days.get(place.school_id)
    if year > rules.new_year or last_day is None:
        return False
    zone = school_of(rules, place).zone
    ends = []
    for span in spans_of(rules, place):
        if span.window.kind == "maintenance" or span.end <= span.start:
            continue
        after_old_year = span.end > midnight(last_day + timedelta(days=1), zone)
        before_begun = first_day is None or span.start < midnight(first_day + timedelta(days=1), zone)
        if after_old_year and before_begun:
            ends.append(span.end)
    if ends:
        opens = max(ends)
    elif first_day:
        opens = midnight(first_day, zone)
    else:
        return False
    return now >= opens and decide_place(rules, place, now).allowed
