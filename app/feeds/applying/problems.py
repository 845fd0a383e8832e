"""Why a delivery is not applied, and the way on. Plain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.errors import Refused
from app.feeds.thresholds import Leaving
from app.words import N_, Words


class Busy(Refused):
    message = N_("Un autre import est en cours.")
    advice = N_(
        "Attendez qu’il finisse, puis recommencez. S’il a été interrompu, « feeds apply » avec son numéro le termine."
    )


class Stopped(Refused):
    """A planned delivery waits for a person; ``number`` is its import's."""

    def __init__(self, words: Words | None = None, *, number: int, **values: Any) -> None:
        super().__init__(words, number=number, **values)
        self.number = number


class TooManyLeave(Stopped):
    """A delivery would take too many people from a school; a person must look first (G11)."""

    message = N_(
        "Trop d’élèves quitteraient %(school)s (%(uai)s) : %(leaving)s sur %(pupils)s, soit %(percent)s %% ; la limite est de %(limit)s %%."
    )
    advice = N_(
        "Rien n’a été modifié, l’import %(number)s reste simulé. Vérifiez que la livraison est entière : son bilan"
        " (« feeds report %(number)s ») montre ce qu’elle changerait. « feeds apply %(number)s --lift %(uai)s --by IDENTIFIANT » lève la"
        " limite pour cet établissement ; « feeds apply %(number)s --others » applique les autres sans lui."
    )


class AllPupilsLeave(TooManyLeave):
    """The last threshold: only a declared school loses its last pupil, by the word of two people (FEED-7)."""

    message = N_(
        "%(school)s (%(uai)s) perdrait tous ses élèves : %(leaving)s sur %(pupils)s. S’il ferme, fusionne ou se divise,"
        " déclarez-le : deux personnes lèvent alors cette limite."
    )
    advice = N_(
        "Rien n’a été modifié, l’import %(number)s reste simulé. Cette limite ne se lève que pour un établissement déclaré fermé,"
        " fusionné ou divisé, et par deux personnes : « feeds apply %(number)s --lift %(uai)s --by IDENTIFIANT », l’une après l’autre."
        " « feeds apply %(number)s --others » applique les autres établissements sans lui."
    )


class UndecidedClasses(Stopped):
    """Classes of year N come back; a person says of each whether it is one (S4-3)."""

    message = N_("%(count)s classe(s) de l’année passée reviendraient avec cette livraison : %(classes)s.")
    advice = N_(
        "Rien n’a été modifié, l’import %(number)s reste simulé. Décidez de chacune dans son bilan, puis « feeds apply %(number)s »"
        " l’applique ; avec « --returning accept » elles sont toutes prises, avec « --returning refuse » aucune."
    )


class NotPlanned(Refused):
    message = N_("L’import numéro %(number)s ne peut pas être appliqué : %(state)s.")
    advice = N_("Importez de nouveau la livraison.")


class PlanOutdated(Stopped):
    """The directory changed since the plan: what would be applied is not what was shown (G3)."""

    message = N_(
        "L’annuaire a changé depuis la simulation : la livraison changerait autre chose que ce qui a été montré."
    )
    advice = N_(
        "Rien n’a été modifié. Une nouvelle simulation est prête sous le même numéro : regardez-la, puis recommencez."
    )


class SchoolsNotWritten(Refused):
    """The others are applied (G14): done, with failed items."""

    exit_code = 1
    message = N_("%(count)s établissement(s) n’ont pas pu être écrits : %(schools)s. Les autres sont à jour.")
    advice = N_("Rien n’y a été modifié ; l’import dit pourquoi. « feeds apply %(number)s » essaie de nouveau.")


class CannotLift(Refused):
    """The last threshold: a school would be emptied without having been declared closed (FEED-7)."""

    message = N_("%(school)s perdrait tous ses élèves : cette limite ne se lève pas.")
    advice = N_(
        "Si l’établissement ferme, fusionne ou se divise, déclarez-le d’abord dans la campagne : deux personnes lèvent alors la limite."
    )


class SecondPersonMissing(Refused):
    message = N_("%(school)s perdrait tous ses élèves : une seconde personne doit lever la limite elle aussi.")
    advice = N_("Demandez à un autre exploitant de la lever à son tour.")


_STAFF = N_(
    "Trop de personnels quitteraient %(school)s (%(uai)s) : %(leaving)s sur %(held)s, soit %(percent)s %% ; la limite est de %(limit)s %%."
)
_NO_STAFF = N_("Il ne resterait aucun des %(held)s personnels de %(school)s (%(uai)s), et personne n’y arrive.")

_MISSING = N_(
    "%(school)s (%(uai)s) n’est plus dans la livraison. S’il ferme, fusionne, se divise ou change d’UAI, déclarez-le ; sinon la"
    " livraison n’est pas entière. Ses élèves y restent."
)


def too_many_words(leaving: Leaving, limit: int) -> Words:
    """Why a threshold of ``limit`` percent stops a school for its pupils."""
    return Words(
        AllPupilsLeave.message if leaving.empties else TooManyLeave.message,
        school=leaving.school,
        uai=leaving.uai,
        leaving=leaving.leaving,
        pupils=leaving.held,
        percent=leaving.percent,
        limit=limit,
    )


def too_many_staff_words(leaving: Leaving, limit: int) -> Words:
    """Why a threshold of ``limit`` percent stops a school for its staff."""
    return Words(
        _NO_STAFF if leaving.empties else _STAFF,
        school=leaving.school,
        uai=leaving.uai,
        leaving=leaving.leaving,
        held=leaving.held,
        percent=leaving.percent,
        limit=limit,
    )


def missing_words(school: str, uai: str) -> Words:
    """Why a school stops a delivery that no longer describes it, and has its neighbours (FEED-7)."""
    return Words(_MISSING, school=school, uai=uai)


def together(reasons: Sequence[Words]) -> Words | None:
    """Several reasons as one sentence after the other; None where there is none."""
    told = None
    for words in reasons:
        told = words if told is None else Words("%(one)s %(other)s", one=told, other=words)
    return told


def not_written(wrong: Exception) -> Words:
    """Why a school could not be written, where it is no refusal."""
    return Words(
        N_("L’établissement n’a pas pu être écrit (%(why)s) ; rien n’y a été modifié."), why=type(wrong).__name__
    )
