"""What a fictional academy's feeds hold, counted while its people are made, as an import's report counts (FEED-6). Plain."""

from __future__ import annotations

from collections import Counter

from app.demo.people import CONTACTS_LEGAL, Family, StaffMember

DEGREES = ("1D", "2D")


class Tally:
    """For each degree: schools, classes, groups, students, guardians, contacts, unreferenced, teachers, staff."""

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = {degree: Counter() for degree in DEGREES}
        self._seen: set[tuple[str, str, str]] = set()

    def note_family(self, family: Family) -> dict[int, str]:
        """Count a family; for each adult by key, the degrees in whose files they stand: '1D', '2D' or '1D2D'."""
        strongest: dict[str, dict[int, bool]] = {"1D": {}, "2D": {}}
        for pupil in family.pupils:
            degree = pupil.school.degree
            counts, standing = self.counts[degree], strongest[degree]
            counts["students"] += 1
            self._once(degree, "schools", pupil.school.key)
            self._once(degree, "classes", pupil.school.key, pupil.school_class.code)
            if pupil.group:
                self._once(degree, "groups", pupil.school.key, pupil.group)
            for link in pupil.links:
                if link.adult != pupil.key:
                    standing[link.adult] = standing.get(link.adult, False) or link.legal != CONTACTS_LEGAL
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

    def _once(self, degree: str, what: str, *key: str) -> None:
        marked = (what, *key) if len(key) == 2 else (what, key[0], "")
        if marked not in self._seen:
            self._seen.add(marked)
            self.counts[degree][what] += 1

    def people(self) -> int:
        """How many entries all files hold; an adult with children in both degrees stands in both."""
        named = ("students", "guardians", "contacts", "unreferenced", "teachers", "staff")
        return sum(counts[name] for counts in self.counts.values() for name in named)
