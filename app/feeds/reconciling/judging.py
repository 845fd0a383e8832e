"""Does a feed say what a hand has done? Plain: facts in, one of three answers out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from app.profiles import Profile, Visitor
from app.words import N_, Words


class Agreement(StrEnum):
    """The three answers, what needs somebody first."""

    CONFLICT = "conflict"
    AGREE = "agree"
    UNKNOWN = "unknown"


AGREEMENT_NAMES: dict[Agreement, str] = {
    Agreement.CONFLICT: N_("l’annuaire dit autre chose"),
    Agreement.AGREE: N_("l’annuaire dit la même chose"),
    Agreement.UNKNOWN: N_("l’annuaire ne dit rien"),
}
#: How each looks (``macros/states.html``).
AGREEMENT_LOOKS: dict[Agreement, str] = {
    Agreement.CONFLICT: "late",
    Agreement.AGREE: "done",
    Agreement.UNKNOWN: "waiting",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What feeds say about somebody in a class of one school and year.

    ``same``: that they are there too. ``elsewhere``: the other classes of that year and school in which they put them, by number.
    ``others``: whom they name as the class's teachers. Links of last year that nobody has confirmed are no saying (S4-5).
    """

    same: bool
    elsewhere: frozenset[int] = frozenset()
    others: frozenset[int] = frozenset()

    def spelled(self) -> str:
        """A digest of it, to tell whether it has changed."""
        facts = (self.same, sorted(self.elsewhere), sorted(self.others))
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]


def judge(said: Said, role: str, *, one_teacher: bool) -> Agreement:
    """What a feed's word means for a link made by hand.

    ``one_teacher``: the classes of the school have a teacher, not a team (primary): another's name there contradicts.
    """
    if said.same:
        return Agreement.AGREE
    if said.elsewhere or (role != "student" and one_teacher and said.others):
        return Agreement.CONFLICT
    return Agreement.UNKNOWN


@dataclass(frozen=True, kw_only=True, slots=True)
class Twin:
    """An account made by hand and one that a feed brought, of one name, as the rule looks at them: profiles and schools of both."""

    profiles: frozenset[Profile]
    schools: frozenset[int]
    roles_covered: bool
    hand_is_hand: bool
    fed_is_fed: bool


def twin_refusal(actor: Visitor, twin: Twin, school_id: int) -> Words | None:
    """Why ``actor`` may not make one account of the two; None if they may. The verb is asked of the page before."""
    if not twin.hand_is_hand or not twin.fed_is_fed:
        return Words(N_("Ces deux comptes ne sont pas l’un fait à la main, l’autre venu de l’annuaire."))
    if twin.profiles & {Profile.STUDENT, Profile.GUARDIAN}:
        return Words(N_("Le compte d’un élève ou d’un responsable ne se rapproche pas d’un compte de travail."))
    if not twin.roles_covered:
        return Words(
            N_("L’un des deux comptes porte un rôle que vous n’avez pas : un exploitant du projet peut décider.")
        )
    if twin.schools - {school_id} and not actor.is_operator:
        return Words(
            N_(
                "L’un des deux comptes est aussi connu dans un autre établissement : un exploitant du projet peut décider."
            )
        )
    return None
