"""A plan as JSON and in words, over all its schools. Plain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from app.campaign.planning.differences import Line
from app.campaign.steps.all_steps import changes_of
from app.campaign.steps.change import Change, Effect
from app.fates import FATE_NAMES, SPACE_WORDS, Preset, kind_called
from app.words import N_, Words


class PlanFacts(Protocol):
    """What is told of a plan's row."""

    id: int
    step: int
    fingerprint: str
    provisional: bool


#: What a change is called where the table of fates has no name for its kind.
NAMES: dict[str, str] = {
    "section-role-withdrawn": N_("rôles retirés"),
    "section-role-given": N_("rôles donnés"),
    "message-dated-told": N_("auteurs prévenus d’un envoi annulé"),
    "message-dated-cancelled": N_("messages à envoi différé annulés"),
    "announcement-dated-told": N_("auteurs prévenus d’une communication annulée"),
    "announcement-dated-cancelled": N_("communications à venir annulées"),
    "group-summary": N_("gestionnaires qui reçoivent la liste de leurs groupes retirés"),
    "fed-class": N_("classes"),
    "fed-group": N_("groupes d’enseignement"),
    "fed-membership": N_("élèves et enseignants des classes"),
    "fed-group-membership": N_("élèves et enseignants des groupes"),
    "fed-profile": N_("profils dans l’établissement"),
    "fed-function": N_("fonctions des personnels"),
    "diary": N_("archives des cahiers de textes"),
    "pupil": N_("archives remises aux élèves"),
    "roll-calls": N_("archives des feuilles d’appel"),
    "grade-records": N_("archives des relevés de notes"),
    "skills-records": N_("archives des relevés de compétences"),
    "report-cards": N_("archives des bulletins"),
    "cycle-reviews": N_("archives des bilans de fin de cycle"),
    "punishments": N_("archives des punitions"),
    "projects": N_("archives des projets interdisciplinaires"),
    "absence-statistics": N_("archives des statistiques d’absences"),
    "sanctions-csv": N_("tableau des sanctions envoyé aux chefs d’établissement"),
}


def name_of_change(change: Change) -> Words:
    """What a change is about, for people: the kind, and the space where there is one."""
    name = change.archive or change.kind
    label = Words(NAMES[name]) if name in NAMES else Words(kind_called(change.kind).label)
    if not change.space:
        return label
    return Words(N_("%(kind)s – %(space)s"), kind=label, space=Words(SPACE_WORDS[change.space]))


@dataclass(frozen=True, kw_only=True)
class Row:
    """A change over all schools of a plan."""

    change: Change
    count: int
    following: int
    schools: int


def table(step: int, lines: Iterable[Line]) -> list[Row]:
    """The plan's lines summed up by change, in the step's order; what is nothing everywhere is left out."""
    sums: dict[str, tuple[int, int, int]] = {}
    for line in lines:
        if line.count:
            count, following, schools = sums.get(line.change, (0, 0, 0))
            sums[line.change] = (count + line.count, following + line.following, schools + 1)
    return in_order(step, sums)


def in_order(step: int, sums: Mapping[str, tuple[int, int, int]]) -> list[Row]:
    """Changes by name with their rows, rows that go along and schools, in the step's order."""
    return [
        Row(change=change, count=sums[name][0], following=sums[name][1], schools=sums[name][2])
        for name, change in known_changes(step).items()
        if name in sums
    ]


def known_changes(step: int) -> dict[str, Change]:
    """Every change of a step by its name, in the step's order, those of both presets."""
    known: dict[str, Change] = {}
    for preset in (Preset.SECONDARY, Preset.PRIMARY):
        for change in changes_of(step, preset):
            known.setdefault(change.name, change)
    return known


def plan_document(plan: PlanFacts, lines: Iterable[Line]) -> dict[str, Any]:
    """A plan as ``campaign plan --json`` prints it. Counts are rows; for archives, files."""
    return {
        "plan": plan.id,
        "step": plan.step,
        "fingerprint": plan.fingerprint,
        "provisional": plan.provisional,
        "changes": [
            {
                "change": row.change.name,
                "kind": row.change.archive or row.change.kind,
                "space": row.change.space.value,
                "fate": row.change.fate.value,
                "effect": row.change.effect.value,
                "count": row.count,
                "following": row.following,
                "schools": row.schools,
            }
            for row in table(plan.step, lines)
        ],
    }


def plan_words(plan: PlanFacts, lines: Iterable[Line]) -> Iterator[Words]:
    """A plan in sentences, a line a change."""
    yield Words(N_("Plan %(number)s, étape %(step)s"), number=plan.id, step=plan.step)
    rows = table(plan.step, lines)
    for row in rows:
        yield Words(
            N_("%(count)s %(name)s (%(fate)s), %(schools)s établissement(s)"),
            count=row.count,
            name=name_of_change(row.change),
            fate=Words(FATE_NAMES[row.change.fate]),
            schools=row.schools,
        )
    if not rows:
        yield Words(N_("Rien à faire."))


def is_archive(change: Change) -> bool:
    """Does the change make files, so that its counts are files?"""
    return change.effect == Effect.ARCHIVE
