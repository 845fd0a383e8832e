"""The forms of a campaign's calendar. They read; what is wrong is decided by plain modules and actions."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from app.campaign.calendar import Dates, Event, EventKind, State
from app.campaign.moving import HOURS, MORNING, Anchors, Preset, at_hour, completed
from app.campaign.presets import PRESETS
from app.gate.forms import Collecting
from app.gate.plain_text import Problem
from app.gate.windows import read_bound
from app.schoolyear import end_of_day, start_of_day
from app.web.say import say
from app.words import N_, Words

#: The four anchors as the form names them, in the order of the year.
ANCHORS = ("last_day", "holidays", "teachers", "first_day")


def _day(text: str | None, field: str, zone: ZoneInfo) -> tuple[date | None, list[Problem]]:
    bound, problems = read_bound(text, zone, is_end=False)
    if bound is not None and bound.day is None:
        return None, [Problem(field, Words(N_("Donnez un jour, sans heure.")))]
    return bound.day if bound else None, [Problem(field, problem.words) for problem in problems]


class CreateForm(Collecting):
    """A campaign from a preset: which, for whom, with which days."""

    preset = RadioField(_l("Quel calendrier ?"))
    variant = SelectField(_l("Variante de la première interruption"), validate_choice=False)
    who = RadioField(_l("Quels établissements ?"), default="kind")
    schools = TextAreaField(_l("UAI des établissements choisis"))
    two_approve = BooleanField(_l("Une seconde personne approuve aussi les plans"))
    last_day = StringField(_l("Dernier jour de l’année qui finit"))
    holidays = StringField(_l("Premier jour des vacances"))
    teachers = StringField(_l("Rentrée des enseignants"))
    first_day = StringField(_l("Rentrée des élèves"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.preset.choices = [SelectChoice(one.name, say(one.title)) for one in PRESETS.values()]
        self.variant.choices = [
            SelectChoice("", _("celle du calendrier")),
            SelectChoice("auvergne-rhone-alpes", _("Auvergne-Rhône-Alpes, en 2021 : le 28 juillet à 9 h")),
        ]
        self.who.choices = [
            SelectChoice("kind", _("Tous ceux du genre que ce calendrier conduit")),
            SelectChoice("chosen", _("Seulement ceux dont je donne l’UAI")),
        ]

    @classmethod
    def of(cls, known: dict[str, date | None]) -> CreateForm:
        """The form as it is first shown, with the days that the project knows."""
        days = {name: day.isoformat() for name, day in known.items() if day is not None}
        return cls(data={"preset": next(iter(PRESETS)), "who": "kind", **days})

    def read(self, zone: ZoneInfo) -> tuple[Preset | None, Anchors | None, list[str] | None, list[Problem]]:
        """The preset, its anchors, the UAIs chosen (None: all of its kind), and what cannot be read."""
        problems: list[Problem] = []
        preset = PRESETS.get(self.preset.data or "")
        if preset is None:
            problems.append(Problem("preset", Words(N_("Choisissez un calendrier."))))
        elif self.variant.data and self.variant.data not in preset.variants:
            problems.append(Problem("variant", Words(N_("Ce calendrier n’a pas cette variante."))))
        days: dict[str, date | None] = {}
        for name in ANCHORS:
            days[name], wrong = _day(self[name].data, name, zone)
            problems += wrong
        first_day = days["first_day"]
        if first_day is None and not any(problem.field == "first_day" for problem in problems):
            problems.append(Problem("first_day", Words(N_("Donnez le jour de la rentrée des élèves."))))
        uais = None
        if self.who.data == "chosen":
            uais = (self.schools.data or "").upper().replace(",", " ").replace(";", " ").split()
            if not uais:
                problems.append(Problem("schools", Words(N_("Donnez au moins un UAI."))))
        if problems or preset is None or first_day is None:
            return preset, None, uais, problems
        anchors = completed(
            preset.anchors,
            first_day=first_day,
            teachers=days["teachers"],
            last_day=days["last_day"],
            holidays=days["holidays"],
        )
        return preset, anchors, uais, check_anchors(anchors)


def check_anchors(anchors: Anchors) -> list[Problem]:
    """What does not hold together in the days of a rollover (CAL-12)."""
    problems = []
    if anchors.last_day >= anchors.first_day:
        problems.append(Problem("last_day", Words(N_("L’année doit finir avant la rentrée."))))
    if anchors.holidays < anchors.last_day or anchors.holidays > anchors.first_day:
        problems.append(Problem("holidays", Words(N_("Les vacances commencent entre le dernier jour et la rentrée."))))
    if anchors.teachers > anchors.first_day or anchors.teachers <= anchors.last_day:
        sentence = N_("Les enseignants rentrent après le dernier jour et au plus tard avec les élèves.")
        problems.append(Problem("teachers", Words(sentence)))
    return problems


class DatesForm(Collecting):
    """An event's dates: a day and an hour for what the portal does, days for what others do."""

    day = StringField(_l("Jour"))
    hour = StringField(_l("Heure"))
    end_day = StringField(_l("Fin : jour"))
    end_hour = StringField(_l("Fin : heure"))
    earliest = StringField(_l("Au plus tôt"))
    latest = StringField(_l("Au plus tard"))
    version = HiddenField(default="0")

    @classmethod
    def of(cls, event: Event, version: int, zone: ZoneInfo) -> DatesForm:
        """The form filled with an event's dates."""
        found = {
            "version": str(version),
            "earliest": event.earliest.isoformat() if event.earliest else "",
            "latest": event.latest.isoformat() if event.latest else "",
        }
        for name, moment, whole in (("", event.at, event.starts_whole), ("end_", event.until, event.ends_whole)):
            if moment is not None:
                # The end of a whole day is the midnight after it.
                local = (moment - timedelta(microseconds=1) if whole and name else moment).astimezone(zone)
                found[f"{name}day"] = local.date().isoformat()
                found[f"{name}hour"] = "" if whole else local.strftime("%H:%M")
        return cls(data=found)

    def read(self, event: Event, zone: ZoneInfo) -> tuple[Dates, list[Problem]]:
        """The dates as typed, and what cannot be read in them."""
        at, starts_whole, problems = self._moment("day", "hour", event, zone, is_end=False)
        until, ends_whole, wrong = self._moment("end_day", "end_hour", event, zone, is_end=True)
        problems += wrong
        days = {}
        for name in ("earliest", "latest"):
            days[name], wrong = _day(self[name].data, name, zone)
            problems += wrong
        return Dates(at=at, until=until, starts_whole=starts_whole, ends_whole=ends_whole, **days), problems

    def _moment(
        self, day: str, hour: str, event: Event, zone: ZoneInfo, *, is_end: bool
    ) -> tuple[datetime | None, bool, list[Problem]]:
        typed_day, typed_hour = (self[day].data or "").strip(), (self[hour].data or "").strip()
        if not typed_day:
            wrong = [Problem(day, Words(N_("Indiquez aussi le jour de cette heure.")))] if typed_hour else []
            return None, False, wrong
        bound, problems = read_bound(f"{typed_day}T{typed_hour}" if typed_hour else typed_day, zone, is_end=is_end)
        found = [Problem(day, problem.words) for problem in problems]
        if bound is None:
            return None, False, found
        if bound.day is None:
            return bound.instant, False, found
        if is_end:
            return end_of_day(bound.day, zone), True, found
        if event.kind == EventKind.FAMILIES:
            return start_of_day(bound.day, zone), True, found
        return at_hour(bound.day, HOURS.get(event.kind, MORNING), zone), False, found


class NoteForm(Collecting):
    """How far something outside the portal is (CHECK-3)."""

    state = RadioField(_l("Où en est-ce ?"))
    note = TextAreaField(_l("Note"))
    version = HiddenField(default="0")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state.choices = [
            SelectChoice(State.OPEN.value, _("À faire")),
            SelectChoice(State.DONE.value, _("Fait")),
            SelectChoice(State.SKIPPED.value, _("Sans objet ici")),
        ]

    def read(self) -> tuple[State, str, list[Problem]]:
        """The state and the note, and what cannot be read."""
        problems = []
        note = (self.note.data or "").strip()
        if self.state.data not in (State.OPEN, State.DONE, State.SKIPPED):
            problems.append(Problem("state", Words(N_("Dites où en est l’opération."))))
        if len(note) > 1000:
            problems.append(Problem("note", Words(N_("La note a plus de mille caractères."))))
        return State(self.state.data) if not problems else State.OPEN, note, problems
