"""The five steps by number and name, and what each does."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from types import ModuleType

from app.campaign.steps import (
    step1_purge_trash,
    step2_archive_year,
    step3_remove_obsolete,
    step4_initialise_directory,
)
from app.campaign.steps.change import Change
from app.fates import Preset

#: The steps that act by changes; the fifth is in the schools' hands.
STEPS: dict[int, ModuleType] = {
    module.STEP: module
    for module in (step1_purge_trash, step2_archive_year, step3_remove_obsolete, step4_initialise_directory)
}
NAMES: dict[str, int] = {module.NAME: number for number, module in STEPS.items()}


def step_called(word: str) -> int | None:
    """The number of the step that ``word`` (a number or a name) means; None for an unknown one."""
    number = int(word) if word.isdecimal() else NAMES.get(word, 0)
    return number if number in STEPS else None


def changes_of(step: int, preset: Preset) -> tuple[Change, ...]:
    """What a step does for schools of ``preset``, in its order. Raises KeyError for a step without changes."""
    return _drawn(STEPS[step].changes, preset)


def change_called(step: int, preset: Preset, name: str) -> Change:
    """The change of that name. Raises KeyError."""
    return _named(STEPS[step].changes, preset)[name]


@lru_cache(maxsize=64)
def _drawn(changes: Callable[[Preset], tuple[Change, ...]], preset: Preset) -> tuple[Change, ...]:
    # Drawn from the table of fates once: a run asks for every task.
    return changes(preset)


@lru_cache(maxsize=64)
def _named(changes: Callable[[Preset], tuple[Change, ...]], preset: Preset) -> dict[str, Change]:
    return {change.name: change for change in _drawn(changes, preset)}
