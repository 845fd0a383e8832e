"""The first summer, through the command line and HTTP only: set up, feed, stop a family, let it in, move the day.

On the real sample delivery where it lies beside the project, and on the demo's own files everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from werkzeug.test import TestResponse

from app import clock
from app.db import db
from app.demo.academy import make_academy
from app.demo.actions import write_delivery
from app.pulse import set_clock
from tests.signing import form_token

PASSWORD = "Une Rentrée sans Souci 2026"
HTML = {"Accept": "text/html"}
OPENS = datetime(2026, 9, 1, 6, tzinfo=UTC)


class Console:
    """``flask --app wsgi ...`` as an operator types it."""

    def __init__(self, runner: FlaskCliRunner) -> None:
        self._runner = runner

    def __call__(self, *words: str, code: int = 0) -> Any:
        result = self._runner.invoke(args=[*words])
        assert result.exit_code == code, result.output
        said = result.stdout if code == 0 else result.stderr
        return json.loads(said) if "--json" in words else said


@pytest.fixture
def console(app: Flask, runner: FlaskCliRunner) -> Console:
    return Console(runner)


@pytest.fixture
def at(app: Flask) -> Callable[[datetime], None]:
    def move(instant: datetime) -> None:
        set_clock(db.session(), instant - clock.machine_now())
        db.session.commit()
        app.extensions["pulse"].forget()

    return move


@pytest.fixture(params=["real sample", "demo's files"])
def delivery(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "real sample":
        folder: Path = request.getfixturevalue("shared_samples")
        return folder / "aaf" / "ve1301_one_school"
    # Two schools of one academy are a primary school and a collège, each with the files of its degree.
    write_delivery(make_academy(seed=7, schools=2, people=240), tmp_path / "academy")
    return tmp_path / "academy" / "2D"


def enter(client: FlaskClient, login: str, secret: str) -> TestResponse:
    """Sign in at the families' door and follow to the first page behind it."""
    token = form_token(client.get("/connexion/families", headers=HTML).text)
    fields = {"csrf_token": token, "login": login, "password": secret}
    return client.post("/connexion/families", data=fields, headers=HTML, follow_redirects=True)


@pytest.mark.both_databases
def test_the_first_summer(
    app: Flask, console: Console, client: FlaskClient, at: Callable[[datetime], None], delivery: Path
) -> None:
    at(datetime(2026, 7, 20, 9, tzinfo=UTC))
    dates = ("--first-day", "2026-09-01", "--last-day", "2026-07-04", "--families-from", "2026-08-01")
    first = console("setup", "--name", "ENT d’essai", "--year", "2026", *dates, "--json")
    assert first["created"] is True
    assert console("setup", "--name", "ENT d’essai", "--year", "2026", *dates, "--json")["code"] is None

    report = console("feeds", "import", "aaf", str(delivery), "--json")
    assert report["rejected"] == []
    people = console("people", "list", "--json")
    guardian = next(row for row in people if row["profile"] == "guardian")
    head = next(row for row in people if row["profile"] in ("teacher", "staff"))
    uai = guardian["school"]
    console("accounts", "grant", head["login"], "head", "--school", uai)
    known = {row["id"] for row in people}

    # The same delivery again changes nothing and loses nobody (FEED-9).
    again = console("feeds", "import", "aaf", str(delivery), "--json")
    assert (again["created"], again["changed"], again["left"]) == (0, 0, 0)
    assert {row["id"] for row in console("people", "list", "--json")} == known

    # The school is on the public site, which tells of the window (SITE-1, SITE-4).
    page = client.get(f"/ecole/{uai}/", headers=HTML)
    assert page.status_code == 200
    assert "1er septembre 2026" in page.text

    # A guardian with a one-time code chooses a password, and is stopped when the window opens (ACCT-2, GATE-2).
    code = console("accounts", "code", guardian["login"], "--json")["code"]
    page = enter(client, guardian["login"], code)
    assert page.request.path == "/compte/mot-de-passe"
    fields = {"csrf_token": form_token(page.text), "new_password": PASSWORD, "new_password_again": PASSWORD}
    assert client.post("/compte/mot-de-passe", data=fields, headers=HTML).status_code == 303
    assert client.get("/espace", headers=HTML).status_code == 200

    at(datetime(2026, 8, 20, 7, tzinfo=UTC))
    stopped = client.get("/espace", headers=HTML)
    assert stopped.status_code == 303
    door = f"/ecole/{uai}/fermeture/guardian"
    assert stopped.headers["Location"] == door
    assert 0 < int(stopped.headers["Retry-After"]) <= 3600
    told = client.get(door, headers=HTML)
    assert told.status_code == 200
    assert "mardi 1er septembre 2026" in told.text
    by_htmx = client.get("/espace", headers={"HX-Request": "true"})
    assert (by_htmx.status_code, by_htmx.headers["HX-Redirect"], by_htmx.data) == (503, door, b"")

    # A second before the end it is closed, a second after it is open, in the same session (GATE-3).
    at(OPENS - timedelta(seconds=1))
    assert client.get("/espace", headers=HTML).status_code == 303
    at(OPENS + timedelta(seconds=1))
    assert client.get("/espace", headers=HTML).status_code == 200

    # The head moves the end by two days within the limits, and the gate explains it (GATE-4, GATE-11).
    at(datetime(2026, 8, 20, 7, tzinfo=UTC))
    code = console("accounts", "code", head["login"], "--json")["code"]
    chief = app.test_client()
    page = chief.get("/connexion/school", headers=HTML)
    fields = {"csrf_token": form_token(page.text), "login": head["login"], "password": code}
    page = chief.post("/connexion/school", data=fields, headers=HTML, follow_redirects=True)
    fields = {"csrf_token": form_token(page.text), "new_password": PASSWORD, "new_password_again": PASSWORD}
    chief.post("/compte/mot-de-passe", data=fields, headers=HTML)
    window = console("gate", "window", "list", "--json")[0]
    screen = f"/administration/ecole/{uai}/acces/blocage/{window['id']}"
    page = chief.get(screen, headers=HTML)
    assert page.status_code == 200
    fields = {"csrf_token": form_token(page.text), "end_day": "2026-09-03", "end_hour": "08:00", "do": "save"}
    saved = chief.post(screen, data=fields, headers=HTML)
    assert saved.status_code == 303, saved.text
    question = ("gate", "explain", "--profile", "guardian", "--school", uai, "--json")
    closed = console(*question, "--at", "2026-09-03T07:59:59")
    assert (closed["allowed"], closed["rule"], closed["reopens_at"]) == (False, "GATE-4", "2026-09-03T08:00:00+02:00")
    assert console(*question, "--at", "2026-09-03T08:00:00")["allowed"] is True

    # The project withdraws its authorisation: the school's change no longer counts, and is kept (GATE-4).
    code = console("accounts", "code", first["operator"], "--json")["code"]
    operator = app.test_client()
    page = operator.get("/connexion/guest", headers=HTML)
    fields = {"csrf_token": form_token(page.text), "login": first["operator"], "password": code}
    page = operator.post("/connexion/guest", data=fields, headers=HTML, follow_redirects=True)
    fields = {"csrf_token": form_token(page.text), "new_password": PASSWORD, "new_password_again": PASSWORD}
    operator.post("/compte/mot-de-passe", data=fields, headers=HTML)
    for allowed, opens in (("0", "2026-09-01T08:00:00+02:00"), ("1", "2026-09-03T08:00:00+02:00")):
        fields = {"csrf_token": form_token(operator.get("/administration/acces/blocage", headers=HTML).text)}
        answer = operator.post("/administration/acces/autorisation", data=fields | {"allowed": allowed}, headers=HTML)
        assert answer.status_code == 303
        assert console(*question, "--at", "2026-08-25T12:00")["reopens_at"] == opens

    assert "0" * 64 not in console("audit", "verify")
