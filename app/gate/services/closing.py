"""What it means that a service is closed in a school: since when, until when, by whom (GATE-10). Plain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.errors import Refused
from app.words import N_, Words


class Service(StrEnum):
    """What can be closed on its own. DIARY: lessons, homework, the binder."""

    DIARY = "diary"


SERVICE_NAMES: dict[Service, str] = {Service.DIARY: N_("Cahier de textes")}

#: Who has closed a service: the campaign, at the end of step 3, or somebody.
SOURCE_NAMES: dict[str, str] = {
    "campaign": N_("la campagne, jusqu’à l’initialisation de la vie scolaire"),
    "operator": N_("le projet"),
    "school": N_("l’établissement"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Closing:
    """A service that is closed in a school. Instants of portal time; without an end it waits to be opened."""

    id: int
    service: str
    school_id: int
    since: datetime
    until: datetime | None
    source: str

    def stands(self, now: datetime) -> bool:
        """Is the service closed at ``now``?"""
        return self.since <= now and (self.until is None or now < self.until)


class ServiceClosed(Refused):
    """A page of a service that is closed for now, for somebody who may otherwise open it."""

    message = N_("%(service)s de « %(school)s » : fermé depuis le %(since)s.")
    advice = N_("Rien de ce qui est gardé n’est perdu. D’ici sa réouverture, écrivez par la messagerie.")

    def __init__(self, closing: Closing, *, school: str, zone: str) -> None:
        self.closing = closing
        values = {"service": Words(SERVICE_NAMES[Service(closing.service)]), "school": school, "since": closing.since}
        super().__init__(Words(self.message, zone=zone, **values))
