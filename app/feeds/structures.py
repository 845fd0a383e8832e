"""What a structure is called and which kind of school it is. Plain."""

from __future__ import annotations

import re

UAI = re.compile(r"[0-9]{7}[A-Z]")
_HYPHENED = re.compile(r"(?P<type>[^-]+)-(?P<name>.+)-ac-.+", re.IGNORECASE)
#: First words of a type, as feeds write them, and as people say them.
_SPOKEN = (
    ("ECOLE MATERNELLE", "École maternelle"),
    ("ECOLE ELEMENTAIRE", "École élémentaire"),
    ("ECOLE PRIMAIRE", "École primaire"),
    ("ECOLE", "École"),
    ("E.M", "École maternelle"),
    ("E.E", "École élémentaire"),
    ("E.P", "École primaire"),
    ("COLLEGE", "Collège"),
    ("CLG", "Collège"),
    ("LYCEE GENERAL ET TECHNOLOGIQUE", "Lycée"),
    ("LYCEE POLYVALENT", "Lycée polyvalent"),
    ("LYCEE PROFESSIONNEL", "Lycée professionnel"),
    ("LYCEE", "Lycée"),
    ("LGT", "Lycée"),
    ("LPO", "Lycée polyvalent"),
    ("LP", "Lycée professionnel"),
    ("LYC", "Lycée"),
)
_KINDS = (
    ("primary", ("ECOLE", "E.M", "E.E", "E.P")),
    ("college", ("COLLEGE", "CLG", "SEGPA")),
    ("lycee", ("LYC", "LGT", "LPO", "LP", "EREA")),
)
_SMALL = frozenset({"de", "du", "des", "la", "le", "les", "et", "sur", "en", "aux", "d", "l"})


def school_name(current: str, uai: str) -> str:
    """The name to show, at most 160 characters: 'COLLEGE$JEAN MOULIN$ac' becomes 'Collège Jean Moulin'.

    Names that fit no known form stay as they are; a structure without a name is called by its UAI.
    """
    text = " ".join(current.split())
    if "$" in text:
        kind, name = (part.strip() for part in [*text.split("$"), ""][:2])
    elif found := _HYPHENED.fullmatch(text):
        kind, name = found["type"].strip(), found["name"].strip()
    else:
        kind, name = "", text
    spoken = _spoken(kind)
    whole = f"{spoken} {_capitalised(name)}".strip() if kind else _capitalised_kind(name)
    return (whole or uai)[:160]


def _spoken(kind: str) -> str:
    plain = kind.upper().replace("É", "E").replace("È", "E")
    for start, spoken in _SPOKEN:
        if plain == start or plain.startswith(start + " "):
            return spoken
    return kind


def _capitalised_kind(name: str) -> str:
    """'LYCEE CLAUDE MONET' written without separators: the type's word is said, the rest capitalised."""
    for start, spoken in _SPOKEN:
        if name.startswith(start + " "):
            return f"{spoken} {_capitalised(name[len(start) + 1 :])}"
    return name


def _capitalised(name: str) -> str:
    if name != name.upper():
        return name
    words = re.split(r"([\s'’-])", name.lower())
    return "".join(word if at and word in _SMALL else word[:1].upper() + word[1:] for at, word in enumerate(words))


def kind_of(type_of_structure: str, *, first_degree: bool) -> str:
    """'primary', 'college', 'lycee', or 'other' where the type says nothing ('SANS OBJET')."""
    if first_degree:
        return "primary"
    plain = type_of_structure.strip().upper().replace("É", "E").replace("È", "E")
    for kind, starts in _KINDS:
        if plain.startswith(starts):
            return kind
    return "other"
