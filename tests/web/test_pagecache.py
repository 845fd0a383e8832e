"""Public pages from memory: kept by host, path and revision, never longer than they are true (SITE-1)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, make_response, request, session
from flask.testing import FlaskClient

from app import clock
from app.db import db
from app.pulse import PUBLIC, bump
from app.web.allowed import ANYBODY, allowed
from app.web.pagecache import PageCache, keep_public
from app.web.security import HEADERS

NOW = datetime(2026, 8, 27, 7, 0, tzinfo=UTC)


class Seconds:
    """A count of seconds that a test moves."""

    def __init__(self) -> None:
        self.value = 1000.0

    def __call__(self) -> float:
        return self.value


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    found = Seconds()
    monkeypatch.setattr(clock, "seconds", found)
    return found


@pytest.fixture
def made(sqlite_app: Flask) -> Iterator[list[str]]:
    """Pages added to the application; the list tells which were really made."""
    paths: list[str] = []

    def page(name: str) -> object:
        paths.append(request.path)
        if name == "session":
            session["name"] = "Alice"
        until = NOW + timedelta(seconds=20) if name == "short" else NOW if name == "past" else None
        body = f"page {name} {len(paths)}" + ("x" * 2000 if name.startswith("long") else "")
        response = make_response(body, 404 if name == "missing" else 200)
        response.vary.add("Cookie")
        return response if name == "private" else keep_public(response, until=until, now=NOW)

    sqlite_app.add_url_rule("/page/<name>", "page", allowed(ANYBODY)(page))
    yield paths
    sqlite_app.extensions["pagecache"].clear()


@pytest.fixture
def browser(sqlite_app: Flask, made: list[str]) -> FlaskClient:
    return sqlite_app.test_client()


def test_a_marked_page_is_made_once_and_then_answered_from_memory(browser: FlaskClient, made: list[str]) -> None:
    first, second = browser.get("/page/a"), browser.get("/page/a")
    assert made == ["/page/a"]
    assert second.data == first.data == b"page a 1"
    assert second.headers["Cache-Control"] == "public, max-age=60"


def test_the_answers_from_memory_carry_the_same_security_headers(browser: FlaskClient) -> None:
    for _time in range(2):
        answer = browser.get("/page/a")
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_no_cookie_no_vary_and_no_internal_mark_leave_with_a_public_page(browser: FlaskClient, made: list[str]) -> None:
    for path in ("/page/session", "/page/session", "/page/session?q=1"):
        answer = browser.get(path)
        assert "Set-Cookie" not in answer.headers
        assert "X-Bascule-Keep" not in answer.headers
    assert "Vary" not in browser.get("/page/a").headers


def test_cookies_do_not_change_a_public_page(browser: FlaskClient, made: list[str]) -> None:
    first = browser.get("/page/a")
    browser.set_cookie("bascule", "somebody")
    assert browser.get("/page/a").data == first.data
    assert len(made) == 1


def test_what_is_not_marked_is_made_each_time(browser: FlaskClient, made: list[str]) -> None:
    browser.get("/page/private")
    browser.get("/page/private")
    browser.get("/page/missing")
    browser.get("/page/missing")
    assert len(made) == 4


def test_a_query_string_and_htmx_pass_by_the_memory(browser: FlaskClient, made: list[str]) -> None:
    browser.get("/page/a")
    browser.get("/page/a?q=1")
    browser.get("/page/a", headers={"HX-Request": "true"})
    assert len(made) == 3


def test_language_and_host_are_part_of_the_key(browser: FlaskClient, made: list[str]) -> None:
    for url in ("http://one.test/page/a", "http://two.test/page/a", "http://one.test/en/page/a"):
        browser.get(url)
        browser.get(url)
    assert len(made) == 3


def test_a_raised_revision_makes_the_page_anew_at_once_in_this_process(
    sqlite_app: Flask, browser: FlaskClient, made: list[str]
) -> None:
    browser.get("/page/a")
    bump(db.session(), PUBLIC)
    db.session.commit()
    assert browser.get("/page/a").data == b"page a 2"


def test_another_process_sees_a_raised_revision_within_a_second(
    sqlite_app: Flask, browser: FlaskClient, made: list[str], seconds: Seconds
) -> None:
    browser.get("/page/a")
    with db.engine.begin() as elsewhere:
        elsewhere.exec_driver_sql("INSERT INTO revision (name, number) VALUES ('public', 7)")
    assert browser.get("/page/a").data == b"page a 1"
    seconds.value += 1.01
    assert browser.get("/page/a").data == b"page a 2"


def test_a_page_is_kept_a_minute_at_most(browser: FlaskClient, made: list[str], seconds: Seconds) -> None:
    browser.get("/page/a")
    seconds.value += 59.9
    browser.get("/page/a")
    assert len(made) == 1
    seconds.value += 0.2
    browser.get("/page/a")
    assert len(made) == 2


def test_a_page_is_never_kept_past_the_next_boundary(browser: FlaskClient, made: list[str], seconds: Seconds) -> None:
    assert browser.get("/page/short").headers["Cache-Control"] == "public, max-age=20"
    seconds.value += 15
    assert browser.get("/page/short").headers["Cache-Control"] == "public, max-age=5"
    assert len(made) == 1
    seconds.value += 5
    browser.get("/page/short")
    assert len(made) == 2


def test_a_page_whose_boundary_has_come_is_not_kept_by_anybody(browser: FlaskClient, made: list[str]) -> None:
    assert browser.get("/page/past").headers["Cache-Control"] == "no-store"
    browser.get("/page/past")
    assert len(made) == 2


def test_an_etag_that_still_holds_gets_304_without_a_body(browser: FlaskClient, made: list[str]) -> None:
    tag = browser.get("/page/a").headers["ETag"]
    for asked in (tag, f"W/{tag}", f'"other", {tag}'):
        answer = browser.get("/page/a", headers={"If-None-Match": asked})
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag)
        assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert browser.get("/page/a", headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_has_the_headers_of_get_and_no_body(browser: FlaskClient, made: list[str]) -> None:
    assert browser.head("/page/a").status_code == 200
    kept = browser.get("/page/a")
    answer = browser.head("/page/a")
    assert (answer.data, answer.headers["Content-Length"]) == (b"", str(len(kept.data)))
    assert answer.headers["ETag"] == kept.headers["ETag"]


def test_the_oldest_pages_give_way_when_the_memory_is_full(
    sqlite_app: Flask, made: list[str], browser: FlaskClient
) -> None:
    small = PageCache(sqlite_app.wsgi_app._application, sqlite_app.extensions["pulse"], most_bytes=12_000)
    for number in (0, 1, 2, 0, 3, 0):
        _fetch(small, f"/page/long{number}")
    assert small.weight <= 12_000
    assert made == ["/page/long0", "/page/long1", "/page/long2", "/page/long3"], "the page that is read stays"
    _fetch(small, "/page/long1")
    assert made[-1] == "/page/long1"


def test_many_threads_at_once_get_whole_pages(sqlite_app: Flask, made: list[str], browser: FlaskClient) -> None:
    small = PageCache(sqlite_app.wsgi_app._application, sqlite_app.extensions["pulse"], most_bytes=9_000)
    wrong: list[bytes] = []

    def read() -> None:
        for number in range(40):
            name = f"long{number % 5}"
            body = _fetch(small, f"/page/{name}")
            if not body.startswith(f"page {name} ".encode()) or not body.endswith(b"x" * 2000):
                wrong.append(body)

    threads = [threading.Thread(target=read) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert 0 < small.weight <= 9_000


def test_a_kept_page_costs_no_query_but_the_look_once_a_second(
    sqlite_app: Flask, made: list[str], browser: FlaskClient, seconds: Seconds, queries_of: Counter
) -> None:
    browser.get("/page/a")
    with queries_of() as queries:
        for _time in range(5):
            browser.get("/page/a")
    assert queries == []
    seconds.value += 1.5
    with queries_of() as queries:
        browser.get("/page/a")
        browser.get("/page/a")
    assert len(queries) == 1
    assert "revision" in queries[0]


class TestInTheDemo:
    """Portal time jumps there: nothing is kept by anybody."""

    @pytest.fixture
    def more_settings(self) -> dict[str, str]:
        return {"BASCULE_DEMO": "1"}

    def test_nothing_is_kept(self, browser: FlaskClient, made: list[str]) -> None:
        for _time in range(2):
            assert browser.get("/page/a").headers["Cache-Control"] == "no-store"
        assert len(made) == 2


Counter = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def queries_of(sqlite_app: Flask) -> Counter:
    from tests.conftest import StatementCount

    return lambda: StatementCount(db.engine)


def _fetch(layer: PageCache, path: str) -> bytes:
    from werkzeug.test import EnvironBuilder

    def start(_status: str, _headers: Iterable[tuple[str, str]], _exc: object = None) -> None:
        return None

    return b"".join(layer(EnvironBuilder(path).get_environ(), start))  # type: ignore[arg-type]
