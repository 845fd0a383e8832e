"""The registers of the year that ends, read a class and some pupils at a time (S2-5).

The rows are those of step 3's selections, read with nothing else to decide, so that what an archive covers is what the removal
takes, to the row (G9). Each row is of one class or group: there it is covered, and written into the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import FromClause, Row, Select

from app.fates import Scope
from app.files.sheets import Sheet
from app.schoollife.conduct import rollover as conduct
from app.schoollife.presence import rollover as presence
from app.schoollife.pupils import rollover as pupils
from app.schoollife.registers import absences, calls, grades, loaders, projects
from app.schoollife.registers.columns import PUNISHMENTS, REVIEWS, SKILLS, Ledger
from app.schoollife.registers.facts import Facts, Place, grouped
from app.schoollife.registers.loaders import Condition
from app.schoollife.registers.pages import Cell, Part, table
from app.schoollife.registers.shelf import Pupil, Register
from app.schoollife.reports import rollover as reports
from app.schoollife.results import rollover as results

#: Which part selects the rows of a kind, and where they stand.
KINDS: dict[str, tuple[Callable[[str, Scope], Select[Any]], FromClause]] = {
    "roll-call": (presence.rows, loaders.CALL),
    "absence": (presence.rows, loaders.ABSENCE),
    "assessment": (results.rows, loaders.ASSESSMENT),
    "mark": (results.rows, loaders.MARK),
    "skill-record": (results.rows, loaders.SKILL),
    "report-card": (reports.rows, loaders.CARD),
    "cycle-review": (reports.rows, loaders.REVIEW),
    "punishment": (conduct.rows, loaders.MEASURE),
    "sanction": (conduct.rows, loaders.MEASURE),
    "project": (pupils.rows, loaders.PROJECT),
}


class Desk:
    """What a register is written from: the school, its names, the rows to take; ``cover`` is told which rows are written."""

    def __init__(self, school_id: int, scope: Scope, cover: Callable[[str, Iterable[int]], None], facts: Facts) -> None:
        self.school_id = school_id
        self.scope = scope
        self.facts = facts
        self._cover = cover

    def where(self, kind: str) -> Condition:
        """The condition that a row is of ``kind`` and will be taken."""
        selection, rows = KINDS[kind]
        return loaders.taken(rows, selection(kind, self.scope), self.school_id)

    def has(self, kind: str) -> bool:
        """Is there any such row to take?"""
        selection, rows = KINDS[kind]
        return loaders.is_there(rows, selection(kind, self.scope), self.school_id)

    def cover(self, kind: str, rows: Iterable[Any]) -> None:
        """Say that these rows are in what is written."""
        self._cover(kind, [row.id for row in rows])

    def learn(self, people: Iterable[int | None]) -> Facts:
        """The names of the school, with those of ``people``."""
        loaders.learn(self.facts, set(people))
        return self.facts


class LedgerBook:
    """A register of lines: punishments, skills, reviews, and the table of sanctions."""

    def __init__(self, desk: Desk, ledger: Ledger) -> None:
        self.desk, self.ledger = desk, ledger
        self.kinds, self.words, self.note = (ledger.kind,), ledger.words, ledger.note
        self._table, self._where = KINDS[ledger.kind][1], desk.where(ledger.kind)
        self.sheet = Sheet(["Classe", "Élève", "Période", *ledger.heads])

    def places(self) -> list[Place]:
        return loaders.places_of(self._table, self._where)

    def students(self) -> list[int]:
        found = loaders.students_of(self._table, self._where)
        self.desk.learn(found)
        return found

    def of_place(self, place: Place, pupil: Pupil) -> list[Part]:
        rows, names = self._rows(loaders.of_place(self._table, place))
        self.desk.cover(self.ledger.kind, rows)
        for row in rows:
            when = self.ledger.when(row, names)
            self.sheet.add(
                [names.whom(row.class_id), names.name(row.student_id), when.label, *self.ledger.cells(row, names)]
            )
        head = ["Élève", *self.ledger.heads]
        return self._parts(rows, head, lambda row: [pupil(row.student_id), *self.ledger.cells(row, names)])

    def of_students(self, students: Sequence[int]) -> Mapping[int, list[Part]]:
        rows, names = self._rows(self._table.c.student_id.in_(students))
        head = [*self.ledger.heads, "Classe"]
        return {
            student: self._own(own, names)
            if self.ledger.own
            else self._parts(own, head, lambda row: [*self.ledger.cells(row, names), names.whom(row.class_id)])
            for student, own in grouped(rows, lambda row: row.student_id).items()
        }

    def tables(self) -> list[tuple[str, str, bytes]]:
        return [(self.ledger.file, f"toutes les {self.ledger.words[1]}, une ligne chacune", self.sheet.data())]

    def _rows(self, only: Condition) -> tuple[list[Row[Any]], Facts]:
        rows = loaders.read(self._table, self._where & only)
        names = self.desk.learn(number for row in rows for number in self.ledger.people(row))
        return sorted(rows, key=lambda row: self.ledger.order(row, names)), names

    def _parts(self, rows: Sequence[Any], head: Sequence[str], cells: Callable[[Any], Sequence[Cell]]) -> list[Part]:
        return [
            Part(
                order=when.order,
                label=when.label,
                html=table(when.label, head, (cells(row) for row in some)),
                many=len(some),
            )
            for when, some in grouped(rows, lambda row: self.ledger.when(row, self.desk.facts)).items()
        ]

    def _own(self, rows: Sequence[Any], names: Facts) -> list[Part]:
        show = self.ledger.own
        return [
            Part(order=when.order, label=when.label, html="".join(show(row, names) for row in some), many=len(some))
            for when, some in grouped(rows, lambda row: self.ledger.when(row, names)).items()
            if show is not None
        ]


class CallBook:
    """The registers of roll calls."""

    kinds, words, note = ("roll-call",), ("appel", "appels"), ""

    def __init__(self, desk: Desk) -> None:
        self.desk, self._where = desk, desk.where("roll-call")
        self._sheets, self._missing = Sheet(calls.SHEETS_TABLE), Sheet(calls.MISSING_TABLE)

    def places(self) -> list[Place]:
        return loaders.sheet_places(self._where)

    def students(self) -> list[int]:
        found = loaders.students_marked(self._where)
        self.desk.learn(found)
        return found

    def of_place(self, place: Place, pupil: Pupil) -> list[Part]:
        sheets = loaders.sheets_of(place, self._where)
        marked = loaders.marked_on(self._where, loaders.sheet_place(place))
        self.desk.cover("roll-call", sheets)
        names = self.desk.learn(number for row in sheets for number in (row.teacher_id, row.called_by_id))
        names = self.desk.learn(row.student_id for row in marked)
        missing = grouped(marked, lambda row: row.roll_call_id)
        for row in sheets:
            self._sheets.add(calls.sheet_cells(row, missing.get(row.id, ()), names))
        for row in marked:
            self._missing.add(calls.missing_cells(row, names))
        return calls.parts(sheets, missing, names, pupil)

    def of_students(self, students: Sequence[int]) -> Mapping[int, list[Part]]:
        marked = loaders.marked_on(self._where, loaders.ABSENCE.c.student_id.in_(students))
        by_pupil = grouped(marked, lambda row: row.student_id)
        return {student: calls.own_parts(own, self.desk.facts) for student, own in by_pupil.items()}

    def tables(self) -> list[tuple[str, str, bytes]]:
        return [
            ("appels.csv", "tous les appels, une ligne chacun", self._sheets.data()),
            ("manquants.csv", "les élèves marqués absents, en retard ou dispensés", self._missing.data()),
        ]


class GradeBook:
    """Grade records: assessments and their marks."""

    kinds, words = ("assessment", "mark"), ("note", "notes")
    note = "avec ce qui n’a pas été publié"

    def __init__(self, desk: Desk) -> None:
        self.desk, self._assessments, self._marks = desk, desk.where("assessment"), desk.where("mark")
        self._given, self._noted = Sheet(grades.ASSESSMENTS_TABLE), Sheet(grades.MARKS_TABLE)

    def places(self) -> list[Place]:
        return sorted(
            {
                *loaders.places_of(loaders.ASSESSMENT, self._assessments),
                *loaders.mark_places(self._marks, self.desk.school_id),
            }
        )

    def students(self) -> list[int]:
        found = loaders.mark_students(self._marks, self.desk.school_id)
        self.desk.learn(found)
        return found

    def of_place(self, place: Place, pupil: Pupil) -> list[Part]:
        here = loaders.of_place(loaders.ASSESSMENT, place)
        given = loaders.read(loaders.ASSESSMENT, self._assessments & here, loaders.ASSESSMENT.c.held_on)
        marks = loaders.marks_with_assessments(self._marks, here)
        self.desk.cover("assessment", given)
        self.desk.cover("mark", marks)
        names = self.desk.learn([*(row.author_id for row in given), *(row.student_id for row in marks)])
        for row in given:
            self._given.add(grades.assessment_cells(row, names))
        for line in grades.mark_lines(marks, names):
            self._noted.add(line)
        return grades.parts(given, grouped(marks, lambda row: row.assessment_id), names, pupil)

    def of_students(self, students: Sequence[int]) -> Mapping[int, list[Part]]:
        marks = loaders.marks_with_assessments(self._marks, loaders.MARK.c.student_id.in_(students))
        by_pupil = grouped(marks, lambda row: row.student_id)
        return {student: grades.own_parts(own, self.desk.facts) for student, own in by_pupil.items()}

    def tables(self) -> list[tuple[str, str, bytes]]:
        return [
            ("evaluations.csv", "toutes les évaluations, une ligne chacune", self._given.data()),
            ("notes.csv", "toutes les notes, une ligne chacune", self._noted.data()),
        ]


class AbsenceBook:
    """Statistics of absences."""

    kinds, words = ("absence",), ("absence ou retard", "absences et retards")
    note = "sans les explications des familles, qui restent dans les dossiers d’absence"

    def __init__(self, desk: Desk) -> None:
        self.desk, self._where = desk, desk.where("absence")
        self._rows, self._counts = Sheet(absences.ABSENCES_TABLE), Sheet(absences.COUNTS_TABLE)

    def places(self) -> list[Place]:
        return loaders.places_of(loaders.ABSENCE, self._where)

    def students(self) -> list[int]:
        found = loaders.students_of(loaders.ABSENCE, self._where)
        self.desk.learn(found)
        return found

    def of_place(self, place: Place, pupil: Pupil) -> list[Part]:
        rows = self._read(loaders.of_place(loaders.ABSENCE, place))
        self.desk.cover("absence", rows)
        names = self.desk.learn(row.student_id for row in rows)
        for row in rows:
            self._rows.add(absences.absence_cells(row, names))
        for line in absences.count_lines(rows, names):
            self._counts.add(line)
        return absences.parts(rows, names, pupil)

    def of_students(self, students: Sequence[int]) -> Mapping[int, list[Part]]:
        by_pupil = grouped(self._read(loaders.ABSENCE.c.student_id.in_(students)), lambda row: row.student_id)
        return {student: absences.own_parts(own, self.desk.facts) for student, own in by_pupil.items()}

    def tables(self) -> list[tuple[str, str, bytes]]:
        return [
            ("chiffres.csv", "les chiffres de chaque élève par période", self._counts.data()),
            ("absences.csv", "toutes les absences et tous les retards comptés", self._rows.data()),
        ]

    def _read(self, only: Condition) -> loaders.Rows:
        return loaders.read(loaders.ABSENCE, self._where & only, loaders.ABSENCE.c.starts_at)


class ProjectBook:
    """Interdisciplinary projects and their pupils."""

    kinds, words, note = ("project",), ("projet", "projets"), ""

    def __init__(self, desk: Desk) -> None:
        self.desk, self._where = desk, desk.where("project")
        self._projects, self._members = Sheet(projects.PROJECTS_TABLE), Sheet(projects.MEMBERS_TABLE)

    def places(self) -> list[Place]:
        return loaders.places_of(loaders.PROJECT, self._where)

    def students(self) -> list[int]:
        found = loaders.project_students(self._where)
        self.desk.learn(found)
        return found

    def of_place(self, place: Place, pupil: Pupil) -> list[Part]:
        here = loaders.of_place(loaders.PROJECT, place)
        rows = loaders.read(loaders.PROJECT, self._where & here, loaders.PROJECT.c.first_day)
        members = loaders.members_of(self._where, here)
        self.desk.cover("project", rows)
        names = self.desk.learn([*(row.author_id for row in rows), *(row.student_id for row in members)])
        by_project = grouped(members, lambda row: row.project_id)
        for row in rows:
            self._projects.add(projects.project_cells(row, by_project.get(row.id, ()), names))
        for row in members:
            self._members.add([names.whom(row.of_class_id), row.of_title, names.name(row.student_id), row.words])
        return projects.parts(rows, by_project, names, pupil)

    def of_students(self, students: Sequence[int]) -> Mapping[int, list[Part]]:
        members = loaders.members_of(self._where, loaders.MEMBER.c.student_id.in_(students))
        by_pupil = grouped(members, lambda row: row.student_id)
        return {student: projects.own_parts(own, self.desk.facts) for student, own in by_pupil.items()}

    def tables(self) -> list[tuple[str, str, bytes]]:
        return [
            ("projets.csv", "tous les projets, une ligne chacun", self._projects.data()),
            ("eleves-des-projets.csv", "les élèves de chaque projet", self._members.data()),
        ]


#: Who writes the register of each archive.
BOOKS: dict[str, Callable[[Desk], Register]] = {
    "roll-calls": CallBook,
    "grade-records": GradeBook,
    "skills-records": lambda desk: LedgerBook(desk, SKILLS),
    "cycle-reviews": lambda desk: LedgerBook(desk, REVIEWS),
    "punishments": lambda desk: LedgerBook(desk, PUNISHMENTS),
    "projects": ProjectBook,
    "absence-statistics": AbsenceBook,
}
