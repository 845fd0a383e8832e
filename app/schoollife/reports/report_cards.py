"""What a report card shows, and the distinctions that a council may give. Plain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from app.words import N_

DISTINCTIONS: dict[str, str] = {
    "encouragements": N_("encouragements"),
    "compliments": N_("compliments"),
    "congratulations": N_("félicitations"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """What the report cards of a period show beside each subject's average and words."""

    class_average: bool = True
    skills: bool = True
    absences: bool = True
    distinction: bool = True

    @classmethod
    def read(cls, stored: Mapping[str, Any] | None) -> Layout:
        """The layout as a model keeps it; what is missing or no yes-or-no is as by default."""
        stored = stored or {}
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in stored.items() if name in known and isinstance(value, bool)})

    def stored(self) -> dict[str, bool]:
        """As a model keeps it."""
        return asdict(self)


LAYOUT_WORDS: dict[str, str] = {
    "class_average": N_("la moyenne de la classe dans chaque matière"),
    "skills": N_("les compétences évaluées pendant la période"),
    "absences": N_("le nombre d’absences et de retards"),
    "distinction": N_("la distinction donnée par le conseil"),
}
