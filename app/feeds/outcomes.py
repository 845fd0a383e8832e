"""What became of a delivery, in words; and its rejects as a table for spreadsheets or machines. Plain."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from app.words import N_

#: State -> (how it is drawn, its word).
STATES: dict[str, tuple[str, str]] = {
    "applied": ("done", N_("Appliqué")),
    "planned": ("info", N_("Simulé")),
    "refused": ("failed", N_("Refusé")),
}
#: A report's counts in words, in the order of the contract: what the delivery holds, then what became of the people.
HELD: dict[str, str] = {
    "schools": N_("Établissements"),
    "classes": N_("Classes"),
    "groups": N_("Groupes"),
    "students": N_("Élèves"),
    "guardians": N_("Responsables"),
    "contacts": N_("Personnes à contacter, sans compte"),
    "unreferenced": N_("Adultes qu’aucun élève ne cite"),
    "teachers": N_("Enseignants"),
    "staff": N_("Autres personnels"),
}
BECAME: dict[str, str] = {
    "created": N_("Nouvelles personnes"),
    "changed": N_("Fiches modifiées"),
    "unchanged": N_("Inchangées"),
    "moved": N_("Ont changé d’établissement"),
    "left": N_("Ne sont plus dans la livraison"),
    "reappeared": N_("De retour"),
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(head: Iterable[str], rows: Iterable[Iterable[str]], *, for_machines: bool) -> str:
    """A CSV text. For people: semicolons, a byte order mark, and no cell that a spreadsheet would run as a formula."""
    text = io.StringIO()
    if not for_machines:
        text.write("\ufeff")
    writer = csv.writer(text, delimiter="," if for_machines else ";", lineterminator="\r\n")
    for row in (head, *rows):
        writer.writerow(row if for_machines else [_harmless(cell) for cell in row])
    return text.getvalue()


def _harmless(cell: str) -> str:
    return "'" + cell if cell.startswith(_FORMULA) else cell
