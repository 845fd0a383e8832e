"""Names of files: which may come in, and how one is made harmless where it goes out. Plain.

A name is only ever shown, sent as ``Content-Disposition`` or written into a ZIP; bytes stand under their hash.
"""

from __future__ import annotations

import re
import unicodedata

from app.files.limits import LONGEST_NAME
from app.files.problems import BadName

#: They turn the reading direction around: 'photo\u202egpj.exe' would show as 'photoexe.jpg'.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: Seen by nobody; dropped without a word.
_UNSEEN = frozenset("\ufeff\u200b\u2060\u00ad")
#: Windows gives these names to devices.
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_LONGEST_ENDING = 10


def checked_name(given: str) -> str:
    """The name under which an upload called ``given`` is shown: composed (NFC), trimmed, at most 160 characters.

    Raises ``BadName`` for one with a path, control characters, characters that turn the reading direction, a device's name,
    or nothing left to read.
    """
    if any(sign in "/\\" or _is_hostile(sign) for sign in given):
        raise BadName()
    name = _tidied(given)
    if not name or name.strip(".") == "" or stem(name).lower().strip() in _RESERVED:
        raise BadName()
    return name


def safe_name(text: str, otherwise: str = "fichier") -> str:
    """A name that can be written on any computer, whatever ``text`` is; never a path. ``otherwise`` where nothing remains."""
    kept = "".join(" " if _is_hostile(sign) or sign in "/\\" else sign for sign in text)
    name = _tidied(kept).lstrip(".").strip()
    if stem(name).lower().strip() in _RESERVED:
        name = f"_{name}"
    return name or otherwise


def ending(name: str) -> str:
    """'Photo.JPG' -> 'jpg'; '' without one."""
    before, dot, after = name.rpartition(".")
    return after.lower() if dot and before else ""


def stem(name: str) -> str:
    """'con.tar.gz' -> 'con': what stands before the first dot."""
    return name.split(".", 1)[0]


def numbered(name: str, taken: set[str]) -> str:
    """``name``, or 'name (2).pdf' where ``taken`` has it already, in whatever case; ``taken`` learns the answer."""
    found, number = name, 1
    while found.casefold() in taken:
        number += 1
        tail = ending(name)
        head = name[: -len(tail) - 1] if tail else name
        found = f"{head} ({number})" + (f".{tail}" if tail else "")
    taken.add(found.casefold())
    return found


def _is_hostile(sign: str) -> bool:
    # Control characters, lone surrogates, private and unassigned ones, line and paragraph separators.
    return sign in _TURNING or unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp")


def _tidied(text: str) -> str:
    shown = unicodedata.normalize("NFC", "".join(sign for sign in text if sign not in _UNSEEN))
    shown = " ".join(_FORBIDDEN.sub("_", shown).split()).rstrip(". ")
    return _shortened(shown)


def _shortened(name: str) -> str:
    if len(name) <= LONGEST_NAME:
        return name
    tail = ending(name)
    if tail and len(tail) <= _LONGEST_ENDING:
        return name[: LONGEST_NAME - len(tail) - 1].rstrip(". ") + f".{tail}"
    return name[:LONGEST_NAME].rstrip(". ")
