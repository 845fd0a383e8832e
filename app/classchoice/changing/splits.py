"""What a class became, told from its pupils (CLASS-9). Plain."""

from __future__ import annotations

from collections.abc import Mapping

#: So many pupils of a class in another one are more than a few who moved, and so large a part of it.
FEWEST = 3
PART = 0.3


def became(before: int, stayed: int, into: Mapping[int, int]) -> list[tuple[int, int]]:
    """The classes into which a class of ``before`` pupils went, with how many of them, the most first; empty where it is still itself.

    ``stayed`` are still in it, ``into`` counts the others by their present class. It has changed when it is empty and its pupils are
    elsewhere, or when some other class has a good part of it.
    """
    if not before:
        return []
    ordered = sorted(into.items(), key=lambda pair: (-pair[1], pair[0]))
    if not stayed:
        return [(number, count) for number, count in ordered if count]
    return [(number, count) for number, count in ordered if count >= FEWEST and count >= before * PART]
