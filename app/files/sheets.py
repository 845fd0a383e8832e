"""Tables as CSV, for spreadsheets or for machines. Plain."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from functools import lru_cache

#: What a cell is quoted for.
_QUOTED = re.compile('[";\r\n]')
_FORMULA = frozenset({"=", "+", "-", "@", "\t", "\r", "\n"})


def as_csv(head: Iterable[object], rows: Iterable[Iterable[object]], *, for_machines: bool) -> str:
    """A CSV text. For people: semicolons, a byte order mark, and no cell that a spreadsheet would run as a formula."""
    text = io.StringIO()
    if not for_machines:
        text.write("\ufeff")
    writer = csv.writer(text, delimiter="," if for_machines else ";", lineterminator="\r\n")
    for row in (head, *rows):
        writer.writerow(row if for_machines else [_harmless(cell) for cell in row])
    return text.getvalue()


class Sheet:
    """A table for people that grows a row at a time, for what is too long to be gathered first."""

    def __init__(self, head: Iterable[object]) -> None:
        self._lines = ["\ufeff"]
        self.add(head)

    def add(self, row: Iterable[object]) -> None:
        """One more row; no cell is left that a spreadsheet would run as a formula."""
        self._lines.append(";".join(map(_spelled, row)))

    def data(self) -> bytes:
        """The bytes of a file."""
        first, *rest = self._lines
        return (first + "\r\n".join((*rest, ""))).encode()


def spreadsheet(head: Iterable[object], rows: Iterable[Iterable[object]]) -> bytes:
    """The table for people, as the bytes of a file."""
    return as_csv(head, rows, for_machines=False).encode()


@lru_cache(maxsize=20_000, typed=True)
def _spelled(cell: object) -> str:
    # As csv writes it, but the few words of a register, which come thousands of times, once.
    text = "" if cell is None else str(_harmless(cell))
    return '"{}"'.format(text.replace('"', '""')) if _QUOTED.search(text) else text


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in _FORMULA else cell
