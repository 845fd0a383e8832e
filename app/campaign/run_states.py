"""The states of runs and parts: each arrow a sentence. Plain."""

from __future__ import annotations

from enum import StrEnum

from app.words import N_


class RunState(StrEnum):
    """How far a run is. An approved plan without a run is merely planned."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    UNDONE = "undone"


RUN_STATE_NAMES: dict[RunState, str] = {
    RunState.WAITING: N_("en attente"),
    RunState.RUNNING: N_("en cours"),
    RunState.PAUSED: N_("en pause"),
    RunState.DONE: N_("terminé"),
    RunState.FAILED: N_("terminé avec des échecs"),
    RunState.STOPPED: N_("arrêté avant d’agir"),
    RunState.UNDONE: N_("annulé"),
}


class PartState(StrEnum):
    """How far a run is in one school."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


PART_STATE_NAMES: dict[PartState, str] = {
    PartState.WAITING: N_("en attente"),
    PartState.RUNNING: N_("en cours"),
    PartState.DONE: N_("terminé"),
    PartState.FAILED: N_("en échec"),
    PartState.SKIPPED: N_("passé"),
}

#: From a state to those that may follow, each with what happens there.
ARROWS: dict[tuple[RunState, RunState], str] = {
    (RunState.WAITING, RunState.RUNNING): N_("Le plan exact tient dans la tolérance : le passage commence."),
    (RunState.WAITING, RunState.STOPPED): N_(
        "Le plan exact dépasse la tolérance : rien n’est fait, il faut un nouveau plan."
    ),
    (RunState.WAITING, RunState.PAUSED): N_("Quelqu’un demande une pause avant le début."),
    (RunState.RUNNING, RunState.PAUSED): N_(
        "Quelqu’un demande une pause, ou ouvre un établissement : les tâches s’arrêtent."
    ),
    (RunState.PAUSED, RunState.RUNNING): N_("Quelqu’un reprend : les tâches continuent où elles en étaient."),
    (RunState.RUNNING, RunState.DONE): N_("Tout est fait ou passé avec une raison."),
    (RunState.RUNNING, RunState.FAILED): N_("Tout a été essayé ; des établissements attendent une correction."),
    (RunState.FAILED, RunState.RUNNING): N_("Quelqu’un relance ce qui a échoué."),
    (RunState.DONE, RunState.UNDONE): N_("Un passage d’annulation a tout remis."),
    (RunState.FAILED, RunState.UNDONE): N_("Un passage d’annulation a remis ce qui avait été fait."),
    (RunState.PAUSED, RunState.UNDONE): N_("Un passage d’annulation a remis ce qui avait été fait."),
}

#: Work remains, or may be taken up again.
UNFINISHED = frozenset({RunState.WAITING, RunState.RUNNING, RunState.PAUSED})
#: No worker takes anything of it.
ENDED = frozenset({RunState.DONE, RunState.FAILED, RunState.STOPPED, RunState.UNDONE})


def may_become(state: str, following: RunState) -> bool:
    """May a run in ``state`` become ``following``?"""
    return (RunState(state), following) in ARROWS
