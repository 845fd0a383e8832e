"""The words of the messages that the end of a school year sends. Plain: stored in French like every message of the portal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.words import N_

NOT_LEFT = N_("Un message à envoi différé n’est pas parti")
NOT_SPREAD = N_("Une communication datée n’a pas été diffusée")


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A message to one person, in a school's matters or the project's; ``key`` (32 signs at most) makes it once."""

    key: str
    to: int
    school_id: int | None
    subject: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """A subject and a text with places to fill in."""

    subject: str
    words: str

    def text(self, **values: object) -> str:
        """The text, filled in; ``begins`` is the civil year in which the school year begins."""
        begins = values.get("begins")
        if isinstance(begins, int):
            values["year"] = f"{begins}-{begins + 1}"
        return self.words % values


#: S3-4: at a set date, and days before.
WARNING = Model(
    subject="Vos groupes limités à l’année seront retirés",
    words=(
        "Ces groupes de « %(school)s » sont limités à l’année scolaire : ils seront retirés le %(day)s. Pour garder l’un"
        " d’eux, ouvrez son lien et confirmez.\n\n%(groups)s\n\n"
        "Les groupes limités à l’année que vous créerez d’ici là seront retirés aussi. Ce qui doit partir peut rester tel quel :"
        " il n’y a rien à faire."
    ),
)
REMINDER = Model(
    subject="Rappel : vos groupes limités à l’année seront bientôt retirés",
    words=(
        "Ces groupes de « %(school)s » seront retirés le %(day)s. C’est le dernier rappel : pour garder l’un d’eux, ouvrez son"
        " lien et confirmez.\n\n%(groups)s"
    ),
)
#: S3-4, afterwards: what was removed.
REMOVED = Model(
    subject="Vos groupes limités à l’année ont été retirés",
    words=(
        "Ces groupes de « %(school)s » étaient limités à l’année scolaire %(year)s ; ils ont été retirés avec elle\u00a0:\n\n"
        "%(names)s\n\n"
        "Ce que leurs membres ont déposé ailleurs reste en place. Pour la nouvelle année, créez vos groupes depuis la page"
        " «\u00a0Groupes\u00a0». Si l’un d’eux devait rester, dites-le vite à l’exploitant du portail\u00a0: il peut encore le rétablir."
    ),
)


def plain(text: str) -> str:
    """What somebody typed, on one line and without the signs that the light markup would read."""
    table = str.maketrans({"[": "(", "]": ")", "*": "∗", "<": "‹", ">": "›", "\n": " ", "\r": " "})
    return " ".join(text.translate(table).split())


def listed(names: Iterable[str]) -> str:
    """A list of names, one a line."""
    return "\n".join(f"- {plain(name)}" for name in names)
