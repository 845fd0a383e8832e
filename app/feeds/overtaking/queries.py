"""Which schools wait for their new directory, and what an import by hand is told meanwhile (S2-8)."""

from __future__ import annotations

from collections.abc import Mapping

from flask import current_app

from app.words import N_, Words

#: Sources that people import at their own hour; the academy's are stopped by the calendar until step 4.
BY_HAND = frozenset({"csv"})


def overtaken(source: str, schools: Mapping[int, str]) -> list[Words]:
    """What to say of these schools (number to name) that are between step 2, the archive of the year, and step 4; one query."""
    if source not in BY_HAND:
        return []
    found: set[int] = current_app.extensions["archived_schools"](schools)
    sentence = N_(
        "L’archive de l’année est faite pour %(school)s : ce que cet import y apporte ne sera pas gardé. Recommencez-le quand"
        " l’étape 4 y sera passée."
    )
    return [Words(sentence, school=schools[number]) for number in sorted(found)]
