"""From the marks of a class to averages by subject, of pupils and of the class. Plain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from app.schoollife.results.averages import Marked, average, mean

#: Fewer marked pupils than this, and a class's average would tell a family the mark of another pupil.
FEWEST_FOR_CLASS_AVERAGE = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class MarkRow:
    """One pupil's mark in one assessment; hundredths. ``reason``: why there is no value."""

    student_id: int
    assessment_id: int
    subject: str
    title: str
    held_on: date
    out_of: int
    weight: int
    value: int | None
    reason: str = ""
    comment: str = ""
    published: bool = True


@dataclass(kw_only=True, slots=True)
class SubjectResults:
    """A pupil's marks in a subject, oldest first, with their average, the class's and the lowest and highest in it.

    The last three are None where too few pupils have an average.
    """

    subject: str
    average: int | None
    class_average: int | None
    lowest: int | None
    highest: int | None
    marks: list[MarkRow] = field(default_factory=list)


def subject_averages(rows: Iterable[MarkRow]) -> dict[tuple[int, str], int]:
    """The average of each (pupil, subject) that has a mark."""
    marks: dict[tuple[int, str], list[Marked]] = defaultdict(list)
    for row in rows:
        if row.value is not None:
            marked = Marked(value=row.value, out_of=row.out_of, weight=row.weight)
            marks[row.student_id, row.subject].append(marked)
    found = {key: average(values) for key, values in marks.items()}
    return {key: value for key, value in found.items() if value is not None}


def class_averages(averages: dict[tuple[int, str], int]) -> dict[str, int]:
    """Each subject's average of the class: the mean of its pupils', where enough of them have one."""
    found = {subject: mean(values) for subject, values in _enough(averages).items()}
    return {subject: value for subject, value in found.items() if value is not None}


def _enough(averages: dict[tuple[int, str], int]) -> dict[str, list[int]]:
    """The pupils' averages by subject, where there are enough of them."""
    by_subject: dict[str, list[int]] = defaultdict(list)
    for (_student, subject), value in averages.items():
        by_subject[subject].append(value)
    return {subject: values for subject, values in by_subject.items() if len(values) >= FEWEST_FOR_CLASS_AVERAGE}


def general_average(averages: dict[tuple[int, str], int], student_id: int) -> int | None:
    """The mean of a pupil's subjects, each counting once."""
    return mean(value for (student, _subject), value in averages.items() if student == student_id)


def results_of(student_id: int, rows: Iterable[MarkRow]) -> list[SubjectResults]:
    """A pupil's results by subject, in the order of the alphabet, from all ``rows`` of their class."""
    rows = list(rows)
    averages = subject_averages(rows)
    of_class, enough = class_averages(averages), _enough(averages)
    found: dict[str, SubjectResults] = {}
    for row in sorted(rows, key=lambda row: (row.held_on, row.assessment_id)):
        if row.student_id != student_id:
            continue
        if row.subject not in found:
            found[row.subject] = SubjectResults(
                subject=row.subject,
                average=averages.get((student_id, row.subject)),
                class_average=of_class.get(row.subject),
                lowest=min(enough.get(row.subject, ()), default=None),
                highest=max(enough.get(row.subject, ()), default=None),
            )
        found[row.subject].marks.append(row)
    return sorted(found.values(), key=lambda results: results.subject.casefold())
