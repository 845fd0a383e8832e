"""Which of a teacher's links are last year's, repeated (S4-5). Plain.

Until a school's own data of the new year arrive, its source goes on saying in which classes its teachers were. Where a class of that
code exists again, such a link names children whom the teacher may never meet: it is shown, and gives nothing until it is confirmed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple


class Link(NamedTuple):
    """A teacher's link with a class: who, the class's code, 'teacher' or 'head-teacher', the subject's code."""

    person_id: int
    code: str
    role: str
    subject: str


def unconfirmed(before: Iterable[Link], now: Iterable[Link]) -> frozenset[Link]:
    """The links of ``now`` that say of somebody and a class exactly what ``before`` said of the class of that code.

    What changed for that class, a subject more or less or its head teacher, was said of the new year: none of them is doubted.
    """
    last, present = _by_class(before), _by_class(now)
    return frozenset(link for key, links in present.items() if links == last.get(key) for link in links)


def settled(before: Iterable[Link], now: Iterable[Link]) -> frozenset[Link]:
    """The links of ``now`` that are no longer doubted, since something changed for that class (a changed link confirms).

    Of a class about which ``before`` says nothing at all nothing is known: it is not among them.
    """
    last, present = _by_class(before), _by_class(now)
    return frozenset(link for key, links in present.items() if key in last and links != last[key] for link in links)


def _by_class(links: Iterable[Link]) -> dict[tuple[int, str], set[Link]]:
    found: dict[tuple[int, str], set[Link]] = defaultdict(set)
    for link in links:
        found[link.person_id, link.code].add(link)
    return dict(found)
