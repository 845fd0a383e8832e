"""Open, partly, closed over the weeks: the facts of 'Qui entre, quand ?', of the timelines and of the tables beneath them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.gate.closures import Closures
from app.gate.decision import Decision
from app.gate.windows import WindowKind
from app.profiles import Place, Profile


class State(StrEnum):
    """How a profile stands in a school: some levels or classes may be in while others wait (GATE-13)."""

    OPEN = "open"
    PARTLY = "partly"
    CLOSED = "closed"
    MAINTENANCE = "maintenance"


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """A time during which nothing changes, from ``since`` until ``until`` (UTC, the latter not included).

    ``decision`` is the one of those who follow the school; ``others`` are the further answers of levels and classes.
    """

    since: datetime
    until: datetime
    state: State
    decision: Decision
    others: tuple[Decision, ...] = ()


def state_of(decisions: Sequence[Decision]) -> State:
    """The state of a profile whose parts get ``decisions``; the first is the whole school's."""
    if all(d.allowed for d in decisions):
        return State.OPEN
    if any(d.allowed for d in decisions):
        return State.PARTLY
    return State.MAINTENANCE if decisions[0].kind == WindowKind.MAINTENANCE else State.CLOSED


def strip(
    closures: Closures, school_id: int, profile: Profile, start: datetime, end: datetime, *, now: datetime | None = None
) -> tuple[Stretch, ...]:
    """The stretches of ``profile`` in a school from ``start`` until ``end``, without gaps.

    With ``now`` (portal time), later maintenances are supposed to end as announced (GATE-14).
    """
    timelines = closures.timelines(Place(school_id=school_id, profile=profile))
    told = [closures.timeline_states(timeline, start, end, now) for timeline in timelines]
    cuts = sorted({since for states in told for since, _until, _decision in states})
    stretches: list[Stretch] = []
    positions = [0] * len(told)
    for since, until in zip(cuts, [*cuts[1:], end], strict=False):
        decisions = []
        for which, states in enumerate(told):
            while states[positions[which]][1] <= since:
                positions[which] += 1
            decisions.append(states[positions[which]][2])
        others = tuple(dict.fromkeys(d for d in decisions[1:] if d != decisions[0]))
        stretches.append(
            Stretch(since=since, until=until, state=state_of(decisions), decision=decisions[0], others=others)
        )
    return tuple(stretches)
