"""What is said when a section comes back from the trash (S1-2). Plain."""

from __future__ import annotations

from app.content.spaces import SpaceKind
from app.words import N_, Words


def restored_words(title: str, kind: str, *, archived: bool) -> Words:
    """What a section that was fetched back has got again: title and content always, its roles only if no step took them (S2-2)."""
    if not archived:
        return Words(N_("« %(title)s » est rétablie, avec son contenu et ses rôles."), title=title)
    if kind == SpaceKind.CLASS:
        return Words(
            N_(
                "« %(title)s » est rétablie avec son contenu. Le chef d’établissement et les administrateurs la gèrent, "
                "les enseignants la lisent ; les anciens accès de la classe ne reviennent pas."
            ),
            title=title,
        )
    return Words(
        N_(
            "« %(title)s » est rétablie avec son contenu et ses gestionnaires ; les autres accès ne reviennent pas. "
            "Elle reste temporaire : rendez-la permanente pour qu’elle ne soit pas archivée de nouveau."
        ),
        title=title,
    )
