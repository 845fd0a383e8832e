"""Step 3, the removal of what is obsolete: school life, classes, option groups, messages, what was limited to the year (S3-1, S3-2)."""

from __future__ import annotations

from dataclasses import replace

from app.campaign.steps.change import Change, Effect, from_fates
from app.fates import Preset, Retention, lines
from app.words import N_

STEP = 3
NAME = "remove-obsolete"
TITLE = N_("Retirer ce qui est obsolète")
SENTENCES = (
    N_("Les archives de l’étape 2 sont relues ; ce qu’elles ne couvrent pas entièrement reste en place."),
    N_(
        "La vie scolaire de l’année est retirée : emploi du temps, notes, absences, punitions, projets, conseils, périodes."
    ),
    N_("Classes, groupes d’option, comptes et groupes limités à l’année sont retirés."),
    N_("Les messages reçus qui ne sont pas classés dans un dossier personnel sont retirés, en collège et en lycée."),
    N_("Chaque gestionnaire reçoit la liste de ses groupes retirés."),
    N_("Le cahier de textes reste fermé jusqu’à l’initialisation de la vie scolaire."),
)


def changes(preset: Preset) -> tuple[Change, ...]:
    """What the step does for schools of ``preset``."""
    return (
        # Before the groups and classes go, since these messages name them (PORTAL-20, S3-4).
        *(
            Change(step=STEP, preset=preset, effect=effect, kind=kind, retention=Retention.UNDO, after=after)
            for effect, kind, after in (
                (Effect.MAKE, "message-dated-told", ()),
                (Effect.MAKE, "announcement-dated-told", ()),
                (Effect.CHANGE, "message-dated-cancelled", ("make:message-dated-told",)),
                (Effect.CHANGE, "announcement-dated-cancelled", ("make:announcement-dated-told",)),
                (Effect.MAKE, "group-summary", ()),
            )
        ),
        *(
            replace(change, after=("make:group-summary",)) if change.kind == "group-year" else change
            for change in from_fates(lines(preset), STEP, preset)
        ),
    )
