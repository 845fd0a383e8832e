"""The columns of ONDE's three files, by every label under which they have been seen (``onde``). Plain.

All extractions are called 'CSVExtraction.csv': the header alone tells which file it is. A column that these lists do not know is
reported, never an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.feeds.formats.csv_text import Table, plain


class Kind(StrEnum):
    """Which of the three files."""

    PUPILS = "pupils"
    ADULTS = "adults"
    TEACHERS = "teachers"


def _labels(**columns: str) -> Mapping[str, str]:
    return {label: column for column, labels in columns.items() for label in labels.split()}


#: Label (``plain``) -> column; 'unused' ones are known.
_COLUMNS: Mapping[Kind, Mapping[str, str]] = {
    Kind.PUPILS: _labels(
        last_name="nomeleve nomdeleve nomdeleleve nomdefamille nomdefamilleeleve nomdefamilledeleleve nom",
        used_name="nomdusageeleve nomusageeleve nomdusagedeleleve nomdusage nomusage",
        first_name="prenomeleve prenomdeleve prenomdeleleve prenom",
        birth_date="datenaissance datedenaissance datedenaissanceeleve",
        ine="ine ineeleve numeroine identifiantnational identifiantnationaleleve",
        address="adresse1",
        postal_code="cp1 codepostal1",
        town="commune1",
        country="pays1",
        cycle="cycle cycles dispositif dispositifs",
        level="niveau niveaux niveaueleve",
        class_label="classe classes libelleclasse libelledelaclasse regroupement regroupements classeouregroupement",
        class_id="identifiantclasse identifiantdelaclasse idclasse",
        state="etat etatadmission etatdeladmission admission",
        left_on="dateradiation datederadiation datesortie datedesortie",
        year="anneescolaire annee",
        unused="sexe adresse2 cp2 codepostal2 commune2 pays2 attestationfournie autorisationsassociations"
        " autorisationassociation autorisationassociations autorisationsphotos autorisationphoto autorisationphotos"
        " decisiondepassage communicationadresses pcs dateinscription datedinscription",
    ),
    Kind.ADULTS: _labels(
        title="civiliteresponsable civilite",
        used_name="nomusageresponsable nomdusageresponsable nomdusageduresponsable",
        last_name="nomresponsable nomdefamilleresponsable nomduresponsable",
        first_name="prenomresponsable prenomduresponsable",
        address="adresseresponsable adresse",
        postal_code="cpresponsable cp codepostalresponsable codepostal",
        town="communeresponsable commune",
        country="pays paysresponsable",
        email="courriel courrielresponsable",
        home_phone="telephonedomicile",
        work_phone="telephonetravail",
        mobile_phone="telephoneportable",
        child_used="nomdusageenfant nomusageenfant",
        child_last="nomdefamilleenfant nomenfant",
        child_first="prenomenfant",
        child_class="classesenfants classesenfant classeenfant classeenfants",
        unused="numerodeposte pcs communicationadresses",
    ),
    Kind.TEACHERS: _labels(
        title="civilite",
        used_name="nomusage nomdusage",
        last_name="nom nomdefamille",
        first_name="prenom",
        address="adresse",
        postal_code="cp codepostal",
        town="commune",
        country="pays",
        email="courriel",
        home_phone="telephonedomicile",
        mobile_phone="telephoneportable",
        heads="directeur directeurouinon",
        class_label="classe classes",
        function="fonction fonctions",
    ),
}
_CHILD = ("child_used", "child_last", "child_first", "child_class")
Row = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Where each column stands: ``places`` by column, ``children`` the order of a child's columns from ``first_child`` on."""

    kind: Kind
    places: dict[str, int]
    width: int
    first_child: int
    children: list[str]
    unknown: list[str]

    def row(self, cells: list[str]) -> Row:
        """The row by column; a cell that a short row lacks is empty."""
        return {column: cells[at] if at < len(cells) else "" for column, at in self.places.items()}

    def children_of(self, cells: list[str]) -> list[Row]:
        """The children of a responsible's row, read by position: their columns repeat under identical names."""
        step = len(self.children)
        found = []
        for at in range(self.first_child, len(cells), step) if step else ():
            child = dict.fromkeys(_CHILD, "") | dict(zip(self.children, cells[at : at + step], strict=False))
            if child["child_last"] or child["child_used"] or child["child_first"]:
                found.append(child)
        return found

    def overlong(self, cells: list[str]) -> bool:
        """Has the row values beyond its header, so that nobody can say which column is which? Children may go on."""
        return not self.children and any(cells[self.width :])


def columns_of(found: Table) -> Columns | None:
    """What the header says; None for a file that is none of ONDE's."""
    labels = [plain(label) for label in found.header]
    kind = _kind(labels)
    if kind is None:
        return None
    known = _COLUMNS[kind]
    places: dict[str, int] = {}
    children: list[str] = []
    first_child = len(labels)
    unknown = []
    for at, label in enumerate(labels):
        column = known.get(label)
        if column in _CHILD:
            first_child = min(first_child, at)
            if column not in children:
                children.append(column)
        elif column is None:
            if label:
                unknown.append(found.header[at])
        elif column != "unused":
            places.setdefault(column, at)
    return Columns(
        kind=kind, places=places, width=len(labels), first_child=first_child, children=children, unknown=unknown
    )


def _kind(labels: list[str]) -> Kind | None:
    names = set(labels)
    if "nomresponsable" in names or (any("responsable" in one for one in names) and "prenomenfant" in names):
        return Kind.ADULTS

    def has(kind: Kind, column: str) -> bool:
        return any(_COLUMNS[kind].get(label) == column for label in names)

    if has(Kind.PUPILS, "last_name") and has(Kind.PUPILS, "first_name"):
        pupils = any("eleve" in one for one in names) or not names.isdisjoint({"ine", "niveau", "datenaissance"})
        if pupils:
            return Kind.PUPILS
        if has(Kind.TEACHERS, "heads") or has(Kind.TEACHERS, "function") or has(Kind.TEACHERS, "class_label"):
            return Kind.TEACHERS
    return None
