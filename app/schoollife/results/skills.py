"""Levels of mastery and the common base's components, with the cycles that end in a class. Plain."""

from __future__ import annotations

from app.words import N_

#: 1 (insufficient) to 4 (very good).
LEVELS: dict[int, str] = {
    1: N_("maîtrise insuffisante"),
    2: N_("maîtrise fragile"),
    3: N_("maîtrise satisfaisante"),
    4: N_("très bonne maîtrise"),
}

#: The eight components that an end-of-cycle review rates.
COMPONENTS: dict[str, str] = {
    "french": N_("Comprendre et s’exprimer en français"),
    "languages": N_("Comprendre et s’exprimer dans une langue étrangère ou régionale"),
    "sciences": N_("Utiliser les langages mathématiques, scientifiques et informatiques"),
    "arts": N_("S’exprimer dans les langages des arts et du corps"),
    "methods": N_("Savoir apprendre, avec ses outils et ses méthodes"),
    "citizen": N_("Devenir une personne et un citoyen"),
    "nature": N_("Connaître les systèmes naturels et techniques"),
    "world": N_("Se représenter le monde et l’activité humaine"),
}

CYCLES: dict[int, str] = {2: N_("cycle 2"), 3: N_("cycle 3"), 4: N_("cycle 4")}

_ENDS = {"CE2": 2, "6e": 3, "6E": 3, "6EME": 3, "3e": 4, "3E": 4, "3EME": 4}


def cycle_ending_in(level: str | None) -> int | None:
    """The cycle that ends with a class of that level (CE2: 2, 6e: 3, 3e: 4), or None."""
    return _ENDS.get((level or "").strip())


def read_levels(fields: dict[str, str], keys: list[str]) -> dict[str, int]:
    """The levels chosen among ``fields`` for ``keys``; what is no level from 1 to 4 is left out."""
    found = {key: fields.get(key, "") for key in keys}
    return {key: int(value) for key, value in found.items() if value in ("1", "2", "3", "4")}
