"""What the operations of an AAF delta add up to: one operation for each entry, and who is deleted (FEED-1). Plain.

A delta names an entry once. Where it does not, the first that tells something stands and the others are rejects; a deletion beside
anything else is not carried out, since nobody could say which came last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.feeds.formats.aaf_files import Category
from app.feeds.formats.rows import ADULT, STAFF, STUDENT, Rows
from app.words import N_, Words

#: What a deleted entry is called in the rows.
KINDS: Mapping[Category, str] = {
    Category.STUDENT: STUDENT,
    Category.ADULT: ADULT,
    Category.STAFF: STAFF,
    Category.STRUCTURE: "structure",
    Category.MEF: "mef",
    Category.SUBJECT: "subject",
}
_TWICE = N_("La fiche vient plusieurs fois dans la livraison partielle ; seule la première est prise.")
_BOTH = N_("La livraison partielle supprime cette fiche et la décrit aussi ; elle n’est pas supprimée.")
_ENDED = N_(
    "La livraison partielle supprime des structures : %(count)s (%(named)s). Rien n’y a été modifié ; si un établissement ferme,"
    " déclarez-le dans la campagne."
)
#: How many structures a warning names.
_NAMED = 10


@dataclass
class Operations:
    """What one delta has said so far; a number of eight bytes for each of its entries."""

    _told: set[int] = field(default_factory=set)
    _deleted: dict[tuple[Category, str], None] = field(default_factory=dict)

    def tell(self, category: Category, key: str, rows: Rows) -> bool:
        """May an addRequest or modifyRequest of ``key`` be taken? A reject says why not, or that a deletion is undone by it."""
        mark = hash((category, key))
        if mark in self._told:
            rows.reject(str(category), key, Words(_TWICE), whole=False)
            return False
        self._told.add(mark)
        if (category, key) in self._deleted:
            del self._deleted[(category, key)]
            rows.reject(str(category), key, Words(_BOTH), whole=False)
        return True

    def delete(self, category: Category, key: str, rows: Rows) -> None:
        """A deleteRequest of ``key``."""
        if hash((category, key)) in self._told:
            rows.reject(str(category), key, Words(_BOTH), whole=False)
        else:
            self._deleted[(category, key)] = None

    def deleted(self) -> Rows:
        """The rows of every deletion, when the whole delta has been read."""
        rows = Rows()
        rows.tables["deleted"] += [(KINDS[category], key) for category, key in self._deleted]
        ended = [key for category, key in self._deleted if category is Category.STRUCTURE]
        if ended:
            more = " …" if len(ended) > _NAMED else ""
            rows.warnings.append(Words(_ENDED, count=len(ended), named=", ".join(ended[:_NAMED]) + more))
        return rows
