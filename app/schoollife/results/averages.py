"""Marks and averages, in hundredths: exact whatever the database, rounded the French way, a half goes up. Plain."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import lcm

#: What averages are told out of, in hundredths.
TWENTY = 2000
#: The largest figure that a mark, a scale or a weight may have, in hundredths.
MOST = 100_000

_FIGURE = re.compile(r"(\d{1,4})(?:[.,](\d{1,2}))?", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked:
    """A mark with its scale and weight, all in hundredths: 1250 out of 2000, weight 100 is 12,5/20 coefficient 1."""

    value: int
    out_of: int
    weight: int = 100


def average(marks: Iterable[Marked]) -> int | None:
    """The weighted average out of 20, in hundredths; None where nothing counts.

    Each mark is first brought to 20, nothing is rounded before the end.
    """
    marks = [mark for mark in marks if mark.weight > 0]
    if not marks:
        return None
    scale = lcm(*(mark.out_of for mark in marks))
    total = sum(mark.value * TWENTY * (scale // mark.out_of) * mark.weight for mark in marks)
    return _rounded(total, scale * sum(mark.weight for mark in marks))


def mean(values: Iterable[int | None]) -> int | None:
    """The mean of what is there, in hundredths: a class's average is the mean of its pupils'. None where nothing is."""
    there = [value for value in values if value is not None]
    return _rounded(sum(there), len(there)) if there else None


def _rounded(part: int, whole: int) -> int:
    """``part / whole`` to the nearest integer, a half upwards; both positive."""
    return (2 * part + whole) // (2 * whole)


def read_figure(text: str) -> int:
    """'12,5' or '12.5' in hundredths: 1250. Raises ``ValueError`` for anything but a figure with two decimals at most."""
    found = _FIGURE.fullmatch(text.strip().replace("\u00a0", "").replace(" ", ""))
    if found is None:
        raise ValueError(text)
    whole, decimals = found.groups()
    return int(whole) * 100 + int((decimals or "").ljust(2, "0"))


@lru_cache(maxsize=4096)
def figure(value: int | None, language: str = "fr") -> str:
    """1250 as '12,5' ('12.5' in English); None as a dash."""
    if value is None:
        return "–"
    whole, rest = divmod(value, 100)
    decimals = f"{rest:02d}".rstrip("0")
    return f"{whole}{',' if language == 'fr' else '.'}{decimals}" if decimals else str(whole)
