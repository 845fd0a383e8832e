"""The pages of a class's diary as an archive: contents, months, subjects, activities (S2-3). Plain.

Pupils are not named here: what they hand in and how far they are is their own (S2-4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from zoneinfo import ZoneInfo

from app.schoollife.archives.offline import Attached, Binding, Link, anchor, attached, facts, page, table
from app.schoolyear import local_day
from app.wording import MONTHS, day, hour

INDEX = "index.html"
ACTIVITIES = "activites.html"

#: A month: year and number.
Month = tuple[int, int]


@dataclass(kw_only=True, slots=True)
class LessonText:
    """A lesson, whole. ``off``: it did not take place; ``substitute``: who gave it instead of the teacher."""

    id: int
    starts_at: datetime
    ends_at: datetime
    subject: str
    title: str
    body: str
    room: str
    teacher: str
    off: bool
    substitute: str


@dataclass(kw_only=True, slots=True, eq=False)
class WorkText:
    """Some work, whole. ``lesson_id``: the lesson in which it was given, if it was. Two of them are told apart by what they are, not
    by what they say, so that what is spelled of one can be kept by it.
    """

    id: int
    lesson_id: int | None
    subject: str
    title: str
    body: str
    author: str
    given_on: date
    due_on: date
    minutes: int | None
    hand_in: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ActivityText:
    """An activity of the binder as it was given to the class, first on ``given_on``."""

    id: int
    subject: str
    title: str
    body: str
    author: str
    given_on: date


@dataclass(kw_only=True, slots=True)
class Line:
    """A lesson, or some work by the day for which it was given, in the contents. ``id``: its place on its month's page."""

    id: str
    day: date
    subject: str
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Outline:
    """Where everything of the bundle stands. ``subjects``: name -> page."""

    binding: Binding
    zone: ZoneInfo
    months: Sequence[Month]
    subjects: Mapping[str, str]
    activities: bool

    def way(self, here: str = "") -> list[Link]:
        """The links above every page."""
        links = [Link(words="Sommaire", path=INDEX)]
        links += [Link(words=month_name(month), path=month_page(month)) for month in self.months]
        if self.activities:
            links.append(Link(words="Activités du classeur", path=ACTIVITIES))
        return [Link(words=link.words, path="" if link.path == here else link.path) for link in links]


def month_of(value: date) -> Month:
    """The month of a day."""
    return value.year, value.month


def month_name(month: Month) -> str:
    """'septembre 2025'."""
    return f"{MONTHS['fr'][month[1] - 1]} {month[0]}"


def month_page(month: Month) -> str:
    """Where the page of a month stands."""
    return f"mois/{month[0]:04d}-{month[1]:02d}.html"


def lesson_mark(number: int) -> str:
    """The place of a lesson on its page."""
    return f"seance-{number}"


def work_mark(number: int) -> str:
    """The place of some work on its page."""
    return f"travail-{number}"


def subject_name(subject: str) -> str:
    """The subject, or that there is none."""
    return subject or "Sans matière"


def contents(outline: Outline, title: str, told: str, lines: Sequence[Line]) -> bytes:
    """The first page: months and subjects, each with how much there is in it. ``told`` says what is not here."""
    by_month: dict[Month, list[Line]] = {}
    by_subject: dict[str, list[Line]] = {}
    for line in lines:
        by_month.setdefault(month_of(line.day), []).append(line)
        by_subject.setdefault(subject_name(line.subject), []).append(line)
    months = "".join(
        f"<li>{anchor(INDEX, month_name(month), month_page(month))} ({_counted(by_month.get(month, ()))})</li>"
        for month in outline.months
    )
    subjects = "".join(
        f"<li>{anchor(INDEX, name, path)} ({_counted(by_subject.get(name, ()))})</li>"
        for name, path in outline.subjects.items()
    )
    body = f'<p class="quiet">{escape(told)}</p>\n'
    body += f"<h2>Par mois</h2>\n<ul>{months}</ul>\n" if months else ""
    body += f"<h2>Par matière</h2>\n<ul>{subjects}</ul>\n" if subjects else ""
    if outline.activities:
        body += f"<h2>Activités</h2>\n<p>{anchor(INDEX, 'Activités du classeur pédagogique', ACTIVITIES)}</p>\n"
    if not lines and not outline.activities:
        body += "<p>Rien n’a été écrit dans ce cahier de textes.</p>\n"
    return page(outline.binding, INDEX, title, body, outline.way(INDEX))


def month(
    outline: Outline,
    which: Month,
    lessons: Iterable[LessonText],
    works: Iterable[WorkText],
    given_in: Mapping[int, Sequence[Line]],
    files: Mapping[str, Sequence[Attached]],
) -> bytes:
    """The page of a month: day by day the work that was due and the lessons, whole.

    ``given_in``: the work given in a lesson, by the lesson's number; ``files`` by place on the page.
    """
    path = month_page(which)
    due: dict[date, list[str]] = {}
    held: dict[date, list[str]] = {}
    for work in works:
        due.setdefault(work.due_on, []).append(_work(path, work, files.get(work_mark(work.id), ())))
    for lesson in lessons:
        mark = lesson_mark(lesson.id)
        text = _lesson(path, outline.zone, lesson, given_in.get(lesson.id, ()), files.get(mark, ()))
        held.setdefault(local_day(lesson.starts_at, outline.zone), []).append(text)
    body = ""
    for one in sorted({*due, *held}):
        mark = f"j-{one.isoformat()}"
        body += f'<section class="day" aria-labelledby="{mark}">\n<h2 id="{mark}">{escape(day(one))}</h2>\n'
        body += f"<h3>À faire pour ce jour</h3>\n{''.join(due[one])}" if one in due else ""
        body += f"<h3>Séances</h3>\n{''.join(held[one])}" if one in held else ""
        body += "</section>\n"
    return page(outline.binding, path, month_name(which).capitalize(), body, outline.way(path))


def subject(outline: Outline, name: str, lines: Iterable[Line]) -> bytes:
    """The page of a subject: its lessons and its work, each linked to the page where it stands whole."""
    path = outline.subjects[name]
    rows = "".join(
        f'<tr><th scope="row">{escape(day(line.day))}</th>'
        f"<td>{'Travail' if _is_work(line) else 'Séance'}</td>"
        f"<td>{anchor(path, line.title or 'Sans titre', f'{month_page(month_of(line.day))}#{line.id}')}</td></tr>\n"
        for line in lines
    )
    caption = "Séances, et travaux par le jour pour lequel ils étaient à faire"
    body = table(caption, ("Jour", "Quoi", "Titre"), rows)
    return page(outline.binding, path, name, body, outline.way(path))


def activities(outline: Outline, given: Iterable[ActivityText], files: Mapping[int, Sequence[Attached]]) -> bytes:
    """The activities that the class's teachers gave from their binders, whole; ``files`` by the activity's number."""
    body = ""
    for one in given:
        body += f'<article id="activite-{one.id}">\n<h2>{escape(one.title)}</h2>\n'
        body += facts(one.subject, one.author, f"donnée à partir du {day(one.given_on)}")
        body += f"{one.body}\n{attached(ACTIVITIES, files.get(one.id, ()))}</article>\n"
    return page(outline.binding, ACTIVITIES, "Activités du classeur pédagogique", body, outline.way(ACTIVITIES))


def _lesson(path: str, zone: ZoneInfo, lesson: LessonText, given: Sequence[Line], files: Sequence[Attached]) -> str:
    begins, ends = lesson.starts_at.astimezone(zone), lesson.ends_at.astimezone(zone)
    said = f"{hour(begins)} – {hour(ends)} · {subject_name(lesson.subject)}"
    text = f'<article id="{lesson_mark(lesson.id)}">\n<h4>{escape(said)}</h4>\n'
    text += f"<p><strong>{escape(lesson.title)}</strong></p>\n" if lesson.title else ""
    taught = f"remplacement par {lesson.substitute}" if lesson.substitute else ""
    missed = "n’a pas eu lieu" if lesson.off else ""
    text += facts(lesson.teacher, taught, missed, _room(lesson.room))
    text += f"{lesson.body}\n{attached(path, files)}"
    if given:
        items = "".join(
            f"<li>{anchor(path, line.title or 'Travail', f'{month_page(month_of(line.day))}#{line.id}')}"
            f", pour le {escape(day(line.day))}</li>"
            for line in given
        )
        text += f"<p>Travail donné\u00a0:</p>\n<ul>{items}</ul>\n"
    return text + "</article>\n"


def _work(path: str, work: WorkText, files: Sequence[Attached]) -> str:
    said = f"{subject_name(work.subject)}\u00a0: {work.title}"
    text = f'<article id="{work_mark(work.id)}">\n<h4>{escape(said)}</h4>\n'
    text += facts(
        f"donné le {day(work.given_on)}",
        work.author,
        f"{work.minutes}\u00a0min" if work.minutes else "",
        "à rendre sur le portail" if work.hand_in else "",
    )
    return f"{text}{work.body}\n{attached(path, files)}</article>\n"


def _room(room: str) -> str:
    return room if not room or room.casefold().startswith("salle") else f"salle {room}"


def _counted(lines: Sequence[Line]) -> str:
    works = sum(_is_work(line) for line in lines)
    lessons = len(lines) - works
    told = [f"{lessons}\u00a0séance{'s' if lessons > 1 else ''}"] if lessons else []
    told += [f"{works}\u00a0trava{'ux' if works > 1 else 'il'}"] if works else []
    return ", ".join(told)


def _is_work(line: Line) -> bool:
    return line.id.startswith("travail-")
