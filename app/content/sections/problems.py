"""Why a section is not changed. Plain."""

from __future__ import annotations

from app.errors import Refused
from app.words import N_


class UnderItself(Refused):
    status = 422
    message = N_("Une rubrique ne se range ni sous elle-même, ni sous une de ses sous-rubriques.")
    advice = N_("Choisissez une autre place.")


class TooDeep(Refused):
    status = 422
    message = N_("Les rubriques s’emboîtent sur %(most)s niveaux au plus.")
    advice = N_("Choisissez une place plus haut.")


class CategoryExists(Refused):
    status = 422
    message = N_("La catégorie « %(name)s » existe déjà.")
    advice = N_("Choisissez un autre nom.")
