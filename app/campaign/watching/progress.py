"""How far a run is, for people: a share, a time that remains, a school's state from its two parts. Plain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from app.campaign.run_states import PartState, RunState
from app.words import N_, Words

#: A school's states in the order in which they need somebody, each with the look's state and its words.
SCHOOL_STATES: dict[str, tuple[str, str]] = {
    "failed": ("failed", N_("en échec")),
    "running": ("running", N_("en cours")),
    "waiting": ("waiting", N_("en attente")),
    "done": ("done", N_("terminé")),
    "skipped": ("info", N_("passé")),
    "undone": ("info", N_("annulé")),
}
#: The look's state of a run.
RUN_LOOKS: dict[str, str] = {
    RunState.WAITING: "waiting",
    RunState.RUNNING: "running",
    RunState.PAUSED: "paused",
    RunState.DONE: "done",
    RunState.FAILED: "failed",
    RunState.STOPPED: "failed",
    RunState.UNDONE: "info",
}
#: What a task's state is called.
TASK_STATES: dict[str, tuple[str, str]] = {
    "waiting": ("waiting", N_("en attente")),
    "done": ("done", N_("fait")),
    "failed": ("failed", N_("en échec")),
    "skipped": ("info", N_("passé")),
    "undone": ("info", N_("annulé")),
    "expunged": ("info", N_("effacé définitivement")),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A school in the grid of a run; ``state`` is one of ``SCHOOL_STATES``."""

    uai: str
    name: str
    state: str


def school_state(parts: Iterable[tuple[str, bool]]) -> str:
    """The state of a school from those of its parts, each with whether it was undone since."""
    found = list(parts)
    states = {state for state, _undone in found}
    if found and all(undone or state == PartState.SKIPPED for state, undone in found) and any(u for _s, u in found):
        return "undone"
    for state in (PartState.FAILED, PartState.RUNNING, PartState.WAITING):
        if state in states:
            return state.value
    return PartState.SKIPPED.value if states == {PartState.SKIPPED} else PartState.DONE.value


def percent(through: int, planned: int) -> int:
    """How much of a run is through, 0 to 100; 100 only when everything is."""
    if planned <= 0:
        return 100
    return min(through * 100 // planned, 100)


def time_left(left: timedelta | None) -> Words | None:
    """The time that remains, rounded as one would say it; None where nothing can be said yet."""
    if left is None:
        return None
    seconds = max(0, round(left.total_seconds()))
    if seconds < 60:
        return Words(N_("moins d’une minute"))
    minutes = round(seconds / 60)
    if minutes < 90:
        return Words(N_("environ %(count)s min"), count=minutes)
    return Words(N_("environ %(hours)s h %(minutes)s min"), hours=minutes // 60, minutes=f"{minutes % 60:02d}")


def lasted(span: timedelta) -> Words:
    """How long something took, or how long ago it was."""
    seconds = max(0, round(span.total_seconds()))
    if seconds < 120:
        return Words(N_("%(count)s s"), count=seconds)
    if seconds < 7200:
        return Words(N_("%(count)s min"), count=round(seconds / 60))
    if seconds < 172_800:
        return Words(N_("%(count)s h"), count=round(seconds / 3600))
    return Words(N_("%(count)s jours"), count=round(seconds / 86_400))
