"""Names in addresses. Plain."""

from __future__ import annotations

from collections.abc import Container

from app.directory.names import folded

LONGEST = 70


def slug(title: str, taken: Container[str] = ()) -> str:
    """'Vie de l’école' -> 'vie-de-l-ecole'; numbered where ``taken`` has it already."""
    wanted = folded(title.replace("’", "'")).replace(" ", "-")[:LONGEST].strip("-") or "rubrique"
    number, found = 1, wanted
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    return found
