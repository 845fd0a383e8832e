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
    #: Beside ``STAFF``, in a format that has two files of it: only those who teach, or only the others, were delivered.
    TEACHERS = "Enseignants"
    OTHER_STAFF = "Personnels"


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


class Contradiction(NotADelivery):
    """Complete and delta files are mixed: nobody could say who has left."""

    message = N_("La livraison mêle du complet et du partiel (delta) : %(what)s.")
    advice = N_(
        "Rien n’a été modifié. Importez d’abord la livraison complète seule, puis la livraison partielle, ou demandez-en de"
        " nouvelles."
    )


@dataclass(frozen=True, kw_only=True)
class FileName:
    """One file of a delivery: its whole name, what it holds, which part, and the day in its name."""

    name: str
    category: Category
    part: int
    day: date | None
    #: The name's beginning without the day: parts of one export share it.
    prefix: str
    #: Do the names say 'Delta' (True) or 'Complet' (False)? None where they say neither.
    delta: bool | None = None
    #: The name of what the file came in, where it tells the degree.
    packed_in: str = ""

    @property
    def first_degree(self) -> bool:
        """Does the name say that it comes from the first degree's export?"""
        return "ENT1D" in self.prefix.upper() or "ENT1D" in self.packed_in.upper()


def file_name(name: str, *, archive: str = "", folder: str = "") -> FileName | None:
    """What ``name`` (without folders) says, or None for a file that is no part of a delivery.

    ``archive`` and ``folder`` are the names of what it came in: they say the day, the degree and whether it is a delta where the file
    itself does not. Raises ``Contradiction`` for a complete file in a delta archive, and the reverse.
    """
    found = _TAIL.fullmatch(name)
    if found is None:
        return None
    prefix = found["prefix"]
    own, packed = _is_delta(prefix), _is_delta(archive)
    if own is not None and packed is not None and own != packed:
        raise Contradiction(what=f"« {name} », « {archive} »")
    said = (own, packed, _is_delta(folder))
    return FileName(
        name=name,
        category=Category(found["category"]),
        part=int(found["part"]),
        day=day_in(prefix) or day_in(archive) or day_in(folder),
        prefix=_DAY.sub("", prefix).replace("__", "_").strip("_"),
        delta=next((one for one in said if one is not None), None),
        packed_in=f"{folder}/{archive}",
    )


def _is_delta(text: str) -> bool | None:
    lower = text.lower()
    if "delta" in lower:
        return True
    return False if "complet" in lower else None


def day_in(text: str) -> date | None:
    """The last day written yyyymmdd in ``text``; None without one, or for a day that does not exist."""
    for year, month, day in reversed(_DAY.findall(text)):
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None


def check_one_kind(files: Iterable[FileName]) -> None:
    """Raises ``Contradiction`` where some of the files are complete and others are a delta."""
    named = {file.delta: file.name for file in files}
    if True in named and False in named:
        raise Contradiction(what=f"« {named[False]} », « {named[True]} »")


def check_whole(files: Iterable[FileName]) -> date | None:
    """The day of a delivery whose parts are all there, once each.

    Raises ``NotADelivery`` for none at all, for a part that comes twice (two deliveries mixed), and for a gap in the
    numbering: the people of a missing part would pass for leavers; and ``Contradiction``.
    """
    found = list(files)
    check_one_kind(found)
    parts: dict[tuple[str, Category], dict[int, str]] = {}
    for file in found:
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
    if not parts:
        raise NotADelivery(Words(N_("Aucun fichier d’une livraison AAF n’a été trouvé.")))
    for (_prefix, category), numbers in parts.items():
        if missing := next((number for number in range(max(numbers)) if number not in numbers), None):
            raise _gap(category, missing)
        if 0 not in numbers:
            raise _gap(category, 0)
    return max((file.day for file in found if file.day is not None), default=None)


def _gap(category: Category, number: int) -> NotADelivery:
    return NotADelivery(
        Words(
            N_("La livraison n’est pas entière : la partie %(part)s de %(category)s manque."),
            part=f"{number:04d}",
            category=str(category),
        )
    )
