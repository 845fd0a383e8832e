"""Whom somebody may find in the directory (PORTAL-6, KIN-2, GATE-15). Plain.

Families find those who work in their school; pupils also the pupils of their own class; a guardian never finds another guardian.
Those who work in a school find everybody of it; whoever keeps its directory too. In other schools only those who work there are found.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.profiles import Profile, Verb, Visitor
from app.words import N_

#: Those who work in a school and whom everybody of it may find.
WORKING = frozenset({Profile.TEACHER, Profile.STAFF})

#: The academy's function codes that are searched for most; others are found by a name or a school.
FUNCTIONS: dict[str, str] = {
    "DIR": N_("direction"),
    "ADF": N_("personnels administratifs"),
    "ENS": N_("enseignement"),
    "DOC": N_("documentation"),
    "EDU": N_("éducation (CPE)"),
    "AED": N_("assistance éducative"),
    "SUR": N_("surveillance"),
    "ASE": N_("assistance à l’enseignement"),
    "ORI": N_("orientation"),
    "MDS": N_("personnels médico-sociaux"),
    "OUV": N_("personnels ouvriers et de service"),
    "LAB": N_("personnels de laboratoire"),
}
SOURCES: dict[str, str] = {
    "aaf": N_("annuaire académique fédérateur"),
    "aaf1d": N_("annuaire académique fédérateur, premier degré"),
    "onde": N_("extraction d’ONDE, premier degré"),
    "csv": N_("fichiers CSV d’un ENT"),
    "hand": N_("compte fait à la main"),
    "merged": N_("fiche rapprochée d’une autre"),
}


class Pupils(StrEnum):
    """Which pupils of a school somebody may find."""

    NONE = "none"
    OWN_CLASS = "own-class"
    KNOWN_CLASSES = "known-classes"
    ALL = "all"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sight:
    """What a visitor may find in one school: ``profiles`` besides pupils, and which pupils."""

    school_id: int
    profiles: frozenset[Profile]
    pupils: Pupils


def sight_in(visitor: Visitor, school_id: int) -> Sight | None:
    """What the visitor may find in that school; None: nothing."""
    everybody = frozenset(Profile) - {Profile.STUDENT}
    if visitor.may(Verb.SEE_PEOPLE, school_id):
        return Sight(school_id=school_id, profiles=everybody, pupils=Pupils.ALL)
    if any(visitor.has_profile(profile, school_id) for profile in WORKING):
        return Sight(school_id=school_id, profiles=everybody, pupils=Pupils.KNOWN_CLASSES)
    if visitor.has_profile(Profile.STUDENT, school_id):
        return Sight(school_id=school_id, profiles=WORKING, pupils=Pupils.OWN_CLASS)
    if any(place.school_id == school_id for place in visitor.places):
        return Sight(school_id=school_id, profiles=WORKING, pupils=Pupils.NONE)
    return None


def own_schools(visitor: Visitor) -> frozenset[int]:
    """The schools in which the visitor stands or keeps the directory; those of a project's role are too many to list."""
    kept = visitor.schools_for(Verb.SEE_PEOPLE) or frozenset()
    return kept | {place.school_id for place in visitor.places}


def after_prefix(prefix: str) -> str:
    """The first text after all those that begin with ``prefix``: lower case letters and digits."""
    stem = prefix.rstrip("z")
    return f"{stem[:-1]}{chr(ord(stem[-1]) + 1)}" if stem else "zzzzzzzzzz"
