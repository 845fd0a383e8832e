"""The drop folder's page and the rhythm's form: for operators, with what is late said on the dashboard (S4-6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app import clock
from app.audit.actions import COMMAND
from app.db import db
from app.feeds.inbox.actions import set_rhythm
from app.feeds.inbox.models import FeedArrival, FeedRhythm
from app.feeds.reasons import pack
from app.words import Words
from tests.conftest import StatementCount
from tests.people import Cast, cast
from tests.signing import send, sign_in

NOW = datetime(2026, 9, 10, 11, tzinfo=UTC)
PAGE, FORM = "/administration/imports/arrivees", "/administration/imports/rythme"


@pytest.fixture
def people(sqlite_app: Flask) -> Cast:
    return cast(sqlite_app)


def arrive(count: int) -> None:
    at = clock.machine_now()
    for number in range(count):
        reason = pack(Words("Aucun fichier d’une livraison AAF n’a été trouvé."))
        db.session.add(
            FeedArrival(
                source="aaf", name=f"photos-{number}.zip", sign="x", state="refused", seen_at=at, tries=0,
                finished_at=at, reason=reason,
            )
        )  # fmt: skip
    db.session.commit()


def test_the_empty_page_says_where_deliveries_go(sqlite_app: Flask, people: Cast) -> None:
    client = sqlite_app.test_client()
    sign_in(client, people.operator)
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "inbox/aaf" in page.text
    assert "deux à trois jours" in page.text
    assert PAGE in client.get("/administration/imports").text


def test_the_page_lists_arrivals_with_their_reasons_in_a_fixed_number_of_queries(
    sqlite_app: Flask, people: Cast
) -> None:
    client = sqlite_app.test_client()
    sign_in(client, people.operator)
    arrive(4)
    client.get(PAGE)
    with StatementCount(db.engine, "SELECT revision.name") as few:
        page = client.get(PAGE)
    assert page.text.count("Aucun fichier d’une livraison") == 4
    arrive(60)
    with StatementCount(db.engine, "SELECT revision.name") as many:
        page = client.get(PAGE)
    assert len(few) == len(many)
    assert "Plus anciennes" in page.text
    assert "photos-3.zip" in client.get(f"{PAGE}?before=15").text


def test_the_rhythm_is_proposed_saved_and_what_is_late_is_told(sqlite_app: Flask, people: Cast) -> None:
    client = sqlite_app.test_client()
    sign_in(client, people.operator)
    assert 'selected value="complete"' in client.get(f"{FORM}?habituel=1").text
    assert 'selected value="complete"' not in client.get(FORM).text
    done = send(client, FORM, {"day0": "complete", "day2": "delta", "hour": "9"})
    assert done.status_code == 303
    rows = {row.weekday: (row.complete, row.hour) for row in db.session.query(FeedRhythm)}
    assert rows == {0: (True, 9), 2: (False, 9)}
    assert send(client, FORM, {"day0": "nonsense", "hour": "9"}).status_code == 422
    assert "pas arrivées" not in client.get("/administration").text
    long_ago = clock.machine_now() - timedelta(days=30)
    set_rhythm("aaf", {}, 6, by=COMMAND, now=NOW, machine_now=long_ago)
    set_rhythm("aaf", dict.fromkeys(range(7), False), 6, by=COMMAND, now=NOW, machine_now=long_ago)
    db.session.commit()
    assert "En retard" in client.get(PAGE).text
    assert "pas arrivées" in client.get("/administration").text


def test_nobody_else_sees_them(sqlite_app: Flask, people: Cast) -> None:
    for login in (people.head, people.teacher, people.guardian):
        client = sqlite_app.test_client()
        sign_in(client, login)
        assert client.get(PAGE).status_code == 404
        assert client.get(FORM).status_code == 404
