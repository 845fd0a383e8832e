"""The registers of roll calls: a line a sheet, with those who were missing; what was marked about a pupil. Plain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.schoollife.presence.sheet import PRESENCE_NAMES, Presence
from app.schoollife.registers.facts import Facts, grouped, short
from app.schoollife.registers.pages import Cell, Html, Part, table, text
from app.schoollife.registers.shelf import Pupil

SHEET_HEAD = ("Jour", "Heure", "Matière", "Enseignant", "Appel fait par", "Validé", "Manquants")
SHEETS_TABLE = (
    "Jour", "Heure", "Classe ou groupe", "Matière", "Enseignant", "Appel fait par", "Validé le", "Absents", "En retard",
    "Dispensés",
)  # fmt: skip
MISSING_TABLE = ("Jour", "Heure", "Classe ou groupe", "Matière", "Élève", "Présence", "Minutes de retard")
_PUPIL_HEAD = ("Jour", "Heure", "Matière", "Classe ou groupe", "Présence")


def parts(sheets: Sequence[Any], missing: Mapping[int, Sequence[Any]], facts: Facts, pupil: Pupil) -> list[Part]:
    """The sheets of a class by period; ``missing``: by the number of the sheet."""
    return [
        Part(
            order=when.order,
            label=when.label,
            html=table(
                f"Appels, {when.label}", SHEET_HEAD, (_line(row, missing.get(row.id, ()), facts, pupil) for row in rows)
            ),
            many=len(rows),
        )
        for when, rows in grouped(sheets, lambda row: facts.when(facts.day(row.held_at))).items()
    ]


def own_parts(marked: Sequence[Any], facts: Facts) -> list[Part]:
    """What sheets have marked about one pupil, by period."""
    return [
        Part(
            order=when.order,
            label=when.label,
            html=table(
                f"Absences et retards marqués, {when.label}",
                _PUPIL_HEAD,
                (
                    (short(facts.day(row.held_at)), facts.hour(row.held_at), row.subject or "",
                     facts.whom(row.class_id, row.group_id), presence(row))
                    for row in rows
                ),
            ),
            many=len(rows),
        )
        for when, rows in grouped(marked, lambda row: facts.when(facts.day(row.held_at))).items()
    ]  # fmt: skip


def sheet_cells(row: Any, missing: Sequence[Any], facts: Facts) -> list[object]:
    """A sheet as a line of the table of sheets."""
    kinds = [one.kind for one in missing]
    return [
        short(facts.day(row.held_at)), facts.hour(row.held_at), facts.whom(row.class_id, row.group_id), row.subject or "",
        facts.name(row.teacher_id), facts.name(row.called_by_id), _validated(row, facts),
        *(kinds.count(kind) for kind in (Presence.ABSENT, Presence.LATE, Presence.EXCUSED)),
    ]  # fmt: skip


def missing_cells(row: Any, facts: Facts) -> list[object]:
    """Somebody who was missing, as a line of the table of the missing."""
    return [
        short(facts.day(row.held_at)), facts.hour(row.held_at), facts.whom(row.class_id, row.group_id), row.subject or "",
        facts.name(row.student_id), PRESENCE_NAMES[Presence(row.kind)], _minutes(row) or "",
    ]  # fmt: skip


def presence(row: Any) -> str:
    """'En retard (10 min)'."""
    minutes = _minutes(row)
    return PRESENCE_NAMES[Presence(row.kind)] + (f" ({minutes}\u00a0min)" if minutes else "")


def _minutes(row: Any) -> int:
    return int((row.until_at - row.from_at).total_seconds() // 60) if row.kind == Presence.LATE else 0


def _validated(row: Any, facts: Facts) -> str:
    if row.validated_at is None:
        return "non validé"
    return f"{short(facts.day(row.validated_at))} {facts.hour(row.validated_at)}"


def _line(row: Any, missing: Sequence[Any], facts: Facts, pupil: Pupil) -> list[Cell]:
    absent = ", ".join(f"{text(pupil(one.student_id))} ({text(presence(one).lower())})" for one in missing)
    return [
        short(facts.day(row.held_at)), facts.hour(row.held_at), row.subject or "", facts.name(row.teacher_id),
        facts.name(row.called_by_id), _validated(row, facts), Html(absent or "personne"),
    ]  # fmt: skip
