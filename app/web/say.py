"""Words become text here: in the reader's language, with days and instants written out."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask, current_app, has_request_context
from flask_babel import force_locale, gettext

from app import weights, wording
from app.web.language import current_language
from app.words import Words


def language() -> str:
    """The language in which to speak now: the request's, or the command line's setting."""
    default = current_app.extensions["settings"].language if current_app else "fr"
    return current_language(str(default))


def say(words: Words | str) -> str:
    """``words`` in the language of whoever reads this answer."""
    if isinstance(words, str):
        return str(gettext(words))
    return say_in(words, language()) if not has_request_context() else words.told(gettext, language())


def say_in(words: Words, spoken: str) -> str:
    """``words`` in the language ``spoken``, for e-mails and the command line."""
    with force_locale(spoken):
        return words.told(gettext, spoken)


def register(app: Flask) -> None:
    """The template filters: say, day, instant, hour, first_moment, last_moment, count, weight."""

    def zone(name: str | None) -> ZoneInfo:
        return ZoneInfo(name or "Europe/Paris")

    def day(value: date) -> str:
        return wording.day(value, language())

    def instant(value: datetime, where: str | None = None) -> str:
        return wording.instant(value, zone(where), language())

    def hour(value: datetime, where: str | None = None) -> str:
        return wording.hour(value.astimezone(zone(where)), language())

    def first_moment(value: datetime, where: str | None = None) -> str:
        return wording.first_moment(value, zone(where), language())

    def last_moment(value: datetime, where: str | None = None) -> str:
        return wording.last_moment(value, zone(where), language())

    def count(value: int) -> str:
        return f"{value:,}".replace(",", "\u202f" if language() == "fr" else ",")

    def weight(size: int) -> str:
        return say(weights.weight(size))

    for filter_ in (say, day, instant, hour, first_moment, last_moment, count, weight):
        app.add_template_filter(filter_, filter_.__name__)
