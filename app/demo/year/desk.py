"""What the makers of a school's year share: its facts, the sheets, the shelf of files, chance. Plain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from app.content.markup import to_html
from app.demo.year.density import Density
from app.demo.year.facts import ClassFacts, SchoolFacts
from app.demo.year.sheets import Sheets
from app.demo.year.shelf import Kept

#: How many different texts are kept as HTML: a year says the same things in many classes.
_MOST_TEXTS = 20_000
_texts: dict[str, str] = {}


def html_of(source: str) -> str:
    """The sanitised HTML of ``source``, made once."""
    found = _texts.get(source)
    if found is None:
        if len(_texts) > _MOST_TEXTS:
            _texts.clear()
        found = _texts[source] = to_html(source)
    return found


@dataclass(slots=True)
class Desk:
    """One school's year while it is made. ``now`` is portal time; ``whole`` are the classes with a denser year."""

    facts: SchoolFacts
    sheets: Sheets
    shelf: Mapping[str, Kept]
    density: Density
    rng: Random
    now: datetime
    whole: frozenset[int] = frozenset()
    whole_density: Density | None = None
    #: Of the cast: who has everything of their own.
    known: frozenset[int] = frozenset()
    #: Bytes that each section's files take.
    used: dict[int, int] = field(default_factory=dict)

    @property
    def classes(self) -> list[ClassFacts]:
        """The classes that have a year; without pupils there is none."""
        return [room for room in self.facts.classes if room.pupils][: self.density.classes]

    def density_of(self, room: ClassFacts) -> Density:
        """How much of everything that class has."""
        return self.whole_density if self.whole_density is not None and room.id in self.whole else self.density

    def chosen(self, people: list[int], share: float) -> list[int]:
        """That share of ``people`` by chance, at least one of them, and those of the cast."""
        random = self.rng.random
        found = [person for person in people if random() < share or person in self.known]
        return found or people[:1]

    def attach(self, section: int, kept: Kept) -> None:
        """Count a file's bytes in its section."""
        self.used[section] = self.used.get(section, 0) + kept.size


def after(instant: datetime, rng: Random, hours: float) -> datetime:
    """Some minutes to ``hours`` later."""
    return instant + timedelta(minutes=3 + int(rng.random() * hours * 60))
