"""What the gate costs: microseconds a decision, with windows for 600 schools and 6 profiles.

Prints the time of compiling, of one decision by kind of place, and the ratio to the floor: a bare dictionary look-up and a
bisection in boundaries of the same length. Then the requests a second of the redirect page, the project's home and a school's
home beside those of a bare Flask 'hello', under the same gunicorn, on loopback. Run with ``python benchmarks/gate.py``.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.gate.closures import Closures, compile_closures
from app.gate.decision import decide
from app.gate.windows import Amendment, Bound, Limits, Rules, SchoolFacts, Source, Window, WindowKind
from app.profiles import FAMILIES, Place, Profile, Visitor
from app.schoolyear import SCHOOL_ZONES

SCHOOLS = 600
MOST_MICROSECONDS = 2.0
FIRST_DAY = date(2026, 9, 1)


def academy() -> Rules:
    """600 schools of the overseas and metropolitan zones; each has amended its families' window, a tenth by level and class."""
    zones = list(SCHOOL_ZONES)
    schools, amendments = [], []
    for number in range(SCHOOLS):
        classes = {number * 10 + k: ("6e", "5e", "4e", "3e")[k % 4] for k in range(8)}
        schools.append(SchoolFacts(id=number, zone=zones[number % len(zones)], class_levels=classes))
        end = Bound(day=FIRST_DAY + timedelta(days=number % 4))
        amendments.append(Amendment(id=number, window_id=1, school_id=number, end=end))
        if number % 10 == 0:
            level = Bound(day=FIRST_DAY - timedelta(days=1))
            amendments.append(Amendment(id=SCHOOLS + number, window_id=1, school_id=number, level="6e", end=level))
            amendments.append(
                Amendment(id=2 * SCHOOLS + number, window_id=1, school_id=number, class_id=number * 10, end=end)
            )
    families = Window(
        id=1,
        kind=WindowKind.PROFILES,
        profiles=FAMILIES,
        start=Bound(day=date(2026, 8, 20)),
        end=Bound(day=FIRST_DAY - timedelta(days=1)),
        source=Source.CAMPAIGN,
        limits=Limits(latest_end=FIRST_DAY + timedelta(days=2)),
        amendments=tuple(amendments),
    )
    maintenances = [
        Window(
            id=2 + k,
            kind=WindowKind.MAINTENANCE,
            start=Bound(instant=datetime(2026, month, day, 18, tzinfo=UTC)),
            end=Bound(instant=datetime(2026, month, day + 3, 6, tzinfo=UTC)),
        )
        for k, (month, day) in enumerate(((7, 15), (8, 17)))
    ]
    staff = Window(
        id=4,
        kind=WindowKind.PROFILES,
        profiles=frozenset(Profile) - FAMILIES,
        start=Bound(day=date(2026, 7, 20)),
        end=Bound(day=date(2026, 7, 31)),
    )
    return Rules(
        schools=tuple(schools),
        windows=(families, *maintenances, staff),
        schools_may_amend=True,
        new_year=2026,
        first_days=dict.fromkeys(range(SCHOOLS), FIRST_DAY),
        last_days=dict.fromkeys(range(SCHOOLS), date(2026, 7, 4)),
    )


def microseconds(function: Callable[[], object], calls: int, rounds: int = 60) -> float:
    """The best of ``rounds`` for one of ``calls``, in microseconds: processor time, so that others
    who want the processor do not count."""
    times = []
    for _ in range(rounds):
        began = time.thread_time()
        function()
        times.append((time.thread_time() - began) / calls * 1e6)
    return min(times)


def decision_ratio() -> bool:
    """One decision for people of every school and profile at random instants of the summer. True where it is quick enough."""
    rules = academy()
    compiling = microseconds(lambda: compile_closures(rules), 1, rounds=3)
    closures = compile_closures(rules)
    draw = random.Random(2026)
    summer = datetime(2026, 7, 1, tzinfo=UTC)

    def instants(people: list[Visitor]) -> list[tuple[Visitor, datetime]]:
        return [(person, summer + timedelta(seconds=draw.randrange(75 * 86400))) for person in people]

    everybody = instants(
        [
            Visitor(person_id=1, places=(Place(school_id=school, profile=profile),))
            for school in range(SCHOOLS)
            for profile in Profile
        ]
    )
    pupils = instants(
        [
            Visitor(person_id=1, places=(Place(school_id=s, profile=Profile.STUDENT, level="6e", class_id=s * 10),))
            for s in range(0, SCHOOLS, 10)
            for _ in range(60)
        ]
    )
    guardians = instants(
        [
            Visitor(person_id=1, places=tuple(Place(school_id=s + k, profile=Profile.GUARDIAN) for k in range(2)))
            for s in range(SCHOOLS - 1)
            for _ in range(6)
        ]
    )
    floor = _floor(closures, everybody)
    print(
        f"gate: {SCHOOLS} schools x {len(Profile)} profiles, {len(closures.boundaries)} instants at which something changes"
    )
    print(f"  compile                                 {compiling / 1000:8.1f} ms")
    print(f"  floor, a look-up and a bisection        {floor:8.2f} µs")
    quick = True
    for name, people in (("one place", everybody), ("one place, own class", pupils), ("two schools", guardians)):
        cost = microseconds(lambda people=people: _decide_all(people, closures), len(people))  # type: ignore[misc]
        print(f"  decision, {name:<30}{cost:8.2f} µs   {cost / floor:5.1f} x the floor")
        quick = quick and (cost <= MOST_MICROSECONDS or name == "two schools")
    print(f"  at most {MOST_MICROSECONDS} µs for one place: {'yes' if quick else 'NO'}")
    return quick


def _decide_all(people: list[tuple[Visitor, datetime]], closures: Closures) -> None:
    for person, at in people:
        decide(person, at, closures)


def _floor(closures: Closures, people: list[tuple[Visitor, datetime]]) -> float:
    bare = {
        (place.school_id, place.profile): (line.boundaries, line.decisions)
        for person, _at in people
        for place in person.places
        for line in (closures.timeline(place),)
    }
    asked = [((person.places[0].school_id, person.places[0].profile), at) for person, at in people]

    def look_up() -> None:
        for key, at in asked:
            boundaries, decisions = bare[key]
            decisions[bisect_right(boundaries, at)]

    return microseconds(look_up, len(asked))


# Requests a second -----------------------------------------------------------------------------------------------------

HELLO = "from flask import Flask\napp = Flask(__name__)\napp.get('/')(lambda: 'hello')\n"
#: As the README starts the portal, on one processor: the other one is the client's.
GUNICORN = ("--workers", "1", "--threads", "4", "--worker-class", "gthread", "--log-level", "warning")
CONNECTIONS, REQUESTS, ROUNDS = 4, 2_000, 7
LEAST_RATIO = 1.0


def http_ratios() -> bool:
    """Requests a second of public pages beside 'hello', in turns. True where each is at least as quick."""
    with tempfile.TemporaryDirectory(prefix="bascule-benchmark-") as name:
        folder = Path(name)
        (folder / "hello.py").write_text(HELLO, encoding="utf-8")
        environ = {
            **{key: value for key, value in os.environ.items() if not key.startswith("BASCULE_")},
            "DATABASE_URL": f"sqlite:///{folder}/bascule.sqlite3",
            "BASCULE_DATA_DIR": str(folder),
            "SECRET_KEY": "a key for benchmarks only, long enough",
            "BASCULE_HTTPS": "0",
        }
        uai = _portal_of_many_schools(environ)
        root = Path(__file__).resolve().parents[1]
        with served("hello:app", folder, environ) as hello, served("wsgi:app", root, environ) as portal:
            targets = {
                "hello, bare Flask": (hello, "/"),
                "redirect page": (portal, f"/ecole/{uai}/fermeture/guardian"),
                "project home": (portal, "/"),
                "school home": (portal, f"/ecole/{uai}/"),
            }
            sizes = {target: _length(*address) for target, address in targets.items()}
            rates: dict[str, list[float]] = {target: [] for target in targets}
            for _ in range(ROUNDS):
                for target, (port, path) in targets.items():
                    rates[target].append(_rate(port, path, sizes[target]))
    floor = statistics.median(rates["hello, bare Flask"])
    print(f"pages: {SCHOOLS} schools, gunicorn {' '.join(GUNICORN[:6])}; {ROUNDS} rounds of {REQUESTS} requests each")
    quick = True
    for target, found in rates.items():
        rate = statistics.median(found)
        print(f"  {target:<22}{rate:8.0f} requests/s   {rate / floor:5.2f} x hello   {sizes[target]:7d} bytes")
        quick = quick and rate >= LEAST_RATIO * floor
    print(f"  at least {LEAST_RATIO} x hello: {'yes' if quick else 'NO'}")
    return quick


def _portal_of_many_schools(environ: dict[str, str]) -> str:
    """Fill a database with a project, its schools and their windows, running and announced; the UAI of one of the schools."""
    from app import create_app
    from app.db import db
    from app.directory.models import Project, School, SchoolYear
    from app.directory.names import folded
    from app.gate.models import ClosingWindow, GateRules, WindowAmendment
    from app.settings import Settings

    names = ("DATABASE_URL", "BASCULE_DATA_DIR", "SECRET_KEY", "BASCULE_HTTPS")
    application = create_app(Settings({name: environ[name] for name in names}))
    now = datetime.now(UTC)
    with application.app_context():
        db.create_all()
        db.session.add(Project(id=1, name="Académie", zone="Europe/Paris", rollover_year=now.year, created_at=now))
        db.session.add(GateRules(id=1, schools_may_amend=True))
        db.session.add_all([SchoolYear(begins=now.year - 1), SchoolYear(begins=now.year)])
        for number in range(1, SCHOOLS + 1):
            title = f"Collège de la Vallée {number}"
            uai = f"{number:07d}A"
            db.session.add(School(id=number, uai=uai, name=title, search_name=folded(title), created_at=now))
        families = ClosingWindow(
            id=1, kind="profiles", profiles=[profile.value for profile in FAMILIES], source="project", created_at=now
        )
        families.start_day, families.end_day = now.date() - timedelta(days=3), now.date() + timedelta(days=20)
        maintenance = ClosingWindow(id=2, kind="maintenance", profiles=[], source="project", created_at=now)
        maintenance.start_day, maintenance.end_day = now.date() + timedelta(days=30), now.date() + timedelta(days=32)
        db.session.add_all([families, maintenance])
        db.session.flush()
        for number in range(1, SCHOOLS + 1):
            end = now.date() + timedelta(days=18 + number % 4)
            db.session.add(
                WindowAmendment(window_id=1, school_id=number, end_day=end, by_operator=True, changed_at=now)
            )
        db.session.commit()
        db.engine.dispose()
    return f"{7:07d}A"


@contextmanager
def served(
    application: str, folder: Path, environ: dict[str, str], arguments: tuple[str, ...] = GUNICORN
) -> Iterator[int]:
    """gunicorn serving ``application`` from ``folder`` on a free port of the loopback, which is given."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = (sys.executable, "-m", "gunicorn", *arguments, "--bind", f"127.0.0.1:{port}", application)
    process = subprocess.Popen(command, cwd=folder, env=environ)
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise SystemExit("gunicorn did not start")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("gunicorn does not answer")


def _asked(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: benchmark.test\r\nAccept: text/html\r\n\r\n".encode()


def _length(port: int, path: str) -> int:
    """How many bytes the whole answer has; every later one must have as many."""
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        connection.sendall(_asked(path).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        received = bytearray()
        while chunk := connection.recv(65536):
            received += chunk
    head, _, body = bytes(received).partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"{path} answers {head[:40]!r}")
    return len(body)


def _rate(port: int, path: str, length: int) -> float:
    """Requests a second over a few connections that stay open."""
    share = REQUESTS // CONNECTIONS
    wrong: list[str] = []

    def ask() -> None:
        with socket.create_connection(("127.0.0.1", port), 30) as connection:
            for _ in range(share):
                connection.sendall(_asked(path))
                if (found := _answer(connection)) != length:
                    wrong.append(f"{path}: {found} bytes instead of {length}")

    threads = [threading.Thread(target=ask) for _ in range(CONNECTIONS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    if wrong:
        raise SystemExit(wrong[0])
    return share * CONNECTIONS / took


def _answer(connection: socket.socket) -> int:
    """Read one answer; the length of its body."""
    received = connection.recv(65536)
    while (end := received.find(b"\r\n\r\n")) < 0:
        received += connection.recv(65536)
    head = received[:end].lower()
    if not head.startswith(b"http/1.1 200"):
        return -1
    length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
    missing = length - (len(received) - end - 4)
    while missing > 0:
        missing -= len(connection.recv(65536))
    return length


def main() -> int:
    """Every section; exit code 1 where one is too slow."""
    return 0 if all([decision_ratio(), http_ratios()]) else 1


if __name__ == "__main__":
    sys.exit(main())
