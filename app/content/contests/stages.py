"""Where a contest stands in time. Plain."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from app.errors import Refused
from app.words import N_

#: The ranks that are shown as winners.
WINNERS = 3


class Stage(StrEnum):
    """Before, during or after its period."""

    SOON = "soon"
    OPEN = "open"
    OVER = "closed"


def stage(opens_at: datetime, closes_at: datetime, now: datetime) -> Stage:
    """The stage at ``now`` (all aware); the instant of closing is over already."""
    if now < opens_at:
        return Stage.SOON
    return Stage.OPEN if now < closes_at else Stage.OVER


class NotOpen(Refused):
    message = N_("Ce concours ne reçoit pas de participation en ce moment.")
    advice = N_("Regardez ses dates sur sa page.")


class NothingHandedIn(Refused):
    status = 422
    message = N_("Votre participation est vide.")
    advice = N_("Écrivez un texte, ou joignez un fichier.")


class EndsBeforeItBegins(Refused):
    status = 422
    message = N_("Le concours doit finir après avoir commencé.")


class NotOver(Refused):
    message = N_("Le classement se fait quand le concours est fini.")
