"""Why something is not ticked, or never comes along (CLASS-2). Plain."""

from __future__ import annotations

from app.words import N_, Words

BY_PUPIL = Words(N_("Écrit par un élève : à ne reprendre que si son auteur et ses responsables sont d’accord."))
SHOWS_PUPILS = Words(N_("On y voit des élèves : l’accord donné l’an dernier ne vaut pas pour une autre classe."))
COMMENTS = Words(N_("Les commentaires ne sont jamais repris."))
NOT_OFFERED = Words(
    N_("Le mini-site, le cahier de textes, le cahier de liaison et l’agenda de l’an dernier ne sont pas repris.")
)
