"""What a fictional academy's feeds hold, counted while its people are made, as an import's report counts (FEED-6). Plain.

Nothing here reads the files or asks the importer: tests compare both with it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.demo.academy import Academy
from app.demo.people import CONTACTS_LEGAL, Family, StaffMember

DEGREES = ("1D", "2D")


class Tally:
    """For each degree: schools, classes, groups, students, guardians, contacts, unreferenced, teachers, staff.

    ``schools``: for each school's key its students, and those of them without a class. ``rejected`` are (degree, key) of entries that
    an import refuses whole, ``set_aside`` those of which it refuses a link. ``operations`` counts a delta's: (degree, category, tag).
    """

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = {degree: Counter() for degree in DEGREES}
        self.schools: dict[str, Counter[str]] = defaultdict(Counter)
        self.rejected: list[tuple[str, str]] = []
        self.set_aside: list[tuple[str, str]] = []
        self.operations: Counter[tuple[str, str, str]] = Counter()
        self._seen: set[tuple[str, str, str]] = set()

    def note_family(self, family: Family, *, placed: bool = True) -> dict[int, str]:
        """Count a family; for each adult by key, the degrees in whose files they stand: '1D', '2D' or '1D2D'.

        ``placed`` False: the feed names no class of the pupils that an import could read.
        """
        strongest: dict[str, dict[int, bool]] = {"1D": {}, "2D": {}}
        for pupil in family.pupils:
            degree = pupil.school.degree
            counts, standing = self.counts[degree], strongest[degree]
            counts["students"] += 1
            self._once(degree, "schools", pupil.school.key)
            self.schools[pupil.school.key]["students"] += 1
            if placed:
                self._once(degree, "classes", pupil.school.key, pupil.first_told.code)
            else:
                self.schools[pupil.school.key]["without_class"] += 1
            if pupil.group:
                self._once(degree, "groups", pupil.school.key, pupil.group)
            for link in pupil.links:
                if link.adult != pupil.key:
                    standing[link.adult] = standing.get(link.adult, False) or link.legal != CONTACTS_LEGAL
            # A second class in the same school is a link set aside: which of both counts is the school's to say (S4-3).
            self.set_aside += [
                (degree, str(pupil.key)) for plan, _room, _ in pupil.also if plan.key == pupil.school.key
            ]
        where = dict.fromkeys((adult.key for adult in family.adults), "")
        for degree, standing in strongest.items():
            for key, responsible in standing.items():
                self.counts[degree]["guardians" if responsible else "contacts"] += 1
                where[key] += degree
        for adult in family.strays:
            where[adult.key] = degree = family.pupils[0].school.degree
            self.counts[degree]["unreferenced"] += 1
        return where

    def note_staff(self, member: StaffMember) -> str:
        """Count somebody who works in schools; the degree in whose file they stand."""
        degree = member.home.degree
        self.counts[degree]["teachers" if member.teaches else "staff"] += 1
        return degree

    def note_rejected(self, degree: str, key: str, *, whole: bool) -> None:
        """Count an entry that an import refuses, or (``whole`` False) one of whose links it refuses."""
        (self.rejected if whole else self.set_aside).append((degree, key))

    def note_operation(self, degree: str, category: str, tag: str) -> None:
        """Count an operation of a delta; ``tag`` is addRequest, modifyRequest or deleteRequest."""
        self.operations[degree, category, tag] += 1

    def _once(self, degree: str, what: str, *key: str) -> None:
        marked = (what, *key) if len(key) == 2 else (what, key[0], "")
        if marked not in self._seen:
            self._seen.add(marked)
            self.counts[degree][what] += 1
            if what == "classes":
                self.schools[key[0]]["classes"] += 1

    def people(self) -> int:
        """How many entries all files hold; an adult with children in both degrees stands in both."""
        named = ("students", "guardians", "contacts", "unreferenced", "teachers", "staff")
        return sum(counts[name] for counts in self.counts.values() for name in named)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a year changes. Pupils are known by their INE, adults and staff by their keys.

    ``schools``: for each school's key its pupils who ``stayed``, ``came`` to the academy, ``moved_in`` from another of its schools,
    ``left`` the academy, ``moved_out``; and its ``classes_new`` and ``classes_gone``. ``kept_links``: (teacher, school, class, subject)
    told in both years, of a class that has pupils again (S4-5).
    """

    schools: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    guardians_came: set[int] = field(default_factory=set)
    guardians_left: set[int] = field(default_factory=set)
    staff_came: set[int] = field(default_factory=set)
    staff_left: set[int] = field(default_factory=set)
    kept_links: set[tuple[int, str, str, str]] = field(default_factory=set)


@dataclass(slots=True)
class _Year:
    pupils: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    classes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    guardians: set[int] = field(default_factory=set)
    staff: set[int] = field(default_factory=set)
    links: set[tuple[int, str, str, str]] = field(default_factory=set)


def _read(families: Iterable[Family], staff: Iterable[StaffMember]) -> _Year:
    year = _Year()
    for family in families:
        for pupil in family.pupils:
            year.pupils[pupil.ine].add(pupil.school.key)
            year.classes[pupil.school.key].add(pupil.first_told.code)
            year.guardians |= {
                one.adult for one in pupil.links if one.legal != CONTACTS_LEGAL and one.adult != pupil.key
            }
    for member in staff:
        year.staff.add(member.key)
        year.links |= {(member.key, plan.key, room.code, subject) for plan, room, subject in member.classes}
    return year


def compare(before: Academy, after: Academy, *, oddities: Iterable[Family] = ()) -> Change:
    """What is different between two years; holds everybody in memory, so for academies of some ten thousand people."""
    old = _read(before.families(), before.staff())
    new = _read((*after.families(), *oddities), after.staff())
    found = Change()
    for ine in old.pupils.keys() | new.pupils.keys():
        was, is_ = old.pupils.get(ine, set()), new.pupils.get(ine, set())
        for school in is_:
            found.schools[school]["stayed" if school in was else "moved_in" if was else "came"] += 1
        for school in was - is_:
            found.schools[school]["moved_out" if is_ else "left"] += 1
    for school in old.classes.keys() | new.classes.keys():
        found.schools[school]["classes_new"] = len(new.classes[school] - old.classes[school])
        found.schools[school]["classes_gone"] = len(old.classes[school] - new.classes[school])
    found.guardians_came.update(new.guardians - old.guardians)
    found.guardians_left.update(old.guardians - new.guardians)
    found.staff_came.update(new.staff - old.staff)
    found.staff_left.update(old.staff - new.staff)
    taught = {(school, code) for school, codes in new.classes.items() for code in codes}
    found.kept_links.update(link for link in old.links & new.links if link[1:3] in taught)
    return found


class OndeTally:
    """What ONDE's extractions hold, school by school (FEED-2).

    For each UAI: ``pupils``, of whom ``accepted``, and of the others who lack a condition first: ``without_ine``,
    ``without_class``, ``without_responsible``.
    """

    def __init__(self) -> None:
        self.schools: dict[str, Counter[str]] = defaultdict(Counter)

    def note(self, uai: str, *, ine: bool, placed: bool, responsible: bool) -> None:
        """Count a pupil's line; the conditions are asked in this order."""
        lacks = (("without_ine", ine), ("without_class", placed), ("without_responsible", responsible))
        found = next((name for name, met in lacks if not met), "accepted")
        self.schools[uai].update(("pupils", found))
