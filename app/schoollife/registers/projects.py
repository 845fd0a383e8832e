"""Interdisciplinary projects as they are kept: what was done, by whom, what is said of each pupil's part. Plain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.schoollife.registers.facts import Facts, grouped, short
from app.schoollife.registers.pages import Part, heading, table, told
from app.schoollife.registers.shelf import Pupil

PROJECTS_TABLE = ("Classe", "Projet", "Matières", "Thème", "Premier jour", "Dernier jour", "Enseignant", "Élèves")
MEMBERS_TABLE = ("Classe", "Projet", "Élève", "Appréciation")


def parts(projects: Sequence[Any], members: Mapping[int, Sequence[Any]], facts: Facts, pupil: Pupil) -> list[Part]:
    """The projects of a class by the period in which they began; their texts were sanitised when they were written."""
    found = []
    for when, rows in grouped(projects, lambda row: facts.when(row.first_day)).items():
        html = "".join(_project(row, members.get(row.id, ()), facts, pupil) for row in rows)
        found.append(Part(order=when.order, label=when.label, html=html, many=len(rows)))
    return found


def own_parts(members: Sequence[Any], facts: Facts) -> list[Part]:
    """The projects of one pupil."""
    head = ("Projet", "Matières", "Premier jour", "Dernier jour", "Appréciation")
    return [
        Part(
            order=when.order,
            label=when.label,
            html=table(
                f"Projets, {when.label}",
                head,
                (
                    (row.of_title, row.of_subjects, short(row.of_first_day), short(row.of_last_day), row.words)
                    for row in rows
                ),
            ),
            many=len(rows),
        )
        for when, rows in grouped(members, lambda row: facts.when(row.of_first_day)).items()
    ]


def project_cells(row: Any, members: Sequence[Any], facts: Facts) -> list[object]:
    """A project as a line of its table."""
    return [
        facts.whom(row.class_id), row.title, row.subjects, row.theme, short(row.first_day), short(row.last_day),
        facts.name(row.author_id), len(members),
    ]  # fmt: skip


def _project(row: Any, members: Sequence[Any], facts: Facts, pupil: Pupil) -> str:
    pairs = [
        ("Matières", row.subjects or "–"),
        ("Thème", row.theme or "–"),
        ("Dates", f"du {short(row.first_day)} au {short(row.last_day)}"),
        ("Enseignant", facts.name(row.author_id) or "–"),
    ]
    html = heading(row.title, level=3) + told(pairs) + str(row.body)
    if members:
        rank = {number: place for place, number in enumerate(facts.people_of(one.student_id for one in members))}
        ordered = sorted(members, key=lambda one: rank[one.student_id])
        html += table(
            row.title, ("Élève", "Appréciation"), ((pupil(one.student_id), one.words) for one in ordered), headed=True
        )
    return html
