"""From the ticks of the second page to a selection, and back. Plain.

A tick is (name, number): ``c-7`` a category of the space 7 (0: without a category), ``f-7`` a folder (0: in no folder), ``k-7`` a contest,
``p-7`` a place of the map, ``pupils-7`` (with 1) what comes from pupils too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from app.classchoice.selection import Selection

Tick = tuple[str, int]
_PREFIXES = ("c-", "f-", "k-", "p-", "pupils-")


def numbers(values: Iterable[str]) -> list[int]:
    """Those of ``values`` that are numbers of rows, each once, in their order."""
    return list(dict.fromkeys(int(one) for one in values if one.isdecimal() and len(one) <= 18))


def ticks(sent: Mapping[str, Sequence[str]]) -> frozenset[Tick]:
    """Every tick of a form."""
    return frozenset(
        (name, number) for name, values in sent.items() if name.startswith(_PREFIXES) for number in numbers(values)
    )


def every_tick(spaces: Iterable[Any]) -> frozenset[Tick]:
    """How the page first stands: all of every space offered, without what comes from pupils (CLASS-2)."""
    found: set[Tick] = set()
    for space in spaces:
        lists = (("c-", space.categories), ("f-", space.folders), ("k-", space.contests), ("p-", space.points))
        found |= {(f"{prefix}{space.section_id}", one.id or 0) for prefix, things in lists for one in things}
    return frozenset(found)


def selection(ticked: Iterable[Tick], section_id: int, *, folders: Collection[int] = ()) -> Selection:
    """What is ticked of one space. ``folders``: all that the page showed, so that one unticked under a ticked one stays behind."""
    of: dict[str, set[int]] = {prefix: set() for prefix in ("c", "f", "k", "p", "pupils")}
    for name, number in ticked:
        prefix, _dash, section = name.rpartition("-")
        if prefix in of and section == str(section_id):
            of[prefix].add(number)
    return Selection(
        categories=frozenset(of["c"] - {0}),
        uncategorised=0 in of["c"],
        folders=frozenset(of["f"] - {0}),
        but_folders=frozenset(folders) - of["f"],
        top_files=0 in of["f"],
        contests=frozenset(of["k"]),
        points=frozenset(of["p"]),
        pupils_too=bool(of["pupils"]),
    )
