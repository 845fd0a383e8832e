"""Is a class of a delivery last year's under its old code, or a new one that is only called the same (S4-3)? Plain.

The same code is no evidence: a 6A exists every year. What counts is who is in it, and at which level.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from app.words import N_, Words


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What a delivery says of a class whose code existed in year N. Figures are pupils of the delivery in that class."""

    pupils: int
    #: Were in the class of that code last year.
    same: int
    #: Were in it, and the delivery gives them the level that they had there: last year's, or they repeat it.
    same_level: int
    #: Were in it, and have another class beside it now that nobody has refused.
    elsewhere: int
    #: Entered it on a day of year N, where the source tells the day.
    entered_before: int = 0

    def document(self) -> dict[str, Any]:
        """For the database."""
        return asdict(self)


def evidence_of(document: Mapping[str, Any]) -> Evidence:
    """The reverse of ``document``."""
    return Evidence(**document)


def comes_back(found: Evidence) -> bool:
    """Must somebody decide? Where most pupils are last year's at last year's level, have a class beside it, or entered it before."""
    half = found.pupils / 2
    return found.pupils > 0 and any(count > half for count in (found.same_level, found.elsewhere, found.entered_before))


def sentences(found: Evidence) -> Iterator[Words]:
    """What speaks for last year's class, in words."""
    if found.same_level:
        yield Words(
            N_("%(count)s élèves sur %(pupils)s y étaient déjà l’an dernier et gardent le niveau d’alors."),
            count=found.same_level,
            pupils=found.pupils,
        )
    elif found.same:
        sentence = N_("%(count)s élèves sur %(pupils)s étaient dans la classe du même nom l’an dernier.")
        yield Words(sentence, count=found.same, pupils=found.pupils)
    if found.elsewhere:
        sentence = N_("%(count)s d’entre eux ont aussi une autre classe.")
        yield Words(sentence, count=found.elsewhere)
    if found.entered_before:
        sentence = N_("%(count)s élèves y sont entrés pendant l’année qui finit.")
        yield Words(sentence, count=found.entered_before)
