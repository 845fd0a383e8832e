"""The pages of a pupil's own archive: what was given to them, and what they have done (S2-4). Plain.

One pupil's only: nobody else is named but teachers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from html import escape

from app.schoollife.archives.diary_pages import WorkText, subject_name
from app.schoollife.archives.offline import Attached, Binding, Link, anchor, attached, facts, page, table, written
from app.schoollife.diary.lines import WORK_STATE_NAMES
from app.wording import day

INDEX = "index.html"
ACTIVITIES = "activites.html"
WORKS = "travaux.html"
_STATES = {state.value: escape(name) for state, name in WORK_STATE_NAMES.items()}


@dataclass(kw_only=True, slots=True)
class GivenText:
    """An activity as it was given to the pupil, whole."""

    id: int
    activity_id: int
    subject: str
    title: str
    body: str
    author: str
    given_on: date


@dataclass(kw_only=True, slots=True)
class OwnWork:
    """What the pupil has done of some work. ``state`` as ``WorkState`` spells it; ``text`` and ``correction`` are plain text."""

    id: int
    state: str
    text: str
    correction: str
    work: WorkText


def contents(binding: Binding, title: str, given: Sequence[GivenText], works: Sequence[OwnWork]) -> bytes:
    """The first page: what was given, and the work with its state."""
    body = ""
    if given:
        items = "".join(
            f"<li>{anchor(INDEX, one.title, f'{ACTIVITIES}#activite-{one.id}')}"
            f' <span class="quiet">{escape(", ".join(filter(None, (one.subject, day(one.given_on)))))}</span></li>\n'
            for one in given
        )
        body += f"<h2>Activités reçues</h2>\n<ul>{items}</ul>\n"
    if works:
        rows = "".join(
            f'<tr><th scope="row"><a href="{WORKS}#travail-{one.id}">{told.title}</a></th>'
            f"<td>{told.subject}</td><td>{told.day}</td><td>{_STATES[one.state]}</td></tr>\n"
            for one, told in ((one, _told(one.work)) for one in works)
        )
        heads = ("Travail", "Matière", "Pour le", "État")
        body += f"<h2>Travaux</h2>\n{table('Travaux de l’année', heads, rows)}"
    return page(binding, INDEX, title, body, _way(INDEX, given=bool(given), works=bool(works)))


def activities(
    binding: Binding, given: Iterable[GivenText], files: Mapping[int, Sequence[Attached]], *, works: bool
) -> bytes:
    """What was given, whole; ``files`` by the activity's number."""
    body = ""
    for one in given:
        body += f'<article id="activite-{one.id}">\n<h2>{escape(one.title)}</h2>\n'
        body += facts(one.subject, one.author, f"donnée le {day(one.given_on)}")
        body += f"{one.body}\n{attached(ACTIVITIES, files.get(one.activity_id, ()))}</article>\n"
    return page(binding, ACTIVITIES, "Activités reçues", body, _way(ACTIVITIES, given=True, works=works))


def done(
    binding: Binding,
    works: Iterable[OwnWork],
    asked: Mapping[int, Sequence[Attached]],
    handed_in: Mapping[int, Sequence[Attached]],
    *,
    given: bool,
) -> bytes:
    """The work, whole: what was asked, what the pupil handed in, the correction.

    ``asked``: files by the work's number; ``handed_in``: by that of what the pupil has done.
    """
    body = []
    for one in works:
        told = _told(one.work)
        body.append(f'<article id="travail-{one.id}">\n{told.head}{_STATES[one.state]}</p>\n{one.work.body}\n')
        if one.work.id in asked:
            body.append(attached(WORKS, asked[one.work.id]))
        mine = written(one.text) + attached(WORKS, handed_in.get(one.id, ()))
        if mine:
            body.append(f"<h3>Ce qui a été rendu</h3>\n{mine}")
        if one.correction:
            body.append(f"<h3>Correction</h3>\n{written(one.correction)}")
        body.append("</article>\n")
    return page(binding, WORKS, "Travaux", "".join(body), _way(WORKS, given=given, works=True))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Told:
    """What is told of some work to each pupil of a class, as HTML. ``head`` goes on with the pupil's own state."""

    title: str
    subject: str
    day: str
    head: str


@lru_cache(maxsize=2000)
def _told(work: WorkText) -> _Told:
    title, subject, until = escape(work.title), escape(subject_name(work.subject)), escape(day(work.due_on))
    known = " · ".join(filter(None, (subject, escape(work.author), f"pour le {until}")))
    return _Told(title=title, subject=subject, day=until, head=f'<h2>{title}</h2>\n<p class="quiet">{known} · ')


def _way(here: str, *, given: bool, works: bool) -> list[Link]:
    links = [("Sommaire", INDEX)]
    links += [("Activités reçues", ACTIVITIES)] if given else []
    links += [("Travaux", WORKS)] if works else []
    return [Link(words=words, path="" if path == here else path) for words, path in links]
