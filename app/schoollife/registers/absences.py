"""Statistics of absences: how often, why, when; what families have written about them is not here (S2-7). Plain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from app.schoollife.presence.sheet import PRESENCE_NAMES, Presence
from app.schoollife.registers.facts import Facts, grouped, short
from app.schoollife.registers.pages import Cell, Part, table
from app.schoollife.registers.shelf import Pupil

_KINDS = (Presence.ABSENT, Presence.LATE, Presence.EXCUSED)
COUNTS = ("Absences", "dont non justifiées", "Retards", "Dispenses")
COUNTS_TABLE = ("Classe", "Élève", "Période", *COUNTS)
ABSENCES_TABLE = (
    "Classe", "Élève", "Sorte", "Premier jour", "Heure", "Dernier jour", "Heure de fin", "Motif", "Suite donnée", "Justifiée",
)  # fmt: skip


def parts(rows: Sequence[Any], facts: Facts, pupil: Pupil) -> list[Part]:
    """A class's figures by period: a line a pupil, a line a reason."""
    found = []
    for when, some in grouped(rows, lambda row: facts.when(facts.day(row.starts_at))).items():
        lines: list[list[Cell]] = []
        by_pupil = grouped(some, lambda row: facts.sorting(row.student_id))
        lines += [[pupil(number), *counts(own)] for (_name, number), own in by_pupil.items()]
        lines.append(["Toute la classe", *counts(some)])
        html = table(f"Par élève, {when.label}", ("Élève", *COUNTS), lines, numbers=range(1, 5))
        found.append(Part(order=when.order, label=when.label, html=html + _reasons(some, facts), many=len(some)))
    return found


def own_parts(rows: Sequence[Any], facts: Facts) -> list[Part]:
    """One pupil's figures by period: a line a month, a line a reason."""
    found = []
    for when, some in grouped(rows, lambda row: facts.when(facts.day(row.starts_at))).items():
        months = grouped(some, lambda row: facts.day(row.starts_at).replace(day=1))
        lines: list[list[Cell]] = [[f"{month:%m/%Y}", *counts(own)] for month, own in months.items()]
        html = table(f"Par mois, {when.label}", ("Mois", *COUNTS), lines, numbers=range(1, 5))
        found.append(Part(order=when.order, label=when.label, html=html + _reasons(some, facts), many=len(some)))
    return found


def counts(rows: Sequence[Any]) -> list[int]:
    """How often, by kind; of the absences, how many nobody has justified."""
    kinds = Counter(row.kind for row in rows)
    open_ones = sum(1 for row in rows if row.kind == Presence.ABSENT and not row.justified)
    return [kinds[Presence.ABSENT], open_ones, kinds[Presence.LATE], kinds[Presence.EXCUSED]]


def count_lines(rows: Sequence[Any], facts: Facts) -> list[list[object]]:
    """The figures of every pupil and period, as lines of the table of figures."""
    found = grouped(
        rows,
        lambda row: (facts.whom(row.class_id), facts.sorting(row.student_id), facts.when(facts.day(row.starts_at))),
    )
    return [
        [whom, facts.name(number), when.label, *counts(own)] for (whom, (_name, number), when), own in found.items()
    ]


def absence_cells(row: Any, facts: Facts) -> list[object]:
    """An absence as a line of its table."""
    return [
        facts.whom(row.class_id), facts.name(row.student_id), PRESENCE_NAMES[Presence(row.kind)],
        short(facts.day(row.starts_at)), facts.hour(row.starts_at), short(facts.day(row.ends_at)), facts.hour(row.ends_at),
        facts.label(row.reason_id), facts.label(row.action_id), "oui" if row.justified else "non",
    ]  # fmt: skip


def _reasons(rows: Sequence[Any], facts: Facts) -> str:
    by_reason = grouped(rows, lambda row: facts.label(row.reason_id) or "Sans motif")
    lines: list[list[Cell]] = [
        [reason, *(Counter(row.kind for row in some)[kind] for kind in _KINDS)] for reason, some in by_reason.items()
    ]
    return table("Par motif", ("Motif", "Absences", "Retards", "Dispenses"), lines, numbers=range(1, 4))
