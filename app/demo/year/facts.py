"""What is known of a school when its year is made up. Plain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class ClassFacts:
    """A class: pupils, its teachers as (person, subject's code), and the one who answers for it."""

    id: int
    code: str
    name: str
    level: str
    pupils: list[int] = field(default_factory=list)
    teachers: list[tuple[int, str]] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)

    @property
    def main_teacher(self) -> int | None:
        """The head teacher, or else one of the teachers."""
        if self.heads:
            return self.heads[0]
        return self.teachers[0][0] if self.teachers else None


@dataclass(slots=True)
class SchoolFacts:
    """A school in year N. ``staff`` are people by function; ``guardians`` stand for a pupil and may see (no contacts)."""

    id: int
    uai: str
    kind: str
    name: str
    town: str
    zone: str
    year_id: int
    classes: list[ClassFacts] = field(default_factory=list)
    #: Teaching groups that a feed has made.
    groups: list[int] = field(default_factory=list)
    staff: dict[str, list[int]] = field(default_factory=dict)
    guardians: dict[int, list[int]] = field(default_factory=dict)
    #: Authorities and guests of the school: (person, profile).
    outsiders: list[tuple[int, str]] = field(default_factory=list)
    #: Names in addresses that the sections of the school have already.
    slugs: set[str] = field(default_factory=set)
    #: What subjects are called here, by code, where a feed says it.
    subjects: dict[str, str] = field(default_factory=dict)
    #: People of several schools, whom another school's year has given a space, folders, or bookmarks already.
    housed: set[int] = field(default_factory=set)
    corresponding: dict[int, tuple[str, list[int]]] = field(default_factory=dict)
    settled: set[int] = field(default_factory=set)

    @property
    def head(self) -> int:
        """Who runs the school, or else somebody who works there."""
        return next(iter(self.staff.get("DIR") or self.adults))

    @property
    def adults(self) -> list[int]:
        """Everybody who works in the school, each once."""
        return list(dict.fromkeys(person for people in self.staff.values() for person in people))

    @property
    def teachers(self) -> list[int]:
        """Everybody who teaches a class, each once."""
        return list(dict.fromkeys(person for room in self.classes for person, _subject in room.teachers))

    def school_life(self) -> int:
        """Who answers for school life: the CPE, or the head."""
        return next(iter(self.staff.get("EDU") or [self.head]))

    def families_of(self, pupils: Iterable[int]) -> list[tuple[int, int]]:
        """(guardian, pupil) for these pupils, each guardian once, for the first of their children."""
        found: dict[int, int] = {}
        for pupil in pupils:
            for guardian in self.guardians.get(pupil, ()):
                found.setdefault(guardian, pupil)
        return list(found.items())
