"""Mail merge: fields between braces become the facts of one pupil and one guardian. Plain.

The text becomes safe HTML first and the facts, escaped, come in afterwards: a name is never read as markup.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from app.words import N_

#: The fields that a letter may have, and what stands in their place.
FIELDS: dict[str, str] = {
    "élève": N_("prénom et nom de l’élève"),
    "classe": N_("nom de la classe"),
    "responsable": N_("civilité, prénom et nom du responsable à qui la lettre est adressée"),
    "établissement": N_("nom de l’établissement"),
    "date": N_("jour de l’impression"),
}
_FIELD = re.compile(r"\{([^{}\n]{0,60})\}")


def unknown_fields(source: str) -> list[str]:
    """What stands between braces in ``source`` and is no field, in its order."""
    found = dict.fromkeys(name.strip() for name in _FIELD.findall(source))
    return [name for name in found if _key(name) not in FIELDS]


def merged(body: str, values: Mapping[str, str]) -> str:
    """``body`` (sanitised HTML) with each field replaced by its value, escaped; an unknown one stays as it was typed."""

    def put(match: re.Match[str]) -> str:
        key = _key(match.group(1).strip())
        return html.escape(values[key]) if key in values else match.group(0)

    return _FIELD.sub(put, body)


def _key(name: str) -> str:
    lowered = name.casefold()
    return {"eleve": "élève", "etablissement": "établissement"}.get(lowered, lowered)
