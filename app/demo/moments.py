"""The interesting instants of the demo's summer, reckoned from the events of its campaigns' calendars (CAL-4). Plain.

Days and hours written here are wall time of metropolitan France; the instants handed out are UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from app.campaign.calendar import Event
from app.campaign.moving import Anchors, Preset, moved
from app.campaign.presets import PRESETS
from app.schoolyear import instant_of, zone_of
from app.words import N_

ZONE = "Europe/Paris"
LAST_DAY, HOLIDAYS_FROM = date(2026, 7, 4), date(2026, 7, 5)
TEACHERS_FIRST_DAY, FIRST_DAY = date(2026, 8, 31), date(2026, 9, 1)
ANCHORS = Anchors(last_day=LAST_DAY, holidays=HOLIDAYS_FROM, teachers=TEACHERS_FIRST_DAY, first_day=FIRST_DAY)
#: The calendars by which the demo's campaigns are made.
SECONDARY, PRIMARY = PRESETS["present"], PRESETS["primary-2018"]


def _at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return instant_of(datetime(2026, month, day, hour, minute), zone_of(ZONE))  # noqa: DTZ001  (wall time)


#: When the demo's portal time begins.
BEGINNING = _at(7, 2, 10)
ANNOUNCEMENT = _at(7, 10, 9)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A delivery that the academy will lay in the drop folder: its own day, when it comes, what it is."""

    name: str
    day: date
    at: datetime
    degree: str
    delta: bool = False


#: What fed year N, some days before the demo's time begins.
DELIVERED_ON = date(2026, 6, 29)
DELIVERIES = (
    Delivery(name="livraison-2026-08-24-2D", day=date(2026, 8, 24), at=_at(8, 25, 6), degree="2D"),
    Delivery(name="livraison-2026-09-01-1D", day=date(2026, 9, 1), at=_at(9, 1, 19), degree="1D"),
    Delivery(name="delta-2026-09-07-2D", day=date(2026, 9, 7), at=_at(9, 8, 6), degree="2D", delta=True),
    Delivery(name="delta-2026-09-07-1D", day=date(2026, 9, 7), at=_at(9, 8, 6), degree="1D", delta=True),
)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """An instant to jump to; ``label`` is on the button, ``look`` says what is to be seen then."""

    name: str
    label: str
    at: datetime
    look: str


#: An event of a calendar: the preset's name, the event's key.
Key = tuple[str, str]
#: Its instant, and its announced end.
Span = tuple[datetime | None, datetime | None]


@dataclass(frozen=True, kw_only=True)
class _Stop:
    """A moment so long ``after`` the instant (or the announced end) of an event; or a fixed one."""

    name: str
    label: str
    look: str
    event: Key | None = None
    ends: bool = False
    after: timedelta = timedelta()
    fixed: datetime | None = None


_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)
_STEPS, _FOURTH = (SECONDARY.name, "steps-1-3"), (SECONDARY.name, "step-4")
_FIRST_DAY, _CHAIN = (SECONDARY.name, "first-day"), (PRIMARY.name, "steps-1-4")
_STOPS = (
    _Stop(
        name="last-day",
        label=N_("Dernier jour de classe"),
        look=N_("Tout est ouvert ; le bandeau annonce ce qui fermera. Les plans sont faits, rien n’est approuvé."),
        fixed=_at(7, 4, 11),
    ),
    _Stop(
        name="announcement",
        label=N_("Annonce des fermetures"),
        look=N_("L’actualité et l’avis pratique du collège paraissent."),
        fixed=ANNOUNCEMENT,
    ),
    _Stop(
        name="eve-of-closing",
        label=N_("Veille de la fermeture"),
        look=N_("L’exploitante lit les plans des étapes 1 à 3 et les approuve d’un mot."),
        event=_STEPS,
        after=-26 * _HOUR,
    ),
    _Stop(
        name="maintenance",
        label=N_("Fermeture : les étapes 1 à 3"),
        look=N_(
            "Collège et lycée sont fermés à tous, sauf à l’exploitante ; les étapes commencent. L’école reste ouverte."
        ),
        event=_STEPS,
        after=3 * _MINUTE,
    ),
    _Stop(
        name="during",
        label=N_("Pendant la maintenance"),
        look=N_(
            "Une heure après : le site public répond, les familles voient jusqu’à quand. L’espace rouvre dès que les étapes sont"
            " finies et vérifiées."
        ),
        event=_STEPS,
        after=_HOUR,
    ),
    _Stop(
        name="after-step-3",
        label=N_("Après l’étape 3"),
        look=N_("L’espace est rouvert : plus une classe de l’an dernier, les archives sont là."),
        event=_STEPS,
        ends=True,
        after=_HOUR,
    ),
    _Stop(
        name="families",
        label=N_("Début du blocage des familles"),
        look=N_("Inès est arrêtée, sa mère n’entre plus que pour l’école ; Marc entre."),
        event=(SECONDARY.name, "families"),
    ),
    _Stop(
        name="delivery",
        label=N_("La livraison de l’année nouvelle"),
        look=N_(
            "Elle est arrivée le matin et attend : l’exploitante lit le plan de l’étape 4, décide des classes revenues, approuve."
        ),
        event=_FOURTH,
        after=-3 * _HOUR,
    ),
    _Stop(
        name="step-4",
        label=N_("L’étape 4"),
        look=N_("Collège et lycée ferment ; les classes de la nouvelle année sont faites, école par école."),
        event=_FOURTH,
        after=3 * _MINUTE,
    ),
    _Stop(
        name="after-step-4",
        label=N_("Après l’étape 4"),
        look=N_("Les chefs d’établissement sont prévenus ; ils vérifient classes, rejets et enseignants."),
        event=_FOURTH,
        ends=True,
        after=_HOUR,
    ),
    _Stop(
        name="teachers",
        label=N_("Prérentrée des enseignants"),
        look=N_(
            "Marc a ses classes au collège ; au lycée son lien de l’an dernier est à confirmer. Denis a encore la sienne."
        ),
        event=(SECONDARY.name, "teachers-first-day"),
        after=_HOUR / 2,
    ),
    _Stop(
        name="eve",
        label=N_("Une minute avant l’ouverture aux familles"),
        look=N_("Inès est encore arrêtée ; dans une minute elle entrera."),
        event=_FIRST_DAY,
        after=-_MINUTE,
    ),
    _Stop(
        name="first-day",
        label=N_("Rentrée des élèves"),
        look=N_("Les familles entrent et découvrent les classes. L’école passera ce soir."),
        event=_FIRST_DAY,
    ),
    _Stop(
        name="primary-night",
        label=N_("Le soir de la rentrée à l’école"),
        look=N_("Les nouvelles classes de l’école arrivent : elle ferme, passe ses étapes 1 à 4, rouvre."),
        event=_CHAIN,
        after=3 * _MINUTE,
    ),
    _Stop(
        name="primary-choice",
        label=N_("Le lendemain à l’école"),
        look=N_("Denis choisit sa classe et reprend ce que la précédente a laissé."),
        event=_CHAIN,
        after=12.5 * _HOUR,
    ),
    _Stop(
        name="second-week",
        label=N_("Deuxième semaine de septembre"),
        look=N_("Un delta a corrigé des classes et apporté les services ; on vérifie avec les établissements."),
        event=_FIRST_DAY,
        after=8 * timedelta(days=1) + _HOUR,
    ),
)


@cache
def by_calendar() -> Mapping[Key, Span]:
    """The events that the moments are reckoned from, as the presets date them."""
    return {
        (preset.name, event.key): (event.at, event.until)
        for preset in (SECONDARY, PRIMARY)
        for event in _events(preset)
    }


def _events(preset: Preset) -> list[Event]:
    return moved(preset, ANCHORS, zone_of(ZONE))


def moments(events: Mapping[Key, Span]) -> tuple[Moment, ...]:
    """The moments in order of time; ``events`` are those of the campaigns as they stand now, others are as their preset says."""
    known = {**by_calendar(), **events}
    found = []
    for stop in _STOPS:
        at = stop.fixed
        if stop.event is not None:
            begins, ends = known[stop.event]
            reckoned = ends if stop.ends else begins
            at = None if reckoned is None else reckoned + stop.after
        if at is not None:
            found.append(Moment(name=stop.name, label=stop.label, look=stop.look, at=at))
    return tuple(sorted(found, key=lambda moment: moment.at))


#: As the presets say; a campaign whose dates somebody changed has its own.
MOMENTS = moments({})
BY_NAME = {moment.name: moment for moment in MOMENTS}
