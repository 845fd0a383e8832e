"""The interesting instants of the demo's summer, from the anchors of the present calendar (CAL-4). Plain.

Days and hours are wall time of metropolitan France; the instants handed out are UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.schoolyear import instant_of, zone_of
from app.words import N_

ZONE = "Europe/Paris"
LAST_DAY, HOLIDAYS_FROM = date(2026, 7, 4), date(2026, 7, 5)
TEACHERS_FIRST_DAY, FIRST_DAY = date(2026, 8, 31), date(2026, 9, 1)
FAMILIES_FROM = date(2026, 8, 1)


def _at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return instant_of(datetime(2026, month, day, hour, minute), zone_of(ZONE))  # noqa: DTZ001  (wall time)


#: When the demo's portal time begins.
BEGINNING = _at(7, 2, 10)
ANNOUNCEMENT = _at(7, 10, 9)
MAINTENANCE_FROM, MAINTENANCE_TO = _at(7, 15, 20), _at(7, 17, 18)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """An instant to jump to; ``label`` is on the button, ``look`` says what is to be seen then."""

    name: str
    label: str
    at: datetime
    look: str


MOMENTS = (
    Moment(
        name="last-day",
        label=N_("Dernier jour de classe"),
        at=_at(7, 4, 11),
        look=N_("Tout est ouvert ; le bandeau annonce ce qui fermera."),
    ),
    Moment(
        name="announcement",
        label=N_("Annonce des fermetures"),
        at=ANNOUNCEMENT,
        look=N_("L’actualité et l’avis pratique du collège paraissent."),
    ),
    Moment(
        name="maintenance",
        label=N_("Maintenance"),
        at=MAINTENANCE_FROM,
        look=N_("L’espace est fermé à tous, sauf à l’exploitante ; le site public répond."),
    ),
    Moment(
        name="reopening",
        label=N_("Réouverture"),
        at=MAINTENANCE_TO,
        look=N_("Chacun entre de nouveau."),
    ),
    Moment(
        name="families",
        label=N_("Début du blocage des familles"),
        at=_at(8, 1, 0),
        look=N_("Nadia et Inès sont arrêtées, Marc entre."),
    ),
    Moment(
        name="teachers",
        label=N_("Prérentrée des enseignants"),
        at=_at(8, 31, 8, 30),
        look=N_("Les équipes travaillent, les familles attendent."),
    ),
    Moment(
        name="eve",
        label=N_("Une minute avant l’ouverture aux familles"),
        at=_at(9, 1, 8) - timedelta(minutes=1),
        look=N_("Nadia est encore arrêtée ; dans une minute elle entrera."),
    ),
    Moment(
        name="first-day",
        label=N_("Rentrée des élèves"),
        at=_at(9, 1, 8),
        look=N_("Les familles entrent."),
    ),
)
BY_NAME = {moment.name: moment for moment in MOMENTS}
