"""Grade records: for a class a grid a subject, for a pupil their marks. Figures are hundredths. Plain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from app.schoollife.registers.facts import Facts, grouped, short
from app.schoollife.registers.pages import Cell, Html, Part, heading, table, text
from app.schoollife.registers.shelf import Pupil
from app.schoollife.results.averages import Marked, average, figure

ASSESSMENTS_TABLE = (
    "Jour", "Classe ou groupe", "Période", "Matière", "Évaluation", "Barème", "Coefficient", "Enseignant", "Publiée le",
)  # fmt: skip
MARKS_TABLE = (
    "Jour", "Classe ou groupe", "Période", "Matière", "Évaluation", "Élève", "Note", "Barème", "Coefficient",
    "Appréciation",
)  # fmt: skip
_PUPIL_HEAD = ("Jour", "Matière", "Évaluation", "Note", "Coefficient", "Appréciation")


def parts(assessments: Sequence[Any], marks: Mapping[int, Sequence[Any]], facts: Facts, pupil: Pupil) -> list[Part]:
    """The assessments of a class by period, a grid a subject; ``marks``: by the assessment's number."""
    found = []
    for when, rows in grouped(assessments, lambda row: facts.when(row.held_on, row.period_id)).items():
        html = [
            heading(subject, level=3) + _grid(subject, some, marks, facts, pupil)
            for subject, some in grouped(rows, lambda row: row.subject or "Sans matière").items()
        ]
        many = sum(len(marks.get(row.id, ())) for row in rows)
        found.append(Part(order=when.order, label=when.label, html="".join(html), many=many))
    return found


def own_parts(marks: Sequence[Any], facts: Facts) -> list[Part]:
    """One pupil's marks by period."""
    return [
        Part(
            order=when.order,
            label=when.label,
            html=table(f"Notes, {when.label}", _PUPIL_HEAD, (_own(row, facts) for row in rows), numbers=(4,)),
            many=len(rows),
        )
        for when, rows in grouped(marks, lambda row: facts.when(row.of_held_on, row.of_period_id)).items()
    ]


def assessment_cells(row: Any, facts: Facts) -> list[object]:
    """An assessment as a line of its table."""
    return [
        short(row.held_on), facts.whom(row.class_id, row.group_id), facts.when(row.held_on, row.period_id).label,
        row.subject, row.title, figure(row.out_of), figure(row.weight), facts.name(row.author_id),
        short(facts.day(row.published_at)) if row.published_at else "",
    ]  # fmt: skip


def mark_lines(rows: Iterable[Any], facts: Facts) -> Iterator[list[object]]:
    """Marks as lines of their table. What is told of an assessment is told once: its marks come one after the other."""
    for _number, some in groupby(rows, attrgetter("assessment_id")):
        before: list[object] = []
        for row in some:
            if not before:
                before = [
                    short(row.of_held_on), facts.whom(row.of_class_id, row.of_group_id),
                    facts.when(row.of_held_on, row.of_period_id).label, row.of_subject, row.of_title,
                ]  # fmt: skip
                after = figure(row.of_out_of), figure(row.of_weight)
            yield [*before, facts.name(row.student_id), _value(row, facts), *after, row.comment]


def _value(row: Any, facts: Facts) -> str:
    return figure(row.value) if row.value is not None else facts.label(row.reason_id)


def _own(row: Any, facts: Facts) -> tuple[Cell, ...]:
    mark = f"{figure(row.value)}/{figure(row.of_out_of)}" if row.value is not None else facts.label(row.reason_id)
    return short(row.of_held_on), row.of_subject, row.of_title, mark or "–", figure(row.of_weight), row.comment


def _grid(subject: str, rows: Sequence[Any], marks: Mapping[int, Sequence[Any]], facts: Facts, pupil: Pupil) -> str:
    """A subject's grid: a line a pupil, a column an assessment, the average last."""
    by_pupil: dict[int, dict[int, Any]] = {}
    for row in rows:
        for mark in marks.get(row.id, ()):
            by_pupil.setdefault(mark.student_id, {})[row.id] = mark
    lines: list[list[Cell]] = []
    for student in facts.people_of(by_pupil):
        own = by_pupil[student]
        counted = [
            Marked(value=own[row.id].value, out_of=row.out_of, weight=row.weight)
            for row in rows
            if row.id in own and own[row.id].value is not None
        ]
        cells = [_cell(own[row.id], facts) if row.id in own else "" for row in rows]
        lines.append([pupil(student), *cells, figure(average(counted))])
    head = ["Élève", *(f"{row.title}, {short(row.held_on)}" for row in rows), "Moyenne sur 20"]
    lines.insert(0, ["Barème et coefficient", *(_scale(row) for row in rows), ""])
    return table(subject, head, lines, numbers=range(1, len(head)), headed=True)


def _scale(row: Any) -> str:
    return f"sur {figure(row.out_of)}, coef. {figure(row.weight)}" + ("" if row.published_at else ", non publiée")


def _cell(mark: Any, facts: Facts) -> Cell:
    value = _value(mark, facts) or "–"
    return Html(f'{text(value)}<br><span class="quiet">{text(mark.comment)}</span>') if mark.comment else value
