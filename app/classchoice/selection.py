"""What a teacher has ticked of last year's class, and what becomes of edited copies. Plain."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

_NONE: frozenset[int] = frozenset()


class Edited(StrEnum):
    """What becomes of copies that were edited since, when a choice is put right (CLASS-5)."""

    ASK = "ask"
    KEEP = "keep"
    MOVE = "move"
    TRASH = "trash"


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """What to take. Whole categories and folders (with all beneath) leave out what is unticked by default (CLASS-2).

    ``uncategorised`` and ``top_files`` are the articles without a category and the files in no folder. A number in ``articles`` or
    ``files`` takes that one whatever it shows; ``but_articles`` and ``but_files`` leave that one out, one in
    ``but_folders`` the files directly in it and the folder. ``pupils_too``: pupils' articles
    and media showing pupils go along with their category or folder.
    """

    everything: bool = False
    categories: frozenset[int] = _NONE
    uncategorised: bool = False
    folders: frozenset[int] = _NONE
    top_files: bool = False
    articles: frozenset[int] = _NONE
    files: frozenset[int] = _NONE
    contests: frozenset[int] = _NONE
    points: frozenset[int] = _NONE
    but_articles: frozenset[int] = field(default=_NONE)
    but_files: frozenset[int] = field(default=_NONE)
    but_folders: frozenset[int] = field(default=_NONE)
    pupils_too: bool = False

    @property
    def empty(self) -> bool:
        """Is nothing ticked at all?"""
        wholes = self.everything or self.uncategorised or self.top_files
        return not (
            wholes or self.categories or self.folders or self.articles or self.files or self.contests or self.points
        )


EVERYTHING = Selection(everything=True)
