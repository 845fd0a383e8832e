"""What one archive is of: a class, a group, a pupil, a whole school. Plain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from app.files.bundles import Covers

#: Called between two files: it raises to stop a run that was paused, or whose lease is lost.
KeepGoing = Callable[[], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """One archive of a kind in a school. ``id`` is unique there: a class's number, a group's with a minus, a pupil's, 0 for the rest.

    ``title`` is what people read; ``owner_id``: the pupil whose own it is (S2-4), None: the school's.
    """

    id: int
    title: str
    owner_id: int | None = None


#: Writes the archive of a unit to a stream; what it covers. ``KeepGoing`` is called between two of its files.
Writer = Callable[[Unit, IO[bytes], KeepGoing], Covers]
