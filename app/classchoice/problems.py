"""Why a class is not chosen, or something not taken along. Plain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import Refused
from app.words import N_, Words


class ClassClosed(Refused):
    status = 422
    message = N_("La classe « %(name)s » est fermée au choix par l’établissement.")
    advice = N_("Demandez à l’administrateur ou au directeur de l’école de vous y placer.")


class ClassGone(Refused):
    """A class was on the page and is no more: a feed came meanwhile."""

    message = N_("La liste des classes a changé pendant que vous choisissiez. Rien n’est perdu.")
    advice = N_("Regardez la liste à jour et choisissez de nouveau.")


class NothingTaken(Refused):
    status = 422
    message = N_("Rien n’est coché.")
    advice = N_("Cochez ce que vous voulez reprendre, ou passez cette page.")


class NoClassChosen(Refused):
    status = 422
    message = N_("Aucune classe de destination n’est choisie.")
    advice = N_("Choisissez d’abord votre classe, puis ce que vous y reprenez.")


class TooLate(Refused):
    message = N_("Ce qui venait de l’an dernier pouvait être repris jusqu’au %(until)s.")
    advice = N_("Ce que vous aviez déjà repris reste dans votre classe.")


class UnknownLevel(Refused):
    status = 422
    message = N_("Ce niveau n’existe pas.")


class AlreadyReplaced(Refused):
    status = 422
    message = N_("Cette personne remplace déjà dans cette classe à ces dates.")


class BadDays(Refused):
    status = 422
    message = N_("Le dernier jour vient avant le premier.")


class AlreadySettled(Refused):
    message = N_("Quelqu’un d’autre a déjà décidé pour cette classe.")


class NotSettled(Refused):
    message = N_("Rien n’est décidé pour cette classe, ou la décision est déjà annulée.")
    advice = N_("Regardez la liste à jour.")


@dataclass(frozen=True, kw_only=True, slots=True)
class EditedThing:
    """Something that was taken along and edited since: ``kind`` is 'article', 'file', 'folder', 'contest' or 'point'."""

    kind: str
    id: int
    title: str
    section_id: int


class EditedSince(Refused):
    """What was taken along has been edited since: whoever puts it right says what becomes of it (CLASS-5)."""

    message = N_("Une partie de ce qui a été repris a été modifiée depuis.")
    advice = N_(
        "Dites ce qu’il faut en faire : le laisser, le déplacer vers la nouvelle classe ou le mettre à la corbeille."
    )

    def __init__(self, items: Sequence[EditedThing]) -> None:
        self.items = tuple(items)
        super().__init__(Words(self.message))
