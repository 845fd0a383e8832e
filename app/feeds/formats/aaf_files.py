"""The files of an AAF delivery by their names: category, part, day; whether the parts are whole. Plain.

Only the tail of a name is trusted (``_Eleve_0000.xml``); prefixes differ from academy to academy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.errors import Refused
from app.words import N_, Words


class Category(StrEnum):
    """What a file holds."""

    STRUCTURE = "EtabEducNat"
    SUBJECT = "MatiereEducNat"
    MEF = "MefEducNat"
    STUDENT = "Eleve"
    ADULT = "PersRelEleve"
    STAFF = "PersEducNat"


_TAIL = re.compile(
    r"(?P<prefix>.*?)(?:^|_)(?P<category>EtabEducNat|MatiereEducNat|MefEducNat|Eleve|PersRelEleve|PersEducNat)"
    r"_(?P<part>[0-9]{4})\.xml",
    re.DOTALL,
)
_DAY = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])(?![0-9])")


class NotADelivery(Refused):
    """What was given is no AAF delivery, or not a whole one."""

    advice = N_(
        "Une livraison AAF est faite de fichiers nommés comme « ENT_Complet_20260701_Eleve_0000.xml », seuls, dans un dossier"
        " ou dans une archive (gz, tar, tgz, zip). Rien n’a été modifié."
    )


class DeltaRefused(Refused):
    """A delta cannot be imported yet."""

    message = N_("« %(name)s » est une livraison partielle (delta) : seules les livraisons complètes sont importées.")
    advice = N_("Rien n’a été modifié. Demandez la livraison complète (« Complet ») de la même date.")


@dataclass(frozen=True, kw_only=True)
class FileName:
    """One file of a delivery: its whole name, what it holds, which part, and the day in its name."""

    name: str
    category: Category
    part: int
    day: date | None
    #: The name's beginning without the day: parts of one export share it.
    prefix: str

    @property
    def first_degree(self) -> bool:
        """Does the name say that it comes from the first degree's export?"""
        return "ENT1D" in self.prefix.upper()


def file_name(name: str) -> FileName | None:
    """What ``name`` (without folders) says, or None for a file that is no part of a delivery. Raises ``DeltaRefused``."""
    found = _TAIL.fullmatch(name)
    if found is None:
        return None
    prefix = found["prefix"]
    if "delta" in prefix.lower():
        raise DeltaRefused(name=name)
    return FileName(
        name=name,
        category=Category(found["category"]),
        part=int(found["part"]),
        day=day_in(prefix),
        prefix=_DAY.sub("", prefix).replace("__", "_").strip("_"),
    )


def day_in(text: str) -> date | None:
    """The last day written yyyymmdd in ``text``; None without one, or for a day that does not exist."""
    for year, month, day in reversed(_DAY.findall(text)):
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None


def check_whole(files: Iterable[FileName]) -> date | None:
    """The day of a delivery whose parts are all there, once each.

    Raises ``NotADelivery`` for none at all, for a part that comes twice (two deliveries mixed), and for a gap in the
    numbering: the people of a missing part would pass for leavers.
    """
    parts: dict[tuple[str, Category], dict[int, str]] = {}
    days: set[date] = set()
    for file in files:
        numbers = parts.setdefault((file.prefix, file.category), {})
        if file.part in numbers:
            raise NotADelivery(
                Words(
                    N_("La livraison contient deux fois la même partie : « %(one)s » et « %(other)s »."),
                    one=numbers[file.part],
                    other=file.name,
                )
            )
        numbers[file.part] = file.name
        if file.day is not None:
            days.add(file.day)
    if not parts:
        raise NotADelivery(Words(N_("Aucun fichier d’une livraison AAF n’a été trouvé.")))
    for (_prefix, category), numbers in parts.items():
        if missing := next((number for number in range(max(numbers)) if number not in numbers), None):
            raise _gap(category, missing)
        if 0 not in numbers:
            raise _gap(category, 0)
    return max(days, default=None)


def _gap(category: Category, number: int) -> NotADelivery:
    return NotADelivery(
        Words(
            N_("La livraison n’est pas entière : la partie %(part)s de %(category)s manque."),
            part=f"{number:04d}",
            category=str(category),
        )
    )
