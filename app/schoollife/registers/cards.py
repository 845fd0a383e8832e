"""Report cards as they are kept: a page a pupil, and the paper that families have had. Plain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.files.sheaf import Sheaf
from app.schoollife.registers.columns import level
from app.schoollife.registers.facts import Facts, When, short
from app.schoollife.registers.pages import Part, counted, listed, table, text, told
from app.schoollife.reports.report_cards import DISTINCTIONS, Layout
from app.schoollife.results.averages import figure, mean

CARDS_TABLE = (
    "Classe", "Élève", "Période", "Moyenne générale", "Appréciation générale", "Distinction", "Absences", "Retards",
    "Publié le",
)  # fmt: skip
LINES_TABLE = ("Classe", "Élève", "Période", "Matière", "Enseignant", "Moyenne", "Moyenne de la classe", "Appréciation")
#: Millimetres of subject, teacher, average, class average; the words take the rest.
_WIDTHS = (38, 34, 16, 14)


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A report card with what its paper shows. ``missed``: absences, late arrivals."""

    card: Any
    when: When
    title: str
    layout: Layout
    lines: Sequence[Any]
    skills: Sequence[Any] = ()
    missed: tuple[int, int] = (0, 0)

    #: The general average.
    general: str = field(init=False)
    #: What is told of each subject, once it was.
    _told: list[list[str]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        object.__setattr__(self, "general", figure(mean(line.average for line in self.lines)))

    @property
    def about(self) -> str:
        """The model's title, and whether families have read it."""
        state = "" if self.card.published_at else "non publié"
        return " · ".join(part for part in (self.title, state) if part)


def part(kept: Kept, facts: Facts) -> Part:
    """A report card as its pupil's page shows it."""
    head = ["Matière", "Enseignant", "Moyenne", *(["Classe"] if kept.layout.class_average else []), "Appréciation"]
    rows = _subjects(kept, facts)
    caption = f"Moyennes sur 20, {kept.when.label}"
    body = [f'<p class="quiet">{text(kept.about)}</p>\n'] if kept.about else []
    if rows:
        body.append(table(caption, head, rows, numbers=(2, 3) if kept.layout.class_average else (2,)))
    if kept.layout.skills and kept.skills:
        body.append(listed(text(words) for words in _skills(kept)))
    body.append(told(_facts(kept)))
    return Part(order=kept.when.order, label=kept.when.label, html="".join(body), many=1)


def paper(title: str, kept: Iterable[Kept], facts: Facts, *, made_at: datetime) -> bytes:
    """The report cards of a class in a period as one PDF, a sheet each; ``made_at`` dates it."""
    document = Sheaf(title, (facts.school, f"Année scolaire {facts.year}"), contents="Sommaire", made_at=made_at)
    for one in kept:
        where = f"{facts.school} · {facts.whom(one.card.class_id)} · {one.when.label}"
        note = f"{where} · {one.about}" if one.about else where
        document.sheet(facts.name(one.card.student_id) or "Élève", note)
        if one.lines:
            widths = _WIDTHS if one.layout.class_average else _WIDTHS[:3]
            head = [
                "Matière",
                "Enseignant",
                "Moyenne",
                *(["Classe"] if one.layout.class_average else []),
                "Appréciation",
            ]
            document.ruled(head, _subjects(one, facts), widths)
        if one.layout.skills and one.skills:
            document.paragraph("\n".join(_skills(one)))
        document.paragraph("\n".join(f"{name}\u00a0: {words}" for name, words in _facts(one)))
    return document.finish()


def card_cells(kept: Kept, facts: Facts) -> list[object]:
    """A report card as a line of its table."""
    card = kept.card
    return [
        facts.whom(card.class_id), facts.name(card.student_id), kept.when.label, kept.general, card.words,
        DISTINCTIONS.get(card.distinction, ""), *kept.missed,
        short(facts.day(card.published_at)) if card.published_at else "",
    ]  # fmt: skip


def line_cells(kept: Kept, line: Any, facts: Facts) -> list[object]:
    """A subject of a report card as a line of its table."""
    return [
        facts.whom(kept.card.class_id), facts.name(kept.card.student_id), kept.when.label, line.subject,
        facts.name(line.teacher_id), figure(line.average), figure(line.class_average), line.words,
    ]  # fmt: skip


def by_period(cards: Iterable[Kept]) -> Mapping[When, list[Kept]]:
    """Report cards by period, each period's in the order in which they came."""
    found: dict[When, list[Kept]] = {}
    for one in cards:
        found.setdefault(one.when, []).append(one)
    return dict(sorted(found.items()))


def _subjects(kept: Kept, facts: Facts) -> list[list[str]]:
    """A line a subject, as the page and the paper show it."""
    if not kept._told:
        for line in kept.lines:
            theirs = [figure(line.class_average)] if kept.layout.class_average else []
            kept._told.append([line.subject, facts.name(line.teacher_id), figure(line.average), *theirs, line.words])
    return kept._told


def _skills(kept: Kept) -> list[str]:
    return [f"{one.skill} ({one.domain})\u00a0: {level(one.level)}" for one in kept.skills]


def _facts(kept: Kept) -> list[tuple[str, str]]:
    pairs = [("Moyenne générale", kept.general)]
    if kept.layout.absences:
        absent, late = kept.missed
        pairs.append(
            ("Vie scolaire", f"{counted(absent, 'absence', 'absences')}, {counted(late, 'retard', 'retards')}")
        )
    pairs.append(("Appréciation générale", kept.card.words or "–"))
    if kept.layout.distinction and kept.card.distinction:
        pairs.append(("Distinction", DISTINCTIONS.get(kept.card.distinction, kept.card.distinction)))
    return pairs
