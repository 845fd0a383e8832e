"""A sentence before it has a language.

Plain modules decide and explain, but they know nothing of the reader: they answer with ``Words``, a French
template and its values. The edge (``app.web.say``, a command) turns them into the reader's language, with days and
instants written out in the zone that the words carry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app import wording


def N_(text: str) -> str:
    """Mark a French sentence for translation without translating it yet."""
    return text


@dataclass(frozen=True, init=False)
class Words:
    """A French template with ``%(name)s`` places, its values and the zone in which instants are told.

    Values may be strings, numbers, ``Words``, ``date`` (told with the weekday) or aware ``datetime`` (told in ``zone``).
    ``zone`` names an IANA time zone; without one instants are told in Europe/Paris.
    """

    template: str
    values: Mapping[str, object]
    zone: str

    def __init__(self, template: str, *, zone: str = "Europe/Paris", **values: object) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "zone", zone)

    def __hash__(self) -> int:
        return hash((self.template, tuple(sorted((k, str(v)) for k, v in self.values.items())), self.zone))

    def __str__(self) -> str:
        return self.told(lambda text: text, "fr")

    def told(self, translate: Callable[[str], str], language: str) -> str:
        """The sentence in ``language`` ('fr' or 'en'); ``translate`` maps the French template to that language."""
        template = translate(self.template)
        if not self.values:
            return template
        zone = ZoneInfo(self.zone)

        def tell(value: object) -> object:
            if isinstance(value, Words):
                return value.told(translate, language)
            if isinstance(value, datetime):
                return wording.instant(value, zone, language)
            if isinstance(value, date):
                return wording.day(value, language)
            return value

        return template % {name: tell(value) for name, value in self.values.items()}
