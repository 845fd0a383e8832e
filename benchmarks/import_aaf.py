"""How fast a first AAF import is, beside its floor: reading every attribute with lxml, and the bare bulk insert of the same rows.

    python -m benchmarks.import_aaf [--people 10000 100000] [--database sqlite postgresql] [--times 3]

Claim: at most 2.5 x the floor on both databases, peak memory under 250 MB and flat. Each import runs in a process of its own, on a
fresh database; the best of ``--times`` runs counts for the import and for both parts of the floor. The claim is judged in
processor time, the process's and its PostgreSQL backend's together, since other work on the machine stretches the clock at random;
seconds by the clock are printed beside it.
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

CLAIM_RATIO = 2.5
CLAIM_MEMORY = 250
DAY = date(2026, 8, 24)
NOW = datetime(2026, 8, 25, 6, tzinfo=UTC)
#: What a first import fills, parents first.
TABLES = (
    "school", "mef", "subject", "person", "school_class", "teaching_group", "affiliation", "class_membership",
    "group_membership", "guardianship", "person_function", "role_grant", "account",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--database", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--child", nargs=2, metavar=("URL", "FOLDER"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        child(*chosen.child)
        return
    from tests.databases import Databases

    with tempfile.TemporaryDirectory(prefix="bascule-import-") as held:
        work = Path(held)
        databases = Databases(Path(tempfile.mkdtemp(prefix="bascule-import-server-")))
        try:
            results = [
                measure(kind, people, work, databases, chosen.times)
                for people in chosen.people
                for kind in chosen.database
            ]
        finally:
            databases.stop()
    for line in results:
        print(line)


def measure(kind: str, people: int, work: Path, databases: Any, times: int) -> str:
    """One line: import, floor, ratio and memory for a size on a kind of database."""
    folder = work / f"academy-{people}"
    if not folder.is_dir():
        generate(folder, people)
    size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    imports, peaks, parses, inserts = [], [], [], []
    rows: dict[str, tuple[list[str], list[tuple[Any, ...]]]] = {}
    for number in range(times):
        url = fresh(kind, work / f"{kind}-{people}-{number}", databases)
        spent, peak, counts = run_child(url, folder)
        imports.append(spent)
        peaks.append(peak)
        rows = rows or take_rows(url)
        parses.append(floor_parse(folder))
        inserts.append(floor_insert(fresh(kind, work / f"{kind}-{people}-{number}-floor", databases), rows))
    (work_import, clock_import), (work_read, clock_read), (work_insert, clock_insert) = map(
        best, (imports, parses, inserts)
    )
    ratio = work_import / (work_read + work_insert)
    by_clock = clock_import / (clock_read + clock_insert)
    held = ratio <= CLAIM_RATIO and max(peaks) <= CLAIM_MEMORY
    inserted = sum(len(found) for _columns, found in rows.values())
    return (
        f"{kind:10} {counts['created']:7} people, {size:6.1f} MB, {inserted:7} rows: import {work_import:6.2f} s of processor,"
        f" floor {work_read + work_insert:6.2f} s (read {work_read:.2f} + insert {work_insert:.2f}), ratio {ratio:.2f}"
        f" (by the clock {clock_import:.2f} s, {by_clock:.2f}), peak {max(peaks):.0f} MB {'ok' if held else 'MISSED'}"
    )


def best(runs: list[tuple[float, float]]) -> tuple[float, float]:
    """The least processor time and the least time by the clock."""
    return min(work for work, _clock in runs), min(clock for _work, clock in runs)


class Stopwatch:
    """Processor time of this process and of one PostgreSQL backend, and time by the clock."""

    def __init__(self, backend: int | None = None) -> None:
        self._backend = backend
        self._from = self._now()

    def spent(self) -> tuple[float, float]:
        return tuple(now - then for now, then in zip(self._now(), self._from, strict=True))  # type: ignore[return-value]

    def _now(self) -> tuple[float, float]:
        work = time.process_time()
        if self._backend is not None:
            # utime and stime, after the command's name in parentheses, in ticks.
            fields = Path(f"/proc/{self._backend}/stat").read_text().rpartition(")")[2].split()
            work += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return work, time.perf_counter()


def generate(folder: Path, people: int) -> None:
    """A fictional academy's complete delivery in AAF files."""
    from app.demo.aaf_files import delivery
    from app.demo.academy import make_academy
    from app.demo.tally import Tally

    folder.mkdir(parents=True)
    streams: dict[str, Any] = {}
    for _degree, name, piece in delivery(make_academy(1, max(3, people // 1400), people), DAY, Tally()):
        if name not in streams:
            streams[name] = (folder / name).open("wb")
        streams[name].write(piece)
    for stream in streams.values():
        stream.close()


def settings_for(url: str, data: Path | None = None) -> Any:
    from app.settings import Settings

    key = "a key for measuring only, long enough to pass"
    folder = str(data or Path(tempfile.gettempdir()) / "bascule-import-data")
    return Settings({"DATABASE_URL": url, "BASCULE_DATA_DIR": folder, "SECRET_KEY": key})


def fresh(kind: str, place: Path, databases: Any) -> str:
    """The address of an empty database with every table, the project and its years."""
    if kind == "sqlite":
        url = f"sqlite:///{place}.sqlite3"
    else:
        url = databases.create(databases.postgresql_address(), place.name.replace("-", "_"))
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


def run_child(url: str, folder: Path) -> tuple[tuple[float, float], float, dict[str, Any]]:
    """Import in a process of its own: time spent, peak memory in MB, the report's counts."""
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.import_aaf", "--child", url, str(folder)],
        check=True, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[1])},
    )  # fmt: skip
    found = json.loads(run.stdout)
    return tuple(found["spent"]), found["peak"], found["report"]


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


def floor_parse(folder: Path) -> tuple[float, float]:
    """Time for reading every attribute of every file into Python, and nothing else."""
    watch = Stopwatch()
    for path in sorted(folder.iterdir()):
        for _record in every_attribute(path):
            pass
    return watch.spent()


def every_attribute(path: Path) -> Iterator[dict[str, list[str | None]]]:
    for _event, record in etree.iterparse(str(path), events=("end",), tag="addRequest"):
        yield {
            attribute.get("name"): [value.text for value in attribute]
            for attribute in record.iterfind("attributes/attr")
        }
        record.clear()
        while record.getprevious() is not None:
            del record.getparent()[0]


def take_rows(url: str) -> dict[str, tuple[list[str], list[tuple[Any, ...]]]]:
    """The rows that the import left, as its driver gives them."""
    taken = {}
    connection = connected(url)
    cursor = connection.cursor()
    for table in TABLES:
        cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
        taken[table] = ([column[0] for column in cursor.description], cursor.fetchall())
    connection.close()
    return taken


def floor_insert(url: str, rows: dict[str, tuple[list[str], list[tuple[Any, ...]]]]) -> tuple[float, float]:
    """Time for the bare bulk insert of the same rows into the same tables, indexes and keys checked, in one transaction."""
    connection = connected(url)
    cursor = connection.cursor()
    watch = Stopwatch(None if url.startswith("sqlite") else connection.info.backend_pid)
    for table, (columns, found) in rows.items():
        names = ", ".join(f'"{column}"' for column in columns)
        if url.startswith("sqlite"):
            cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(columns))})', found)
        else:
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in found:
                    copy.write_row(row)
    connection.commit()
    spent = watch.spent()
    connection.close()
    return spent


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
