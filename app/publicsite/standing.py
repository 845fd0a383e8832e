"""Open, closed, or open for some: how a door or a profile stands now, in one school or over all of them. Plain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.accounts.doors import NAMES, PROFILES, Door
from app.gate.closures import Closures
from app.gate.decision import Decision, moment_words
from app.gate.strips import State
from app.gate.windows import WindowKind
from app.profiles import Place, Profile
from app.words import N_, Words

#: The picture beside each door of GATE-9.
DOOR_SYMBOLS: dict[Door, str] = {
    Door.FAMILIES: "users",
    Door.SCHOOL: "graduation-cap",
    Door.AUTHORITY: "building-2",
    Door.GUEST: "key-round",
}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How some places stand at one instant.

    ``reopens`` is the first announced reopening of a closed place, ``reopens_last`` the last where they differ; both None where
    one of them is not announced. ``schools_open`` and ``schools_closed`` count schools; one that is open for some counts as
    open.
    """

    state: State
    reopens: datetime | None = None
    reopens_last: datetime | None = None
    overrun: bool = False
    next_news: datetime | None = None
    schools_open: int = 0
    schools_closed: int = 0

    def words(self, zone: str) -> Words:
        """The standing in a sentence for families: the answer and the day, in ``zone`` (IANA name)."""
        if self.state == State.OPEN:
            return Words(N_("Ouvert."))
        if self.reopens is None:
            if self.next_news is not None:
                return Words(
                    N_("La réouverture n’est pas encore annoncée ; prochaines nouvelles %(news)s."),
                    news=moment_words(self.next_news, zone),
                )
            return Words(N_("Le jour de la réouverture sera annoncé ici."))
        first = moment_words(self.reopens, zone)
        if self.reopens_last is None:
            if self.state == State.PARTLY:
                return Words(N_("Fermé pour certains ; rouvre %(moment)s."), moment=first)
            return Words(N_("Rouvre %(moment)s."), moment=first)
        last = moment_words(self.reopens_last, zone)
        if self.schools_open + self.schools_closed > 1:
            return Words(
                N_("Rouvre entre %(first)s et %(last)s, selon l’établissement et le niveau."), first=first, last=last
            )
        return Words(N_("Rouvre entre %(first)s et %(last)s, selon le niveau."), first=first, last=last)


def standing(
    closures: Closures, school_ids: Iterable[int | None], profiles: Iterable[Profile], now: datetime
) -> Standing:
    """How ``profiles`` stand at ``now`` (portal time, aware) in ``school_ids``; None is a project without schools yet."""
    profiles = tuple(profiles)
    states: set[State] = set()
    closed: list[Decision] = []
    schools_open = schools_closed = 0
    for school_id in school_ids:
        let_in = False
        for profile in profiles:
            decisions = _decisions(closures, school_id, profile, now)
            shut = [d for d in decisions if not d.allowed]
            closed += shut
            let_in = let_in or len(shut) < len(decisions)
            if not shut:
                states.add(State.OPEN)
            elif len(shut) < len(decisions):
                states.add(State.PARTLY)
            else:
                maintained = decisions[0].kind == WindowKind.MAINTENANCE
                states.add(State.MAINTENANCE if maintained else State.CLOSED)
        schools_open += let_in
        schools_closed += not let_in
    reopenings = {moment for d in closed for moment in (d.reopens_between or (d.reopens_at,))}
    known = sorted(moment for moment in reopenings if moment is not None) if None not in reopenings else []
    news = [d.next_news for d in closed if d.next_news is not None]
    return Standing(
        state=_together(states),
        reopens=known[0] if known else None,
        reopens_last=known[-1] if len(known) > 1 else None,
        overrun=any(d.overrun for d in closed),
        next_news=min(news, default=None),
        schools_open=schools_open,
        schools_closed=schools_closed,
    )


@dataclass(frozen=True, kw_only=True)
class DoorNow:
    """A door as a card shows it: its name in addresses, its title, picture, state and, unless it is open, when it opens."""

    name: str
    title: str
    symbol: str
    state: str
    words: Words | None


def doors(closures: Closures, school_ids: Iterable[int], now: datetime, zone: str) -> list[DoorNow]:
    """The doors of GATE-9 as they stand at ``now`` over ``school_ids``, or over a project without schools yet."""
    numbers: list[int | None] = [*school_ids] or [None]
    found = []
    for door in Door:
        one = standing(closures, numbers, PROFILES[door], now)
        found.append(
            DoorNow(
                name=door.value,
                title=NAMES[door],
                symbol=DOOR_SYMBOLS[door],
                state="late" if one.overrun else one.state.value,
                words=one.words(zone) if one.state != State.OPEN else None,
            )
        )
    return found


def _together(states: set[State]) -> State:
    if not states or states == {State.OPEN}:
        return State.OPEN
    if len(states) == 1:
        return states.pop()
    if states == {State.CLOSED, State.MAINTENANCE}:
        return State.CLOSED
    return State.PARTLY


def _decisions(closures: Closures, school_id: int | None, profile: Profile, now: datetime) -> list[Decision]:
    if school_id is None:
        return [closures.project[profile].at(now)]
    place = Place(school_id=school_id, profile=profile)
    return [timeline.at(now) for timeline in closures.timelines(place)]
