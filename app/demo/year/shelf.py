"""The few distinct files that a year's libraries, messages and lessons refer to many times. Plain: bytes out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from app.demo.year import drawings, office
from app.files.paper import Paper

#: How many faces there are for all pupils' photos.
FACES = 12
_MADE = re.compile(rb"/CreationDate \(D:[0-9]{14}Z\)")
_NUMBER = re.compile(rb"/ID \[<[0-9A-F]{32}><[0-9A-F]{32}>\]")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it is kept: what ``files`` found it to be."""

    sha256: str
    name: str
    kind: str
    size: int


@cache
def files() -> tuple[tuple[str, str, bytes], ...]:
    """(its name on this shelf, its file name, its bytes); made once a process."""
    return tuple(_files())


def _files() -> Iterator[tuple[str, str, bytes]]:
    yield "paysage", "Vue du point de départ.jpg", drawings.landscape(1)
    yield "potager", "Le potager en avril.jpg", drawings.garden(2)
    yield "paillasse", "Chou rouge, les essais.jpg", drawings.bench(3)
    yield "ciel", "Relevé du ciel, 9 h.jpg", drawings.sky(4)
    yield "affiche", "Affiche de l’exposition.png", drawings.poster("L’eau\nde la ville", 5)
    yield "plan-de-travail", "Plan de travail de la semaine.pdf", _paper("Plan de travail", _WORK_PLAN)
    yield "reglement", "Règles de vie.pdf", _paper("Règles de vie de la classe", _RULES)
    yield "fiche-methode", "Fiche méthode - relire un texte.pdf", _paper("Relire un texte", _METHOD)
    yield "diaporama", "Diaporama du trimestre (imprimé).pdf", _paper("Ce trimestre", _TERM)
    yield "recit", "Notre récit, chapitre 3.odt", office.odt("Chapitre 3 : la carte perdue", _STORY)
    yield "carnet", "Carnet de lecture.docx", office.docx("Carnet de lecture", _NOTES)
    yield "releve", "Relevé des températures.ods", office.ods("Relevé", _MEASURES)
    yield "tableau", "Tableau des groupes.xlsx", office.xlsx("Groupes", _TEAMS)
    yield "planning", "Planning des salles.xlsx", office.xlsx("Salles", _ROOMS)
    yield "liste", "Liste du matériel.docx", office.docx("Liste du matériel", _THINGS)
    yield "copie", "Ma copie.odt", office.odt("Travail à rendre", _COPY)
    yield "synthese", "Synthèse du conseil.pdf", _paper("Synthèse du conseil de classe", _COUNCIL)
    for number in range(FACES):
        yield f"visage-{number}", f"portrait-{number + 1}.jpg", drawings.face(number)


def _paper(title: str, paragraphs: tuple[str, ...]) -> bytes:
    paper = Paper(title)
    for paragraph in paragraphs:
        paper.paragraph(paragraph)
    # The hour at which it was made, and the number made of it: without them the same text is the same bytes, kept once.
    dated = _MADE.sub(b"/CreationDate (D:20260101000000Z)", paper.finish())
    return _NUMBER.sub(b"/ID [<%b><%b>]" % (b"0" * 32, b"0" * 32), dated)


_WORK_PLAN = (
    "Lundi : lecture à voix haute, calcul mental.", "Mardi : dictée préparée, sciences.", "Jeudi : problème ouvert, chorale.",
    "Vendredi : bilan de la semaine, rangement.", "Je colorie ce que j’ai fini. Ce qui reste se termine à l’étude.",
)  # fmt: skip
_RULES = (
    "On s’écoute jusqu’au point.",
    "On demande avant d’emprunter.",
    "On dit quand on n’a pas compris.",
    "On range ensemble.",
)
_METHOD = (
    "1. Je relis pour le sens, à voix basse.", "2. Je cherche chaque verbe et son sujet.", "3. Je regarde les accords "
     "dans le groupe du nom.",
    "4. Je vérifie deux mots dans le dictionnaire.",
)  # fmt: skip
_TERM = (
    "Trois sorties, deux expériences, un roman lu en entier.",
    "Ce qui nous a plu, ce que nous garderons, ce que nous changerons.",
)
_STORY = (
    "Le capitaine retourna ses poches. Rien, sinon un biscuit et la clé d’une porte qui n’existait plus.",
    "« On fera sans carte », dit la plus petite. Elle regardait les étoiles comme on regarde l’heure.",
)
_NOTES = ("Titre : …", "J’ai aimé : …", "Une phrase que je garde : …", "Je le conseille à : …")
_MEASURES = (
    ("Date", "Cour", "Pré"), ("6 avril", "17,5", "14,0"), ("13 avril", "19,0", "15,5"), ("4 mai", "22,5", "19,0"), ("8 "
     "juin", "27,0", "23,5"),
)  # fmt: skip
_TEAMS = (
    ("Groupe", "Sujet", "Salle"),
    ("A", "La rivière", "12"),
    ("B", "Le château d’eau", "14"),
    ("C", "La station d’épuration", "CDI"),
)
_ROOMS = (
    ("Jour", "8 h", "10 h"),
    ("Lundi", "Salle 12", "Labo"),
    ("Mardi", "Gymnase", "Salle 12"),
    ("Jeudi", "CDI", "Salle 14"),
)
_THINGS = (
    "Un cahier grand format.",
    "Deux stylos, un crayon, une gomme.",
    "Une règle, une équerre, un compas.",
    "Un vêtement de pluie.",
)
_COPY = (
    "J’ai choisi cet exemple parce que je l’ai vu chez moi.",
    "On mesure d’abord, on calcule ensuite, on vérifie à la fin.",
)
_COUNCIL = (
    "Une classe agréable et attentive.",
    "Points à suivre : les retards du lundi, la relecture.",
    "Les délégués remercient l’équipe.",
)
