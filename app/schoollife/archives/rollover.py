"""Class diaries and pupils' own archives of the year that ends (S2-3, S2-4): of what they are, and writing them.

Nothing is changed here and nothing is asked of the clock: the same rows give the same bytes. What an archive covers is what it
has read, row by row, so that a removal can compare (G9).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import IO

from flask import current_app

from app.directory.names import folded
from app.fates import Scope
from app.files.bundles import Bundle, Covers
from app.files.queries import path_of
from app.schoollife.archives import diary_pages, loaders, pupil_pages
from app.schoollife.archives.diary_pages import Line, Month, Outline, lesson_mark, month_of, subject_name, work_mark
from app.schoollife.archives.loaders import Place, SchoolFacts
from app.schoollife.archives.offline import STYLE, STYLE_SHEET, Attached, Binding
from app.schoollife.archives.units import KeepGoing, Unit, Writer
from app.schoolyear import YearName, local_day

ARCHIVES = ("diary", "pupil")
#: Files by the number of the row that they come with: name, SHA-256, size.
_Found = Mapping[int, Sequence[tuple[str, str, int]]]
#: Where a file will stand in the bundle, and the blob that goes there.
_Waiting = list[tuple[str, str]]


def units(archive: str, school_id: int, scope: Scope) -> list[Unit]:
    """The archives of that kind to be made for a school, in order; five queries at most. Raises KeyError for another kind.

    'diary': a class by its number, a teaching group by its number with a minus, 0 for what belongs to neither any more.
    'pupil': whoever was given an activity or did some work.
    """
    return {"diary": _diaries, "pupil": _pupils}[archive](school_id, scope)


def writer(archive: str, units: Sequence[Unit], school_id: int, scope: Scope) -> Writer:
    """Who writes the archives of ``units``, one after the other: what pupils need is read here, for all of them together.

    An archive is a bundle (``app.files.bundles``). Writing raises what ``keep_going`` raises, OSError for a file that is missing or
    a full disk.
    """
    makers: dict[str, Callable[[Sequence[Unit], int, Scope], _Write]] = {"diary": _Diaries, "pupil": _Pupils}
    write = makers[archive](units, school_id, scope)

    def written(unit: Unit, stream: IO[bytes], keep_going: KeepGoing) -> Covers:
        with Bundle(stream, title=unit.title, made_at=scope.now) as bundle:
            write(_Writing(bundle, keep_going), unit)
            return bundle.covers

    return written


class _Writing:
    """A bundle, with a look at whether to go on before every file."""

    def __init__(self, bundle: Bundle, keep_going: KeepGoing) -> None:
        self.bundle = bundle
        self.keep_going = keep_going
        #: Where the bytes of a blob stand: what comes with many lessons is there once.
        self._placed: dict[str, str] = {}

    def page(self, path: str, data: bytes) -> None:
        """Add a page where its links say that it stands."""
        self.keep_going()
        if self.bundle.add(path, data) != path:
            raise ValueError(f"a page of an archive is not where its links say: {path}")

    def place(self, found: _Found, folders: Mapping[int, str], waiting: _Waiting) -> dict[int, list[Attached]]:
        """Where the files of some rows stand, each in its row's folder; ``waiting`` gets those that are still to be added."""
        placed: dict[int, list[Attached]] = {}
        for number, folder in folders.items():
            for name, sha256, size in found.get(number, ()):
                if sha256 not in self._placed:
                    path = self.bundle.place(f"fichiers/{folder.replace('/', ' ')}/{name.replace('/', ' ')}")
                    self._placed[sha256] = path
                    waiting.append((path, sha256))
                placed.setdefault(number, []).append(Attached(name=name, size=size, path=self._placed[sha256]))
        return placed

    def files(self, waiting: _Waiting) -> None:
        """Add the files that were promised."""
        for path, sha256 in waiting:
            self.keep_going()
            self.bundle.add(path, path_of(sha256), sha256=sha256)
        waiting.clear()


_Write = Callable[[_Writing, Unit], None]


# Diaries ----------------------------------------------------------------------------------------------------------------


def _diaries(school_id: int, scope: Scope) -> list[Unit]:
    year = YearName(begins=scope.begins)
    return [
        Unit(id=place.class_id or -(place.group_id or 0), title=f"Cahier de textes {_whose(place)}, {year}"[:200])
        for place in loaders.diary_places(school_id, scope)
    ]


def _whose(place: Place) -> str:
    if place.class_id is not None:
        return f"de la classe {place.name}".rstrip()
    if place.group_id is not None:
        return f"du groupe {place.name}".rstrip()
    return "sans classe"


def _place_of(unit: Unit) -> Place:
    return Place(class_id=unit.id if unit.id > 0 else None, group_id=-unit.id if unit.id < 0 else None, name=unit.title)


class _Diaries:
    """Writes diaries, each read when it is written: it may be long."""

    def __init__(self, _units: Sequence[Unit], school_id: int, scope: Scope) -> None:
        self._school, self._school_id, self._scope = loaders.school(school_id), school_id, scope

    def __call__(self, writing: _Writing, unit: Unit) -> None:
        _write_diary(writing, unit, self._school, self._school_id, self._scope)


def _write_diary(writing: _Writing, unit: Unit, school: SchoolFacts, school_id: int, scope: Scope) -> None:
    place = _place_of(unit)
    lessons = [
        (number, Line(id=lesson_mark(number), day=local_day(at, school.zone), subject=subject, title=title))
        for number, at, subject, title in loaders.lesson_outline(place, school_id, scope)
    ]
    works, given_in = [], dict[int, list[Line]]()
    for number, due_on, subject, title, lesson_id in loaders.work_outline(place, school_id, scope):
        line = Line(id=work_mark(number), day=due_on, subject=subject, title=title)
        works.append((number, line))
        if lesson_id is not None:
            given_in.setdefault(lesson_id, []).append(line)
    given = loaders.activities_of(place.class_id) if place.class_id is not None else []
    lines = sorted([line for _number, line in (*lessons, *works)], key=lambda line: line.day)
    outline = Outline(
        binding=Binding(
            of=f"{school.name} · {unit.title}",
            foot=f"Archive faite par le portail. Responsable\u00a0: {school.name}, qui la garde parce que les cahiers de textes"
            f" doivent être conservés\u00a0: {current_app.extensions['settings'].archive_years} ans.",
        ),
        zone=school.zone,
        months=sorted({month_of(line.day) for line in lines}),
        subjects=_subject_pages(writing.bundle, {subject_name(line.subject) for line in lines}),
        activities=bool(given),
    )
    writing.page(diary_pages.INDEX, diary_pages.contents(outline, unit.title, _told(place), lines))
    writing.page(STYLE, STYLE_SHEET.encode())
    held, due = _by_month(lessons), _by_month(works)
    for month in outline.months:
        _write_month(writing, outline, month, held.get(month, []), due.get(month, []), given_in)
    # Even an empty year says what it covers.
    writing.bundle.cover("lesson", ())
    writing.bundle.cover("homework", ())
    by_subject: dict[str, list[Line]] = {}
    for line in lines:
        by_subject.setdefault(subject_name(line.subject), []).append(line)
    for name, path in outline.subjects.items():
        writing.page(path, diary_pages.subject(outline, name, by_subject[name]))
    if given and place.class_id is not None:
        _write_activities(writing, outline, given, place.class_id)


def _told(place: Place) -> str:
    if place.class_id is not None:
        return (
            "Ce cahier contient les séances de la classe, le travail donné et les activités données à partir du classeur"
            " pédagogique. Les séances des groupes sont dans le cahier de chaque groupe."
        )
    return "Ce cahier contient les séances et le travail donné."


def _by_month(lines: Iterable[tuple[int, Line]]) -> dict[Month, list[int]]:
    found: dict[Month, list[int]] = {}
    for number, line in lines:
        found.setdefault(month_of(line.day), []).append(number)
    return found


def _subject_pages(bundle: Bundle, names: Iterable[str]) -> dict[str, str]:
    """Where the page of each subject will stand, by name."""
    return {name: bundle.place(f"matieres/{folded(name) or 'autre'}.html") for name in sorted(names, key=folded)}


def _write_month(
    writing: _Writing,
    outline: Outline,
    month: Month,
    lesson_ids: Sequence[int],
    work_ids: Sequence[int],
    given_in: Mapping[int, Sequence[Line]],
) -> None:
    """One slice: what stands in it is read here and nowhere else."""
    lessons, works = list(loaders.lessons(lesson_ids)), list(loaders.works(work_ids))
    waiting: _Waiting = []
    of_lessons = writing.place(
        loaders.files("lesson_id", lesson_ids),
        {one.id: _folder(local_day(one.starts_at, outline.zone), one.subject) for one in lessons},
        waiting,
    )
    of_works = writing.place(
        loaders.files("homework_id", work_ids), {one.id: _folder(one.due_on, one.title) for one in works}, waiting
    )
    files = {lesson_mark(number): placed for number, placed in of_lessons.items()}
    files |= {work_mark(number): placed for number, placed in of_works.items()}
    writing.page(diary_pages.month_page(month), diary_pages.month(outline, month, lessons, works, given_in, files))
    writing.bundle.cover("lesson", (one.id for one in lessons))
    writing.bundle.cover("homework", (one.id for one in works))
    writing.files(waiting)


def _write_activities(writing: _Writing, outline: Outline, numbers: Sequence[int], class_id: int) -> None:
    given = list(loaders.activities(numbers, class_id))
    waiting: _Waiting = []
    folders = {one.id: f"Activité {one.title}" for one in given}
    files = writing.place(loaders.files("activity_id", numbers), folders, waiting)
    writing.page(diary_pages.ACTIVITIES, diary_pages.activities(outline, given, files))
    writing.files(waiting)


def _folder(day: date, words: str) -> str:
    return f"{day.isoformat()} {words}".strip()


# Pupils -----------------------------------------------------------------------------------------------------------------


def _pupils(school_id: int, scope: Scope) -> list[Unit]:
    year = YearName(begins=scope.begins)
    return [
        Unit(id=number, title=f"Activités et travaux de {name}, {year}"[:200], owner_id=number)
        for number, name in loaders.pupils(school_id, scope)
    ]


class _Pupils:
    """Writes pupils' archives, for which everything was read at once."""

    def __init__(self, units: Sequence[Unit], school_id: int, scope: Scope) -> None:
        school, students = loaders.school(school_id), [unit.id for unit in units]
        self._given = loaders.given(students, school_id, scope)
        self._works = loaders.own_work(students, school_id, scope)
        given = sorted({one.activity_id for some in self._given.values() for one in some})
        asked = sorted({one.work.id for some in self._works.values() for one in some})
        own = [one.id for some in self._works.values() for one in some]
        self._files = {
            owner: loaders.files(owner, numbers)
            for owner, numbers in (("activity_id", given), ("homework_id", asked), ("state_id", own))
        }
        self._binding = Binding(
            of=f"{school.name} · {YearName(begins=scope.begins)}",
            foot="Archive faite par le portail pour l’élève, dans ses documents personnels\u00a0: elle part avec son compte.",
        )

    def __call__(self, writing: _Writing, unit: Unit) -> None:
        given, works, binding = self._given.get(unit.id, []), self._works.get(unit.id, []), self._binding
        writing.page(pupil_pages.INDEX, pupil_pages.contents(binding, unit.title, given, works))
        writing.page(STYLE, STYLE_SHEET.encode())
        waiting: _Waiting = []
        if given:
            folders = {one.activity_id: f"Activité {one.title}" for one in given}
            files = writing.place(self._files["activity_id"], folders, waiting)
            pages = pupil_pages.activities(binding, given, files, works=bool(works))
            writing.page(pupil_pages.ACTIVITIES, pages)
            writing.files(waiting)
        if works:
            given_files, own_files = self._files["homework_id"], self._files["state_id"]
            asked = {
                one.work.id: _folder(one.work.due_on, one.work.title) for one in works if one.work.id in given_files
            }
            own = {
                one.id: f"{_folder(one.work.due_on, one.work.title)} (rendu)" for one in works if one.id in own_files
            }
            of_asked = writing.place(given_files, asked, waiting)
            of_own = writing.place(own_files, own, waiting)
            writing.page(pupil_pages.WORKS, pupil_pages.done(binding, works, of_asked, of_own, given=bool(given)))
            writing.files(waiting)
        writing.bundle.cover("activity-given", (one.id for one in given))
        writing.bundle.cover("homework-state", (one.id for one in works))
