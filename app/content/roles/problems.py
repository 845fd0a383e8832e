"""Why a role is not given. Plain."""

from __future__ import annotations

from app.errors import Refused
from app.words import N_


class NobodyNamed(Refused):
    status = 422
    message = N_("Choisissez à qui vous donnez ce rôle.")


class ProfileOfGroup(Refused):
    status = 422
    message = N_("Un profil ne se précise que pour une classe ou pour tout l’établissement.")
    advice = N_("Choisissez « tout le monde », ou un autre destinataire.")


class GivenAlready(Refused):
    status = 422
    message = N_("Ce rôle est déjà donné.")
