"""What is kept of pupils beside marks: reviews, councils, measures, projects, photos, letters, who follows whom; week rotations. Plain."""

from __future__ import annotations

from datetime import date, timedelta

from app.demo.year.days import TERMS, at, in_month, next_school_day, weeks
from app.demo.year.desk import Desk, after, html_of
from app.demo.year.facts import ClassFacts
from app.demo.year.presence import Parameters
from app.demo.year.shelf import FACES
from app.demo.year.texts_results import (
    COUNCIL,
    LETTERS,
    PROJECT_WORDS,
    PROJECTS,
    PUNISHMENTS,
    REVIEW_WORDS,
    SANCTIONS,
)  # fmt: skip
from app.schoollife.results.skills import COMPONENTS, cycle_ending_in
from app.schoollife.years.parameters import ParameterList


def fill(desk: Desk, kept: Parameters, periods: list[int]) -> None:
    """Everything of the school but its marks."""
    for index, room in enumerate(desk.classes):
        _reviews(desk, room, first=index == 0)
        _councils(desk, room, periods)
        _punishments(desk, room, kept)
        _project(desk, room, index)
        _photos(desk, room)
        _letter(desk, room, index)
    _sanctions(desk, kept)
    _support(desk)
    for number, days in enumerate(weeks()):
        desk.sheets["week_rotation"].add(
            school_id=desk.facts.id, year_id=desk.facts.year_id, monday=days[0] - timedelta(days=days[0].weekday()), letter="AB"[number % 2]
        )  # fmt: skip


def _reviews(desk: Desk, room: ClassFacts, *, first: bool) -> None:
    """At the end of a cycle everybody's; elsewhere one, of a pupil who arrived with it late."""
    facts = desk.facts
    cycle = cycle_ending_in(room.level)
    if cycle is None and not first:
        return
    shown = at(in_month(6, 22), 18, 0, facts.zone)
    for pupil in room.pupils if cycle is not None else room.pupils[:1]:
        levels = {name: 1 + (pupil * 13 + index * 5) % 4 for index, name in enumerate(COMPONENTS)}
        desk.sheets["cycle_review"].add(
            school_id=facts.id, year_id=facts.year_id, class_id=room.id, student_id=pupil,
            cycle=cycle or (2 if facts.kind == "primary" else 4), levels=levels, words=REVIEW_WORDS[pupil % len(REVIEW_WORDS)],
            author_id=room.main_teacher or facts.head, published_at=shown,
        )  # fmt: skip


def _councils(desk: Desk, room: ClassFacts, periods: list[int]) -> None:
    """A council a term; the last one's summary is published too, a file comes with the first."""
    facts = desk.facts
    for term, period in enumerate(periods):
        day = next_school_day(TERMS[term][1], 2) if term < 2 else date(2026, 6, 16)
        held = at(day, 17 + room.id % 2, 0, facts.zone)
        text = COUNCIL[(term + room.id) % len(COUNCIL)]
        number = desk.sheets["class_council"].add(
            school_id=facts.id, year_id=facts.year_id, period_id=period, class_id=room.id, held_at=held, place="Salle des actes",
            source=text, body=html_of(text), published_at=held + timedelta(days=2),
        )  # fmt: skip
        if term == 0:
            paper = desk.shelf["synthese"]
            desk.sheets["school_life_file"].add(
                council_id=number, sha256=paper.sha256, name=paper.name, size=paper.size
            )


def _punishments(desk: Desk, room: ClassFacts, kept: Parameters) -> None:
    facts, rng = desk.facts, desk.rng
    types, reasons = kept[ParameterList.PUNISHMENT_TYPE], kept[ParameterList.PUNISHMENT_REASON]
    quiet = [pupil for pupil in room.pupils if pupil not in desk.known]
    for index, pupil in enumerate(rng.sample(quiet, min(len(quiet), max(1, len(quiet) // 6)))):
        day = next_school_day(in_month(11, 3), rng.randrange(200))
        recorded = at(day, 12, 15, facts.zone)
        due = next_school_day(day, 5)
        author = room.teachers[index % len(room.teachers)][0] if room.teachers else facts.head
        desk.sheets["measure"].add(
            school_id=facts.id, year_id=facts.year_id, class_id=room.id, student_id=pupil, kind="punishment",
            type_id=types[index % len(types)], reason_id=reasons[index % len(reasons)], words=PUNISHMENTS[index % len(PUNISHMENTS)],
            decided_on=day, due_on=due, done_at=after(at(due, 16, 0, facts.zone), rng, 2) if index % 4 else None, author_id=author,
            recorded_at=recorded,
        )  # fmt: skip


def _sanctions(desk: Desk, kept: Parameters) -> None:
    """A few a school, decided by the head."""
    facts, rng = desk.facts, desk.rng
    types, reasons = kept[ParameterList.SANCTION_TYPE], kept[ParameterList.SANCTION_REASON]
    pupils = [(room, pupil) for room in desk.classes for pupil in room.pupils if pupil not in desk.known]
    for index, (room, pupil) in enumerate(rng.sample(pupils, min(len(pupils), 1 + len(desk.classes) // 3))):
        day = next_school_day(in_month(1, 12), rng.randrange(130))
        desk.sheets["measure"].add(
            school_id=facts.id, year_id=facts.year_id, class_id=room.id, student_id=pupil, kind="sanction",
            type_id=types[index % 3], reason_id=reasons[index % 3], words=SANCTIONS[index % len(SANCTIONS)], decided_on=day,
            author_id=facts.head, recorded_at=at(day, 18, 0, facts.zone),
        )  # fmt: skip


def _project(desk: Desk, room: ClassFacts, index: int) -> None:
    facts, rng = desk.facts, desk.rng
    title, theme, subjects, text = PROJECTS[index % len(PROJECTS)]
    number = desk.sheets["interdisciplinary_project"].add(
        school_id=facts.id, year_id=facts.year_id, class_id=room.id, title=title, theme=theme, subjects=subjects, source=text,
        body=html_of(text), author_id=room.main_teacher or facts.head, first_day=in_month(1, 5), last_day=in_month(6, 19),
    )  # fmt: skip
    for pupil in room.pupils:
        words = PROJECT_WORDS[int(rng.random() * len(PROJECT_WORDS))] if rng.random() < 0.4 else ""
        desk.sheets["project_pupil"].add(project_id=number, student_id=pupil, words=words)


def _photos(desk: Desk, room: ClassFacts) -> None:
    taken = at(in_month(10, 7), 9, 0, desk.facts.zone)
    for pupil in room.pupils:
        face = desk.shelf[f"visage-{pupil % FACES}"]
        desk.sheets["pupil_photo"].add(school_id=desk.facts.id, student_id=pupil, sha256=face.sha256, taken_at=taken)


def _letter(desk: Desk, room: ClassFacts, index: int) -> None:
    title, text = LETTERS[index % len(LETTERS)]
    desk.sheets["letter"].add(
        school_id=desk.facts.id, year_id=desk.facts.year_id, class_id=room.id, title=title, source=text,
        author_id=room.main_teacher or desk.facts.head, written_at=at(in_month(5, 11), 14, 0, desk.facts.zone),
    )  # fmt: skip


def _support(desk: Desk) -> None:
    """Who follows which pupil: an assistant or a colleague, in every fourth class."""
    facts = desk.facts
    adults = facts.staff.get("AED") or facts.staff.get("AES") or facts.teachers or [facts.head]
    for index, room in enumerate(desk.classes[::4]):
        quiet = [pupil for pupil in room.pupils if pupil not in desk.known]
        if quiet:
            desk.sheets["support_link"].add(
                school_id=facts.id, student_id=quiet[0], adult_id=adults[index % len(adults)], kind=("aesh", "tutor")[index % 2],
                made_by_id=facts.school_life(), made_at=at(in_month(9, 22), 9, 0, facts.zone),
            )  # fmt: skip
