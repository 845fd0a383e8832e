"""What hangs on a record, in words: what a merge would move, and what its undoing cannot bring back. Plain (KIN-4, G8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.words import N_

#: Tables that people have a word for; the others are told together.
_LABELS: dict[str, str] = {
    "guardianship": N_("liens avec des élèves"),
    "affiliation": N_("établissements"),
    "message_copy": N_("messages dans ses dossiers"),
    "message": N_("messages écrits"),
    "message_folder": N_("dossiers de messages"),
    "announcement_copy": N_("communications reçues"),
    "section": N_("espaces personnels"),
    "article": N_("articles"),
    "comment": N_("commentaires"),
    "media_file": N_("fichiers"),
    "bookmark": N_("favoris"),
    "preference": N_("préférences"),
    "personal_event": N_("dates de l’agenda personnel"),
    "questionnaire": N_("formulaires"),
    "questionnaire_answer": N_("réponses à des formulaires"),
    "liaison_entry": N_("mots du cahier de liaison"),
    "liaison_receipt": N_("signatures du cahier de liaison"),
    "absence_explanation": N_("justifications d’absence"),
    "phone_change": N_("numéros changés"),
    "foreign_identity": N_("identités EduConnect ou académiques"),
    "free_group_member": N_("groupes"),
    "class_membership": N_("classes"),
    "group_membership": N_("groupes d’enseignement"),
    "person_function": N_("fonctions"),
    "role_grant": N_("rôles"),
    "section_role": N_("rôles dans des espaces"),
    "lesson": N_("séances du cahier de textes"),
    "homework": N_("travaux donnés"),
    "activity": N_("activités du classeur"),
    "archive": N_("archives"),
}
_OTHERS = N_("autres éléments")

#: Why something is not brought back.
GONE, ELSEWHERE, CHANGED, CUT = "gone", "elsewhere", "changed", "cut"
REASONS: dict[str, str] = {
    GONE: N_("n’existe plus"),
    ELSEWHERE: N_("appartient aujourd’hui à quelqu’un d’autre"),
    CHANGED: N_("a changé depuis"),
    CUT: N_("a été coupé depuis : il reste coupé des deux côtés"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """Rows of a table that an undoing leaves as they are, and why (one of ``REASONS``)."""

    table: str
    reason: str
    count: int

    def spelled(self) -> dict[str, Any]:
        """The JSON form."""
        return {"table": self.table, "reason": self.reason, "count": self.count}


def in_words(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Table -> rows, as (words, rows), what people know first, the rest together at the end."""
    known = [(label, counts[table]) for table, label in _LABELS.items() if counts.get(table)]
    rest = sum(count for table, count in counts.items() if table not in _LABELS)
    return [*known, (_OTHERS, rest)] if rest else known


def label_of(table: str) -> str:
    """The words for a table's rows."""
    return _LABELS.get(table, _OTHERS)


def gathered(found: Iterable[tuple[str, str]]) -> list[Conflict]:
    """(table, reason) of each row, as conflicts with their numbers."""
    counts: dict[tuple[str, str], int] = {}
    for key in found:
        counts[key] = counts.get(key, 0) + 1
    return [Conflict(table=table, reason=reason, count=count) for (table, reason), count in counts.items()]
