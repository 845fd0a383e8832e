"""The forms of the gate's screens. They read; the rules that they apply are plain (``windows``, ``redirect_text``).

A bound is typed as a day and, where wanted, an hour of the school's wall. Everything wrong is collected and stands beside
its field; what was typed stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField

from app.gate.plain_text import Problem
from app.gate.windows import Amendment, Bound, Limits, Window, WindowKind, end_instant, read_bound
from app.profiles import PROFILE_PLURALS, Profile
from app.web.say import say
from app.words import N_, Words

#: Where a problem of the deciders is shown, if its field has another name here.
_SHOWN_AT = {"start": "start_day", "end": "end_day", "level": "part"}
LIMITS = tuple(Limits.__slots__)


class Collecting(Form):
    """A form whose problems come from outside, each with the name of its field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.also: list[Words] = []

    def show(self, problems: Iterable[Problem]) -> None:
        """Put each problem beside its field, or above the form where it has none."""
        for problem in problems:
            name = _SHOWN_AT.get(problem.field, problem.field)
            if name in self:
                self[name].errors = [*self[name].errors, say(problem.words)]
            else:
                self.also.append(problem.words)


class BoundsForm(Collecting):
    """A start and an end, each a day and perhaps an hour."""

    start_day = StringField(_l("Premier jour"))
    start_hour = StringField(_l("Heure de fermeture"))
    end_day = StringField(_l("Dernier jour"))
    end_hour = StringField(_l("Heure de réouverture"))
    message = TextAreaField(_l("Message affiché"))

    def read_bounds(self, zone: ZoneInfo) -> tuple[Bound | None, Bound | None, list[Problem]]:
        """The bounds as typed (None where empty), and what is wrong with them."""
        start, wrong_start = _read(self.start_day.data, self.start_hour.data, zone, is_end=False)
        end, wrong_end = _read(self.end_day.data, self.end_hour.data, zone, is_end=True)
        return start, end, wrong_start + wrong_end

    @staticmethod
    def typed(start: Bound | None, end: Bound | None, zone: ZoneInfo) -> dict[str, str]:
        """Bounds as they would have been typed."""
        found = {}
        for name, bound in (("start", start), ("end", end)):
            if bound is not None:
                local = bound.instant.astimezone(zone) if bound.instant is not None else None
                day = local.date() if local is not None else bound.day
                found[f"{name}_day"] = day.isoformat() if day is not None else ""
                found[f"{name}_hour"] = local.strftime("%H:%M") if local is not None else ""
        return found


def _read(day: str | None, hour: str | None, zone: ZoneInfo, *, is_end: bool) -> tuple[Bound | None, list[Problem]]:
    day, hour = (day or "").strip(), (hour or "").strip()
    if hour and not day:
        field = "end" if is_end else "start"
        return None, [Problem(field, Words(N_("Indiquez aussi le jour de cette heure.")))]
    return read_bound(f"{day}T{hour}" if hour else day, zone, is_end=is_end)


def _profiles() -> list[tuple[str, str]]:
    return [(profile.value, say(PROFILE_PLURALS[profile]).capitalize()) for profile in Profile]


@dataclass(frozen=True, kw_only=True)
class TypedWindow:
    """What the window form holds, as ``add_window`` and ``change_window`` take it."""

    kind: str
    profiles: list[str]
    start: Bound | None
    end: Bound | None
    message: str
    limits: Limits
    holds: bool
    next_news: datetime | None

    def values(self) -> dict[str, Any]:
        return dict(vars(self))


class WindowForm(BoundsForm):
    """A window of the project, with what schools may choose."""

    kind = RadioField(_l("Qui est arrêté ?"), default=WindowKind.PROFILES.value)
    profiles = SelectMultipleField(_l("Profils à qui l’accès est fermé"))
    earliest_start = StringField(_l("Début au plus tôt"))
    latest_start = StringField(_l("Début au plus tard"))
    earliest_end = StringField(_l("Fin au plus tôt"))
    latest_end = StringField(_l("Fin au plus tard"))
    holds = BooleanField(_l("Rester fermé après l’heure annoncée, jusqu’à ce qu’un exploitant rouvre"))
    news_day = StringField(_l("Prochaines nouvelles : jour"))
    news_hour = StringField(_l("Heure"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [
            (WindowKind.PROFILES.value, _("Certains profils (blocage des accès)")),
            (WindowKind.MAINTENANCE.value, _("Tout le monde sauf les exploitants (maintenance)")),
        ]
        self.profiles.choices = _profiles()

    @classmethod
    def of(cls, window: Window, zone: ZoneInfo) -> WindowForm:
        """The form filled with what is written."""
        news = cls.typed(None, Bound(instant=window.next_news) if window.next_news else None, zone)
        limits = {name: day.isoformat() for name in LIMITS if (day := getattr(window.limits, name)) is not None}
        return cls(
            data={
                "kind": window.kind.value,
                "profiles": [profile.value for profile in window.profiles],
                "message": window.message,
                "holds": window.holds,
                "news_day": news.get("end_day", ""),
                "news_hour": news.get("end_hour", ""),
                **cls.typed(window.start, window.end, zone),
                **limits,
            }
        )

    def read(self, zone: ZoneInfo) -> tuple[TypedWindow, list[Problem]]:
        """What was typed, and what cannot be read in it."""
        start, end, problems = self.read_bounds(zone)
        limits: dict[str, date | None] = {}
        for name in LIMITS:
            bound, wrong = read_bound(self[name].data, zone, is_end=False)
            problems += [Problem(name, problem.words) for problem in wrong]
            limits[name] = bound.day if bound is not None else None
        news, wrong = _read(self.news_day.data, self.news_hour.data, zone, is_end=False)
        problems += [Problem("news_day", problem.words) for problem in wrong]
        if news is not None and news.instant is None:
            problems.append(Problem("news_hour", Words(N_("Indiquez aussi l’heure des prochaines nouvelles."))))
        typed = TypedWindow(
            kind=self.kind.data or "",
            profiles=list(self.profiles.data or []),
            start=start,
            end=end,
            message=self.message.data or "",
            limits=Limits(**limits),
            holds=bool(self.holds.data),
            next_news=news.instant if news is not None else None,
        )
        return typed, problems


class AmendmentForm(BoundsForm):
    """A school's own dates and words, for all of it or for a level or class."""

    part = SelectField(_l("Pour qui ?"), validate_choice=False)

    def __init__(self, *args: Any, parts: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part.choices = list(parts)

    @classmethod
    def filled(cls, amendment: Amendment | None, part: str, parts: Any, zone: ZoneInfo) -> AmendmentForm:
        """The form with what was written for that part."""
        data = {"part": part}
        if amendment is not None:
            data |= {"message": amendment.message or "", **cls.typed(amendment.start, amendment.end, zone)}
        return cls(data=data, parts=parts)

    def read(self, zone: ZoneInfo) -> tuple[dict[str, Any], list[Problem]]:
        """start, end, message (None where empty: inherited), level and class_id; and what cannot be read."""
        start, end, problems = self.read_bounds(zone)
        known = {value for value, _label in self.part.choices}
        part = self.part.data or ""
        if part not in known:
            problems.append(Problem("part", Words(N_("Choisissez l’établissement entier, un niveau ou une classe."))))
            part = ""
        message = (self.message.data or "").strip() or None
        level, class_id = read_part(part)
        return {"start": start, "end": end, "message": message, "level": level, "class_id": class_id}, problems


def read_part(part: str) -> tuple[str | None, int | None]:
    """'' is the whole school, 'level:6e' a level, 'class:12' a class: (level, class number)."""
    kind, _colon, value = part.partition(":")
    if kind == "level" and value:
        return value, None
    return None, int(value) if kind == "class" and value.isdecimal() else None


class MaintenanceForm(Collecting):
    """The operator's hand: until when it is closed, what is said, when there is more to say."""

    end_day = StringField(_l("Réouverture annoncée : jour"))
    end_hour = StringField(_l("Heure"))
    news_day = StringField(_l("Prochaines nouvelles : jour"))
    news_hour = StringField(_l("Heure"))
    holds = BooleanField(_l("Rester fermé après l’heure annoncée, jusqu’à ce qu’un exploitant rouvre"))
    message = TextAreaField(_l("Message affiché"))

    @classmethod
    def of(cls, window: Window, zone: ZoneInfo) -> MaintenanceForm:
        """The form filled with what is announced."""
        news = BoundsForm.typed(None, Bound(instant=window.next_news) if window.next_news else None, zone)
        return cls(
            data={
                **BoundsForm.typed(None, window.end, zone),
                "news_day": news.get("end_day", ""),
                "news_hour": news.get("end_hour", ""),
                "holds": window.holds,
                "message": window.message,
            }
        )

    def read(self, zone: ZoneInfo, now: datetime) -> tuple[dict[str, Any], list[Problem]]:
        """end, next_news, holds, message; hours that have passed are refused, since they would be shown (GATE-14)."""
        found: dict[str, Any] = {"holds": bool(self.holds.data), "message": self.message.data or ""}
        found["end"], problems = _read(self.end_day.data, self.end_hour.data, zone, is_end=True)
        news, wrong = _read(self.news_day.data, self.news_hour.data, zone, is_end=False)
        problems += [Problem("news_day", problem.words) for problem in wrong]
        if news is not None and news.instant is None:
            problems.append(Problem("news_hour", Words(N_("Indiquez aussi l’heure des prochaines nouvelles."))))
        found["next_news"] = news.instant if news is not None else None
        end = end_instant(found["end"], zone) if found["end"] is not None else None
        for name, moment in (("end", end), ("news_day", found["next_news"])):
            if moment is not None and moment <= now:
                problems.append(Problem(name, Words(N_("Cette heure est passée : elle serait affichée."))))
        return found, problems


class FirstDaysForm(Collecting):
    """A new first day for some schools (GATE-17)."""

    day = StringField(_l("Nouvelle rentrée des élèves"))
    schools = SelectMultipleField(_l("Établissements"), validate_choice=False, coerce=str)

    def read(self, known: Mapping[str, int], zone: ZoneInfo) -> tuple[date | None, list[int], list[Problem]]:
        """The day, the schools' numbers by their UAI, and what is wrong."""
        bound, wrong = read_bound(self.day.data, zone, is_end=False)
        problems = [Problem("day", problem.words) for problem in wrong]
        if not wrong and (bound is None or bound.day is None):
            problems.append(Problem("day", Words(N_("Indiquez le jour de la rentrée."))))
        chosen = [known[uai] for uai in self.schools.data or [] if uai in known]
        if not chosen:
            problems.append(Problem("schools", Words(N_("Choisissez au moins un établissement."))))
        return (bound.day if bound is not None else None), chosen, problems


class TextForm(Collecting):
    """The words of one redirect page in one language."""

    words = TextAreaField(_l("Texte"))


class ConfirmForm(Collecting):
    """The typed word that stands before what cannot be taken back at once."""

    word = StringField(_l("Mot de confirmation"))

    def confirmed(self, expected: str) -> bool:
        """Was the word typed? Capitals and blanks aside; says what is missing beside the field."""
        if (self.word.data or "").strip().casefold() == expected.casefold():
            return True
        self.show([Problem("word", Words(N_("Tapez le mot « %(word)s » pour confirmer."), word=expected))])
        return False


class AskForm(Collecting):
    """'Qui entre, quand ?': a moment and a profile of a school, with a level or class."""

    day = StringField(_l("Jour"))
    hour = StringField(_l("Heure"))
    profile = SelectField(_l("Profil"), validate_choice=False)
    part = SelectField(_l("Niveau ou classe"), validate_choice=False)

    def __init__(self, *args: Any, parts: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.profile.choices = _profiles()
        self.part.choices = list(parts)

    def read(self, zone: ZoneInfo, now: datetime) -> tuple[datetime, Profile]:
        """The moment (now where none is typed or readable; then it says why) and the profile."""
        bound, wrong = _read(self.day.data, self.hour.data or "12:00", zone, is_end=False)
        if (self.day.data or "").strip():
            self.show([Problem("day", problem.words) for problem in wrong])
        known = tuple(Profile)
        profile = Profile(self.profile.data) if self.profile.data in known else Profile.GUARDIAN
        return (bound.instant if bound is not None and bound.instant is not None else now), profile
