"""Step 4, the directory of year N+1: the planned delivery is applied, a school at a time (S4-1 to S4-8, G14, G20)."""

from __future__ import annotations

from app.campaign.steps.change import Change, Effect
from app.fates import Fate, Preset
from app.words import N_

STEP = 4
NAME = "initialise-directory"
TITLE = N_("Initialiser l’annuaire de la nouvelle année")
SENTENCES = (
    N_(
        "La livraison complète de l’académie, lue et simulée, est appliquée : les élèves reçoivent leur nouvelle classe."
    ),
    N_("Chaque classe qui a des élèves est créée, et son espace avec elle ; un enseignant seul ne crée pas de classe."),
    N_(
        "Qui est connu garde son compte, son mot de passe et ses documents ; qui n’est plus nommé quitte l’établissement."
    ),
    N_("Un établissement après l’autre : ce qui est fait peut être défait, les fiches des personnes restent à jour."),
)

#: What the delivery brings and takes, in the order in which it is written.
KINDS = ("fed-class", "fed-group", "fed-membership", "fed-group-membership", "fed-profile", "fed-function")


def changes(preset: Preset) -> tuple[Change, ...]:
    """What the step does for schools of ``preset``: the same everywhere."""
    return tuple(Change(step=STEP, preset=preset, effect=Effect.FEED, kind=kind, fate=Fate.KEPT) for kind in KINDS)
