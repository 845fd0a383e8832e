"""What a teacher can have answered, when they are led to the choice, and how long what is not taken stays. Plain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.fates import Preset
from app.schoolyear import end_of_day
from app.words import N_


class Answer(StrEnum):
    """What a row of ``class_choice`` says."""

    OPEN = "open"
    CHOSEN = "chosen"
    NONE = "none"
    MISSING = "missing"


class State(StrEnum):
    """Where somebody stands with their choice; PLACED: a feed has given them a class, CLOSED: every class is closed to choice."""

    OPEN = "open"
    CHOSEN = "chosen"
    NONE = "none"
    MISSING = "missing"
    PLACED = "placed"
    CLOSED = "closed"


STATE_NAMES: dict[State, str] = {
    State.OPEN: N_("n’a pas encore choisi"),
    State.CHOSEN: N_("a choisi"),
    State.NONE: N_("pas encore de classe"),
    State.MISSING: N_("ne trouve pas sa classe"),
    State.PLACED: N_("classe donnée par l’alimentation"),
    State.CLOSED: N_("choix fermé par l’établissement"),
}

#: Somebody without a class is asked again after so long, somebody whose class is missing too.
ASKED_AGAIN: dict[Answer, timedelta] = {Answer.NONE: timedelta(days=7), Answer.MISSING: timedelta(days=2)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What decides about one teacher in one school: their answer, how a feed or a head has placed them, what is open there."""

    answer: Answer
    chosen: bool
    placed: bool
    replaces: bool
    any_open: bool
    postponed_until: datetime | None


def state_of(facts: Facts) -> State:
    """Where the teacher stands. A choice counts before what a feed says; the difference is told beside (CLASS-5)."""
    if facts.answer == Answer.CHOSEN and facts.chosen:
        return State.CHOSEN
    if facts.placed or facts.replaces:
        return State.PLACED
    if facts.answer in (Answer.NONE, Answer.MISSING):
        return State(facts.answer.value)
    return State.OPEN if facts.any_open else State.CLOSED


def is_asked(facts: Facts, preset: Preset, now: datetime) -> bool:
    """Is the teacher led to the choice at ``now``? In secondary only whom the feed has not placed (CLASS-7).

    In primary the one whom the feed has placed is asked too, with the class ticked: the offer follows from the choice (CLASS-2).
    Who stands in for somebody has the class already (CLASS-8).
    """
    if facts.postponed_until is not None and now < facts.postponed_until:
        return False
    state = state_of(facts)
    if state == State.PLACED:
        return preset == Preset.PRIMARY and not facts.replaces
    return state in (State.OPEN, State.NONE, State.MISSING)


def recoverable_until(
    begun_at: datetime, offer_days: int, last_day: date | None, first_day: date | None, zone: str
) -> datetime:
    """Until when what is not taken can be had: so many days from the teacher's own first sign-in, to the end of N+1 at most.

    ``last_day`` and ``first_day`` are those of N+1 in the school's zone; where the last is not known yet, a year after the first.
    """
    wanted = begun_at + timedelta(days=offer_days)
    ends = year_end(last_day, first_day, zone)
    return wanted if ends is None else max(min(wanted, ends), begun_at)


def year_end(last_day: date | None, first_day: date | None, zone: str) -> datetime | None:
    """The end of N+1 as an instant; None while no day of it is known."""
    if last_day is None and first_day is not None:
        last_day = first_day + timedelta(days=364)
    return end_of_day(last_day, ZoneInfo(zone)) if last_day is not None else None


def again(answer: Answer, now: datetime) -> datetime | None:
    """From when on somebody who has answered so is led to the choice again."""
    wait = ASKED_AGAIN.get(answer)
    return now + wait if wait is not None else None
