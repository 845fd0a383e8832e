"""How fast steps 1 to 3 are, beside set-based SQL that finds and marks the same rows and a bare ``zipfile`` of the same bytes.

    python -m benchmarks.rollover [--schools 3] [--people 1000] [--database sqlite postgresql] [--times 10] [--attachments]

In one run and on one machine, on a generated academy with full content (``--people`` a school): steps 1 to 3 without archives beside
set-based UPDATEs that find and change the same rows of all schools, in one transaction a step (claim: at most 2 x); the archives beside
``zipfile`` writing the entries that they hold (claim: at least 0.5 x its rate); the same with ``--times`` as many schools (claim: at
most 1.1 x the time a school); two workers beside one on PostgreSQL (claim: at least 1.6 x); the process's peak memory
(claim: under 300 MB). The generated academy has four small attachments, so that its archives are mostly text; with
``--attachments`` they are made once more from the same academy with files as schools have them (``Place.attach``). Judged in
processor time, of the process and its backend together; the clock's seconds are printed beside it, and judge the two workers.
"""

from __future__ import annotations

import argparse
import io
import math
import multiprocessing
import random
import resource
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.import_aaf import Stopwatch, settings_for

#: What teachers attach and what pupils hand in: ending, how many of a drawer, median of the size in KB, sigma of its logarithm. Papers
#: and worksheets, office documents, photographs, a recording; photographs of copybooks, texts, papers. An assumption, not a survey.
_FILES = (
    (("pdf", 4, 250, 0.8), ("odt", 1, 60, 0.7), ("jpg", 1, 900, 0.5), ("mp3", 1, 1500, 0.5)),
    (("jpg", 3, 900, 0.5), ("odt", 1, 60, 0.7), ("pdf", 1, 250, 0.8)),
)
_KINDS = {
    "pdf": "application/pdf",
    "odt": "application/vnd.oasis.opendocument.text",
    "jpg": "image/jpeg",
    "mp3": "audio/mpeg",
}
FLOOR, ZIP, LINEAR, TWO, MEGABYTES = 2.0, 0.5, 1.1, 1.6, 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--schools", type=int, default=3)
    parser.add_argument("--people", type=int, default=1000, help="of one school")
    parser.add_argument("--times", type=int, default=10, help="as many schools for the large academy; 1 leaves it out")
    parser.add_argument("--content", choices=["light", "full"], default="full")
    parser.add_argument("--attachments", action="store_true", help="the archives also with files of 100 KB to some MB")
    parser.add_argument("--database", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    chosen = parser.parse_args()
    from tests.databases import Databases

    databases = Databases(Path(tempfile.mkdtemp(prefix="bascule-rollover-server-")))
    try:
        for kind in chosen.database:
            with tempfile.TemporaryDirectory(prefix="bascule-rollover-") as folder:
                for line in measure(kind, databases, Path(folder), chosen):
                    print(line, flush=True)
    finally:
        databases.stop()


def measure(kind: str, databases: Any, folder: Path, chosen: Any) -> Iterator[str]:
    """The lines of one database."""
    sizes = [chosen.schools] if chosen.times == 1 else [chosen.schools, chosen.schools * chosen.times]
    spent: dict[int, tuple[float, float]] = {}
    for schools in sizes:
        place = Place(kind, databases, folder, f"{kind}_{schools}")
        place.make(schools, schools * chosen.people, chosen.content)
        base = place.copy("plain")
        spent[schools], rows = base.steps(archives=False)
        floor, same = place.copy("floor").floor()
        if same != rows:
            raise SystemExit(f"the floor has set aside {same} rows, the steps {rows}")
        ratio = spent[schools][0] / floor[0]
        yield (
            f"{kind:10} {schools:4} schools, {rows} rows set aside: steps 1 to 3 without archives {spent[schools][0]:.2f} s of processor"
            f" ({spent[schools][1]:.2f} s by the clock), set-based SQL {floor[0]:.2f} s ({floor[1]:.2f}): {ratio:.2f} x"
            f" {_told(ratio <= FLOOR)}"
        )
    if len(sizes) == 2:
        ratio = spent[sizes[1]][0] / spent[sizes[0]][0] / chosen.times
        yield f"{kind:10} {chosen.times} x the schools: {ratio:.2f} x the time a school {_told(ratio <= LINEAR)}"
    first = Place(kind, databases, folder, f"{kind}_{sizes[0]}")
    last = first.copy("archives")
    yield _archives(last, spent[sizes[0]][0], "as generated")
    if chosen.attachments:
        last = first.copy("attached")
        last.attach()
        yield _archives(last, spent[sizes[0]][0], "with attachments of usual sizes")
    yield f"{kind:10} peak memory of the process when the last steps ended {last.peak:.0f} MB {_told(last.peak < MEGABYTES)}"
    if kind == "postgresql":
        one = first.copy("one").clock(1)
        two = first.copy("two").clock(2)
        yield f"{kind:10} two workers: {one:.1f} s and {two:.1f} s by the clock, {one / two:.2f} x {_told(one / two >= TWO)}"


def _archives(place: Place, without: float, what: str) -> str:
    """The line of the archives of a place, whose steps take ``without`` seconds of processor without them."""
    made, _rows = place.steps(archives=True)
    (deflated, alike), size, files = place.zipped()
    archives = made[0] - without
    rate = deflated / archives
    return (
        f"{place.kind:10} {files} archives {what}, {size / 1e6:.1f} MB unpacked: made and read back in {archives:.1f} s of processor;"
        f" bare zipfile deflates them in {deflated:.1f} s: {rate:.2f} x its rate {_told(rate >= ZIP)};"
        f" told which of them deflate makes no smaller, it takes {alike:.1f} s: {alike / archives:.2f} x {_told(alike >= ZIP * archives)}"
    )


def _told(held: bool) -> str:
    return "ok" if held else "MISSED"


class Place:
    """A database with its data folder, made once and copied for each measurement."""

    def __init__(self, kind: str, databases: Any, folder: Path, name: str) -> None:
        self.kind, self.databases, self.folder, self.name = kind, databases, folder, name
        self.data = folder / name
        #: MB of this process when the last steps ended.
        self.peak = 0.0
        self.url = (
            (
                f"sqlite:///{folder}/{name}.sqlite3"
                if kind == "sqlite"
                else databases.create(databases.postgresql_address(), name)
            )
            if not self._is_there()
            else self._address()
        )

    def _is_there(self) -> bool:
        return self.data.exists()

    def _address(self) -> str:
        if self.kind == "sqlite":
            return f"sqlite:///{self.folder}/{self.name}.sqlite3"
        base, mark, query = self.databases.postgresql_address().partition("?")
        return f"{base.rpartition('/')[0]}/{self.name}{mark}{query}"

    def make(self, schools: int, people: int, content: str) -> None:
        """The academy, with a closed gate and a campaign of all its schools, in a process of its own: its memory is not measured."""
        self.data.mkdir()
        process = multiprocessing.get_context("spawn").Process(
            target=_make, args=(self.url, str(self.data), schools, people, content)
        )
        process.start()
        process.join()
        if process.exitcode:
            raise SystemExit(f"the academy could not be made: {process.exitcode}")

    def copy(self, name: str) -> Place:
        """A copy of the database; the blobs are read where they are, new ones stand beside them."""
        from tests.campaign.academies import copy_academy, copy_files

        other = Place(self.kind, self.databases, self.folder, f"{self.name}_{name}")
        other.data.mkdir(exist_ok=True)
        copy_academy(self.url, other.url)
        copy_files(self.data, other.data)
        return other

    def attach(self) -> None:
        """Let the files of lessons, homework, activities and handed-in work weigh what they weigh in schools.

        A dozen distinct blobs, so that disks stay small; their sizes are drawn, with a seed, from log-normal distributions
        (``_FILES``: ending, share, median in KB, sigma), and their bytes are random, as what is packed already looks.
        """
        from sqlalchemy import bindparam, select, update

        from app import clock
        from app.db import db
        from app.files.actions import store
        from app.schoollife.diary.models import SchoolLifeFile

        turn, table = random.Random(1), SchoolLifeFile.__table__
        with self.opened():
            drawers: list[list[dict[str, Any]]] = []
            for files in _FILES:
                drawer = []
                for ending, share, median, sigma in files:
                    for _one in range(share):
                        size = int(turn.lognormvariate(math.log(median * 1000), sigma))
                        blob = store(turn.randbytes(size), kind=_KINDS[ending], now=clock.portal_now())
                        drawer.append(
                            {"sha256": blob.sha256, "size": size, "name": f"Document {len(drawer) + 1}.{ending}"}
                        )
                drawers.append(drawer)
            query = select(table.c.id, table.c.state_id).order_by(table.c.id)
            rows = [
                {"row": number, **turn.choice(drawers[state is not None])}
                for number, state in db.session.execute(query)
            ]
            change = update(table).where(table.c.id == bindparam("row"))
            change = change.values({name: bindparam(name) for name in ("sha256", "size", "name")})
            db.session.connection().execute(change, rows)
            db.session.commit()

    @contextmanager
    def opened(self) -> Iterator[Any]:
        """The application on it, in a context."""
        from app import create_app
        from app.db import db

        app = create_app(settings_for(self.url, self.data), testing=True)
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()

    def steps(self, *, archives: bool) -> tuple[tuple[float, float], int]:
        """Processor and clock seconds of the three runs, their plans left out, and the rows set aside."""
        from sqlalchemy import text

        from app.campaign.working.jobs import run_to_end
        from app.db import db
        from tests.campaign.academies import approved, begun

        spent, rows = (0.0, 0.0), 0
        with self.opened(), _without_archives(archives):
            for step in (1, 2, 3):
                run = begun(approved(_campaign(), step))
                number = run.id
                backend = db.session.scalar(text("SELECT pg_backend_pid()")) if self.kind == "postgresql" else None
                db.session.commit()
                watch = Stopwatch(backend)
                run_to_end(number)
                one = watch.spent()
                spent = (spent[0] + one[0], spent[1] + one[1])
                self.peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                demand_done(number)
            rows = _set_aside()
        return spent, rows

    def clock(self, workers: int) -> float:
        """Seconds by the clock of the three runs, archives included, with so many processes."""
        seconds = 0.0
        for step in (1, 2, 3):
            with self.opened():
                from tests.campaign.academies import approved, begun

                number = begun(approved(_campaign(), step)).id
            context = multiprocessing.get_context("spawn")
            helpers = [
                context.Process(target=_help, args=(self.url, str(self.data), number)) for _one in range(workers)
            ]
            begin = time.monotonic()
            for helper in helpers:
                helper.start()
            for helper in helpers:
                helper.join()
            seconds += time.monotonic() - begin
            with self.opened():
                demand_done(number)
        return seconds

    def floor(self) -> tuple[tuple[float, float], int]:
        """Processor and clock seconds of set-based SQL that finds and changes the rows, and how many it has set aside.

        One UPDATE a change and one a table that follows, for all schools of a preset at once, one transaction a step, no ledger, no
        image to undo by, no audit. What a step makes (roles, messages) is left out.
        """
        from sqlalchemy import text

        from app.db import db

        spent = (0.0, 0.0)
        with self.opened(), db.engine.connect() as connection:
            backend = connection.scalar(text("SELECT pg_backend_pid()")) if self.kind == "postgresql" else None
            connection.rollback()
            for step in (1, 2, 3):
                statements = [_spelled(one, connection.dialect) for one in _updates(step)]
                db.session.rollback()
                watch = Stopwatch(backend)
                for words, values in statements:
                    connection.exec_driver_sql(words, values)
                connection.commit()
                one = watch.spent()
                spent = (spent[0] + one[0], spent[1] + one[1])
            rows = _set_aside()
        return spent, rows

    def zipped(self) -> tuple[tuple[float, float], int, int]:
        """Processor seconds of a bare zipfile over the entries of all archives made; their bytes; how many archives.

        Once deflating all, as ``ZipFile(..., "w", ZIP_DEFLATED)`` does, and once storing what the archive stores, at its own level.
        """
        from sqlalchemy import select

        from app.db import db
        from app.files.models import Archive
        from app.files.queries import path_of

        deflated, alike, size, files = 0.0, 0.0, 0, 0
        with self.opened():
            for sha256, kind in db.session.execute(select(Archive.sha256, Archive.kind)).all():
                if kind == "sanctions-csv":
                    continue
                with zipfile.ZipFile(path_of(sha256)) as archive:
                    entries = [(info.filename, info.compress_type, archive.read(info)) for info in archive.infolist()]
                deflated += _zip([(name, zipfile.ZIP_DEFLATED, data) for name, _method, data in entries])
                alike += _zip(entries)
                size += sum(len(data) for _name, _method, data in entries)
                files += 1
        return (deflated, alike), size, files


def _zip(entries: list[tuple[str, int, bytes]]) -> float:
    watch = Stopwatch(None)
    with zipfile.ZipFile(io.BytesIO(), "w") as bare:
        for name, method, data in entries:
            bare.writestr(name, data, compress_type=method)
    return watch.spent()[0]


@contextmanager
def _without_archives(archives: bool) -> Iterator[None]:
    """Step 2 without its archives, step 3 without asking for them."""
    from app.campaign.steps import step2_archive_year, step3_remove_obsolete
    from app.campaign.steps.change import Effect

    second, third = step2_archive_year.changes, step3_remove_obsolete.changes
    if not archives:
        step2_archive_year.changes = lambda preset: tuple(one for one in second(preset) if one.effect != Effect.ARCHIVE)
        step3_remove_obsolete.changes = lambda preset: tuple(replace(one, needs="") for one in third(preset))
    try:
        yield
    finally:
        step2_archive_year.changes, step3_remove_obsolete.changes = second, third


def _updates(step: int) -> Iterator[Any]:
    """A step's statements for all schools of the campaign; the number that they leave is the change's place."""
    from sqlalchemy import select, update

    from app import clock
    from app.campaign import rollover
    from app.campaign.planning.queries import schools_of, scope_of, selected
    from app.campaign.steps.all_steps import changes_of
    from app.campaign.steps.change import Effect
    from app.fates import Preset, preset_of

    campaign, now = _campaign(), clock.portal_now()
    scope, schools = scope_of(campaign, now, now), schools_of(campaign.id)
    for half, preset in enumerate(Preset):
        ids = [school.id for school in schools if preset_of(school.kind) == preset]
        for place, change in enumerate(changes_of(step, preset) if ids else ()):
            if change.effect not in (Effect.SET_ASIDE, Effect.CHANGE):
                continue
            number = step * 1000 + half * 500 + place
            table, rows = rollover.table_of(change.kind), selected(change, scope).subquery()
            found = update(table).where(table.c.id.in_(select(rows.c.id).where(rows.c.school_id.in_(ids))))
            if change.effect == Effect.CHANGE:
                yield found.values(rollover.room_of(change.kind).changed(change.kind, scope))
                continue
            yield found.values(set_aside_by=number)
            own = select(table.c.id).where(table.c.set_aside_by == number)
            for child, key in rollover.followers(table.name):
                yield update(child).where(key.in_(own), child.c.set_aside_by.is_(None)).values(set_aside_by=number)


def _spelled(statement: Any, dialect: Any) -> tuple[str, Any]:
    """The statement as SQL with its values, so that no spelling is measured."""
    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    spell = compiled._bind_processors
    values = {name: spell[name](value) if name in spell else value for name, value in compiled.params.items()}
    return str(compiled), tuple(values[name] for name in compiled.positiontup) if compiled.positional else values


def _campaign() -> Any:
    from app.campaign.models import Campaign
    from app.db import db

    return db.session.query(Campaign).one()


def demand_done(number: int) -> None:
    from app.campaign.running.queries import run_called
    from app.db import db

    db.session.expire_all()
    if run_called(number).state != "done":
        raise SystemExit(f"run {number} ended as {run_called(number).state}")
    db.session.rollback()


def _set_aside() -> int:
    """Rows that a step has set aside."""
    from sqlalchemy import func, select

    from app.campaign.rollover import marked_tables
    from app.db import db

    found = 0
    for table in marked_tables():
        counted = select(func.count()).select_from(table).where(table.c.set_aside_by.is_not(None))
        found += db.session.scalar(counted) or 0
    db.session.rollback()
    return found


def _make(url: str, data: str, schools: int, people: int, content: str) -> None:
    from sqlalchemy import text

    from app import clock, create_app
    from app.audit.actions import COMMAND
    from app.db import db
    from app.demo import actions
    from tests.campaign.academies import close_gate, new_campaign

    app = create_app(settings_for(url, Path(data)), testing=True)
    with app.app_context(), tempfile.TemporaryDirectory(prefix="bascule-academy-") as folder:
        db.create_all()
        now = clock.portal_now()
        actions.make(1, schools, people, content=content, folder=Path(folder) / "aaf", by=COMMAND, now=now)
        db.session.commit()
        new_campaign()
        close_gate()
        if url.startswith("postgresql"):
            # What autovacuum has done long before on a portal in service: without figures both are planned blindly.
            db.session.execute(text("ANALYZE"))
            db.session.commit()
        db.session.remove()
        db.engine.dispose()


def _help(url: str, data: str, number: int) -> None:
    from app import create_app
    from app.campaign.working.jobs import run_to_end

    app = create_app(settings_for(url, Path(data)), testing=True)
    with app.app_context():
        run_to_end(number)


if __name__ == "__main__":
    main()
