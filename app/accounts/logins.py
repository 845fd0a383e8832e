"""The login of a name (ACCT-1): 'p.nom', with a number for namesakes, kept for life. Plain."""

from __future__ import annotations

from app.directory.names import folded

#: Longest stem: a number follows it for namesakes, and the column holds 80.
LONGEST = 60
#: For names that leave no letter (another script, a lone punctuation mark).
NAMELESS = "compte"


def stem_of(first_name: str, last_name: str) -> str:
    """'m.delafontaine' for Marie de La Fontaine; a body without first name is called by its name.

    A stem never ends with a digit, so that a namesake's number can be told from it.
    """
    initial, surname = folded(first_name)[:1], folded(last_name).replace(" ", "")
    stem = f"{initial}.{surname}" if initial and surname else surname or initial
    return stem[:LONGEST].rstrip("0123456789.") or NAMELESS


def numbered(stem: str, number: int) -> str:
    """The login of the ``number``-th person of that stem: the first has no number, the second has 2."""
    return stem if number == 1 else f"{stem}{number}"
