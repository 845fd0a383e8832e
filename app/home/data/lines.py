"""The lines of 'Mes données et la bascule': of each kind how many, what becomes of it, when, and the button (DATA-3). Plain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.fates import SPACE_WORDS, Fate, Kind, Rule, Space, owned_kinds
from app.home.data.dates import SchoolDates, when
from app.words import Words

#: In which order fates are told: what needs an action first.
_ORDER = (Fate.DELETED, Fate.RECOVERABLE, Fate.ARCHIVED, Fate.KEPT)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One kind in one space in one school: ``dates`` is None for what is kept."""

    kind: Kind
    space: Space
    count: int
    rule: Rule
    dates: Words | None

    @property
    def where(self) -> str:
        """The space in words; empty outside sections."""
        return SPACE_WORDS[self.space]


def lines(counts: Mapping[tuple[str, Space], int], school: SchoolDates) -> dict[Fate, list[Line]]:
    """What somebody owns, by what becomes of it in ``school``, what goes first; kinds of which there is nothing are left out."""
    found: dict[Fate, list[Line]] = {fate: [] for fate in _ORDER}
    for kind in owned_kinds():
        for space in kind.spaces:
            count = counts.get((kind.key, space), 0)
            if not count:
                continue
            rule = kind.fate(school.preset, space)
            line = Line(kind=kind, space=space, count=count, rule=rule, dates=when(rule, school))
            found[rule.fate].append(line)
    return {fate: listed for fate, listed in found.items() if listed}


def total(found: Mapping[Fate, Sequence[Line]]) -> dict[Fate, int]:
    """How many rows of each fate."""
    return {fate: sum(line.count for line in listed) for fate, listed in found.items()}
