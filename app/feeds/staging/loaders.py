"""From the spool into temporary tables, by COPY on PostgreSQL and by executemany on SQLite; then who is who in them.

Temporary tables belong to one connection and are dropped with the import; nothing that the portal reads is touched here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.feeds.delivery.loaders import Spool
from app.feeds.formats.aaf_files import Category
from app.feeds.formats.rows import COLUMNS
from app.feeds.reasons import pack
from app.words import Words

#: Columns that are not text.
_TYPES = {
    "birth_date": "date",
    "fingerprint": "bytea",
    "teaches": "boolean",
    "whole": "boolean",
    "rank": "integer",
    "pays": "integer",
    "declares": "integer",
}
_INDEXES = (
    "CREATE INDEX st_person_key ON st_person (key)",
    "CREATE INDEX st_relation_adult ON st_relation (adult, rank)",
    "CREATE INDEX st_label_code ON st_label (struct, kind, code)",
)
#: Made on the way by ``identities`` and ``places``; dropped with the others.
DERIVED = (
    "st_school", "st_adult", "st_who", "st_ine", "st_class", "st_want", "st_gone", "st_gained", "st_dropped", "st_absent",
    "st_named", "account_wanted",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Importing:
    """What one import is about. ``now`` is portal time, ``machine_now`` machine time (UTC); ``holds`` the categories."""

    source: str
    import_id: int
    year_id: int
    zone: str
    delivered_on: date | None
    holds: frozenset[Category]
    now: datetime
    machine_now: datetime


class Staging:
    """The temporary tables ``st_<table>`` of one import, on the session's connection."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.postgresql = session.get_bind().dialect.name == "postgresql"

    def run(self, statement: str, **values: Any) -> int:
        """Execute one statement; the number of rows it touched."""
        return self.session.execute(text(statement), values).rowcount or 0  # type: ignore[attr-defined]

    def run_many(self, statement: str, values: list[dict[str, Any]]) -> None:
        """Execute one statement once a set of values."""
        if values:
            self.session.execute(text(statement), values)

    def moment(self, instant: datetime) -> str:
        """An aware instant as the column type for instants spells it on this database."""
        instant = instant.astimezone(UTC)
        return instant.isoformat(sep=" ") if self.postgresql else f"{instant:%Y-%m-%d %H:%M:%S.%f}"

    @property
    def at(self) -> str:
        """SQL for the bound value :at that ``moment`` gave."""
        return "CAST(:at AS TIMESTAMP WITH TIME ZONE)" if self.postgresql else ":at"

    def rows(self, statement: str, **values: Any) -> list[Any]:
        """Fetch all rows of a query; for small answers only."""
        return list(self.session.execute(text(statement), values))

    def number(self, statement: str, **values: Any) -> int:
        """The one number that a query answers."""
        return int(self.session.execute(text(statement), values).scalar_one() or 0)

    def make(self, table: str, query: str, *indexes: str, **values: Any) -> None:
        """A temporary table from a query, with indexes on the given column lists, and its statistics."""
        self.run(f"DROP TABLE IF EXISTS {table}")
        self.run(f"CREATE TEMPORARY TABLE {table} AS {query}", **values)
        for number, columns in enumerate(indexes):
            self.run(f"CREATE INDEX {table}_{number} ON {table} ({columns})")
        self.analyse(table)

    def analyse(self, table: str) -> None:
        """PostgreSQL knows nothing of a new temporary table until it is told to look; SQLite follows the statement."""
        if self.postgresql:
            self.run(f"ANALYZE {table}")

    def set_aside(self, category: str, entries: Iterable[tuple[str, str, Words]], *, whole: bool) -> None:
        """Reject entries, or one link each (``whole`` False): (entry, structure key, reason)."""
        rows = [
            {
                "category": category,
                "entry": entry[:80],
                "struct": struct,
                "whole": whole,
                "template": reason.template,
                "values_json": json.dumps(pack(reason)["values"], ensure_ascii=False),
            }
            for entry, struct, reason in entries
        ]
        if rows:
            columns = COLUMNS["reject"]
            places = ", ".join(f":{column}" for column in columns)
            self.session.execute(text(f"INSERT INTO st_reject ({', '.join(columns)}) VALUES ({places})"), rows)

    def create(self) -> None:
        """Empty tables for the spool's rows, whatever an interrupted import left on this connection."""
        self.drop()
        seq = "bigint GENERATED BY DEFAULT AS IDENTITY" if self.postgresql else "INTEGER PRIMARY KEY"
        for table, columns in COLUMNS.items():
            fields = ", ".join(f"{column} {self._type(column)}" for column in columns)
            self.run(f"CREATE TEMPORARY TABLE st_{table} (seq {seq}, {fields})")

    def _type(self, column: str) -> str:
        kind = _TYPES.get(column, "text")
        return "blob" if kind == "bytea" and not self.postgresql else kind

    def fill(self, spool: Spool) -> None:
        """Every row of the spool, and the indexes that the import needs."""
        connection = self.session.connection().connection
        cursor = connection.cursor()
        try:
            for table, rows in spool.tables():
                columns = COLUMNS[table]
                if self.postgresql:
                    with cursor.copy(f"COPY st_{table} ({', '.join(columns)}) FROM STDIN") as copy:
                        write = copy.write_row
                        for row in rows:
                            write(row)
                else:
                    places = ", ".join("?" * len(columns))
                    cursor.executemany(f"INSERT INTO st_{table} ({', '.join(columns)}) VALUES ({places})", rows)
        finally:
            cursor.close()
        for statement in _INDEXES:
            self.run(statement)
        for table in COLUMNS:
            self.analyse(f"st_{table}")

    def drop(self) -> None:
        """Forget everything."""
        for table in [f"st_{name}" for name in COLUMNS] + list(DERIVED):
            self.run(f"DROP TABLE IF EXISTS {table}")
