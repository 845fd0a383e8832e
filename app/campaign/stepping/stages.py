"""How far a step is, from its plan to its undo: one state machine, drawn by one page. Plain."""

from __future__ import annotations

from enum import StrEnum

from app.campaign.run_states import RunState
from app.words import N_


class Stage(StrEnum):
    """What stands on a step's page. SECOND waits for another person's word (G1); UNDOING is a run of its own (G8)."""

    NO_PLAN = "no-plan"
    PLANNED = "planned"
    SECOND = "second"
    APPROVED = "approved"
    STOPPED = "stopped"
    RUNNING = "running"
    PAUSED = "paused"
    FAILED = "failed"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


#: The look's state of each stage, and its word.
STAGE_NAMES: dict[Stage, tuple[str, str]] = {
    Stage.NO_PLAN: ("waiting", N_("Sans plan")),
    Stage.PLANNED: ("waiting", N_("À approuver")),
    Stage.SECOND: ("waiting", N_("Attend une seconde personne")),
    Stage.APPROVED: ("soon", N_("Approuvée")),
    Stage.STOPPED: ("failed", N_("Arrêtée avant d’agir")),
    Stage.RUNNING: ("running", N_("En cours")),
    Stage.PAUSED: ("paused", N_("En pause")),
    Stage.FAILED: ("failed", N_("Terminée avec des échecs")),
    Stage.DONE: ("done", N_("Terminée")),
    Stage.UNDOING: ("running", N_("Annulation en cours")),
    Stage.UNDONE: ("info", N_("Annulée")),
}

#: The stages in which a plan may be made, and made again.
PLANNING = frozenset({Stage.NO_PLAN, Stage.PLANNED, Stage.SECOND, Stage.APPROVED, Stage.STOPPED, Stage.UNDONE})
#: A run has begun, and stands.
BEGUN = frozenset({Stage.RUNNING, Stage.PAUSED, Stage.FAILED, Stage.DONE, Stage.UNDOING})

_OF_RUN = {
    RunState.WAITING: Stage.RUNNING,
    RunState.RUNNING: Stage.RUNNING,
    RunState.PAUSED: Stage.PAUSED,
    RunState.FAILED: Stage.FAILED,
    RunState.DONE: Stage.DONE,
    RunState.STOPPED: Stage.STOPPED,
    RunState.UNDONE: Stage.UNDONE,
}
#: After these a newer plan begins anew.
_OVER = frozenset({Stage.STOPPED, Stage.UNDONE})


def stage_of(
    *,
    plan: int | None,
    approved: bool = False,
    second_missing: bool = False,
    run: str | None = None,
    run_plan: int | None = None,
    undo: str | None = None,
) -> Stage:
    """The stage of a step: ``plan`` is the number of the newest plan, ``run_plan`` that of the newest run's.

    ``run`` is the state of the newest run that does the step, ``undo`` that of the newest run that undoes it.
    """
    if undo is not None and RunState(undo) not in (RunState.DONE, RunState.STOPPED, RunState.UNDONE):
        return Stage.UNDOING
    if run is not None:
        stage = _OF_RUN[RunState(run)]
        if stage not in _OVER or plan is None or run_plan is None or plan <= run_plan:
            return stage
    if plan is None:
        return Stage.NO_PLAN
    if not approved:
        return Stage.PLANNED
    return Stage.SECOND if second_missing else Stage.APPROVED
