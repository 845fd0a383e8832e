"""How fast a fictional academy's year is made on PostgreSQL, beside the bare COPY of the same rows.

    python -m benchmarks.academy [--people 20000] [--content full]

Claim: at least 0.3 x the rate of the COPY, that is, at most 3.3 x its time. In one run and on one server: the academy is made (its
directory by the real importer, its year by ``app.demo.year``), then the rows that the year left are taken out, prepared as tuples, and
copied into an empty database with the same tables, indexes and keys. The second line counts the directory too: feed files written, read
and imported beside the COPY of everything. Judged in processor time, of the process and its backend together; seconds by the clock
are printed beside it.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.import_aaf import Stopwatch, connected, settings_for

CLAIM = 0.3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--content", choices=["light", "full"], default="full")
    chosen = parser.parse_args()
    from tests.databases import Databases

    databases = Databases(Path(tempfile.mkdtemp(prefix="bascule-academy-server-")))
    try:
        print(*measure(databases, chosen.people, chosen.content), sep="\n")
    finally:
        databases.stop()


def measure(databases: Any, people: int, content: str) -> list[str]:
    """Two lines: the year alone, and the whole academy."""
    server = databases.postgresql_address()
    url = databases.create(server, "academy")
    directory, year = made(url, people, content)
    bare = databases.create(server, "bare")
    create_tables(bare)
    floor_directory, floor_year, rows_directory, rows_year = copied(url, bare)
    both = tuple(one + other for one, other in zip(directory, year, strict=True))
    floor = tuple(one + other for one, other in zip(floor_directory, floor_year, strict=True))
    return [
        line(f"year ({content})", people, rows_year, year, floor_year),
        line("with its directory", people, rows_directory + rows_year, both, floor),
    ]


def line(what: str, people: int, rows: int, spent: tuple[float, ...], floor: tuple[float, ...]) -> str:
    rate = floor[0] / spent[0]
    return (
        f"{what:20} {people:7} people, {rows:8} rows: made in {spent[0]:6.1f} s of processor ({rows / spent[0]:.0f} rows/s), COPY"
        f" {floor[0]:6.1f} s, rate {rate:.2f} x the COPY (by the clock {spent[1]:.1f} s, {floor[1] / spent[1]:.2f})"
        f" {'ok' if rate >= CLAIM else 'MISSED'}"
    )


def create_tables(url: str) -> None:
    from sqlalchemy import create_engine

    from app.db import Base

    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    Base.metadata.create_all(engine)
    engine.dispose()


def made(url: str, people: int, content: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """Time spent on the directory and on the year, one commit."""
    from sqlalchemy import text

    from app import create_app
    from app.audit.actions import COMMAND
    from app.db import db
    from app.demo import actions
    from app.demo.year.days import TODAY, at

    app = create_app(settings_for(url))
    create_tables(url)
    with app.app_context(), tempfile.TemporaryDirectory(prefix="bascule-academy-") as folder:
        backend = db.session.scalar(text("SELECT pg_backend_pid()"))
        spent: list[tuple[float, float]] = []
        fill = actions.fill_year

        def timed(*given: Any, **named: Any) -> int:
            spent.append(watch.spent())
            started = Stopwatch(backend)
            rows = fill(*given, **named)
            spent.append(started.spent())
            return rows

        actions.fill_year = timed
        try:
            watch = Stopwatch(backend)
            schools = max(3, people // 1400)
            actions.make(
                1, schools, people, content=content, folder=Path(folder) / "aaf", by=COMMAND, now=at(TODAY, 10)
            )
        finally:
            actions.fill_year = fill
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return spent[0], spent[1]


def copied(url: str, bare: str) -> tuple[tuple[float, float], tuple[float, float], int, int]:
    """The rows of ``url`` into ``bare``, table by table, parents first: time and rows of the directory's and of the year's tables."""
    from app.db import Base
    from app.demo.year.loaders import TABLES

    source, target = connected(url), connected(bare)
    watches = {True: [0.0, 0.0], False: [0.0, 0.0]}
    counts = {True: 0, False: 0}
    for table in Base.metadata.sorted_tables:
        of_year = table.name in TABLES and table.name not in (
            "person",
            "affiliation",
            "teaching_group",
            "group_membership",
        )
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        rows = taken(source, table.name, names)
        counts[of_year] += len(rows)
        watch = Stopwatch(target.info.backend_pid)
        with target.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
        for place, seconds in enumerate(watch.spent()):
            watches[of_year][place] += seconds
    watch = Stopwatch(target.info.backend_pid)
    target.commit()
    for place, seconds in enumerate(watch.spent()):
        watches[True][place] += seconds
    source.close()
    target.close()
    return tuple(watches[False]), tuple(watches[True]), counts[False], counts[True]  # type: ignore[return-value]


def taken(source: Any, table: str, names: str) -> list[tuple[Any, ...]]:
    """The rows of a table as tuples of what psycopg reads; JSON stays text."""
    from psycopg.types.json import set_json_loads

    set_json_loads(lambda data: data.decode() if isinstance(data, bytes) else data, source)
    with source.cursor() as cursor:
        cursor.execute(f'SELECT {names} FROM "{table}" ORDER BY 1')
        return cursor.fetchall()


if __name__ == "__main__":
    main()
