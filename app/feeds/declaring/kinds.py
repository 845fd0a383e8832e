"""What can be declared of a school, and whom it concerns. Plain."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.errors import Refused
from app.words import N_


class Declared(StrEnum):
    """What becomes of a school."""

    CLOSURE = "closure"
    MERGER = "merger"
    SPLIT = "split"
    NEW_UAI = "new-uai"


KIND_NAMES: Mapping[str, str] = {
    Declared.CLOSURE: N_("Fermeture"),
    Declared.MERGER: N_("Fusion dans un autre établissement"),
    Declared.SPLIT: N_("Division en plusieurs établissements"),
    Declared.NEW_UAI: N_("Changement d’UAI"),
}


class Address(StrEnum):
    """What becomes of the public site of a school that ends."""

    STAYS = "stays"
    REDIRECTS = "redirects"


ADDRESS_NAMES: Mapping[str, str] = {
    Address.STAYS: N_("Il reste lisible, avec les établissements qui reçoivent les élèves"),
    Address.REDIRECTS: N_("Il mène au site de l’établissement qui lui succède"),
}

#: After these the school has no pupils any more; a delivery may take them all from it.
ENDING = frozenset({Declared.CLOSURE, Declared.MERGER, Declared.SPLIT})

#: How many UAIs each names, at least and at most: its successors, or the new one.
HOW_MANY: Mapping[str, tuple[int, int]] = {
    Declared.CLOSURE: (0, 20),
    Declared.MERGER: (1, 1),
    Declared.SPLIT: (2, 20),
    Declared.NEW_UAI: (1, 1),
}


class WrongSuccessors(Refused):
    message = N_("Une fermeture nomme au plus 20 successeurs, une fusion un seul, une division deux au moins.")
    advice = N_(
        "Écrivez l’UAI de chaque établissement qui reçoit les élèves ; pour un changement d’UAI, le nouveau seul."
    )


class WrongAddress(Refused):
    message = N_("Un site ne mène qu’à un seul successeur, et ne reste pas lisible avant ce jour seulement.")
    advice = N_("Laissez-le lisible, au moins jusqu’au jour du changement ; la page nomme tous les successeurs.")


class WrongKeeper(Refused):
    message = N_("L’établissement qui garde les archives est un de ceux qui reçoivent les élèves.")
    advice = N_("Écrivez l’UAI d’un successeur, ou rien : le projet les garde alors.")


class UaiTaken(Refused):
    message = N_("L’UAI %(uai)s est déjà celui d’un autre établissement : %(school)s.")
    advice = N_("Si cet établissement reçoit les élèves, déclarez une fusion.")


class AlreadyDeclared(Refused):
    message = N_("Une déclaration est déjà en cours pour %(school)s.")
    advice = N_("Confirmez-la, ou retirez-la pour en faire une autre.")


class SamePerson(Refused):
    message = N_("La même personne ne peut pas déclarer et confirmer.")
    advice = N_("Demandez à un autre exploitant de relire la déclaration et de la confirmer.")


class Settled(Refused):
    message = N_("Cette déclaration est déjà confirmée, retirée ou appliquée.")
    advice = N_("Regardez où elle en est.")
