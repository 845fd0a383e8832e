"""Writing a fictional academy's feed files: complete, as a delta, and ONDE's. Piece by piece, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from app.demo.aaf_files import delivery, delta
from app.demo.academy import Academy
from app.demo.moments import DELIVERED_ON
from app.demo.next_year import NextYear
from app.demo.onde_files import extractions
from app.demo.tally import OndeTally, Tally

#: Bytes that wait for each file.
_WAITING = 1 << 15


def write_delivery(academy: Academy, folder: Path, *, day: date = DELIVERED_ON, part: int = 5000) -> Tally:
    """Write the academy's complete delivery into ``folder``/1D and ``folder``/2D; what it holds, counted.

    ``day`` stands in the files' names, ``part`` is how many entries a file holds at most. What was there is replaced.
    """
    tally = Tally()
    _write(folder, delivery(academy, day, tally, part=part))
    return tally


def write_delta(later: NextYear, folder: Path, *, day: date, every: int = 100, part: int = 5000) -> Tally:
    """Write a delta some days after the complete delivery of ``later``, in which about one family in ``every`` stands."""
    tally = Tally()
    _write(folder, delta(later, day, tally, every=every, part=part))
    return tally


def write_onde(academy: Academy, folder: Path) -> OndeTally:
    """Write ONDE's two extractions of each primary school into ``folder``/<UAI>."""
    tally = OndeTally()
    _write(folder, extractions(academy, tally))
    return tally


def _write(folder: Path, pieces: Iterable[tuple[str, str, bytes]]) -> None:
    waiting: dict[Path, bytearray] = {}
    for inner, name, piece in pieces:
        path = folder / inner / name
        held = waiting.get(path)
        if held is None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            held = waiting[path] = bytearray()
        held += piece
        if len(held) >= _WAITING:
            _append(path, held)
    for path, held in waiting.items():
        _append(path, held)


def _append(path: Path, held: bytearray) -> None:
    with path.open("ab") as file:
        file.write(held)
    held.clear()
