"""What may be done about a pupil's links, exits, death and name, in words that do not change. Plain (KIN-3, ACCT-8)."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.words import N_

SUSPENDED, EXCLUDED, LEFT = "suspended", "excluded", "left"
EXITS: dict[str, str] = {
    SUSPENDED: N_("exclusion temporaire : rien ne se ferme, le travail continue d’arriver"),
    EXCLUDED: N_("exclusion définitive : l’établissement se ferme à partir du jour dit"),
    LEFT: N_("départ : l’établissement se ferme à partir du jour dit"),
}
EXIT_NAMES: dict[str, str] = {
    SUSPENDED: N_("exclusion temporaire"),
    EXCLUDED: N_("exclusion définitive"),
    LEFT: N_("départ"),
}
#: The exits that close a school.
CLOSING = (EXCLUDED, LEFT)
#: The links that count (KIN-1), the stronger first.
COUNTING = ("legal", "in-charge")
STANDING_NAMES: dict[str, str] = {
    "legal": N_("représentant légal"),
    "in-charge": N_("personne en charge"),
    "contact": N_("personne à contacter, sans compte"),
}
PHONES: dict[str, str] = {
    "mobile_phone": N_("téléphone mobile"),
    "home_phone": N_("téléphone du domicile"),
    "work_phone": N_("téléphone professionnel"),
}


def day_there(now: datetime, zone: str) -> date:
    """The day in a school's zone at ``now``, an aware instant."""
    return now.astimezone(ZoneInfo(zone)).date()


def closes(kind: str, since: date, today: date) -> bool:
    """Does an exit of that kind close the school on ``today``? A suspension never does (ACCT-8)."""
    return kind in CLOSING and since <= today
