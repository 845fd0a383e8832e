"""When a delivery would empty a school: the share of its pupils that may leave in one import (guarantee G11). Plain."""

from __future__ import annotations

from dataclasses import dataclass

#: Below this number of leavers no share is looked at: small schools lose a third of their pupils honestly.
FEWEST = 20


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """How many of a school's pupils a delivery would make leave, of how many."""

    school: str
    uai: str
    pupils: int
    leaving: int

    @property
    def percent(self) -> int:
        return round(100 * self.leaving / self.pupils) if self.pupils else 0


def too_many(leaving: Leaving, percent: int) -> bool:
    """Do more than ``percent`` of the school's pupils, and at least ``FEWEST``, leave?"""
    return leaving.leaving >= FEWEST and leaving.leaving * 100 > leaving.pupils * percent
