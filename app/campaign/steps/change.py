"""A change is data: which rows, where, and what happens to them. The plan counts it, the run applies it, from the same words (G3).

The lists of the steps are drawn from ``app.fates``; what a step does besides (archives, roles, messages) stands beside them with
the rule that asks for it. Adding a kind of data touches the table of fates and its room's ``rollover.py``, nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.fates import Fate, Kind, Preset, Retention, Rule, Space


class Effect(StrEnum):
    """What can happen to rows: three effects, no fourth. ARCHIVE makes, FEED makes and sets aside.

    CARRIED says what goes along with its section.
    """

    SET_ASIDE = "set-aside"
    CHANGE = "change"
    MAKE = "make"
    ARCHIVE = "archive"
    #: Rows that a delivery of the directory brings, and others that it takes, as its plan says (S4-1).
    FEED = "feed"
    CARRIED = "carried"


class Reach(StrEnum):
    """Whose part does it: the school's, or the people's whose home it is, once all the schools concerned are through."""

    SCHOOL = "school"
    PEOPLE = "people"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change of a step. ``kind`` is a name that some room's ``rows`` answers for; ``archive`` names what ARCHIVE makes.

    ``needs`` names the archives that must be verified, and cover exactly these rows, before they are taken (G9).
    """

    step: int
    preset: Preset
    effect: Effect
    kind: str
    space: Space = Space.NONE
    fate: Fate = Fate.KEPT
    retention: Retention = Retention.NONE
    reach: Reach = Reach.SCHOOL
    archive: str = ""
    needs: str = ""
    #: Names of changes of the same step without which this one is not done: it would take away what they read.
    after: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How plans and ledgers call it; unique within a step and preset."""
        parts = (self.effect.value, self.archive or self.kind, self.space.value)
        return ":".join(part for part in parts if part)


#: Kinds of people: they belong to the home school's part. An import's report speaks of every school of its source.
OF_PEOPLE = frozenset({"message-inbox", "message-archived-year", "message-trash", "import-report"})


def from_fates(lines: Iterator[tuple[Kind, Space, Rule]], step: int, preset: Preset) -> Iterator[Change]:
    """What the table of fates asks of a step in a preset: everything that is set aside, in the table's order."""
    for kind, space, rule in lines:
        if rule.step == step:
            yield Change(
                step=step,
                preset=preset,
                effect=Effect.SET_ASIDE,
                kind=kind.key,
                space=space,
                fate=rule.fate,
                retention=rule.retention,
                reach=Reach.PEOPLE if kind.key in OF_PEOPLE else Reach.SCHOOL,
                needs=rule.archive,
            )
