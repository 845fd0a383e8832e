"""Terms, marked works and marks, skills, report cards with averages that follow from the marks. Plain."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from app.demo.year.days import TERMS, TODAY, at, next_school_day
from app.demo.year.desk import Desk
from app.demo.year.facts import ClassFacts
from app.demo.year.texts_lessons import ASSESSMENTS
from app.demo.year.texts_results import BOUNDS, COUNCIL_WORDS, LINES, PERIODS, SKILLS
from app.demo.year.timetable import Course
from app.schoollife.reports.report_cards import Layout
from app.schoollife.results.averages import Marked, average, mean

#: The days on which the terms' report cards were published; the last term's are being prepared.
_PUBLISHED = (date(2025, 12, 11), date(2026, 3, 26), None)
_WEIGHTS = (100, 100, 50, 200)


def terms(desk: Desk) -> list[int]:
    """The school's periods, and the model of each one's report cards."""
    facts, found = desk.facts, []
    for position, (first, last) in enumerate(TERMS):
        number = desk.sheets["period"].add(
            school_id=facts.id,
            year_id=facts.year_id,
            position=position + 1,
            name=PERIODS[position],
            first_day=first,
            last_day=last,
        )
        desk.sheets["report_card_model"].add(
            school_id=facts.id, period_id=number, title=f"Bulletin du {PERIODS[position]}", layout=Layout().stored()
        )
        found.append(number)
    return found


def fill(desk: Desk, courses: Iterable[Course], periods: list[int], reasons: list[int]) -> None:
    """Marks, skills and report cards of every class. ``reasons`` are the school's, for a work without a mark."""
    by_room: dict[int, tuple[ClassFacts, list[Course]]] = {}
    for course in courses:
        by_room.setdefault(course.room.id, (course.room, []))[1].append(course)
    for room, taught in by_room.values():
        averages: dict[tuple[int, int], dict[str, int | None]] = {}
        for course in taught:
            _course(desk, course, periods, reasons, averages)
        _skills(desk, room, taught, periods)
        _cards(desk, room, taught, periods, averages)


def _course(
    desk: Desk,
    course: Course,
    periods: list[int],
    reasons: list[int],
    averages: dict[tuple[int, int], dict[str, int | None]],
) -> None:
    """The works of a subject; a pupil's marks lie around what the pupil can do."""
    facts, rng, works = desk.facts, desk.rng, desk.density_of(course.room).works
    assessments, marks, random = desk.sheets["assessment"], desk.sheets["mark"], rng.random
    chapters, subject = course.subject.chapters, course.subject.name
    for term, (first, last) in enumerate(TERMS):
        got: dict[int, list[Marked]] = {pupil: [] for pupil in course.room.pupils}
        span = (min(last, date(2026, 6, 19)) - first).days
        for work in range(works):
            held = next_school_day(first, 12 + (span - 20) * work // works + course.teacher % 7)
            chapter = chapters[(term * works + work) % len(chapters)]
            weight = _WEIGHTS[work % len(_WEIGHTS)]
            number = assessments.add(
                school_id=facts.id, year_id=facts.year_id, period_id=periods[term], class_id=course.room.id,
                author_id=course.teacher, subject=subject, title=ASSESSMENTS[work % len(ASSESSMENTS)].format(t=chapter.title),
                held_on=held, weight=weight, published_at=at(min(next_school_day(held, 6), TODAY), 8, 0, facts.zone),
            )  # fmt: skip
            for pupil in course.room.pupils:
                if random() < 0.03:
                    marks.add(assessment_id=number, student_id=pupil, reason_id=reasons[int(random() * len(reasons))])
                    continue
                ability = 9.5 + (pupil * 7919 % 83) / 10 + ((pupil + course.teacher) % 7 - 3) * 0.6
                value = max(1, min(40, round((ability + (random() - 0.5) * 6) * 2))) * 50
                marks.add(assessment_id=number, student_id=pupil, value=value)
                got[pupil].append(Marked(value=value, out_of=2000, weight=weight))
        for pupil, found in got.items():
            averages.setdefault((pupil, term), {})[subject] = average(found)


def _skills(desk: Desk, room: ClassFacts, taught: list[Course], periods: list[int]) -> None:
    facts, many = desk.facts, desk.density_of(room).skills
    skills = desk.sheets["skill_record"]
    for term, period in enumerate(periods):
        day = next_school_day(min(TERMS[term][1], date(2026, 6, 10)), 1) if term < 2 else date(2026, 6, 11)
        for index, (domain, skill) in enumerate(SKILLS[term : term + many]):
            teacher = taught[index % len(taught)].teacher
            for pupil in room.pupils:
                skills.add(
                    school_id=facts.id, year_id=facts.year_id, period_id=period, class_id=room.id, student_id=pupil, author_id=teacher,
                    domain=domain, skill=skill, level=min(4, 1 + (pupil * 31 + index * 7 + term) % 4 + (term == 2)), recorded_on=day,
                )  # fmt: skip


def _cards(
    desk: Desk,
    room: ClassFacts,
    taught: list[Course],
    periods: list[int],
    averages: dict[tuple[int, int], dict[str, int | None]],
) -> None:
    """A report card a pupil and term, a line a subject."""
    facts, cards, lines = desk.facts, desk.sheets["report_card"], desk.sheets["report_line"]
    for term, period in enumerate(periods):
        published = _PUBLISHED[term]
        shown = at(published, 18, 0, facts.zone) if published else None
        of_class = {
            course.subject.name: mean(averages[pupil, term][course.subject.name] for pupil in room.pupils)
            for course in taught
        }
        for pupil in room.pupils:
            got = averages[pupil, term]
            step = _step(mean(got.values()))
            words, distinction = COUNCIL_WORDS[step]
            number = cards.add(
                school_id=facts.id, year_id=facts.year_id, period_id=period, class_id=room.id, student_id=pupil,
                words=words if shown else "", distinction=distinction if shown else "", published_at=shown,
            )  # fmt: skip
            for index, course in enumerate(taught):
                value = got[course.subject.name]
                said = LINES[_step(value)][(pupil + index) % 2] if shown or index % 3 else ""
                lines.add(
                    card_id=number, subject=course.subject.name, teacher_id=course.teacher, average=value,
                    class_average=of_class[course.subject.name], words=said,
                )  # fmt: skip


def _step(value: int | None) -> int:
    """Where an average stands among the five."""
    return sum(1 for bound in BOUNDS if value is not None and value >= bound)
