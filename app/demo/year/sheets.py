"""Rows before they are written: one sheet a table, numbered here, so that rows can refer to one another. Plain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Sheet:
    """The rows of one table. ``blank`` is a row of defaults, in the order of the columns; ``first`` the first number given out."""

    def __init__(self, table: str, blank: Mapping[str, Any], first: int) -> None:
        self.table = table
        self.rows: list[tuple[Any, ...]] = []
        self._blank = dict(blank)
        self._numbered = "id" in self._blank
        self._next = first

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self._blank)

    @property
    def next_number(self) -> int:
        """The number that the next row will get."""
        return self._next

    def number(self) -> int:
        """A number for a row that is added later."""
        given = self._next
        self._next = given + 1
        return given

    def add(self, **values: Any) -> int:
        """Add a row; its number (0 where the table has none). Raises ``KeyError`` for a column that the table does not have."""
        number = 0
        if self._numbered:
            number = values.get("id") or self.number()
            values["id"] = number
        row = self._blank | values
        if len(row) != len(self._blank):
            raise KeyError(", ".join(sorted(values.keys() - self._blank.keys())))
        self.rows.append(tuple(row.values()))
        return number

    def take(self) -> list[tuple[Any, ...]]:
        """The rows so far; the sheet is empty afterwards and goes on counting."""
        taken, self.rows = self.rows, []
        return taken


class Sheets:
    """The sheets of all tables that a year fills, by the table's name."""

    def __init__(self, blanks: Mapping[str, Mapping[str, Any]], first: Mapping[str, int]) -> None:
        self._sheets = {table: Sheet(table, blank, first[table]) for table, blank in blanks.items()}

    def __getitem__(self, table: str) -> Sheet:
        return self._sheets[table]

    def __iter__(self) -> Any:
        return iter(self._sheets.values())
