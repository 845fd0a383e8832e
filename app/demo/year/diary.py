"""A class's diary through the year: lessons, homework and how far pupils are with it, activities, replacements, roll calls. Plain."""

from __future__ import annotations

from datetime import date

from app.demo.year import presence
from app.demo.year.days import HOURS, LESSON, TODAY, at, next_school_day, weeks
from app.demo.year.desk import Desk, after, html_of
from app.demo.year.texts_lessons import ACTIVITIES, STEPS, TO_DO, TO_HAND_IN, Chapter
from app.demo.year.timetable import Course

#: Rooms by subject's initial, where there is one.
_ROOMS = {
    "Physique-chimie": "Labo 2",
    "SVT": "Labo 1",
    "EPS": "Gymnase",
    "Technologie": "Atelier",
    "Arts plastiques": "Salle d’arts",
}
#: One lesson in so many is given by somebody else, or not at all.
_REPLACED = 90
_CALLS_WAIT_FROM = date(2026, 6, 29)


def fill(desk: Desk, courses: list[Course], kept: presence.Parameters) -> None:
    """The year of these courses, and what comes with it."""
    for course in courses:
        _course(desk, course, kept)
    _activities(desk, courses)


def _course(desk: Desk, course: Course, kept: presence.Parameters) -> None:
    """The lessons of a course, week by week, each a step of a chapter."""
    facts, sheets, density = desk.facts, desk.sheets, desk.density_of(course.room)
    lessons, name = sheets["lesson"], course.subject.name
    chapters = course.subject.chapters
    calendar = weeks()[-density.weeks :]
    whole = max(
        1, sum(1 for days in calendar for day in days for weekday, _hour in course.hours if day.weekday() == weekday)
    )
    count = 0
    room_name = _ROOMS.get(name, f"Salle {10 + course.room.id % 20}")
    for days in calendar:
        for day in days:
            for weekday, hour in course.hours:
                if day.weekday() != weekday:
                    continue
                place = count * len(chapters) // whole
                chapter = chapters[min(place, len(chapters) - 1)]
                step = (count - -(-place * whole // len(chapters))) % len(STEPS)
                told = day < TODAY or (day == TODAY and HOURS[hour][0] < 10)
                title, text = (
                    part.format(t=chapter.title, e=chapter.essence, p=14 + place * 12) for part in STEPS[step]
                )
                starts = at(day, *HOURS[hour], facts.zone)
                text = text if told else ""
                number = lessons.add(
                    school_id=facts.id, year_id=facts.year_id, class_id=course.room.id, teacher_id=course.teacher,
                    subject_code=course.code, subject=name, starts_at=starts, ends_at=starts + LESSON, room=room_name,
                    title=title, source=text, body=html_of(text) if text else "", changed_at=starts,
                )  # fmt: skip
                if told and step == 1 and count % 12 == 1:
                    _attach(desk, "fiche-methode", lesson_id=number)
                if count % density.homework_every == 0 and day <= TODAY:
                    _homework(desk, course, chapter, step, place, number, day)
                if count % density.calls_every == 0 and told:
                    # Some calls of the last days still wait for those who can be tried.
                    waits = course.teacher in desk.known and day >= _CALLS_WAIT_FROM and count % 3 == 0
                    presence.call(desk, kept, course, number, starts, not waits)
                if count % _REPLACED == 5 or (density.weeks < 5 and count == 1):
                    presence.replace(desk, course, number, starts)
                count += 1


def _homework(desk: Desk, course: Course, chapter: Chapter, step: int, place: int, lesson: int, day: date) -> None:
    """What is to do for the next lesson, and how far each pupil is."""
    facts, rng, density = desk.facts, desk.rng, desk.density_of(course.room)
    hand_in = step == 3
    if hand_in:
        title, text, minutes = TO_HAND_IN[0], TO_HAND_IN[1], 45
    else:
        title, text, minutes = TO_DO[step]
    title, text = (part.format(t=chapter.title, e=chapter.essence, p=16 + place * 12) for part in (title, text))
    due = next_school_day(day, 1 if (day.toordinal() + course.teacher) % 3 == 0 else 3)
    given = at(day, 17, 0, facts.zone)
    number = desk.sheets["homework"].add(
        school_id=facts.id, year_id=facts.year_id, class_id=course.room.id, lesson_id=lesson, author_id=course.teacher,
        subject=course.subject.name, title=title, source=text, body=html_of(text), given_on=day, due_on=due, minutes=minutes,
        hand_in=hand_in, changed_at=given,
    )  # fmt: skip
    if hand_in:
        _attach(desk, "plan-de-travail", homework_id=number)
    over = due < TODAY
    states, random = desk.sheets["homework_state"], rng.random
    pupils = [pupil for pupil in course.room.pupils if random() < density.states]
    pupils = pupils if over else pupils[: len(pupils) // 3]
    for pupil in pupils or course.room.pupils[:1]:
        if hand_in:
            state = states.add(
                homework_id=number, student_id=pupil, state="corrected" if over else "handed-in", changed_at=after(given, rng, 20),
                text="J’ai choisi l’exemple du cours et je l’ai refait chez moi.", correction="Clair et bien présenté." if over else "",
            )  # fmt: skip
            if random() < 0.2:
                _attach(desk, "copie", state_id=state)
        else:
            states.add(homework_id=number, student_id=pupil, state="done", changed_at=after(given, rng, 20))


def _activities(desk: Desk, courses: list[Course]) -> None:
    """The binder of each teacher: an activity for each class, given to all or some of its pupils."""
    facts, rng = desk.facts, desk.rng
    had: dict[int, int] = {}
    for course in courses:
        index = had.get(course.teacher, 0)
        had[course.teacher] = index + 1
        title, text = ACTIVITIES[index % len(ACTIVITIES)]
        day = next_school_day(date(2025, 10, 6), 25 * (index % 9) + course.teacher % 11)
        written = at(day, 18, 0, facts.zone)
        number = desk.sheets["activity"].add(
            school_id=facts.id, author_id=course.teacher, subject=course.subject.name,
            title=f"{title} : {course.subject.name}", source=text, body=html_of(text), written_at=written,
        )  # fmt: skip
        if index % 2 == 0:
            _attach(desk, "fiche-methode", activity_id=number)
        some = course.room.pupils if index % 3 == 0 else course.room.pupils[: 2 + index % 5]
        some = some + [pupil for pupil in course.room.pupils if pupil in desk.known and pupil not in some]
        for pupil in some:
            seen = after(written, rng, 90) if rng.random() < 0.7 else None
            desk.sheets["activity_given"].add(
                activity_id=number,
                student_id=pupil,
                class_id=course.room.id,
                given_on=next_school_day(day),
                seen_at=seen,
            )


def _attach(desk: Desk, name: str, **to: int) -> None:
    kept = desk.shelf[name]
    desk.sheets["school_life_file"].add(sha256=kept.sha256, name=kept.name, size=kept.size, **to)
