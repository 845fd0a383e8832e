"""How quickly the portal answers while a step runs, beside how quickly it answers when idle (G12).

    python -m benchmarks.answers [--schools 3] [--people 1000] [--database sqlite postgresql] [--seconds 30]

On a generated academy with full content, behind gunicorn as the README starts it: 20 requests a second by the clock, whatever the
answers take (14 public searches that no cache knows, 5 writes in a session, one sign-in), first with nothing else to do,
then while another process runs steps 1 to 3 with their archives. A request's time runs from the instant at which it was due, so that
one slow answer is not hidden by the requests that it holds up. Claim: each kind's 95th percentile during the run is at most 2 x idle.
Every answer must be the right one.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import multiprocessing
import os
import queue
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from benchmarks.gate import served
from benchmarks.rollover import Place, demand_done

CLAIM = 2.0
#: Requests a second, and how many may wait for their answers at once.
RATE, AT_ONCE = 20, 24
SEARCH, SIGN_IN, WRITE = "public search", "sign-in", "session write"
#: A second's requests: people read more than they write, and sign in once.
MIX = [WRITE if number % 4 == 1 else SIGN_IN if number == 10 else SEARCH for number in range(RATE)]
#: As many operators as nobody has to wait for: attempts of one login at once are slowed down.
LOGINS, PASSWORD = [f"o.mesure{number}" for number in range(60)], "Tulipe-Bateau-42"
GUNICORN = ("--workers", "2", "--threads", "4", "--worker-class", "gthread", "--log-level", "warning")
Kinds = dict[str, list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--schools", type=int, default=3)
    parser.add_argument("--people", type=int, default=1000, help="of one school")
    parser.add_argument("--content", choices=["light", "full"], default="full")
    parser.add_argument("--seconds", type=int, default=30, help="of idleness to compare with")
    parser.add_argument("--database", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    chosen = parser.parse_args()
    from tests.databases import Databases

    databases = Databases(Path(tempfile.mkdtemp(prefix="bascule-answers-server-")))
    try:
        for kind in chosen.database:
            with tempfile.TemporaryDirectory(prefix="bascule-answers-") as folder:
                place = Place(kind, databases, Path(folder), f"answers_{kind}")
                place.make(chosen.schools, chosen.schools * chosen.people, chosen.content)
                measure(place, chosen.seconds)
    finally:
        databases.stop()


def measure(place: Place, seconds: int) -> None:
    """Print a line for each kind of request."""
    words = _prepare(place)
    environ = {
        **{key: value for key, value in os.environ.items() if not key.startswith("BASCULE_")},
        "DATABASE_URL": place.url,
        "BASCULE_DATA_DIR": str(place.data),
        "SECRET_KEY": "a key for measuring only, long enough to pass",
        "BASCULE_HTTPS": "0",
    }
    with served("wsgi:app", Path(__file__).resolve().parents[1], environ, GUNICORN) as port:
        visits = Visits(port, words)
        visits.go_on(for_seconds=5)
        idle = visits.go_on(for_seconds=seconds)
        began = time.monotonic()
        running = multiprocessing.get_context("spawn").Process(target=_run_steps, args=(place.url, str(place.data)))
        running.start()
        busy = visits.go_on(while_true=running.is_alive)
        running.join()
        if running.exitcode:
            raise SystemExit(f"the steps ended with {running.exitcode}")
        lasted = time.monotonic() - began
    for kind in idle:
        before, during = _late(idle[kind]), _late(busy[kind])
        held = "ok" if during <= CLAIM * before else "MISSED"
        print(
            f"{place.kind:10} {kind:16} p95 idle {before * 1000:6.1f} ms ({len(idle[kind])}), during steps 1 to 3 ({lasted:.0f} s)"
            f" {during * 1000:6.1f} ms ({len(busy[kind])}): {during / before:.2f} x {held};"
            f" median {statistics.median(idle[kind]) * 1000:.1f} and {statistics.median(busy[kind]) * 1000:.1f} ms",
            flush=True,
        )


def _late(seconds: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(seconds, n=20)[-1]


def _prepare(place: Place) -> list[str]:
    """Operators, who can sign in while the gate is closed; the words of the schools' names, to be searched for."""
    from app import clock
    from app.accounts import passwords
    from app.accounts.models import Account
    from app.db import db
    from app.directory.models import Person, RoleGrant, School
    from app.profiles import Role

    with place.opened():
        now = clock.portal_now()
        secret = passwords.hashed(PASSWORD)
        for login in LOGINS:
            person = Person(
                first_name="Odile", last_name="Mesure", search_name="mesure odile", source="hand", source_key=login,
                created_at=now,
            )  # fmt: skip
            db.session.add(person)
            db.session.flush()
            account = Account(person_id=person.id, login=login, created_at=now, password_hash=secret)
            grant = RoleGrant(person_id=person.id, role=Role.OPERATOR, source="hand", granted_at=now)
            db.session.add_all([account, grant])
        db.session.commit()
        return sorted({word for (name,) in db.session.query(School.name) for word in name.split()})


def _run_steps(url: str, data: str) -> None:
    from app import create_app
    from app.campaign.models import Campaign
    from app.campaign.working.jobs import run_to_end
    from app.db import db
    from benchmarks.import_aaf import settings_for
    from tests.campaign.academies import approved, begun

    app = create_app(settings_for(url, Path(data)), testing=True)
    with app.app_context():
        for step in (1, 2, 3):
            number = begun(approved(db.session.query(Campaign).one(), step)).id
            db.session.rollback()
            run_to_end(number)
            demand_done(number)


class Visits:
    """Visitors of the portal on one port; ``words`` are what they search for."""

    def __init__(self, port: int, words: list[str]) -> None:
        self._port, self._words = port, words
        self._draw = random.Random(2026)
        self._logins = itertools.cycle(LOGINS)
        self._at_the_door = Visitor(port)
        self._token = self._at_the_door.form("/connexion/guest")
        self._operator = Visitor(port)
        self._operator.form("/connexion/guest")
        self._enter(self._operator, self._operator.token)
        self._operator.form("/espace/preferences")
        self._wrong: list[str] = []

    def go_on(self, *, for_seconds: float = 0.0, while_true: Callable[[], bool] | None = None) -> Kinds:
        """Seconds of each request by kind, at ``RATE`` a second, for so long or while something lasts."""
        spent: Kinds = {SEARCH: [], SIGN_IN: [], WRITE: []}
        due: queue.Queue[tuple[float, str] | None] = queue.Queue()
        threads = [threading.Thread(target=self._serve, args=(due, spent)) for _one in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        begin, number = time.monotonic(), 0
        while while_true() if while_true else time.monotonic() - begin < for_seconds:
            at = begin + number / RATE
            time.sleep(max(0.0, at - time.monotonic()))
            due.put((at, MIX[number % len(MIX)]))
            number += 1
        for _one in threads:
            due.put(None)
        for thread in threads:
            thread.join()
        if self._wrong:
            raise SystemExit(f"{len(self._wrong)} wrong answers, the first: {self._wrong[0]}")
        return spent

    def _serve(self, due: queue.Queue[tuple[float, str] | None], spent: Kinds) -> None:
        does = {SEARCH: self._search, SIGN_IN: self._sign_in, WRITE: self._write}
        while (one := due.get()) is not None:
            at, kind = one
            try:
                does[kind]()
            except (OSError, http.client.HTTPException, AssertionError) as fault:
                self._wrong.append(f"{kind}: {fault!r}")
            spent[kind].append(time.monotonic() - at)

    def _search(self) -> None:
        asked = self._draw.choice(self._words)
        status, _headers, body = Visitor(self._port).ask(
            "GET", f"/etablissements?q={quote(asked)}&n={self._draw.random()}"
        )
        assert status == 200, status
        assert "</html>" in body

    def _sign_in(self) -> None:
        visitor = Visitor(self._port)
        visitor.cookies = dict(self._at_the_door.cookies)
        self._enter(visitor, self._token)

    def _enter(self, visitor: Visitor, token: str) -> None:
        fields = {"csrf_token": token, "login": next(self._logins), "password": PASSWORD}
        status, headers, _body = visitor.ask("POST", "/connexion/guest", fields)
        assert status == 303, status
        assert headers["Location"].endswith("/espace"), headers["Location"]

    def _write(self) -> None:
        fields = {"csrf_token": self._operator.token, "past-classes": self._draw.choice(["no", "yes"])}
        visitor = Visitor(self._port)
        visitor.cookies = dict(self._operator.cookies)
        status, _headers, _body = visitor.ask("POST", "/espace/preferences", fields)
        assert status == 303, status


class Visitor:
    """One visitor's cookies; every request has a connection of its own."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.cookies: dict[str, str] = {}
        self.token = ""

    def form(self, path: str) -> str:
        """Open a page with a form; the token to send back with it."""
        from tests.signing import form_token

        status, _headers, body = self.ask("GET", path)
        assert status == 200, (path, status)
        self.token = form_token(body)
        return self.token

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, Any, str]:
        """The status, headers and text of the answer; its cookies are kept."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            headers = {"Accept": "text/html", "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
            if fields is not None:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request(method, path, urlencode(fields) if fields is not None else None, headers)
            answer = connection.getresponse()
            body = answer.read().decode("utf-8")
            for cookie in answer.headers.get_all("Set-Cookie") or ():
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.headers, body
        finally:
            connection.close()


if __name__ == "__main__":
    main()
