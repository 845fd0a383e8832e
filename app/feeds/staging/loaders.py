"""A delivery's rows in tables of their own, `staged_<import>_<name>`, from its reading until it is applied or withdrawn (G14).

They are no models: no row of them is anybody's data yet, and they go when the delivery is done with. On PostgreSQL they are
unlogged: after a crash of the server they are empty, and the delivery is read again. Statements call them ``st_<name>``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, TextClause, TextualSelect, column, inspect, text
from sqlalchemy.orm import Session

from app.errors import Refused
from app.feeds.delivery.loaders import Spool
from app.feeds.formats.aaf_files import Category
from app.feeds.formats.rows import COLUMNS
from app.feeds.reasons import pack
from app.feeds.staging.names import staged
from app.standing_tables import STAGED
from app.words import N_, Words

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
_INDEXES = {
    "person": "key",
    "relation": "adult, rank",
    "label": "struct, kind, code",
}


@lru_cache(maxsize=400)
def _clause(import_id: int, statement: str) -> TextClause:
    """A statement with the tables' real names; the same is sent for school after school."""
    return text(staged(import_id, statement))


class StagingLost(Refused):
    """The rows of a delivery are gone, by a crash of the database's server or a restored backup."""

    message = N_("Les fiches en attente de l’import %(number)s ne sont plus là.")
    advice = N_("Rien n’est perdu dans l’annuaire. Importez de nouveau la livraison.")


@dataclass(frozen=True, kw_only=True)
class Importing:
    """What one import is about. ``now`` is portal time, ``machine_now`` machine time (UTC); ``holds`` the categories.

    ``complete``: whoever is absent has left; a delta speaks only for those whom it names. ``tasks``: by table the number of the
    run's task that applies it, whose mark made and removed rows carry so that it can be undone (G8); empty outside a campaign.
    """

    source: str
    import_id: int
    year_id: int
    zone: str
    delivered_on: date | None
    holds: frozenset[Category]
    now: datetime
    machine_now: datetime
    complete: bool = True
    tasks: Mapping[str, int] = field(default_factory=dict)

    @property
    def working(self) -> tuple[str, ...]:
        """The profiles of those who work in a school of whom the delivery speaks: all, or one where only its file came (FEED-9)."""
        if Category.STAFF not in self.holds:
            return ()
        only = {"teacher": Category.TEACHERS, "staff": Category.OTHER_STAFF}
        return tuple(profile for profile, file in only.items() if file in self.holds) or tuple(only)

    @property
    def marks(self) -> bool:
        """Is it a run that applies, and can its rows be brought back?"""
        return bool(self.tasks)


class Staging:
    """The tables ``st_<name>`` of one import, on the session's connection."""

    def __init__(self, session: Session, import_id: int) -> None:
        self.session = session
        self.import_id = import_id
        self.postgresql = session.get_bind().dialect.name == "postgresql"

    def table(self, name: str) -> str:
        """The real name of the table that statements call ``st_<name>``."""
        return f"{STAGED}{self.import_id}_{name}"

    def _named(self, statement: str) -> TextClause:
        return _clause(self.import_id, statement)

    def run(self, statement: str, **values: Any) -> int:
        """Execute one statement; the number of rows it touched."""
        return self.session.execute(self._named(statement), values).rowcount or 0  # type: ignore[attr-defined]

    def run_many(self, statement: str, values: list[dict[str, Any]]) -> None:
        """Execute one statement once a set of values."""
        if values:
            self.session.execute(self._named(statement), values)

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
        return list(self.session.execute(self._named(statement), values))

    def number(self, statement: str, **values: Any) -> int:
        """The one number that a query answers."""
        return int(self.session.execute(self._named(statement), values).scalar_one() or 0)

    def numbers(self, statement: str) -> TextualSelect:
        """A query of numbers, for a statement of somebody else's."""
        return self._named(statement).columns(column("number", BigInteger))

    def prepare(self) -> None:
        """Room for whole academies in this transaction: PostgreSQL's own measures are for small questions.

        What is staged has few distinct columns, or unique ones: a small sample tells all that a plan needs.
        """
        if self.postgresql:
            for name, value in (
                ("work_mem", "64MB"),
                ("maintenance_work_mem", "128MB"),
                ("default_statistics_target", 25),
            ):
                self.run(f"SET LOCAL {name} = '{value}'")

    def make(self, name: str, query: str, *indexes: str, **values: Any) -> None:
        """The table ``st_<name>`` from a query, with indexes on the given column lists, and its statistics."""
        self.run(f"DROP TABLE IF EXISTS st_{name}")
        self.run(f"CREATE {self._kind}TABLE st_{name} AS {query}", **values)
        for number, columns in enumerate(indexes):
            self.run(f"CREATE INDEX {self.table(name)}_{number} ON st_{name} ({columns})")
        self.analyse(name)

    @property
    def _kind(self) -> str:
        return "UNLOGGED " if self.postgresql else ""

    def analyse(self, name: str) -> None:
        """PostgreSQL knows nothing of a new table until it is told to look; SQLite follows the statement."""
        if self.postgresql:
            self.run(f"ANALYZE st_{name}")

    def exists(self) -> bool:
        """Are the rows still there? An unlogged table of a crashed server is empty."""
        if not inspect(self.session.connection()).has_table(self.table("whole")):
            return False
        return bool(self.number("SELECT COUNT(*) FROM st_whole"))

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
            self.run_many(f"INSERT INTO st_reject ({', '.join(columns)}) VALUES ({places})", rows)

    def create(self) -> None:
        """Empty tables for the spool's rows."""
        self.drop()
        seq = "bigint GENERATED BY DEFAULT AS IDENTITY" if self.postgresql else "INTEGER PRIMARY KEY"
        for table, columns in COLUMNS.items():
            fields = ", ".join(f"{column} {self._type(column)}" for column in columns)
            self.run(f"CREATE {self._kind}TABLE st_{table} (seq {seq}, {fields})")
        self.run(f"CREATE {self._kind}TABLE st_whole (at text)")

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
                    with cursor.copy(f"COPY {self.table(table)} ({', '.join(columns)}) FROM STDIN") as copy:
                        write = copy.write_row
                        for row in rows:
                            write(row)
                else:
                    places = ", ".join("?" * len(columns))
                    cursor.executemany(
                        f"INSERT INTO {self.table(table)} ({', '.join(columns)}) VALUES ({places})", rows
                    )
        finally:
            cursor.close()
        for table, by in _INDEXES.items():
            self.run(f"CREATE INDEX {self.table(table)}_by ON st_{table} ({by})")
        for table in COLUMNS:
            self.analyse(table)
        self.run("INSERT INTO st_whole (at) VALUES ('read')")

    def drop(self) -> None:
        """Forget everything."""
        begins = f"{STAGED}{self.import_id}_"
        for table in inspect(self.session.connection()).get_table_names():
            if table.startswith(begins):
                self.session.execute(text(f"DROP TABLE {table}"))


def left_over(session: Session) -> set[int]:
    """The imports whose rows still wait in the database."""
    found = (re.match(rf"{STAGED}(\d+)_", name) for name in inspect(session.connection()).get_table_names())
    return {int(name[1]) for name in found if name}
