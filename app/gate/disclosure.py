"""May this profile know of year N+1 yet? One function that every room asks before every word (GATE-8).

Pages, feeds, notifications, search results, e-mails, file names and error messages about year N+1 ask ``may_know`` (what
concerns one place) or ``visitor_may_know`` (what a person looks at). Staff may always know; families, and whoever stands
beside the school, from their own opening on. Where a date is unknown the answer is no.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.gate.closures import Closures
from app.gate.decision import moment_words
from app.gate.windows import WindowKind
from app.profiles import Place, Profile, Visitor
from app.schoolyear import end_of_day, start_of_day
from app.words import N_, Words

#: They prepare the new year, so they know it. Everybody else waits like the families.
PREPARE_THE_YEAR = frozenset({Profile.TEACHER, Profile.STAFF})


class Ground(StrEnum):
    """Why something is disclosed or not."""

    CURRENT_YEAR = "current-year"
    PREPARES = "prepares"
    OPENED = "opened"
    NOT_YET = "not-yet"
    CLOSED = "closed"
    UNKNOWN_DATES = "unknown-dates"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, kw_only=True, slots=True)
class Disclosure:
    """May it be known, ``since`` when (later than now where it may not yet; None while nobody knows), and why."""

    allowed: bool
    since: datetime | None
    ground: Ground
    reason: Words


def may_know(closures: Closures, place: Place, year_begins: int, now: datetime) -> Disclosure:
    """May somebody who stands at ``place`` know, at ``now`` (portal time), what its school does in a school year?

    ``year_begins`` is the civil year in which the school year of the fact begins. Facts up to year N always; facts of N+1 from
    the end of the last profile window of that place that began before the first day was over and ends in the new year,
    or, without such a window, from the pupils' first day; never while the place is closed. Later years and unknown dates: no.
    """
    rules = closures.rules
    if year_begins < rules.new_year:
        return Disclosure(
            allowed=True,
            since=None,
            ground=Ground.CURRENT_YEAR,
            reason=Words(N_("Ce qui concerne l’année en cours est connu.")),
        )
    if place.profile in PREPARE_THE_YEAR:
        return Disclosure(
            allowed=True,
            since=None,
            ground=Ground.PREPARES,
            reason=Words(N_("Les personnels préparent la nouvelle année.")),
        )
    opens = opening(closures, place) if year_begins == rules.new_year else None
    if opens is None:
        return Disclosure(
            allowed=False,
            since=None,
            ground=Ground.UNKNOWN_DATES,
            reason=Words(N_("Le jour où les familles connaîtront la nouvelle année n’est pas encore fixé.")),
        )
    zone = closures.zone(place.school_id)
    decision = closures.at_place(place, max(opens, now), now)
    since = opens if decision.allowed and opens > now else decision.reopens_at
    if opens > now:
        return Disclosure(allowed=False, since=since, ground=Ground.NOT_YET, reason=_not_before(since, zone))
    if not decision.allowed:
        return Disclosure(allowed=False, since=since, ground=Ground.CLOSED, reason=_not_before(since, zone))
    return Disclosure(
        allowed=True,
        since=opens,
        ground=Ground.OPENED,
        reason=Words(
            N_("La nouvelle année est ouverte à ce profil depuis %(moment)s."), moment=moment_words(opens, zone)
        ),
    )


def visitor_may_know(
    closures: Closures,
    visitor: Visitor,
    *,
    school_id: int,
    year_begins: int,
    now: datetime,
    level: str | None = None,
    class_id: int | None = None,
) -> Disclosure:
    """May ``visitor`` know a fact of a school, or of one of its levels or classes?

    Operators always may. Others need a place in that school whose own day has come, and where the fact belongs to a level or
    class, that one's day too: a guardian who came in with the first child learns nothing yet of the others (GATE-13, 15).
    """
    if visitor.is_operator:
        return Disclosure(
            allowed=True,
            since=None,
            ground=Ground.PREPARES,
            reason=Words(N_("Les exploitants du projet préparent la bascule.")),
        )
    answers = []
    for place in visitor.places:
        if place.school_id != school_id:
            continue
        own = may_know(closures, place, year_begins, now)
        if level is not None or class_id is not None:
            subject = Place(school_id=school_id, profile=place.profile, level=level, class_id=class_id)
            own = _later(own, may_know(closures, subject, year_begins, now))
        answers.append(own)
    if not answers:
        return Disclosure(
            allowed=False,
            since=None,
            ground=Ground.ELSEWHERE,
            reason=Words(N_("Cela concerne un établissement dont cette personne ne fait pas partie.")),
        )
    return min(answers, key=_sooner)


def opening(closures: Closures, place: Place) -> datetime | None:
    """The instant from which families may know year N+1 at ``place``, maintenances left aside; None while it is unknown.

    A window counts if it is one of profiles, concerns the place's profile, ends after the last day of year N and began before
    the first day was over: one that a strike brings in November takes back nothing.
    """
    rules = closures.rules
    zone = ZoneInfo(closures.zone(place.school_id))
    last_day = rules.last_days.get(place.school_id)
    first_day = rules.first_days.get(place.school_id)
    if last_day is None:
        return None
    year_ends = end_of_day(last_day, zone)
    year_begun = end_of_day(first_day, zone) if first_day is not None else None
    ends = [
        w.end
        for w in closures.timeline(place).windows
        if w.kind == WindowKind.PROFILES
        and (w.end is None or w.end > year_ends)
        and (year_begun is None or w.start < year_begun)
    ]
    if not ends:
        return start_of_day(first_day, zone) if first_day is not None else None
    known = [end for end in ends if end is not None]
    return max(known) if len(known) == len(ends) else None


def _not_before(since: datetime | None, zone: str) -> Words:
    if since is None:
        return Words(N_("La nouvelle année sera connue à la réouverture, dont le jour sera annoncé."))
    return Words(N_("La nouvelle année ne sera pas connue avant %(moment)s."), moment=moment_words(since, zone))


def _later(one: Disclosure, other: Disclosure) -> Disclosure:
    """Both must allow; of two refusals the one that lasts longer."""
    return max(one, other, key=_sooner)


def _sooner(disclosure: Disclosure) -> tuple[bool, bool, float]:
    """Sorts what is known first before what comes later, and what nobody knows last."""
    since = disclosure.since.timestamp() if disclosure.since is not None else 0.0
    return not disclosure.allowed, not disclosure.allowed and disclosure.since is None, since
