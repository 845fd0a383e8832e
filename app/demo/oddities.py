"""Entries that a real delivery holds and that an import cannot take as they are (FEED-6, S4-7): some for an academy. Plain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.demo import aaf_entries as entries
from app.demo.families import FamilyMaker
from app.demo.people import MOTHER, Family, Link, Pupil
from app.demo.schools import SchoolPlan

#: Where the keys of these people begin.
FIRST_KEY = 50_000_000
#: The key of an adult whom no file holds.
ABSENT = FIRST_KEY + 2_999_999


@dataclass(frozen=True, slots=True)
class Oddity:
    """An entry, and what an import does with it.

    ``whole``: the entry is rejected under ``key``; else only a link of it is set aside. ``family``: who comes in all the same.
    """

    degree: str
    category: str
    entry: str
    key: str
    whole: bool
    family: Family | None = None
    placed: bool = True


def oddities(schools: list[SchoolPlan], seed: int, begins: int) -> Iterator[Oddity]:
    """A pupil without a name, one whose identifier is another's, one whose class is written wrong, one whose adult is absent."""
    plan = next((plan for plan in schools if plan.degree == "2D"), None)
    if plan is None:
        return
    maker = FamilyMaker(seed + 4, begins, first_key=FIRST_KEY)
    maker.open_sector([plan])
    room = plan.classes[0]
    home = maker.address()

    def pupil(last_name: str) -> Pupil:
        return maker.pupil((plan, room, room.trainings[0]), last_name, [], home)

    nameless = replace(pupil("Sansnom"), last_name="")
    yield Oddity("2D", "Eleve", entries.pupil_2d(nameless), str(nameless.key), True)
    other = pupil("Berger")
    entry = entries.pupil_2d(other).replace(f"<id>{other.key}</id>", f"<id>{other.key + 900}</id>")
    yield Oddity("2D", "Eleve", entry, str(other.key), True)
    lost = pupil("Marchal")
    mother = maker.woman("Marchal", home)
    lost.links.append(Link(mother.key, MOTHER, "1", "1"))
    entry = entries.pupil_2d(lost).replace(f"<value>{plan.key}${room.code}</value>", f"<value>{room.code}</value>")
    yield Oddity("2D", "Eleve", entry, str(lost.key), False, Family([mother], [lost]), placed=False)
    orphan = pupil("Fleury")
    entry = entries.pupil_2d(replace(orphan, links=[Link(ABSENT, MOTHER, "1", "1")]))
    yield Oddity("2D", "Eleve", entry, str(orphan.key), False, Family([], [orphan]))
