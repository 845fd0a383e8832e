"""How a register stands in its archive: a first page, a page a class, a page a pupil, a page a period, its tables as CSV. Plain.

What is of a class is written while its rows are read, so that memory does not grow with the school.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import Protocol

from app.files.bundles import Bundle
from app.schoollife.archives.offline import STYLE, Binding, Link, anchor, facts, page
from app.schoollife.archives.units import KeepGoing
from app.schoollife.registers.facts import Facts, Place
from app.schoollife.registers.pages import REGISTER_STYLE, Cell, Html, Part, counted, heading, listed

INDEX = "index.html"
_PUPILS = "eleves/index.html"
#: Pupils whose rows are read at once.
_SLICE = 100

#: A period by its order and label, with its classes: name, link, rows.
_Periods = dict[tuple[tuple[int, int], str], list[tuple[str, str, int]]]
#: A pupil's name in a page of a class, leading to the pupil's own.
Pupil = Callable[[int | None], Cell]


class Register(Protocol):
    """What a register tells, read a class and some pupils at a time."""

    #: What its rows are called: one, several.
    words: tuple[str, str]
    #: What the first page says of it besides.
    note: str

    def places(self) -> list[Place]:
        """The classes and groups that have a row."""

    def students(self) -> list[int]:
        """The pupils who have one."""

    def of_place(self, place: Place, pupil: Pupil) -> list[Part]:
        """What there is of a class, by period. Each row of the register is of one place, and is covered and tabled here."""

    def of_students(self, students: Sequence[int]) -> Mapping[int, list[Part]]:
        """What there is of each of these pupils, by period."""

    def tables(self) -> Iterable[tuple[str, str, bytes]]:
        """File name, what it holds, its bytes."""


class Shelf:
    """A register being written into ``bundle``; ``keep_going`` is asked between two files, and raises to stop."""

    def __init__(self, bundle: Bundle, facts_: Facts, binding: Binding, keep_going: KeepGoing) -> None:
        self._bundle = bundle
        self._facts = facts_
        self._binding = binding
        self._keep_going = keep_going

    def write(self, title: str, register: Register) -> None:
        """The whole archive of a register called ``title``."""
        one, several = register.words
        self._bundle.place(INDEX)
        students = self._students(register)
        places, periods = self._places(register, students)
        for chunk in _slices(list(students)):
            found = register.of_students(chunk)
            for student in chunk:
                self._page(students[student], self._facts.name(student), body_of(found.get(student, []), one, several))
        listed_periods = self._periods(periods, one, several)
        links = [anchor(_PUPILS, self._facts.name(student), path) for student, path in students.items()]
        if students:
            self._page(_PUPILS, "Élèves", listed(links, columns=True))
        body = [facts(self._facts.school, f"année scolaire {self._facts.year}", register.note)]
        if not places:
            body.append("<p>Rien n’a été enregistré cette année.</p>\n")
        else:
            body += [heading("Par classe"), listed((anchor(INDEX, name, path) for name, path in places), columns=True)]
            if students:
                count = counted(len(students), "élève", "élèves")
                body += [heading("Par élève"), f"<p>{anchor(INDEX, 'Liste des élèves', _PUPILS)} ({count})</p>\n"]
            body += [heading("Par période"), listed(anchor(INDEX, name, path) for name, path in listed_periods)]
        self.finish(title, "".join(body), register.tables())

    def finish(self, title: str, body: str, tables: Iterable[tuple[str, str, bytes]]) -> None:
        """The first page with ``body``, the tables that it names, the style."""
        items = []
        for name, words, data in tables:
            path = self.add(f"donnees/{name}", data)
            items.append(f"{anchor(INDEX, name, path)} – {words}")
        if items:
            body += heading("Tableaux") + "<p>Ils s’ouvrent dans un tableur.</p>\n" + listed(items)
        self._keep_going()
        self._bundle.add(INDEX, page(self._binding, INDEX, title, body))
        self.add(STYLE, REGISTER_STYLE.encode())

    def add(self, path: str, data: bytes) -> str:
        """A file of the archive, and where it stands."""
        self._keep_going()
        return self._bundle.add(path, data)

    def pupil_page(self, name: str, body: str) -> str:
        """A pupil's page, and where it stands."""
        path = self._bundle.place(f"eleves/{_file(name)}.html")
        self.add(path, page(self._binding, path, name, body, [Link(words="Sommaire", path=INDEX)]))
        return path

    def _page(self, path: str, title: str, body: str) -> None:
        way = [Link(words="Sommaire", path=INDEX)]
        if path.startswith("eleves/") and path != _PUPILS:
            way.append(Link(words="Élèves", path=_PUPILS))
        self.add(path, page(self._binding, path, title, body, way))

    def _students(self, register: Register) -> dict[int, str]:
        """Pupils in the directory's order, and where each one's page will stand."""
        ids = self._facts.people_of(register.students())
        if ids:
            self._bundle.place(_PUPILS)
        return {one: self._bundle.place(f"eleves/{_file(self._facts.name(one) or 'Élève')}.html") for one in ids}

    def _places(self, register: Register, students: Mapping[int, str]) -> tuple[list[tuple[str, str]], _Periods]:
        """Write the pages of the classes; their names and paths, and what each period has in them."""
        written: list[tuple[str, str]] = []
        periods: _Periods = {}
        places = sorted(register.places(), key=lambda one: (self._facts.whom(one.class_id, one.group_id), one))
        for place in places:
            name = self._facts.whom(place.class_id, place.group_id)
            path = self._bundle.place(f"classes/{_file(name)}.html")

            def pupil(number: int | None, path: str = path) -> Cell:
                words = self._facts.name(number)
                return Html(anchor(path, words, students[number or 0])) if number in students else words

            parts = register.of_place(place, pupil)
            for part in parts:
                link = f"{path}#{_anchor(part)}"
                periods.setdefault((part.order, part.label), []).append((name, link, part.many))
            self._page(path, name, body_of(parts, *register.words))
            written.append((name, path))
        return written, periods

    def _periods(self, periods: _Periods, one: str, several: str) -> list[tuple[str, str]]:
        written = []
        for (_order, label), found in sorted(periods.items()):
            path = self._bundle.place(f"periodes/{_file(label)}.html")
            items = [f"{anchor(path, name, link)} ({counted(many, one, several)})" for name, link, many in found]
            self._page(path, label, listed(items))
            written.append((label, path))
        return written


def body_of(parts: Sequence[Part], one: str, several: str) -> str:
    """The periods of a page, with links to each where there are several."""
    body = []
    if len(parts) > 1:
        items = (
            f'<a href="#{_anchor(part)}">{escape(part.label)}</a> ({counted(part.many, one, several)})'
            for part in parts
        )
        body.append(listed(items))
    for part in parts:
        body += [heading(part.label, place=_anchor(part)), part.html]
    return "".join(body) or "<p>Rien n’a été enregistré cette année.</p>\n"


def _anchor(part: Part) -> str:
    return f"p{part.order[0]}-{part.order[1]}"


def _file(name: str) -> str:
    """A name as one step of a path."""
    return name.replace("/", " ")


def _slices(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[begin : begin + _SLICE] for begin in range(0, len(ids), _SLICE))
