"""Why something is not done in a blog. Plain."""

from __future__ import annotations

from app.errors import Refused
from app.words import N_


class CommentsClosed(Refused):
    message = N_("Les commentaires de cet article sont fermés.")
    advice = N_("Adressez-vous à son auteur par la messagerie.")


class TooManyAttachments(Refused):
    status = 422
    message = N_("Un article prend %(most)s pièces jointes au plus.")
    advice = N_("Rangez les autres dans la médiathèque et donnez le lien, ou réunissez-les dans une archive.")
