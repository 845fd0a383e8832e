"""Tables as CSV that spreadsheets open, without a cell that they would take for a formula. Plain."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def spreadsheet(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table for people: semicolons, UTF-8 with its mark, and an apostrophe before what begins like a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(head)
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULAS) else cell
