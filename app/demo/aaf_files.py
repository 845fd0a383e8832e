"""The feed files of a fictional academy, in the real AAF format of both degrees (``formats/aaf``), complete or as a delta. Plain.

Pieces of several files come out interleaved, in one pass over the people and without keeping them. Names hold no character
that XML would have to escape.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from app.demo import aaf_entries as entries
from app.demo.academy import Academy
from app.demo.changes import Operation, operations
from app.demo.next_year import NextYear
from app.demo.oddities import oddities
from app.demo.people import Family
from app.demo.schools import DISCIPLINES, TRAININGS, SchoolPlan
from app.demo.tally import Tally

#: Characters gathered before a piece leaves.
_PIECE = 1 << 18
#: ISO-8859-15 in the second degree, UTF-8 in the first: real deliveries have both.
_ENCODINGS = {"2D": "iso-8859-15", "1D": "utf-8"}
_END = "</ficAlimMENESR>\n"

#: Degree, category, entry.
Told = tuple[str, str, str]


class _Category:
    """The files of one category: parts of at most ``limit`` entries, as text that waits to leave."""

    def __init__(self, name: str, degree: str, day: date, limit: int, *, whole: bool = True) -> None:
        self._stem = f"ENT{degree}VA-ENT1_{'Complet' if whole else 'Delta'}_{day:%Y%m%d}_{name}"
        self._encoding = _ENCODINGS[degree]
        self._head = (
            f'<?xml version="1.0" encoding="{self._encoding.upper()}"?>\n'
            '<!DOCTYPE ficAlimMENESR SYSTEM "ficAlimMENESR.dtd">\n<ficAlimMENESR>\n<!-- versionAF="AAF-VE2407" -->\n'
            f'<!-- codeAcademieExport="99" -->\n<!-- degre="{degree}" -->\n<!-- dateGenerationExport="{day:%d/%m/%Y}" -->\n\n'
        )
        self._limit, self._entries, self._part = limit, 0, 0
        self._text: list[str] = [self._head]
        self._length = 0

    def add(self, entry: str) -> Iterable[tuple[str, bytes]]:
        """One more entry; the pieces that are ready to leave."""
        ready: list[tuple[str, bytes]] = []
        if self._entries == self._limit:
            ready.append(self.finish())
            self._part, self._entries, self._text, self._length = self._part + 1, 0, [self._head], 0
        self._text.append(entry)
        self._entries += 1
        self._length += len(entry)
        if self._length >= _PIECE:
            ready.append(self._leave())
        return ready

    def finish(self) -> tuple[str, bytes]:
        """The last piece of the part."""
        self._text.append(_END)
        return self._leave()

    def _leave(self) -> tuple[str, bytes]:
        piece = "".join(self._text).encode(self._encoding)
        self._text, self._length = [], 0
        return f"{self._stem}_{self._part:04d}.xml", piece


def delivery(academy: Academy, day: date, tally: Tally, *, part: int = 5000) -> Iterator[tuple[str, str, bytes]]:
    """(degree, file name, piece) of the complete delivery of ``day``; pieces of one file come in order.

    ``part`` is how many entries a file holds at most. ``tally`` counts what the files hold while they are made.
    """
    by_degree = {degree: [plan for plan in academy.schools if plan.degree == degree] for degree in ("1D", "2D")}
    for degree, schools in by_degree.items():
        if schools:
            for name, piece in _tables(degree, schools, day):
                yield degree, name, piece
    yield from _gathered(_people(academy, tally), day, part)


def delta(
    later: NextYear, day: date, tally: Tally, *, every: int = 100, part: int = 5000
) -> Iterator[tuple[str, str, bytes]]:
    """The same of a delta some days after the complete delivery of ``later``: about one family in ``every`` is in it."""
    told = operations(later, every=every)
    yield from _gathered(_counted(told, tally), day, part, whole=False)


def _counted(told: Iterable[Operation], tally: Tally) -> Iterator[Told]:
    for one in told:
        tally.note_operation(one.degree, one.category, one.tag)
        yield one.degree, one.category, one.entry


def _gathered(told: Iterable[Told], day: date, part: int, *, whole: bool = True) -> Iterator[tuple[str, str, bytes]]:
    """Entries of (degree, category) as pieces of their files."""
    open_files: dict[tuple[str, str], _Category] = {}
    for degree, category, entry in told:
        file = open_files.get((category, degree))
        if file is None:
            file = open_files[category, degree] = _Category(category, degree, day, part, whole=whole)
        for name, piece in file.add(entry):
            yield degree, name, piece
    for (_category, degree), file in open_files.items():
        name, piece = file.finish()
        yield degree, name, piece


def _people(academy: Academy, tally: Tally) -> Iterator[Told]:
    for family in academy.families():
        yield from _family(family, tally.note_family(family))
    for member in academy.staff():
        degree = tally.note_staff(member)
        yield degree, "PersEducNat", entries.staff_1d(member) if degree == "1D" else entries.staff_2d(member)
    if isinstance(academy, NextYear):
        for odd in oddities(academy.schools, academy.seed, academy.begins):
            yield odd.degree, odd.category, odd.entry
            tally.note_rejected(odd.degree, odd.key, whole=odd.whole)
            if odd.family is not None:
                where = tally.note_family(odd.family, placed=odd.placed)
                yield from (told for told in _family(odd.family, where) if told[1] == "PersRelEleve")


def _family(family: Family, where: dict[int, str]) -> Iterator[Told]:
    for pupil in family.pupils:
        if pupil.school.kind == "primary":
            yield "1D", "Eleve", entries.pupil_1d(pupil)
        else:
            yield "2D", "Eleve", entries.pupil_2d(pupil)
    for adult in (*family.adults, *family.strays):
        degrees = where[adult.key]
        if "2D" in degrees:
            yield "2D", "PersRelEleve", entries.adult_2d(adult)
        if "1D" in degrees:
            yield "1D", "PersRelEleve", entries.adult_1d(adult, family)


def _tables(degree: str, schools: list[SchoolPlan], day: date) -> Iterator[tuple[str, bytes]]:
    """Structures; in the second degree the ministry's subjects and trainings too."""
    structures = _Category("EtabEducNat", degree, day, 100_000)
    for plan in schools:
        yield from structures.add(entries.structure_1d(plan) if degree == "1D" else entries.structure_2d(plan))
    yield structures.finish()
    if degree == "2D":
        subjects, trainings = (_Category(name, degree, day, 100_000) for name in ("MatiereEducNat", "MefEducNat"))
        for discipline in DISCIPLINES:
            yield from subjects.add(entries.subject(discipline.subject, discipline.label))
        yield subjects.finish()
        for training in TRAININGS.values():
            if training.age > 10:
                yield from trainings.add(entries.training(training))
        yield trainings.finish()
