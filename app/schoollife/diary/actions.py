"""Writing lessons, replacements and homework. Texts are not copied into the audit; numbers and days are."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.audit.actions import Actor, record
from app.content.actions import ChangedMeanwhile as ChangedMeanwhile
from app.content.actions import demand_version as demand_version
from app.content.markup import to_html
from app.db import db
from app.errors import NotFound, Refused
from app.schoollife.diary.models import Homework, Lesson, LessonReplacement
from app.schoollife.standing import ClassFacts
from app.words import N_


class EndsBeforeItBegins(Refused):
    """A lesson's end is not after its beginning."""

    status = 422
    message = N_("La séance doit finir après avoir commencé.")


class DueBeforeGiven(Refused):
    """Work would be due before the day on which it is given."""

    status = 422
    message = N_("Le travail ne peut pas être pour un jour déjà passé.")
    advice = N_("Choisissez aujourd’hui ou un jour à venir.")


def target_of(facts: ClassFacts, target: str, offered: list[tuple[str, str]]) -> dict[str, int | None]:
    """The columns of a target among those ``offered``. Raises ``NotFound`` for another one."""
    if target not in {value for value, _name in offered}:
        raise NotFound()
    if target == "class":
        return {"class_id": facts.id, "group_id": None}
    return {"class_id": None, "group_id": int(target.removeprefix("group:"))}


def write_lesson(
    facts: ClassFacts,
    target: dict[str, int | None],
    *,
    subject: str,
    starts_at: datetime,
    ends_at: datetime,
    room: str,
    title: str,
    source: str,
    teacher_id: int | None,
    by: Actor,
    now: datetime,
) -> Lesson:
    """Make a lesson by hand, with what was done in it. Instants are aware. Raises ``EndsBeforeItBegins``."""
    if ends_at <= starts_at:
        raise EndsBeforeItBegins(field="end")
    lesson = Lesson(
        school_id=facts.school_id,
        year_id=facts.year_id,
        teacher_id=teacher_id,
        subject=subject,
        starts_at=starts_at,
        ends_at=ends_at,
        room=room,
        title=title,
        source=source,
        body=to_html(source),
        changed_at=now,
        **target,
    )
    db.session.add(lesson)
    db.session.flush()
    _record("lesson.written", lesson, by=by, now=now, after={"starts_at": starts_at.isoformat()})
    return lesson


def change_lesson(
    lesson: Lesson,
    *,
    subject: str,
    starts_at: datetime,
    ends_at: datetime,
    room: str,
    title: str,
    source: str,
    by: Actor,
    now: datetime,
) -> None:
    """Change a lesson's hours or text. Raises ``EndsBeforeItBegins``."""
    if ends_at <= starts_at:
        raise EndsBeforeItBegins(field="end")
    before = {"starts_at": lesson.starts_at.isoformat(), "ends_at": lesson.ends_at.isoformat()}
    lesson.subject, lesson.room, lesson.title = subject, room, title
    lesson.starts_at, lesson.ends_at = starts_at, ends_at
    lesson.source, lesson.body, lesson.changed_at = source, to_html(source), now
    after = {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
    _record("lesson.changed", lesson, by=by, now=now, before=before, after=after)


def remove_lesson(lesson: Lesson, *, by: Actor, now: datetime) -> None:
    """Remove a lesson, its files and its sheet; the work given in it stays."""
    _record("lesson.removed", lesson, by=by, now=now, before={"starts_at": lesson.starts_at.isoformat()})
    db.session.delete(lesson)


def replace(lesson: Lesson, *, teacher_id: int | None, words: str, by: Actor, now: datetime) -> None:
    """Say who gives a lesson instead of its teacher; None: it does not take place."""
    row = db.session.scalar(select(LessonReplacement).where(LessonReplacement.lesson_id == lesson.id))
    if row is None:
        row = LessonReplacement(lesson_id=lesson.id)
        db.session.add(row)
    row.teacher_id, row.words, row.made_at = teacher_id, words, now
    _record("lesson.replaced", lesson, by=by, now=now, after={"teacher_id": teacher_id})


def end_replacement(lesson: Lesson, *, by: Actor, now: datetime) -> None:
    """The lesson's own teacher gives it again."""
    row = db.session.scalar(select(LessonReplacement).where(LessonReplacement.lesson_id == lesson.id))
    if row is not None:
        db.session.delete(row)
        _record("lesson.replacement-ended", lesson, by=by, now=now, before={"teacher_id": row.teacher_id})


def give_homework(
    facts: ClassFacts,
    target: dict[str, int | None],
    *,
    lesson_id: int | None,
    today: date,
    due_on: date,
    author_id: int | None,
    by: Actor,
    now: datetime,
    **texts: Any,
) -> Homework:
    """Give work for a day; ``today`` is the school's. ``texts`` as ``change_homework``'s. Raises ``DueBeforeGiven``."""
    if due_on < today:
        raise DueBeforeGiven(field="due_on")
    homework = Homework(
        school_id=facts.school_id,
        year_id=facts.year_id,
        lesson_id=lesson_id,
        author_id=author_id,
        given_on=today,
        due_on=due_on,
        changed_at=now,
        **target,
        **_texts(**texts),
    )
    db.session.add(homework)
    db.session.flush()
    _record("homework.given", homework, by=by, now=now, after={"due_on": due_on.isoformat()})
    return homework


def change_homework(homework: Homework, *, due_on: date, by: Actor, now: datetime, **texts: Any) -> None:
    """Change some work: ``subject``, ``title``, ``source``, ``minutes``, ``hand_in``. Raises ``DueBeforeGiven``."""
    if due_on < homework.given_on:
        raise DueBeforeGiven(field="due_on")
    before = {"due_on": homework.due_on.isoformat()}
    for name, value in _texts(**texts).items():
        setattr(homework, name, value)
    homework.due_on, homework.changed_at = due_on, now
    _record("homework.changed", homework, by=by, now=now, before=before, after={"due_on": due_on.isoformat()})


def remove_homework(homework: Homework, *, by: Actor, now: datetime) -> None:
    """Take some work back, with what pupils have handed in."""
    _record("homework.removed", homework, by=by, now=now, before={"due_on": homework.due_on.isoformat()})
    db.session.delete(homework)


def _texts(*, subject: str, title: str, source: str, minutes: int | None, hand_in: bool) -> dict[str, Any]:
    return {
        "subject": subject,
        "title": title,
        "source": source,
        "body": to_html(source),
        "minutes": minutes,
        "hand_in": hand_in,
    }


def _record(
    verb: str,
    row: Lesson | Homework,
    *,
    by: Actor,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    kind = "lesson" if isinstance(row, Lesson) else "homework"
    record(verb, by=by, now=now, subject=(kind, row.id), school_id=row.school_id, before=before, after=after)
