"""Registers in which a row is a line: punishments, skills, end-of-cycle reviews; and the sanctions' table. Plain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.schoollife.registers.facts import Facts, When, short
from app.schoollife.registers.pages import Cell, told
from app.schoollife.registers.shelf import Pupil
from app.schoollife.results.skills import COMPONENTS, CYCLES, LEVELS


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column: its head, and what a row says in it."""

    head: str
    of: Callable[[Any, Facts], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ledger:
    """A register of lines. ``file``: the name of its table; ``people``: whom a row names besides the pupil; ``order`` sorts."""

    kind: str
    words: tuple[str, str]
    file: str
    note: str
    columns: Sequence[Column]
    people: Callable[[Any], tuple[int | None, ...]]
    when: Callable[[Any, Facts], When]
    order: Callable[[Any, Facts], Any]
    #: How a pupil's own rows are shown, where a table would be too wide.
    own: Callable[[Any, Facts], str] | None = None

    def cells(self, row: Any, facts: Facts) -> list[str]:
        """What a row says."""
        return [column.of(row, facts) for column in self.columns]

    @property
    def heads(self) -> list[str]:
        """The columns' heads."""
        return [column.head for column in self.columns]


def pupil_first(ledger: Ledger, row: Any, facts: Facts, pupil: Pupil) -> list[Cell]:
    """A line of a class's page: the pupil, then the columns."""
    return [pupil(row.student_id), *ledger.cells(row, facts)]


def level(value: int) -> str:
    """'3 – maîtrise satisfaisante'."""
    return f"{value} – {LEVELS[value]}" if value in LEVELS else str(value)


_MEASURE = (
    Column(head="Jour", of=lambda row, facts: short(row.decided_on)),
    Column(head="Type", of=lambda row, facts: facts.label(row.type_id)),
    Column(head="Motif", of=lambda row, facts: facts.label(row.reason_id)),
    Column(head="Précisions", of=lambda row, facts: row.words),
    Column(head="À faire pour le", of=lambda row, facts: short(row.due_on)),
    Column(head="Faite le", of=lambda row, facts: short(facts.day(row.done_at)) if row.done_at else ""),
)


def _measure(kind: str, words: tuple[str, str], file: str, author: str) -> Ledger:
    return Ledger(
        kind=kind,
        words=words,
        file=file,
        note="",
        columns=(*_MEASURE, Column(head=author, of=lambda row, facts: facts.name(row.author_id))),
        people=lambda row: (row.student_id, row.author_id),
        when=lambda row, facts: facts.when(row.decided_on),
        order=lambda row, facts: (row.decided_on, row.id),
    )


PUNISHMENTS = _measure("punishment", ("punition", "punitions"), "punitions.csv", "Donnée par")
SANCTIONS = _measure("sanction", ("sanction", "sanctions"), "sanctions.csv", "Prononcée par")

SKILLS = Ledger(
    kind="skill-record",
    words=("évaluation", "évaluations"),
    file="competences.csv",
    note="",
    columns=(
        Column(head="Jour", of=lambda row, facts: short(row.recorded_on)),
        Column(head="Domaine", of=lambda row, facts: row.domain),
        Column(head="Compétence", of=lambda row, facts: row.skill),
        Column(head="Niveau", of=lambda row, facts: level(row.level)),
        Column(head="Évaluée par", of=lambda row, facts: facts.name(row.author_id)),
    ),
    people=lambda row: (row.student_id, row.author_id),
    when=lambda row, facts: facts.when(row.recorded_on, row.period_id),
    order=lambda row, facts: (facts.sorting(row.student_id), row.domain, row.skill, row.recorded_on, row.id),
)


def _component(key: str, words: str) -> Column:
    return Column(head=words, of=lambda row, facts: level(row.levels[key]) if key in row.levels else "–")


def _review(row: Any, facts: Facts) -> str:
    """A pupil's review: a component a line."""
    return told([(column.head, column.of(row, facts) or "–") for column in REVIEWS.columns])


REVIEWS = Ledger(
    kind="cycle-review",
    words=("bilan", "bilans"),
    file="bilans.csv",
    note="",
    columns=(
        *(_component(key, words) for key, words in COMPONENTS.items()),
        Column(head="Synthèse des acquis et conseils", of=lambda row, facts: row.words),
        Column(head="Publié le", of=lambda row, facts: short(facts.day(row.published_at)) if row.published_at else ""),
        Column(head="Écrit par", of=lambda row, facts: facts.name(row.author_id)),
    ),
    people=lambda row: (row.student_id, row.author_id),
    when=lambda row, facts: When((0, row.cycle), CYCLES.get(row.cycle, f"cycle {row.cycle}").capitalize()),
    order=lambda row, facts: (facts.sorting(row.student_id), row.id),
    own=_review,
)
