"""Tables as CSV, for spreadsheets or for machines. Plain."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


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
        self._text = io.StringIO()
        self._text.write("\ufeff")
        self._writer = csv.writer(self._text, delimiter=";", lineterminator="\r\n")
        self.add(head)

    def add(self, row: Iterable[object]) -> None:
        """One more row; no cell is left that a spreadsheet would run as a formula."""
        self._writer.writerow([_harmless(cell) for cell in row])

    def data(self) -> bytes:
        """The bytes of a file."""
        return self._text.getvalue().encode()


def spreadsheet(head: Iterable[object], rows: Iterable[Iterable[object]]) -> bytes:
    """The table for people, as the bytes of a file."""
    return as_csv(head, rows, for_machines=False).encode()


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
