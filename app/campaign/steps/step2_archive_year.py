"""Step 2, the archive of year N: archives made and verified, roles, then class and temporary sections to the trash (S2-1 to S2-6).

In primary nothing is archived and no role changes (S2-2, DATA-2): what a class left is set aside for its own teachers (CLASS-2).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app.campaign.steps.change import Change, Effect, from_fates
from app.fates import Fate, Preset, Retention, Space, lines
from app.words import N_

STEP = 2
NAME = "archive-year"
TITLE = N_("Archiver l’année")
SENTENCES = (
    N_("Chaque cahier de textes devient une archive qui s’ouvre sans le portail, pièces jointes comprises."),
    N_("Chaque élève reçoit dans ses documents une archive des activités et des travaux de son année."),
    N_(
        "Appels, notes, compétences, bulletins, bilans, punitions, projets et absences sont archivés, chacun à sa place."
    ),
    N_("Les sanctions partent en un tableau envoyé aux chefs d’établissement, et nulle part ailleurs."),
    N_("Les rubriques de classe et les rubriques temporaires vont à la corbeille, où elles restent une année."),
    N_("Leurs rôles changent : les administrateurs gèrent, les enseignants consultent les rubriques de classe."),
)
#: The archives, in the order in which they are made.
ARCHIVES = (
    "diary",
    "pupil",
    "roll-calls",
    "grade-records",
    "skills-records",
    "report-cards",
    "cycle-reviews",
    "punishments",
    "projects",
    "absence-statistics",
    "sanctions-csv",
)


def changes(preset: Preset) -> tuple[Change, ...]:
    """What the step does for schools of ``preset``."""
    drawn = tuple(from_fates(lines(preset), STEP, preset))
    if preset == Preset.PRIMARY:
        return drawn
    return (*_archives(preset), *_roles(preset), *(_into_the_trash(change) for change in drawn))


def _archives(preset: Preset) -> Iterator[Change]:
    wanted = {rule.archive for _kind, _space, rule in lines(preset) if rule.archive}
    if wanted != set(ARCHIVES):
        raise ValueError(f"the table of fates and step 2 disagree about {wanted ^ set(ARCHIVES)}")
    for archive in ARCHIVES:
        yield Change(
            step=STEP,
            preset=preset,
            effect=Effect.ARCHIVE,
            kind="archive",
            archive=archive,
            fate=Fate.ARCHIVED,
            retention=Retention.DIARY if archive == "diary" else Retention.ARCHIVE,
        )


def _roles(preset: Preset) -> Iterator[Change]:
    for space in (Space.CLASS, Space.TEMPORARY):
        for effect, kind in ((Effect.SET_ASIDE, "section-role-withdrawn"), (Effect.MAKE, "section-role-given")):
            yield Change(
                step=STEP,
                preset=preset,
                effect=effect,
                kind=kind,
                space=space,
                fate=Fate.ARCHIVED,
                retention=Retention.TRASH,
            )


def _into_the_trash(change: Change) -> Change:
    """A section moves into the trash; what lies in it stays where it is and goes along."""
    if change.kind != "section":
        return replace(change, effect=Effect.CARRIED)
    # Roles are given to sections that are not in the trash yet.
    roles = tuple(one.name for one in _roles(change.preset) if one.space == change.space)
    return replace(change, effect=Effect.CHANGE, after=roles)
