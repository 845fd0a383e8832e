"""Why a space is not opened or joined. Plain."""

from __future__ import annotations

from app.errors import Refused
from app.words import N_


class UnknownCode(Refused):
    status = 422
    message = N_("Aucun partenariat n’a ce code.")
    advice = N_("Vérifiez les lettres et les chiffres avec l’enseignant qui vous l’a donné.")


class JoinedAlready(Refused):
    status = 422
    message = N_("Cette classe fait déjà partie du partenariat.")
