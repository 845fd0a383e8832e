"""The liaison notebook with its receipts, and the agendas of class and school. Plain."""

from __future__ import annotations

from datetime import date, timedelta

from app.demo.year.days import TODAY, at, in_month, next_school_day
from app.demo.year.desk import Desk, after, html_of
from app.demo.year.facts import ClassFacts
from app.demo.year.texts_mail import ABOUT_ONE, AGENDA_CLASS, AGENDA_SCHOOL, ANSWERS, FROM_FAMILY, LIAISON


def fill(desk: Desk) -> None:
    """Words between school and families, and dates."""
    for room in desk.classes:
        _words(desk, room)
        _about_one(desk, room)
        _dates(desk, room, AGENDA_CLASS)
    _dates(desk, None, AGENDA_SCHOOL)


def _entry(desk: Desk, room: ClassFacts, day: date, author: int, title: str, text: str, **more: object) -> int:
    return desk.sheets["liaison_entry"].add(
        school_id=desk.facts.id, year_id=desk.facts.year_id, class_id=room.id, author_id=author, title=title, source=text,
        body=html_of(text), written_at=at(day, 16, 45, desk.facts.zone), **more,
    )  # fmt: skip


def _words(desk: Desk, room: ClassFacts) -> None:
    """To the whole class; each guardian has read, signed or answered for each child. The last ones still wait for the cast."""
    facts, rng = desk.facts, desk.rng
    author = room.main_teacher or facts.head
    for kind, title, text, to_sign, month in LIAISON[-desk.density_of(room).liaison :]:
        recent = month == 6
        day = next_school_day(in_month(month, 25 if recent else 3 + rng.randrange(20)))
        number = _entry(desk, room, day, author, title, text, kind=kind, to_sign=to_sign)
        for pupil in room.pupils:
            for guardian in facts.guardians.get(pupil, ()):
                known = guardian in desk.known
                if (recent and known) or (rng.random() < (0.5 if recent else 0.15) and not known):
                    continue
                read = after(at(day, 17, 30, facts.zone), rng, 60)
                signed = to_sign and (known or rng.random() < 0.85)
                desk.sheets["liaison_receipt"].add(
                    entry_id=number, guardian_id=guardian, student_id=pupil, read_at=read, signed_at=read if signed else None,
                    answer=ANSWERS[int(rng.random() * len(ANSWERS))] if signed else "",
                )  # fmt: skip


def _about_one(desk: Desk, room: ClassFacts) -> None:
    """About one pupil, by the school and by a guardian."""
    facts, rng = desk.facts, desk.rng
    author = room.main_teacher or facts.head
    chosen = [pupil for pupil in room.pupils if pupil in desk.known] + room.pupils[:3]
    for index, pupil in enumerate(dict.fromkeys(chosen)):
        title, text = ABOUT_ONE[index % len(ABOUT_ONE)]
        day = next_school_day(in_month(5, 4 + index % 20))
        number = _entry(desk, room, day, author, title, text, student_id=pupil, to_sign=index % 2 == 0)
        guardians = facts.guardians.get(pupil, [])
        for guardian in guardians:
            read = after(at(day, 18, 0, facts.zone), rng, 20)
            desk.sheets["liaison_receipt"].add(
                entry_id=number,
                guardian_id=guardian,
                student_id=pupil,
                read_at=read,
                signed_at=read if index % 2 == 0 else None,
            )
        for guardian in guardians[:1]:
            title, text = FROM_FAMILY[index % len(FROM_FAMILY)]
            _entry(desk, room, next_school_day(day, 9), guardian, title, text, student_id=pupil, by_family=True)


def _dates(desk: Desk, room: ClassFacts | None, dates: tuple[tuple[str, str, str, int, int, int, int], ...]) -> None:
    facts = desk.facts
    for title, words, place, month, day, hour, minutes in dates:
        # What lies in August belongs to the end of this school year.
        on = date(2026, month, day) if month in (7, 8) else in_month(month, day)
        starts = at(on if month in (7, 8) or on < TODAY else TODAY, hour, 0, facts.zone)
        desk.sheets["agenda_event"].add(
            school_id=facts.id, year_id=facts.year_id, class_id=room.id if room else None, title=title, words=words, place=place,
            author_id=(room.main_teacher if room else None) or facts.head, starts_at=starts, ends_at=starts + timedelta(minutes=minutes),
        )  # fmt: skip
