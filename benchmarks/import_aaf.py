"""How fast AAF deliveries are imported, each beside its floor, and how much memory that takes.

    python -m benchmarks.import_aaf [--people 10000 100000] [--schools 600] [--database sqlite postgresql] [--times 3]
                                    [--lines first,unchanged,delta]

- first: an academy's first complete delivery. Floor: reading every attribute into Python with lxml, and the bare bulk insert (COPY on
  PostgreSQL) of the rows that it leaves. At most 2 x on PostgreSQL, 2.5 x on SQLite.
- unchanged: the same complete delivery again. At most 1.5 x reading every attribute.
- delta: some days later one person in a hundred is new, changed or gone. At most 3 x reading every attribute of it, and 2 s.

Peak memory is at most 300 MB, and flat. Each import runs in a process of its own, the first on a fresh database, the others on the one
that it left; the best of ``--times`` runs counts for every part. Claims are judged in processor time, the process's and its PostgreSQL
backend's together (parallel workers are off, so that nothing goes uncounted), since other work on the machine stretches the clock at
random; seconds by the clock are printed beside it. An academy is written and its rows are copied piece by piece: one of a million
people (``--people 1000000 --schools 600 --database postgresql --times 1``) needs 12 GB of disk and no more memory than a small one.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from lxml import etree

#: Of the first import: how many times its floor.
CLAIM_FIRST = {"postgresql": 2.0, "sqlite": 2.5}
#: Of the same again: how many times reading it.
CLAIM_UNCHANGED = 1.5
#: Of a delta: how many times reading it, and how many seconds beside.
CLAIM_DELTA, CLAIM_DELTA_SECONDS = 3.0, 2.0
#: MB.
CLAIM_MEMORY = 300
LINES = ("first", "unchanged", "delta")
DAY, LATER = date(2026, 8, 24), date(2026, 8, 27)
NOW = datetime(2026, 8, 28, 6, tzinfo=UTC)
#: One family in so many stands in the delta: its operations are one for each hundred people.
ONE_FAMILY_IN = 57
#: People for each school, unless their number is given: 600 schools for a million.
PEOPLE_OF_A_SCHOOL = 1667
#: Rows copied at once.
BATCH = 5000
#: What a first import fills, parents first.
TABLES = (
    "school", "mef", "subject", "person", "school_class", "teaching_group", "affiliation", "class_membership",
    "group_membership", "guardianship", "person_function", "role_grant", "account",
)  # fmt: skip

#: Processor time and time by the clock, in seconds.
Spent = tuple[float, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--schools", type=int)
    parser.add_argument("--database", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--lines", default=",".join(LINES), help="some of first, unchanged, delta")
    parser.add_argument("--child", nargs=2, metavar=("URL", "FOLDER"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        child(*chosen.child)
        return
    lines = [line for line in LINES if line in chosen.lines.split(",")]
    from tests.databases import Databases

    with tempfile.TemporaryDirectory(prefix="bascule-import-") as held:
        work = Path(held)
        databases = Databases(Path(tempfile.mkdtemp(prefix="bascule-import-server-")))
        try:
            for people in chosen.people:
                folder = work / f"academy-{people}"
                generate(folder, people, chosen.schools or max(3, people // PEOPLE_OF_A_SCHOOL))
                for kind in chosen.database:
                    for told in measure(kind, people, folder, databases, chosen.times, lines):
                        print(told, flush=True)
        finally:
            databases.stop()


def measure(kind: str, people: int, folder: Path, databases: Any, times: int, lines: list[str]) -> Iterator[str]:
    """One line for each of ``lines``: import, floor, ratio and memory for a size on a kind of database."""
    runs: dict[str, list[dict[str, Any]]] = {line: [] for line in LINES}
    reads: dict[str, list[Spent]] = {"whole": [], "delta": []}
    inserts: list[Spent] = []
    rows = 0
    for _number in range(times):
        url = fresh(kind, folder.parent / f"{kind}-{people}", databases)
        for line in LINES:
            if line in lines or line == "first":
                runs[line].append(run_child(url, folder / ("delta" if line == "delta" else "whole")))
                if line == "first" and "first" in lines:
                    bare = fresh(kind, folder.parent / f"{kind}-floor", databases)
                    spent, rows = floor_insert(url, bare)
                    inserts.append(spent)
                settle(url)
        if set(lines) & {"first", "unchanged"}:
            reads["whole"].append(floor_parse(folder / "whole"))
        if "delta" in lines:
            reads["delta"].append(floor_parse(folder / "delta"))
    for line in lines:
        read = best(reads["delta" if line == "delta" else "whole"])
        insert = best(inserts) if line == "first" else (0.0, 0.0)
        yield told(kind, people, line, runs[line], read, insert, rows)


def told(kind: str, people: int, line: str, runs: list[dict[str, Any]], read: Spent, insert: Spent, rows: int) -> str:
    spent, clock = best([tuple(run["spent"]) for run in runs])
    peak = max(run["peak"] for run in runs)
    floor, by_clock = read[0] + insert[0], clock / (read[1] + insert[1])
    limit = {
        "first": CLAIM_FIRST[kind] * floor,
        "unchanged": CLAIM_UNCHANGED * floor,
        "delta": CLAIM_DELTA * floor + CLAIM_DELTA_SECONDS,
    }[line]
    counts = runs[0]["report"]
    size = {
        "first": f"{rows} rows",
        "unchanged": f"{counts['unchanged']} unchanged, {counts['changed']} changed",
        "delta": f"{counts['students'] + counts['guardians'] + counts['contacts'] + counts['staff'] + counts['teachers']} told of,"
        f" {counts['created']} new, {counts['left']} left",
    }[line]
    parts = f"read {read[0]:.2f}" + (f" + insert {insert[0]:.2f}" if line == "first" else "")
    return (
        f"{kind:10} {people:7} people, {line:9} ({size}): {spent:7.2f} s of processor, floor {floor:7.2f} s ({parts}),"
        f" ratio {spent / floor:.2f}, at most {limit:.2f} s (by the clock {clock:.2f} s, {by_clock:.2f}),"
        f" peak {peak:.0f} MB {'ok' if spent <= limit and peak <= CLAIM_MEMORY else 'MISSED'}"
    )


def best(runs: list[Spent]) -> Spent:
    """The least processor time and the least time by the clock."""
    return min(work for work, _clock in runs), min(clock for _work, clock in runs)


class Stopwatch:
    """Processor time of this process and of one PostgreSQL backend, and time by the clock."""

    def __init__(self, backend: int | None = None) -> None:
        self._backend = backend
        self._ticks_from = self._ticks()
        self._from = self._now()

    def spent(self) -> tuple[float, float]:
        return tuple(now - then for now, then in zip(self._now(), self._from, strict=True))  # type: ignore[return-value]

    def of_the_backend(self) -> float:
        """Processor time of the backend alone."""
        return self._ticks() - self._ticks_from

    def _now(self) -> Spent:
        return time.process_time() + self._ticks(), time.perf_counter()

    def _ticks(self) -> float:
        if self._backend is None:
            return 0.0
        # utime and stime, after the command's name in parentheses, in ticks.
        fields = Path(f"/proc/{self._backend}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def generate(folder: Path, people: int, schools: int) -> None:
    """A fictional academy's complete delivery in ``whole``, and a delta some days later in ``delta``."""
    from app.demo.academy import make_academy
    from app.demo.loaders import write_delivery, write_delta
    from app.demo.next_year import NextYear

    academy = NextYear(make_academy(1, schools, people))
    write_delivery(academy, folder / "whole", day=DAY)
    write_delta(academy, folder / "delta", day=LATER, every=ONE_FAMILY_IN)


def settings_for(url: str, data: Path | None = None) -> Any:
    from app.settings import Settings

    key = "a key for measuring only, long enough to pass"
    folder = str(data or Path(tempfile.gettempdir()) / "bascule-import-data")
    return Settings({"DATABASE_URL": url, "BASCULE_DATA_DIR": folder, "SECRET_KEY": key})


def fresh(kind: str, place: Path, databases: Any) -> str:
    """The address of an empty database with every table, the project and its years."""
    if kind == "sqlite":
        for ending in ("", "-wal", "-shm"):
            Path(f"{place}.sqlite3{ending}").unlink(missing_ok=True)
        url = f"sqlite:///{place}.sqlite3"
    else:
        name = place.name.replace("-", "_")
        url = databases.create(databases.postgresql_address(), name)
        with connected(url) as connection:
            for workers in ("max_parallel_workers_per_gather", "max_parallel_maintenance_workers"):
                connection.execute(f"ALTER DATABASE {name} SET {workers} = 0")
    from app import create_app
    from app.db import db
    from app.directory.models import Project, SchoolYear

    app = create_app(settings_for(url))
    with app.app_context():
        db.create_all()
        db.session.add(Project(id=1, name="Mesure", zone="Europe/Paris", rollover_year=2026, created_at=NOW))
        db.session.add_all([SchoolYear(begins=2025), SchoolYear(begins=2026)])
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return url


def settle(url: str) -> None:
    """What PostgreSQL does by itself within a minute: dead rows go, and the planner learns what there is."""
    if not url.startswith("sqlite"):
        with connected(url) as connection:
            connection.autocommit = True
            connection.execute("VACUUM ANALYZE")


def run_child(url: str, folder: Path) -> dict[str, Any]:
    """Import in a process of its own: 'spent', 'peak' memory in MB, the 'report'."""
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.import_aaf", "--child", url, str(folder)],
        check=True, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[1])},
    )  # fmt: skip
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def child(url: str, folder: str) -> None:
    """The measured process: the application, one import, one commit."""
    from sqlalchemy import text
    from sqlalchemy.orm import configure_mappers

    from app import create_app
    from app.audit.actions import COMMAND
    from app.db import db
    from app.feeds.actions import import_aaf

    app = create_app(settings_for(url))
    configure_mappers()
    with app.app_context():
        backend = None if url.startswith("sqlite") else db.session.scalar(text("SELECT pg_backend_pid()"))
        db.session.rollback()
        watch = Stopwatch(backend)
        report = import_aaf(folder, by=COMMAND, now=NOW)
        db.session.commit()
        spent = watch.spent()
    print(json.dumps({"spent": spent, "peak": peak_memory(), "report": report}, default=str))


def peak_memory() -> float:
    """Peak resident memory of this process in MB.

    Linux's ``ru_maxrss`` survives exec, so a child would report its parent's peak; ``VmHWM`` is the process's own.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def floor_parse(folder: Path) -> Spent:
    """Time for reading every attribute of every file into Python, and nothing else."""
    watch = Stopwatch()
    for path in sorted(folder.rglob("*.xml")):
        for _record in every_attribute(path):
            pass
    return watch.spent()


def every_attribute(path: Path) -> Iterator[dict[str, list[str | None]]]:
    """Each entry, or each operation of a delta."""
    requests = ("addRequest", "modifyRequest", "deleteRequest")
    for _event, record in etree.iterparse(str(path), events=("end",), tag=requests):
        attributes = "attributes/attr" if record.tag == "addRequest" else "modifications/modification"
        yield {attribute.get("name"): [value.text for value in attribute] for attribute in record.iterfind(attributes)}
        record.clear()
        while record.getprevious() is not None:
            del record.getparent()[0]


def floor_insert(source: str, target: str) -> tuple[Spent, int]:
    """Time for the bare bulk insert of the rows of ``source`` into the same tables, indexes and keys checked; and how many they are.

    One transaction. The rows come as Python values, some thousand at a time; fetching them is not counted.
    """
    taken, given = connected(source), connected(target)
    spent, rows = [0.0, 0.0], 0
    backend = None if target.startswith("sqlite") else Stopwatch(given.info.backend_pid)
    for table in TABLES:
        for columns, some in batches(taken, table):
            rows += len(some)
            watch = Stopwatch()
            insert(given, table, columns, some)
            add(spent, watch)
    watch = Stopwatch()
    given.commit()
    add(spent, watch)
    if backend is not None:
        # Its whole time; the process's own between the batches is not part of it.
        spent[0] += backend.of_the_backend()
    given.close()
    taken.close()
    return (spent[0], spent[1]), rows


def add(spent: list[float], watch: Stopwatch) -> None:
    for place, seconds in enumerate(watch.spent()):
        spent[place] += seconds


def batches(connection: Any, table: str) -> Iterator[tuple[list[str], list[tuple[Any, ...]]]]:
    """The rows that the import left in a table, as its driver gives them."""
    held = hasattr(connection, "info")
    cursor = connection.cursor(name="taken") if held else connection.cursor()
    cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
    while some := cursor.fetchmany(BATCH):
        yield [column[0] for column in cursor.description], some
    cursor.close()


def insert(connection: Any, table: str, columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    cursor = connection.cursor()
    if hasattr(connection, "info"):
        with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
    else:
        cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(columns))})', rows)


def connected(url: str) -> Any:
    if url.startswith("sqlite"):
        import sqlite3

        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        return connection
    import psycopg

    return psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"))


if __name__ == "__main__":
    main()
