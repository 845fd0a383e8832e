"""How far somebody who has left is, in a colour and a word. Plain."""

from __future__ import annotations

from datetime import datetime

from app.words import N_


def stage_of(warned_at: datetime | None, disabled_at: datetime | None, erased_at: datetime | None) -> tuple[str, str]:
    """The state (of ``macros/states.html``) and its words."""
    if erased_at is not None:
        return "done", N_("compte effacé, le nom reste dans les dossiers de l’établissement")
    if disabled_at is not None:
        return "closed", N_("accès fermé")
    if warned_at is not None:
        return "soon", N_("prévenu")
    return "waiting", N_("repéré")
