"""What somebody can choose about how the portal shows itself to them: one list. Plain."""

from __future__ import annotations

from dataclasses import dataclass

from app.words import N_


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One preference: its name, the question, and the values with their words; the first is the default."""

    name: str
    question: str
    values: tuple[tuple[str, str], ...]

    @property
    def default(self) -> str:
        return self.values[0][0]


PREFERENCES: tuple[Choice, ...] = (
    Choice(
        name="first-block",
        question=N_("Que voulez-vous voir en premier sur « Mon espace » ?"),
        values=(
            ("work", N_("ce qui m’attend")),
            ("messages", N_("les messages et les annonces")),
            ("spaces", N_("mes espaces")),
        ),
    ),
    Choice(
        name="past-classes",
        question=N_("Faut-il montrer les classes de l’année précédente ?"),
        values=(("no", N_("non, seulement celles de cette année")), ("yes", N_("oui, à la fin de la page"))),
    ),
)

_BY_NAME = {choice.name: choice for choice in PREFERENCES}


def read(stored: dict[str, str]) -> dict[str, str]:
    """Every preference's value: the stored one where it is still offered, else the default."""
    found = {}
    for choice in PREFERENCES:
        value = stored.get(choice.name, "")
        found[choice.name] = value if value in dict(choice.values) else choice.default
    return found


def is_offered(name: str, value: str) -> bool:
    """Is ``value`` one of the values of the preference ``name``?"""
    return name in _BY_NAME and value in dict(_BY_NAME[name].values)
