"""Many numbers written short: [[first, last], ...]. Plain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Spans = list[list[int]]


def spans_of(numbers: Iterable[int]) -> Spans:
    """The numbers, each once, in order, neighbours together."""
    spans: Spans = []
    for number in sorted(set(numbers)):
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return spans


def count_of(spans: Sequence[Sequence[int]]) -> int:
    """How many numbers they are."""
    return sum(last - first + 1 for first, last in spans)
