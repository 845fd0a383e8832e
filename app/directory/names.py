"""Names as they are shown and as they are searched. Plain."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Protocol

_NOT_A_WORD = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=40_000)
def folded(text: str) -> str:
    """Lower case, without accents, ligatures opened, anything else than letters and digits one space."""
    if text.isascii():
        return _NOT_A_WORD.sub(" ", text.lower()).strip()
    opened = (
        text.replace("’", "'")
        .replace("œ", "oe")
        .replace("Œ", "OE")
        .replace("æ", "ae")
        .replace("Æ", "AE")
        .replace("ß", "ss")
    )
    plain = unicodedata.normalize("NFKD", opened).encode("ascii", "ignore").decode().lower()
    return _NOT_A_WORD.sub(" ", plain).strip()


def search_name(last_name: str, first_name: str) -> str:
    """The key of a person in the directory's search: 'dupont marie'."""
    return f"{folded(last_name)} {folded(first_name)}".strip()


def shown(first_name: str, last_name: str) -> str:
    """'Marie Dupont'; a body has no first name."""
    return f"{first_name} {last_name}".strip()


class Named(Protocol):
    """Anything with the names of a person, such as the row."""

    @property
    def first_name(self) -> str: ...
    @property
    def used_first_name(self) -> str: ...
    @property
    def last_name(self) -> str: ...


def name_of(person: Named) -> str:
    """'Marie Dupont', by the first name in use where there is one (ACCT-8)."""
    return shown(person.used_first_name or person.first_name, person.last_name)


def initialled(first_name: str, last_name: str) -> str:
    """'Marie D.': enough to recognise somebody by, and no more."""
    return f"{first_name} {last_name[:1]}.".strip() if last_name else first_name
