"""The two kinds of measure, the school's lists that go with each, and who may do what with them. Plain."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.schoollife.standing import Right, Standing
from app.schoollife.years.parameters import ParameterList
from app.words import N_


class MeasureKind(StrEnum):
    """A punishment is given by any adult of the school, a sanction decided by its head (S2-5, S2-6)."""

    PUNISHMENT = "punishment"
    SANCTION = "sanction"


@dataclass(frozen=True, kw_only=True, slots=True)
class KindRules:
    """The words for a kind, its lists, and the rights to read and to write it."""

    name: str
    new: str
    types: ParameterList
    reasons: ParameterList
    reads: Right
    writes: Right


RULES: dict[MeasureKind, KindRules] = {
    MeasureKind.PUNISHMENT: KindRules(
        name=N_("punition"),
        new=N_("Donner une punition"),
        types=ParameterList.PUNISHMENT_TYPE,
        reasons=ParameterList.PUNISHMENT_REASON,
        reads=Right.READ_PUNISHMENTS,
        writes=Right.PUNISH,
    ),
    MeasureKind.SANCTION: KindRules(
        name=N_("sanction"),
        new=N_("Prononcer une sanction"),
        types=ParameterList.SANCTION_TYPE,
        reasons=ParameterList.SANCTION_REASON,
        reads=Right.READ_SANCTIONS,
        writes=Right.SANCTION,
    ),
}
#: Who follows every punishment of the school up, whoever gave it.
FOLLOWS_UP = frozenset({Standing.SCHOOL_LIFE, Standing.ASSISTANT, Standing.HEAD})
