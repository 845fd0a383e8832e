"""Do first pages cost the same whatever lies behind them? The same page with 1 x and 100 x the content, in one run.

    python -m benchmarks.pages [--people 100000] [--rounds 60] [--database sqlite postgresql]

A class space and its blog (50 and 5,000 articles), its library (50 and 5,000 files at the top), an inbox (500 and 50,000 messages), the
directory (1,000 and 100,000 people unless ``--people`` says otherwise, a thousand in a school): the teacher's first page of each, the
operator's search in all schools, the small and the large portal in turn. Claims: the same number of queries, at most 1.3 x the time.
Time is processor time of the client, plus that of its PostgreSQL backend; the median of the rounds counts, so that other work on the
machine does not.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

CLAIM = 1.3
NOW = datetime(2026, 6, 20, 8, tzinfo=UTC)
ARTICLES, FILES, MESSAGES = 50, 50, 500
#: Requests before anything is measured: templates are compiled, statements prepared.
WARM = 4


@dataclass
class Portal:
    """A portal with content, somebody signed in, and what is measured of each page."""

    app: Any
    #: Page -> who opens it, its address.
    pages: dict[str, tuple[Any, str]]
    seconds: dict[str, list[float]] = field(default_factory=dict)
    queries: dict[str, int] = field(default_factory=dict)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=100_000, help="of the large portal's directory")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--database", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    chosen = parser.parse_args()
    from tests.databases import Databases

    databases = Databases(Path(tempfile.mkdtemp(prefix="bascule-pages-server-")))
    try:
        with tempfile.TemporaryDirectory(prefix="bascule-pages-") as folder:
            for kind in chosen.database:
                for line in compare(kind, Path(folder), databases, chosen.people, chosen.rounds):
                    print(line)
    finally:
        databases.stop()


def compare(kind: str, folder: Path, databases: Any, people: int, rounds: int) -> Iterator[str]:
    """A line for each page."""
    portals = []
    for factor in (1, 100):
        name = f"pages_{factor}"
        if kind == "sqlite":
            url = f"sqlite:///{folder / name}.sqlite3"
        else:
            url = databases.create(databases.postgresql_address(), name)
        portals.append(furnished(url, folder / f"{kind}-{name}", factor, people * factor // 100))
    for round_ in range(rounds + WARM):
        for page in portals[0].pages:
            for portal in portals:
                spent = request(portal, page, counting=round_ < WARM)
                if round_ >= WARM:
                    portal.seconds.setdefault(page, []).append(spent)
    small, large = portals
    for page in small.pages:
        times = [statistics.median(portal.seconds[page]) * 1000 for portal in portals]
        ratio = times[1] / times[0]
        same = small.queries[page] == large.queries[page]
        yield (
            f"{kind:10} {page:28} {times[0]:6.1f} ms, with 100 x the content {times[1]:6.1f} ms, ratio {ratio:.2f};"
            f" {small.queries[page]} queries and {large.queries[page]} {'ok' if ratio <= CLAIM and same else 'MISSED'}"
        )


def request(portal: Portal, page: str, *, counting: bool) -> float:
    """Open the page once; seconds of processor time."""
    with portal.app.app_context():
        backend = backend_of()
    client, address = portal.pages[page]
    with counted(portal, page) if counting else nothing():
        before = spent_by(backend)
        started = time.process_time()
        answer = client.get(address)
        spent = time.process_time() - started + spent_by(backend) - before
    if answer.status_code != 200:
        raise SystemExit(f"{page} ({address}) answers {answer.status_code}")
    return spent


@contextmanager
def nothing() -> Iterator[None]:
    yield


@contextmanager
def counted(portal: Portal, page: str) -> Iterator[None]:
    """Count the statements of the request."""
    from sqlalchemy import event

    from app.db import db

    with portal.app.app_context():
        engine = db.engine
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", note)
    # What is looked at once a second (revisions) is not the page's.
    portal.queries[page] = min(len(sent), portal.queries.get(page, len(sent)))


def backend_of() -> int | None:
    """The PostgreSQL process that serves this thread's connection; the pool gives the next request the same one."""
    from sqlalchemy import text

    from app.db import db

    if db.engine.dialect.name != "postgresql":
        return None
    with db.engine.connect() as connection:
        found: int = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    return found


def spent_by(backend: int | None) -> float:
    """Processor time of another process in seconds, exact to the nanosecond where Linux tells."""
    if backend is None:
        return 0.0
    schedule = Path(f"/proc/{backend}/schedstat")
    if schedule.exists():
        return int(schedule.read_text().split()[0]) / 1e9
    fields = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def furnished(url: str, folder: Path, factor: int, people: int) -> Portal:
    """A portal with the tests' cast and ``factor`` times the content."""
    from flask import url_for
    from sqlalchemy import text

    from app import create_app
    from app.db import db
    from app.demo.year.actions import keep_files
    from app.demo.year.loaders import finish, open_sheets, write
    from tests.conftest import settings_for
    from tests.people import cast
    from tests.signing import sign_in

    app = create_app(settings_for(url, folder))
    with app.app_context():
        db.create_all()
    known = cast(app)
    with app.app_context():
        sheets = open_sheets(db.session())
        section = space(sheets, known, keep_files(now=NOW), factor)
        inbox(sheets, known, factor)
        directory(sheets, known, people)
        write(db.session(), sheets)
        finish(db.session(), sheets)
        db.session.commit()
    teacher, operator = app.test_client(), app.test_client()
    sign_in(teacher, known.teacher)
    sign_in(operator, known.operator)
    with app.app_context():
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
        with app.test_request_context():
            pages = {
                "class space": (teacher, url_for("content.space", section_id=section)),
                "blog": (teacher, url_for("content.blog", section_id=section)),
                "library": (teacher, url_for("content_media.library", section_id=section)),
                "inbox": (teacher, url_for("messaging.inbox")),
                "home": (teacher, url_for("home.home")),
                "directory": (teacher, url_for("accounts_search.simple")),
                "directory, one letter": (teacher, url_for("accounts_search.simple", q="m")),
                "all schools, one letter": (operator, url_for("accounts_search.advanced", q="m")),
            }
    return Portal(app, pages)


def space(sheets: Any, known: Any, shelf: Any, factor: int) -> int:
    """A class space with articles and files; its number."""
    from app.content.markup import to_html

    school, room, author = known.college.id, known.college.classes[2025]["6A"], known.teacher.id
    section = sheets["section"].add(
        school_id=school, kind="class", title="6A", slug="6a", class_id=room, created_at=NOW, restricted=True,
        services=["blog", "media", "shared", "contests", "map"],
    )  # fmt: skip
    body = to_html("Une sortie, **trois** essais.\n\n- le vent ;\n- la pluie.")
    for number in range(ARTICLES * factor):
        at = NOW - timedelta(hours=number)
        sheets["article"].add(
            section_id=section, school_id=school, title=f"Article {number}", summary="Une sortie.", source="", body=body,
            author_id=author, author_profile="teacher", published_at=at, changed_at=at,
        )  # fmt: skip
    kept = list(shelf.values())
    for number in range(FILES * factor):
        file = kept[number % 10]
        sheets["media_file"].add(
            section_id=section, school_id=school, sha256=file.sha256, name=f"{number:05d} {file.name}", kind=file.kind, size=file.size,
            author_id=author, author_profile="teacher", created_at=NOW - timedelta(hours=number),
        )  # fmt: skip
    return int(section)


def inbox(sheets: Any, known: Any, factor: int) -> None:
    """The teacher's inbox."""
    for number in range(MESSAGES * factor):
        at = NOW - timedelta(minutes=number)
        message = sheets["message"].add(
            school_id=known.college.id, author_id=known.guardian.id, author_profile="guardian", subject=f"Question {number}",
            search_subject=f"question {number}", source="Bonjour", body="<p>Bonjour</p>", written_at=at, sent_at=at,
        )  # fmt: skip
        sheets["message_copy"].add(
            message_id=message, owner_id=known.teacher.id, school_id=known.college.id, profile="teacher", place="inbox", arrived_at=at,
            read_at=None if number % 5 else at,
        )  # fmt: skip


def directory(sheets: Any, known: Any, people: int) -> None:
    """Pupils, guardians and teachers, a thousand in each school, the collège first."""
    from random import Random

    from app.demo.names import MEN, SURNAMES, WOMEN
    from app.directory.names import search_name
    from tests.builders import make_school

    schools = [known.college.id, *(make_school(f"Collège {number}").id for number in range(1, people // 1000))]
    rng = Random("directory")
    profiles = ("student", "guardian", "guardian", "teacher")
    for number in range(people):
        first, last = rng.choice(WOMEN if number % 2 else MEN), rng.choice(SURNAMES)
        person = sheets["person"].add(
            source="hand", source_key=f"bench-{number}", last_name=last, first_name=first, search_name=search_name(last, first),
            created_at=NOW,
        )  # fmt: skip
        profile, school = profiles[number % 4], schools[min(number // 1000, len(schools) - 1)]
        sheets["affiliation"].add(person_id=person, school_id=school, profile=profile, source="hand")
        if profile == "teacher":
            sheets["person_function"].add(person_id=person, school_id=school, code="ENS", source="hand")


if __name__ == "__main__":
    main()
