"""Does the late feed agree with what a teacher has chosen? (CLASS-5) Plain."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from app.words import N_


class Agreement(StrEnum):
    """What a feed that came after the choice says of it."""

    NONE = ""
    AGREE = "agree"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"
    KEPT = "kept"


AGREEMENT_NAMES: dict[Agreement, str] = {
    Agreement.NONE: "",
    Agreement.AGREE: N_("l’alimentation dit la même chose"),
    Agreement.CONFLICT: N_("l’alimentation dit autre chose"),
    Agreement.UNKNOWN: N_("l’alimentation ne dit rien"),
    Agreement.KEPT: N_("choix gardé malgré l’alimentation"),
}


def agreement(chosen: Collection[int], fed: Collection[int], *, kept: bool) -> Agreement:
    """Of the classes chosen with those that a feed gives the same teacher in the school; nothing to say of no choice."""
    if not chosen:
        return Agreement.NONE
    if not fed:
        return Agreement.UNKNOWN
    if set(chosen) == set(fed):
        return Agreement.AGREE
    return Agreement.KEPT if kept else Agreement.CONFLICT
