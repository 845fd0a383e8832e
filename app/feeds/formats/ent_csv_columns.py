"""The five files of an ENT's generic CSV import, and their columns by every label under which they have been seen (``ent_csv``). Plain.

Pupils and staff have nearly the same header, so the file's name says what it holds ('CSV_Eleves.csv'); a column of children makes it one
of parents whatever it is called. A column that these lists do not know is reported, never an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.directory.names import folded
from app.feeds.formats.csv_text import Table, plain


class Kind(StrEnum):
    """Which of the five files; the value is what reports call it."""

    PUPILS = "Eleves"
    TEACHERS = "Enseignants"
    STAFF = "Personnels"
    PARENTS = "Parents"
    GUESTS = "Invites"


#: What a word of a file's name begins with -> the kind.
_WORDS: Mapping[str, Kind] = {
    "eleve": Kind.PUPILS,
    "student": Kind.PUPILS,
    "enseignant": Kind.TEACHERS,
    "teacher": Kind.TEACHERS,
    "personnel": Kind.STAFF,
    "parent": Kind.PARENTS,
    "responsable": Kind.PARENTS,
    "relative": Kind.PARENTS,
    "invite": Kind.GUESTS,
    "guest": Kind.GUESTS,
}


def _labels(**columns: str) -> Mapping[str, str]:
    return {label: column for column, labels in columns.items() for label in labels.split()}


#: Label (``plain``) -> column; 'unused' ones are known.
_COLUMNS: Mapping[str, str] = _labels(
    id="externalid id identifiant",
    last_name="nom nomdefamille lastname nomeleve nomresponsable",
    used_name="nomdusage nomusage nomdusageeleve nomusageresponsable surname",
    first_name="prenom firstname prenomeleve prenomresponsable",
    title="civilite civiliteresponsable",
    birth_date="datedenaissance datenaissance datenaiss birthdate neele",
    ine="ine",
    level="niveau",
    classes="classe classes class libelleclasse classeouregroupement",
    functions="fonction fonctions function",
    children="childexternalid childid idenfant",
    home_phone="telephone telephonedomicile phone",
    work_phone="telephonetravail phonework",
    mobile_phone="telephoneportable mobile portable",
    email="email courriel mail",
    address="adresse adresse1 address",
    postal_code="cp codepostal cp1 zipcode postcode",
    town="ville commune commune1 city",
    country="pays pays1 country",
    unused="sexe login alias statut regime boursier transport ignore",
)
#: Columns that come several times under one label.
REPEATED = ("classes", "functions", "children")


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Where each column stands; ``several`` are the places of those that may repeat."""

    kind: Kind
    places: dict[str, int]
    several: dict[str, list[int]]
    width: int
    unknown: list[str]

    def row(self, cells: list[str]) -> dict[str, str]:
        """The row by column, without those that repeat; a cell that a short row lacks is empty."""
        return {column: cells[at] if at < len(cells) else "" for column, at in self.places.items()}

    def values(self, column: str, cells: list[str]) -> list[str]:
        """Every value of a column that repeats, each once, odd spaces taken out."""
        found = (" ".join(cells[at].split()) for at in self.several.get(column, ()) if at < len(cells))
        return list(dict.fromkeys(value for value in found if value))

    def overlong(self, cells: list[str]) -> bool:
        """Has the row values beyond its header, so that nobody can say which column is which?"""
        return any(cells[self.width :])


def columns_of(found: Table) -> Columns | None:
    """What name and header say; None where they say nothing, or contradict each other."""
    places: dict[str, int] = {}
    several: dict[str, list[int]] = {}
    unknown = []
    for at, label in enumerate(found.header):
        column = _COLUMNS.get(plain(label))
        if column in REPEATED:
            several.setdefault(column, []).append(at)
        elif column is None:
            if label:
                unknown.append(label)
        elif column != "unused":
            places.setdefault(column, at)
    kind = _kind(found.name, has_children="children" in several)
    if kind is None or "last_name" not in places or "first_name" not in places:
        return None
    return Columns(kind=kind, places=places, several=several, width=len(found.header), unknown=unknown)


def _kind(name: str, *, has_children: bool) -> Kind | None:
    words = folded(name).split()
    told = {kind for word in words for start, kind in _WORDS.items() if word.startswith(start)}
    if has_children:
        return Kind.PARENTS if told <= {Kind.PARENTS} else None
    return told.pop() if len(told) == 1 and told != {Kind.PARENTS} else None
