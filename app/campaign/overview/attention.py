"""What in a campaign needs somebody now, the gravest first: late events, plans, approvals, failed schools, the gate (CHECK-3). Plain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.campaign.calendar import DESTRUCTIVE, State, Waiting
from app.campaign.stepping.stages import Stage
from app.words import N_, Words

#: How long before its hour a step without an approved plan is named.
SOON = timedelta(days=30)


class Place(StrEnum):
    """Where something can be done about it."""

    EVENT = "event"
    STEP = "step"
    APPROVAL = "approval"
    RUN = "run"
    GATE = "gate"
    DECLARATION = "declaration"


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One thing that waits for somebody; ``look`` is a state of the look, ``number`` what ``place`` needs."""

    look: str
    words: Words
    place: Place
    number: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class StepFacts:
    """How far a step is, as far as somebody may have to act. ``begins``: its instant in the calendar, where it is open.

    ``undo_waits``: the run that takes it back is paused or has failed; until it is through no step goes on in its schools.
    """

    step: int
    stage: Stage
    run_id: int = 0
    failed: int = 0
    begins: datetime | None = None
    event_state: str = ""
    undo_waits: bool = False


def attention(
    waiting: Iterable[Waiting],
    steps: Sequence[StepFacts],
    still_closed: int,
    now: datetime,
    zone: str,
    chained: Sequence[str] = (),
    declared: Sequence[Item] = (),
) -> list[Item]:
    """What needs somebody. ``waiting`` are the calendar's events, ``still_closed`` how many of its schools a maintenance closes.

    ``chained`` names the schools of a chain whose classes have arrived and whose steps are not approved (CAL-10); ``declared``
    (``of_declaration``) what is to be settled before step 1 (FEED-7).
    """
    found = [_of_event(one) for one in waiting if one.urgent]
    found += [item for one in steps if (item := _of_run(one)) is not None]
    found += declared
    found += [] if chained else _of_plans(steps, now, zone)
    found += _of_chain(chained)
    found += _of_gate(steps, still_closed)
    found += [
        _of_event(one)
        for one in waiting
        # Steps that come soon are named by their plans.
        if not one.urgent and one.event.kind not in DESTRUCTIVE
    ]
    return found


def of_declaration(number: int, school: str, confirmed: bool) -> Item:
    """A school's end or new UAI that is declared and not settled: it is known before step 1 or not at all (FEED-7)."""
    sentence = (
        N_("%(school)s\u00a0: la déclaration ne dit pas ce que deviennent ses rubriques, sa corbeille et ses archives.")
        if confirmed
        else N_("%(school)s\u00a0: son changement est déclaré et attend un second exploitant, avant l’étape 1.")
    )
    return Item(look="waiting", words=Words(sentence, school=school), place=Place.DECLARATION, number=number)


def _of_event(one: Waiting) -> Item:
    look = "failed" if one.event.state == State.LATE else "late" if one.urgent else "waiting"
    return Item(look=look, words=one.words, place=Place.EVENT, number=one.event.id)


def _of_run(one: StepFacts) -> Item | None:
    looks: Mapping[Stage, tuple[str, str, Place]] = {
        Stage.STOPPED: (
            "failed",
            N_(
                "Étape %(step)s\u00a0: le plan approuvé ne correspond plus. Rien n’a été fait, il faut un nouveau plan."
            ),
            Place.STEP,
        ),
        Stage.FAILED: (
            "failed",
            N_("Étape %(step)s\u00a0: %(count)s établissement(s) en échec attendent une correction."),
            Place.RUN,
        ),
        Stage.PAUSED: (
            "paused",
            N_("Étape %(step)s\u00a0: le passage est en pause, quelqu’un doit le reprendre."),
            Place.STEP,
        ),
        Stage.SECOND: (
            "waiting",
            N_("Étape %(step)s\u00a0: le plan attend l’approbation d’une seconde personne."),
            Place.APPROVAL,
        ),
    }
    if one.undo_waits:
        look, place = "paused", Place.STEP
        sentence = N_("Étape %(step)s\u00a0: son annulation n’est pas terminée, quelqu’un doit la reprendre.")
    elif one.stage in looks:
        look, sentence, place = looks[one.stage]
    else:
        return None
    number = one.run_id if place == Place.RUN else one.step
    return Item(look=look, words=Words(sentence, step=one.step, count=one.failed), place=place, number=number)


def _of_plans(steps: Sequence[StepFacts], now: datetime, zone: str) -> list[Item]:
    """One sentence for the steps without a plan, one for those that the same word would approve."""
    coming = [one for one in steps if one.begins is not None and one.begins <= now + SOON and one.event_state != "done"]
    found = []
    for stages, sentence, place in (
        (
            (Stage.NO_PLAN, Stage.UNDONE),
            N_("Étape(s) %(steps)s, prévues le %(at)s\u00a0: il n’y a pas encore de plan à approuver."),
            Place.STEP,
        ),
        (
            (Stage.PLANNED,),
            N_("Étape(s) %(steps)s, prévues le %(at)s\u00a0: le plan est fait, il attend d’être approuvé."),
            Place.APPROVAL,
        ),
    ):
        lacking = [one for one in coming if one.stage in stages]
        begins = min((one.begins for one in lacking if one.begins is not None), default=None)
        if begins is not None:
            told = ", ".join(str(one.step) for one in lacking)
            words = Words(sentence, steps=told, at=begins, zone=zone)
            look = "late" if begins <= now else "waiting"
            found.append(Item(look=look, words=words, place=place, number=lacking[0].step))
    return found


def _of_chain(chained: Sequence[str]) -> list[Item]:
    """Each school of a chain has plans of its own: nothing closes there before they are approved (G1)."""
    if not chained:
        return []
    sentence = N_(
        "%(count)s établissement(s) ont reçu leurs classes et attendent que leurs étapes soient approuvées : %(names)s."
    )
    named = ", ".join(chained[:5]) + (" …" if len(chained) > 5 else "")
    return [Item(look="late", words=Words(sentence, count=len(chained), names=named), place=Place.STEP, number=1)]


def _of_gate(steps: Sequence[StepFacts], still_closed: int) -> list[Item]:
    """GATE-14: everything is done and yet schools are closed."""
    begun = [one for one in steps if one.event_state in ("running", "done")]
    if not still_closed or not begun or any(one.stage != Stage.DONE for one in begun):
        return []
    words = Words(
        N_("Les étapes sont terminées et %(count)s établissement(s) sont encore fermés\u00a0: l’accès peut rouvrir."),
        count=still_closed,
    )
    return [Item(look="maintenance", words=words, place=Place.GATE)]
