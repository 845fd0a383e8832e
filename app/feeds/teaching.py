"""Who teaches, who heads, from what a feed says of a staff member. Plain.

Half of the people with a teaching function have no service yet in September, so being in front of pupils is not needed.
"""

from __future__ import annotations

from collections.abc import Collection

from app.directory.names import folded

#: Functions of teachers and school librarians.
TEACHING = frozenset({"ENS", "DOC"})
#: The function that makes somebody a head (commands: role 'head' taken from the feed).
HEADING = "DIR"
#: The functions' words in files that name them freely, as ``folded`` spells them, by the academy's code. Only whole words: a deputy or
#: an office's secretary is no head.
_WORDS: dict[str, str] = {
    word: code
    for code, words in {
        HEADING: "direction|directeur|directrice|chef d etablissement|principal|principale|proviseur|proviseure",
        "ADF": "administration|gestion|gestionnaire|secretariat|secretaire|intendance|intendant|intendante",
        "DOC": "documentation|documentaliste|professeur documentaliste|professeure documentaliste",
        "EDU": "education|cpe|conseiller principal d education|conseillere principale d education|vie scolaire",
        "AED": "aed|assistant d education|assistante d education",
        "SUR": "surveillance|surveillant|surveillante",
        "ASE": "ase|aesh|avs",
        "ORI": "orientation|psy en|conseiller d orientation|conseillere d orientation",
        "MDS": "infirmier|infirmiere|medecin|assistant social|assistante sociale",
        "OUV": "agent|agente|agent de service|agente de service",
        "LAB": "laboratoire|personnel de laboratoire",
        "ENS": "enseignement|enseignant|enseignante|professeur|professeure",
    }.items()
    for word in words.split("|")
}


def teaches(
    declared: str, before_pupils: str, functions: Collection[str], *, has_class: bool, specialities: bool
) -> bool:
    """Is that staff member a teacher?

    ``declared`` is the feed's own O or N ('' where it does not say) and decides alone; else presence before pupils (O), a
    teaching function, a class of their own, or (first degree) a teacher's specialities.
    """
    if declared in ("O", "N"):
        return declared == "O"
    return before_pupils == "O" or not TEACHING.isdisjoint(functions) or has_class or specialities


def function_named(text: str) -> str | None:
    """The code of the function that a free text names ('CPE', 'Direction'); None for anything else, such as a subject."""
    return _WORDS.get(folded(text))
