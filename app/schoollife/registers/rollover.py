"""The school-life archives of the year that ends (S2-5, S2-6): of what they are, and writing them.

Nothing is changed here and nothing is asked of the clock: the same rows give the same bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import IO, Any

from sqlalchemy import Row

from app.fates import Scope
from app.files.bundles import Bundle, Covers
from app.files.sheets import Sheet
from app.schoollife.archives.offline import Binding, anchor, facts
from app.schoollife.archives.units import KeepGoing, Unit, Writer
from app.schoollife.books.rollover import BOOKS, Desk, LedgerBook
from app.schoollife.presence.sheet import Presence
from app.schoollife.registers import cards, loaders
from app.schoollife.registers.cards import Kept
from app.schoollife.registers.columns import SANCTIONS
from app.schoollife.registers.facts import Facts, Place, When, grouped, grouped_in_turn
from app.schoollife.registers.pages import heading, listed
from app.schoollife.registers.sections import SECTIONS as SECTIONS
from app.schoollife.registers.sections import TITLES
from app.schoollife.registers.shelf import INDEX, Shelf, body_of
from app.schoollife.reports.queries import layout_of

#: The kinds of rows that each archive covers, as the table of fates names them.
COVERED: dict[str, tuple[str, ...]] = {
    "roll-calls": ("roll-call",),
    "grade-records": ("assessment", "mark"),
    "skills-records": ("skill-record",),
    "report-cards": ("report-card",),
    "cycle-reviews": ("cycle-review",),
    "punishments": ("punishment",),
    "projects": ("project",),
    "absence-statistics": ("absence",),
    "sanctions-csv": ("sanction",),
}
ARCHIVES = tuple(COVERED)


def units(archive: str, school_id: int, scope: Scope) -> list[Unit]:
    """The archives of that kind to be made for a school: report cards one a class (0: those of no class any more), else one.

    None where the school has no such row. Raises KeyError for another kind of archive.
    """
    kinds = COVERED[archive]
    desk = Desk(school_id, scope, _nobody_asks, loaders.facts_of(school_id, scope.year_id))
    title = f"{TITLES[archive]}, {desk.facts.year}"
    if archive == "report-cards":
        found = sorted(loaders.places_of(loaders.CARD, desk.where("report-card")))
        return [Unit(id=one.class_id, title=f"{title}, {desk.facts.whom(one.class_id)}"[:200]) for one in found]
    there = any(desk.has(kind) for kind in kinds)
    return [Unit(id=0, title=title)] if there else []


def writer(archive: str, _units: Sequence[Unit], school_id: int, scope: Scope) -> Writer:
    """Who writes archives of a kind: bundles, or for 'sanctions-csv' the table alone. What is told of the school is read once.

    Writing raises what ``keep_going`` raises, OSError for a full disk. Raises KeyError for another kind of archive.
    """
    kinds, known = COVERED[archive], loaders.facts_of(school_id, scope.year_id)

    def written(unit: Unit, stream: IO[bytes], keep_going: KeepGoing) -> Covers:
        if archive == "sanctions-csv":
            return _write_sanctions(school_id, scope, known, stream, keep_going)
        with Bundle(stream, title=unit.title, made_at=scope.now) as bundle:
            desk = Desk(school_id, scope, bundle.cover, known)
            binding = Binding(
                of=f"{known.school} · {unit.title}",
                foot=f"Archive faite par le portail pour {known.school}, qui en est responsable et la conserve pendant la"
                " durée qu’il a fixée.",
            )
            # Even an empty register says what it covers.
            for kind in kinds:
                desk.cover(kind, ())
            shelf = Shelf(bundle, known, binding, keep_going)
            if archive == "report-cards":
                _write_cards(desk, shelf, unit)
            else:
                shelf.write(unit.title, BOOKS[archive](desk))
            return bundle.covers

    return written


def _nobody_asks(kind: str, numbers: Iterable[int]) -> None:
    """Nothing is written, nothing is covered."""


def _write_sanctions(school_id: int, scope: Scope, known: Facts, stream: IO[bytes], keep_going: KeepGoing) -> Covers:
    """The table of sanctions, by class (S2-6)."""
    covers: Covers = {"sanction": (0, 0)}

    def cover(kind: str, numbers: Iterable[int]) -> None:
        added = list(numbers)
        count, total = covers[kind]
        covers[kind] = (count + len(added), total + sum(added))

    desk = Desk(school_id, scope, cover, known)
    book = LedgerBook(desk, SANCTIONS)
    for place in sorted(book.places()):
        keep_going()
        book.of_place(place, desk.facts.name)
    keep_going()
    stream.write(book.sheet.data())
    return covers


# Report cards -----------------------------------------------------------------------------------------------------------


def _write_cards(desk: Desk, shelf: Shelf, unit: Unit) -> None:
    """The report cards of a class: a page a pupil, a paper a period, two tables."""
    kept = _kept(desk, Place(unit.id))
    names = desk.facts
    table, lines = Sheet(cards.CARDS_TABLE), Sheet(cards.LINES_TABLE)
    for one in kept:
        table.add(cards.card_cells(one, names))
        for line in one.lines:
            lines.add(cards.line_cells(one, line, names))
    links = {}
    for student, own in grouped(kept, lambda one: names.sorting(one.card.student_id)).items():
        name = names.name(student[1]) or "Élève"
        parts = [cards.part(one, names) for one in sorted(own, key=lambda one: one.when)]
        links[student[1]] = shelf.pupil_page(name, body_of(parts, "bulletin", "bulletins"))
    body = [facts(names.school, names.whom(unit.id), f"année scolaire {names.year}"), heading("Par période")]
    items = []
    for when, some in cards.by_period(kept).items():
        title = f"Bulletins {names.whom(unit.id)}, {when.label} {names.year}"
        # Dated by what it shows: made again at another hour it is the same paper.
        published = [one.card.published_at for one in some if one.card.published_at is not None]
        made_at = max(published, default=datetime(desk.scope.begins, 9, 1, tzinfo=UTC))
        path = shelf.add(f"papier/{title.replace('/', ' ')}.pdf", cards.paper(title, some, names, made_at=made_at))
        items.append(anchor(INDEX, f"{when.label}, à imprimer (PDF)", path))
    body += [listed(items), heading("Par élève")]
    body.append(
        listed((anchor(INDEX, names.name(student) or "Élève", path) for student, path in links.items()), columns=True)
    )
    tables = [
        ("bulletins.csv", "tous les bulletins, une ligne chacun", table.data()),
        ("matieres.csv", "toutes les matières de chaque bulletin", lines.data()),
    ]
    shelf.finish(unit.title, "".join(body), tables)


def _kept(desk: Desk, place: Place) -> list[Kept]:
    """The report cards of a class with what their papers show, by pupil; seven queries and one a period."""
    rows = loaders.read(loaders.CARD, desk.where("report-card") & loaders.of_place(loaders.CARD, place))
    desk.cover("report-card", rows)
    lines = loaders.lines_of_cards([row.id for row in rows])
    students = {row.student_id for row in rows}
    names = desk.learn([*students, *(line.teacher_id for some in lines.values() for line in some)])
    layouts = {number: layout_of(desk.school_id, number) for number in {row.period_id for row in rows}}
    skills = _skills(desk, place, students)
    missed = _missed(desk, students)
    kept = []
    for row in sorted(rows, key=lambda row: (names.sorting(row.student_id), row.id)):
        when = _when(row, names)
        title, layout = layouts[row.period_id]
        kept.append(
            Kept(
                card=row,
                when=when,
                title=title,
                layout=layout,
                lines=lines.get(row.id, []),
                skills=skills.get((row.student_id, row.period_id), []),
                missed=missed.get((row.student_id, when), (0, 0)),
            )
        )
    return kept


def _when(card: Row[Any], names: Facts) -> When:
    for term in names.terms:
        if term.id == card.period_id:
            return names.when(term.first_day, term.id)
    return When((2, 0), "Sans période")


def _skills(desk: Desk, place: Place, students: Collection[int]) -> dict[tuple[int, int | None], list[Row[Any]]]:
    """What is told of skills in the class, by pupil and period."""
    table = loaders.SKILL
    where = desk.where("skill-record") & (table.c.class_id == place.class_id) & table.c.student_id.in_(students)
    rows = loaders.read(table, where, table.c.domain, table.c.skill)
    return grouped_in_turn(rows, lambda row: (row.student_id, row.period_id))


def _missed(desk: Desk, students: Collection[int]) -> dict[tuple[int, When], tuple[int, int]]:
    """Absences and late arrivals in the school, by pupil and period."""
    names, kinds = desk.facts, dict[tuple[int, When], list[str]]()
    for student_id, starts_at, kind in loaders.missed(desk.where("absence"), students):
        kinds.setdefault((student_id, names.when(names.day(starts_at))), []).append(kind)
    return {key: (some.count(Presence.ABSENT), some.count(Presence.LATE)) for key, some in kinds.items()}
