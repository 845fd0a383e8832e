"""Words and lists that the pages of teachers and those of administrators share. Plain."""

from __future__ import annotations

from app.classchoice.selection import Edited
from app.feeds.levels import LEVELS, school_kind
from app.words import N_

#: What becomes of copies that were edited since (CLASS-5): the value, the words beside it.
FATES: tuple[tuple[str, str], ...] = (
    (Edited.KEEP.value, N_("Les laisser dans cette classe")),
    (Edited.MOVE.value, N_("Les emporter dans la nouvelle classe")),
    (Edited.TRASH.value, N_("Les mettre à la corbeille de cette classe")),
)
#: What an edited thing is.
KINDS: dict[str, str] = {
    "article": N_("article"),
    "file": N_("fichier"),
    "folder": N_("dossier"),
    "contest": N_("concours"),
    "point": N_("lieu de la carte"),
}


def fates(somewhere: bool) -> list[tuple[str, str]]:
    """The choices for edited copies; without a class to go to none can be moved."""
    return [one for one in FATES if somewhere or one[0] != Edited.MOVE.value]


def levels_for(kind: str) -> list[str]:
    """The levels taught in a school of that kind, youngest first; every level where the kind is not known."""
    known = list(LEVELS.values())
    return [level for level in known if school_kind(level) == kind] or known
