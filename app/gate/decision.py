"""May this person come in now, and if not: by which rule, until when, and why (GATE-1, 2, 6, 11, 13, 14, 15).

``judge`` weighs the windows of one place at one instant. ``decide`` answers for a person, from compiled closures; the page
'Qui entre, quand ?' and the command ``gate explain`` call the very same function as the hook before every request.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from app.gate.effective import Effective, Origin
from app.gate.windows import Source, WindowKind
from app.profiles import PROFILE_NAMES, Place, Profile, Visitor
from app.words import N_, Words

if TYPE_CHECKING:
    from app.gate.closures import Closures

#: The value of ``Decision.assumes``: the answer holds if a maintenance ends as announced (GATE-14).
ANNOUNCED_END = "announced end"


class Decision(NamedTuple):
    """The gate's answer, for one place or one person, with its reason. Instants are UTC.

    rule
        'GATE-1', 'GATE-2', 'GATE-4' (the school's own bound) or 'GATE-13' (a level's or class's); None where open.
    window_id, kind, message, announced_end, next_news
        Of the deciding window: a maintenance before others, otherwise the one that ends last. ``announced_end`` and
        ``next_news`` are None once they have passed: a past hour is never shown.
    school_id, profile
        Of the deciding place: with several closed ones, of the one that reopens first.
    reopens_at
        The first later instant at which the place is open, None while nobody knows.
    reopens_between
        Set where classes of one level reopen at different instants and the grid is not published: the first and last of
        them that are still ahead. Pages then tell this span and never ``reopens_at`` (GATE-16).
    overrun
        A held maintenance whose announced end has passed (GATE-14).
    grace_until
        A form served before the closing is taken until this instant.
    assumes
        ``ANNOUNCED_END`` where the answer or ``reopens_at`` supposes that a held maintenance ends as announced.
    open_schools
        The schools in which the person is let in (GATE-15); for an operator all of them.

    Made with keywords. A named tuple, because compiling makes tens of thousands of them: a frozen dataclass takes five times
    as long and as much memory again.
    """

    allowed: bool
    reason: Words
    rule: str | None = None
    window_id: int | None = None
    kind: WindowKind | None = None
    school_id: int | None = None
    profile: Profile | None = None
    reopens_at: datetime | None = None
    reopens_between: tuple[datetime, datetime] | None = None
    announced_end: datetime | None = None
    overrun: bool = False
    next_news: datetime | None = None
    grace_until: datetime | None = None
    assumes: str | None = None
    message: str = ""
    open_schools: frozenset[int] = frozenset()

    @property
    def told_reopening(self) -> datetime | None:
        """The reopening that a page, header or program may be told: the first instant of the span where there is one."""
        return self.reopens_at if self.reopens_between is None else self.reopens_between[0]


OPEN = Words(N_("L’espace est ouvert."))
OPEN_IF = Words(N_("L’espace est ouvert, si la maintenance finit comme annoncé."))
OPEN_TO_OPERATORS = Words(N_("Les exploitants du projet entrent à tout moment."))


def decide(visitor: Visitor, at: datetime, closures: Closures, *, asked_at: datetime | None = None) -> Decision:
    """May ``visitor``, who is signed in, enter at ``at`` (portal time, aware)?

    ``asked_at`` is the true now where ``at`` is another instant: what is not certain yet is then supposed to happen as
    announced. One open place lets in (GATE-13, 15); operators always come in, other roles open nothing (GATE-1). Raises
    ``ValueError`` for somebody who is not signed in, and for naive instants.
    """
    if visitor.person_id is None:
        raise ValueError("the gate decides for signed-in people; public pages are never gated")
    if visitor.roles and visitor.is_operator:
        return closures.for_operators
    places = visitor.places
    if len(places) == 1:
        return closures.at_place(places[0], at, asked_at)
    if not places:
        return closures.without_place(at, asked_at)
    return _together([closures.at_place(place, at, asked_at) for place in places])


def standings(
    visitor: Visitor, at: datetime, closures: Closures, *, asked_at: datetime | None = None
) -> tuple[tuple[Place, Decision], ...]:
    """Each of the visitor's places with its own decision; roles are left aside."""
    return tuple((place, closures.at_place(place, at, asked_at)) for place in visitor.places)


def closed_places(
    visitor: Visitor, at: datetime, closures: Closures, *, asked_at: datetime | None = None
) -> tuple[Place, ...]:
    """The places that stay closed and undisclosed although the visitor may have come in for another (GATE-15)."""
    return tuple(
        place for place, decision in standings(visitor, at, closures, asked_at=asked_at) if not decision.allowed
    )


def _together(decisions: Sequence[Decision]) -> Decision:
    """One answer for a person who stands in several places."""
    opened = [d for d in decisions if d.allowed]
    if opened:
        schools: frozenset[int] = opened[0].open_schools
        for decision in opened:
            schools |= decision.open_schools
        best = next((d for d in opened if d.assumes is None), opened[0])
        return best if best.open_schools == schools else best._replace(open_schools=schools)
    best = min(decisions, key=_reopens_late)
    # The person was inside until the last of the places closed, and may have been writing there.
    grace = max((d.grace_until for d in decisions if d.grace_until is not None), default=None)
    return best if best.grace_until == grace else best._replace(grace_until=grace)


def _reopens_late(decision: Decision) -> tuple[bool, float]:
    """Sorts the first to reopen first, the unknown last."""
    return decision.reopens_at is None, decision.reopens_at.timestamp() if decision.reopens_at is not None else 0.0


def judge(
    windows: Sequence[Effective],
    at: datetime,
    asked_at: datetime,
    *,
    zone: str,
    profile: Profile | None = None,
    school_id: int | None = None,
    peers: Sequence[Sequence[Effective]] = (),
) -> Decision:
    """Weigh the ``windows`` that concern one place at ``at``, knowing what is known at ``asked_at``.

    Asked about a past instant, the answer is the one given then. ``peers`` are the windows of every part of the same level
    whose classes differ, the place's own included (GATE-16); ``zone`` is the IANA name in which the reason tells days.
    """
    known = min(at, asked_at)
    closing = [w for w in windows if _covers(w, at, known)]
    schools = frozenset() if school_id is None else frozenset({school_id})
    if not closing:
        supposed = any(w.held and w.start <= at and w.end_as_known(known) is not None for w in windows)
        return Decision(
            allowed=True,
            school_id=school_id,
            profile=profile,
            reason=OPEN_IF if supposed else OPEN,
            assumes=ANNOUNCED_END if supposed else None,
            open_schools=schools,
        )
    deciding = max(closing, key=lambda w: _weight(w, known))
    reopens_at = reopening(windows, at, known)
    supposed = reopens_at is not None and any(w.held and w.start <= reopens_at for w in windows)
    between = _span(peers, at, known) if reopens_at is not None else None
    end = deciding.end_as_known(known)
    overrun = deciding.held and deciding.announced_end is not None and end is None
    next_news = deciding.next_news if deciding.next_news is not None and deciding.next_news > at else None
    rule = rule_of(deciding, at)
    return Decision(
        allowed=False,
        rule=rule,
        window_id=deciding.window_id,
        kind=deciding.kind,
        school_id=school_id,
        profile=profile,
        reopens_at=reopens_at,
        reopens_between=between,
        announced_end=end,
        overrun=overrun,
        next_news=next_news,
        grace_until=min(w.start + timedelta(seconds=w.grace) for w in closing),
        reason=_reason(rule, profile, reopens_at, between, overrun, next_news, supposed, zone),
        assumes=ANNOUNCED_END if supposed else None,
        message=deciding.message,
    )


def reopening(windows: Sequence[Effective], at: datetime, known: datetime) -> datetime | None:
    """The first instant from ``at`` on at which none of ``windows`` closes, through those that follow without a gap."""
    moment = at
    while closing := [w for w in windows if _covers(w, moment, known)]:
        ends = [w.end_as_known(known) for w in closing]
        if None in ends:
            return None
        moment = max(end for end in ends if end is not None)
    return moment


def rule_of(window: Effective, at: datetime) -> str:
    """The rule by which ``window`` closes at ``at``.

    The bound that closes is the end, which still lies ahead, where somebody moved it; else the start, where only a moved
    start has closed already.
    """
    if window.kind == WindowKind.MAINTENANCE:
        return "GATE-1"
    origin = window.end_from
    if origin == Origin.WINDOW and at < window.unamended_start:
        origin = window.start_from
    if origin in (Origin.LEVEL, Origin.CLASS):
        return "GATE-13"
    if origin == Origin.SCHOOL or (origin == Origin.WINDOW and window.source == Source.SCHOOL):
        return "GATE-4"
    return "GATE-2"


def _covers(window: Effective, at: datetime, known: datetime) -> bool:
    if window.start > at:
        return False
    end = window.end_as_known(known)
    return end is None or at < end


def _weight(window: Effective, known: datetime) -> tuple[bool, bool, float, int]:
    end = window.end_as_known(known)
    ends = end.timestamp() if end is not None else 0.0
    return window.kind == WindowKind.MAINTENANCE, end is None, ends, -window.window_id


def _span(peers: Sequence[Sequence[Effective]], at: datetime, known: datetime) -> tuple[datetime, datetime] | None:
    """The first and last reopening among the parts of a level that are still closed, where they differ (GATE-16)."""
    moments = [m for windows in peers if (m := reopening(windows, at, known)) is not None and m > at]
    if not moments or min(moments) == max(moments):
        return None
    return min(moments), max(moments)


def moment_words(moment: datetime, zone: str) -> Words:
    """'le jeudi 3 septembre 2026' for a midnight in ``zone``, else with the hour."""
    local = moment.astimezone(ZoneInfo(zone))
    if local.time() == time.min:
        return Words(N_("le %(day)s"), day=local.date())
    return Words(N_("le %(moment)s"), moment=moment, zone=zone)


def _reason(
    rule: str,
    profile: Profile | None,
    reopens_at: datetime | None,
    between: tuple[datetime, datetime] | None,
    overrun: bool,
    next_news: datetime | None,
    supposed: bool,
    zone: str,
) -> Words:
    if rule == "GATE-1":
        closed = Words(N_("Le portail est en maintenance."))
    else:
        name = Words(PROFILE_NAMES[profile]) if profile is not None else ""
        closed = Words(N_("L’accès est fermé pour le profil « %(profile)s »."), profile=name)
    if reopens_at is None:
        if overrun and next_news is not None:
            sentence = N_("%(closed)s Cela dure plus longtemps que prévu ; prochaines nouvelles %(news)s.")
            return Words(sentence, closed=closed, news=moment_words(next_news, zone))
        if overrun:
            return Words(N_("%(closed)s Cela dure plus longtemps que prévu."), closed=closed)
        return Words(N_("%(closed)s Le jour de la réouverture sera annoncé."), closed=closed)
    if between is not None:
        first, last = (moment_words(moment, zone) for moment in between)
        sentence = N_("%(closed)s Il rouvre entre %(first)s et %(last)s, selon la classe.")
        return Words(sentence, closed=closed, first=first, last=last)
    sentence = {
        "GATE-4": N_("%(closed)s Il rouvre %(moment)s : l’établissement a choisi cette date."),
        "GATE-13": N_("%(closed)s Il rouvre %(moment)s : c’est la date du niveau ou de la classe."),
    }.get(rule, N_("%(closed)s Il rouvre %(moment)s."))
    if supposed:
        sentence = N_("%(closed)s Réouverture annoncée : %(moment)s.")
    return Words(sentence, closed=closed, moment=moment_words(reopens_at, zone))
