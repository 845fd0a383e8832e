"""May two records of guardians become one (KIN-4)? Plain: facts in, None or the reason why not out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.profiles import Profile, Verb, Visitor
from app.words import N_, Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One of the two, as far as the rules look at it.

    ``opened_at``: when the account was made, None without one. ``guards``: they stand for a pupil, be the link cut or not;
    ``school_ids`` are the pupils' schools too.
    """

    person_id: int
    profiles: frozenset[Profile]
    school_ids: frozenset[int]
    opened_at: datetime | None
    merged: bool = False
    guards: bool = True


def kept_and_merged(one: Record, other: Record) -> tuple[Record, Record]:
    """The older account stays, the younger one goes; a record without an account never wins over one with."""
    first, second = sorted(
        (one, other), key=lambda r: (r.opened_at is None, r.opened_at.timestamp() if r.opened_at else 0.0, r.person_id)
    )
    return first, second


def refusal(actor: Visitor, one: Record, other: Record, school_id: int | None) -> Words | None:
    """Why ``actor`` may not merge the two, met in that school or in the project (None); None if they may."""
    if one.person_id == other.person_id or one.merged or other.merged:
        return Words(N_("Ces deux fiches sont déjà la même personne."))
    if not actor.may(Verb.KEEP_KIN, school_id):
        return Words(N_("Seul le chef d’établissement ou son adjoint rapproche deux fiches de responsable."))
    if not all(record.guards and record.profiles <= {Profile.GUARDIAN} for record in (one, other)):
        return Words(N_("Seules deux fiches de responsables se rapprochent, et rien d’autre que des responsables."))
    beyond = (one.school_ids | other.school_ids) - {school_id}
    if school_id is not None and beyond and not actor.may(Verb.KEEP_KIN):
        return Words(
            N_(
                "L’une des deux fiches est aussi connue dans un autre établissement : le projet décide, car un établissement ne "
                "lit pas les familles d’un autre."
            )
        )
    return None
