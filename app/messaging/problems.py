"""What messaging refuses, and why. Plain."""

from __future__ import annotations

from datetime import timedelta

from app.errors import Refused
from app.words import N_

#: For how long authors may withdraw what they have sent (PORTAL-21).
WITHDRAWN_WITHIN = timedelta(hours=1)


class NobodyReached(Refused):
    status = 422
    message = N_("Ce message n’atteindrait personne.")
    advice = N_("Vérifiez les destinataires : une classe ou un groupe est peut-être vide.")


class NotYours(Refused):
    status = 422
    message = N_("Vous ne pouvez pas écrire à l’un des destinataires choisis.")
    advice = N_("Retirez-le de la liste, puis continuez.")


class PopulationGone(Refused):
    message = N_("Une classe ou un groupe parmi les destinataires n’existe plus.")
    advice = N_("Choisissez de nouveau les destinataires.")


class TooLate(Refused):
    message = N_("Ce message est parti depuis plus d’une heure : son auteur ne peut plus le retirer.")
    advice = N_("Demandez au chef d’établissement de le retirer : il le peut à tout moment.")


class NameTaken(Refused):
    status = 422
    message = N_("Vous avez déjà un dossier de ce nom.")
    advice = N_("Choisissez un autre nom.")


class Spread(Refused):
    message = N_("Cette communication est diffusée : elle ne se modifie plus, elle s’annule.")
    advice = N_("Annulez-la, puis faites-en une nouvelle.")


#: Why a dated message did not leave; stored, and told in the reader's language.
CANCELLED = N_("Une classe, un niveau ou un groupe auquel il s’adressait n’existe plus.")
CANCELLED_ALL = N_("Plus personne ne correspond aux destinataires choisis.")
