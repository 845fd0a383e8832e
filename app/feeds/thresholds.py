"""When a delivery would empty a school: its last pupil, or too large a share of its pupils or staff in one import (G11, FEED-7). Plain."""

from __future__ import annotations

from dataclasses import dataclass

#: Below this number of leavers no share is looked at: small schools lose a third of their pupils honestly.
FEWEST = 20
#: So many staff do not leave a school at once without anybody in their place: their part of the delivery is missing.
WHOLE_STAFF = 3


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """How many of a school's pupils, or of its staff (``held``), a delivery would make leave; ``left`` are there after it."""

    school: str
    uai: str
    held: int
    leaving: int
    left: int = 0

    @property
    def percent(self) -> int:
        return round(100 * self.leaving / self.held) if self.held else 0

    @property
    def empties(self) -> bool:
        """Would nobody be left of those who were there?"""
        return self.leaving > 0 and self.left == 0 and self.leaving >= self.held


def too_many(leaving: Leaving, percent: int) -> bool:
    """Do more than ``percent`` of them, and at least ``FEWEST``, leave?"""
    return leaving.leaving >= FEWEST and leaving.leaving * 100 > leaving.held * percent


def too_many_staff(leaving: Leaving, percent: int) -> bool:
    """The same of staff, of whom a small school may not lose all either, however few they are and whatever ``percent`` says."""
    return too_many(leaving, percent) or (leaving.empties and leaving.leaving >= WHOLE_STAFF)
