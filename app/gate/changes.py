"""The history of windows, texts and rules in words: what somebody did, and each value before and after (GATE-5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.gate.announced import in_words
from app.profiles import PROFILE_PLURALS, Profile
from app.words import N_, Words

ACTIONS: dict[str, str] = {
    "window.added": N_("Fenêtre ajoutée"),
    "window.changed": N_("Fenêtre modifiée"),
    "window.removed": N_("Fenêtre supprimée"),
    "window.amended": N_("Dates propres à l’établissement"),
    "window.amendment-removed": N_("Dates propres retirées"),
    "window.opened": N_("Espace rouvert"),
    "gate.authorised": N_("Établissements autorisés à adapter leurs fenêtres"),
    "gate.unauthorised": N_("Autorisation des établissements retirée"),
    "gate.first-day-moved": N_("Rentrée déplacée"),
    "gate.grid-published": N_("Publication de la grille par classe"),
    "service.closed": N_("Cahier de textes fermé à part"),
    "service.opened": N_("Cahier de textes rouvert"),
    "service.closing-undone": N_("Fermeture du cahier de textes annulée avec son passage"),
    "text.set": N_("Texte de redirection changé"),
    "text.cleared": N_("Texte de redirection supprimé"),
}
_FIELDS: dict[str, str] = {
    "kind": N_("sorte"),
    "profiles": N_("profils"),
    "start": N_("début"),
    "end": N_("fin"),
    "message": N_("message"),
    "holds": N_("reste fermé après l’heure annoncée"),
    "next_news": N_("prochaines nouvelles"),
    "ended_at": N_("rouvert à"),
    "earliest_start": N_("début au plus tôt"),
    "latest_start": N_("début au plus tard"),
    "earliest_end": N_("fin au plus tôt"),
    "latest_end": N_("fin au plus tard"),
    "level": N_("niveau"),
    "first_day": N_("rentrée des élèves"),
    "grid_published": N_("grille par classe publiée"),
    "schools_may_amend": N_("autorisation"),
    "words": N_("texte"),
    "reason": N_("motif"),
}
_NOTHING = Words(N_("rien"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One value: its name, and what it was before and after."""

    field: Words
    before: Words | str
    after: Words | str


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One line of the history. ``at`` is portal time, UTC; ``school_id`` the school concerned, None for the project."""

    at: datetime
    who: str | None
    what: Words
    school_id: int | None
    window_id: int | None
    changes: tuple[Change, ...]


def event_of(line: Any, who: str | None, zone: str) -> Event:
    """An audit line with its details (None where they were erased), told in ``zone``."""
    values = line.detail.values if line.detail is not None else {}
    return Event(
        at=line.portal_at,
        who=who,
        what=Words(ACTIONS.get(line.action, line.action)),
        school_id=line.school_id,
        window_id=line.subject_id if line.subject_kind == "window" else None,
        changes=_changes(values.get("before") or {}, values.get("after") or {}, zone),
    )


def _changes(before: Mapping[str, Any], after: Mapping[str, Any], zone: str) -> tuple[Change, ...]:
    found = []
    for name, label in _FIELDS.items():
        was, now = before.get(name), after.get(name)
        if was != now and (was or now):
            found.append(Change(field=Words(label), before=_told(was, zone), after=_told(now, zone)))
    return tuple(found)


def _told(value: Any, zone: str) -> Words | str:
    if value is None or value in ("", []):
        return _NOTHING
    if isinstance(value, bool):
        return Words(N_("oui")) if value else Words(N_("non"))
    if isinstance(value, list):
        return in_words([PROFILE_PLURALS[Profile(name)] for name in value if name in tuple(Profile)])
    text = str(value)
    try:
        if len(text) == 10:
            return Words("%(day)s", day=date.fromisoformat(text))
        return Words("%(moment)s", moment=datetime.fromisoformat(text), zone=zone)
    except ValueError:
        return text
