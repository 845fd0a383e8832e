"""Step 1, the purge of the trash: class sections archived a year ago, and what was thrown away during year N (S1-1, S1-2)."""

from __future__ import annotations

from app.campaign.steps.change import Change, from_fates
from app.fates import Preset, lines
from app.words import N_

STEP = 1
NAME = "purge-trash"
TITLE = N_("Vider la corbeille")
SENTENCES = (
    N_("Les rubriques de classe archivées il y a un an quittent la corbeille."),
    N_("Ce qui y a été mis à la main pendant l’année la quitte aussi, avec tout son contenu."),
    N_("Rien n’est effacé tout de suite : l’exploitant peut tout rétablir jusqu’à l’effacement définitif."),
)


def changes(preset: Preset) -> tuple[Change, ...]:
    """What the step does for schools of ``preset``."""
    return tuple(from_fates(lines(preset), STEP, preset))
