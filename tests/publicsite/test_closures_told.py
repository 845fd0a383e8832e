"""Closures as picture, table, calendar and status: the same facts, never an hour that has passed (SITE-4, GATE-14)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from app import clock
from app.audit.actions import COMMAND
from app.db import db
from app.gate import actions as gate
from app.gate.queries import window_row
from app.gate.windows import Bound, Source
from app.pulse import set_clock
from tests import people
from tests.people import Cast
from tests.publicsite.test_public_pages import NOW, OPENING, close_families


@pytest.fixture
def cast(app: Flask) -> Cast:
    found = people.cast(app)
    set_clock(db.session(), NOW - clock.machine_now())
    db.session.commit()
    return found


def _events(client: FlaskClient, path: str = "/closures.ics") -> list[Any]:
    answer = client.get(path)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(answer.data).walk("VEVENT"))


def _status(client: FlaskClient, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(client.get(f"/status.json{query}").data)
    return found


def _maintain(end: datetime, *, next_news: datetime | None = None) -> int:
    window = gate.add_window(
        kind="maintenance",
        start=Bound(instant=NOW - timedelta(days=2)),
        end=Bound(instant=end),
        holds=True,
        next_news=next_news,
        source=Source.PROJECT,
        by=COMMAND,
        now=NOW,
    )
    db.session.commit()
    return window.id


def test_an_event_keeps_its_uid_while_it_moves_and_its_sequence_grows(client: FlaskClient, cast: Cast) -> None:
    number = close_families()
    (first,) = _events(client)
    assert (first.decoded("dtstart"), first.decoded("dtend")) == (datetime(2026, 8, 16, 22, tzinfo=UTC), OPENING)
    moved = OPENING + timedelta(days=1)
    gate.change_window(window_row(number), {"end": Bound(instant=moved)}, by=COMMAND, now=NOW)
    db.session.commit()
    (second,) = _events(client)
    assert second["uid"] == first["uid"]
    assert second.decoded("dtend") == moved
    assert int(second["sequence"]) > int(first["sequence"])


def test_what_is_written_in_a_message_cannot_break_the_calendar(client: FlaskClient, cast: Cast) -> None:
    message = "Bonjour ; à lundi, 8 h\\n\nBEGIN:VEVENT\nSUMMARY:faux"
    close_families(message=message)
    (event,) = _events(client)
    assert message in str(event["description"])
    raw = client.get("/closures.ics").text
    assert raw.count("\r\nBEGIN:VEVENT\r\n") == 1
    assert all(len(line.encode()) <= 75 for line in raw.split("\r\n"))


def test_a_schools_calendar_tells_its_own_dates(client: FlaskClient, cast: Cast) -> None:
    number = close_families()
    later = OPENING + timedelta(days=2)
    gate.amend_window(
        window_row(number), school_id=cast.college.id, end=Bound(instant=later), by_operator=True, by=COMMAND, now=NOW
    )
    db.session.commit()
    (own,) = _events(client, f"/ecole/{cast.college.uai}/closures.ics")
    (other,) = _events(client, f"/ecole/{cast.primary.uai}/closures.ics")
    assert (own.decoded("dtend"), other.decoded("dtend")) == (later, OPENING)
    assert cast.college.uai in own["uid"]
    assert len({event["uid"] for event in _events(client)}) == 2


def test_an_end_that_passed_without_reopening_is_told_nowhere(client: FlaskClient, cast: Cast) -> None:
    announced = NOW - timedelta(hours=2)
    news = NOW + timedelta(hours=3)
    _maintain(announced, next_news=news)
    home, page = client.get("/").text, client.get("/fermetures").text
    assert "plus longtemps que prévu" in home
    assert "lundi 24 août 2026 à 13\u00a0h" in home, "when the next news come, in the project's zone"
    for text in (home, page):
        assert "à 8\u00a0h" not in text, "the announced hour, 8:00 in Paris, has passed"
    (event,) = _events(client)
    assert event.decoded("dtend") == news
    (closure,) = _status(client)["closures"]
    assert (closure["to"], closure["overrun"]) == (None, True)
    assert _status(client)["profiles"]["teacher"]["reopens_at"] is None
    assert announced.isoformat()[:16] not in json.dumps(_status(client))


def test_status_says_who_may_come_in_now_and_what_changes_next(client: FlaskClient, cast: Cast) -> None:
    close_families()
    found = _status(client)
    assert found["profiles"]["student"]["state"] == "closed"
    assert found["profiles"]["student"]["reopens_at"] == "2026-09-01T08:00:00+02:00"
    assert found["profiles"]["teacher"] == {
        "state": "open", "open": True, "reopens_at": None, "schools_open": 2, "schools_closed": 0,
    }  # fmt: skip
    assert found["next_change"] == "2026-09-01T08:00:00+02:00"
    assert found["closures"][0]["profiles"] == ["student", "guardian"]
    assert client.get("/status.json").headers["Access-Control-Allow-Origin"] == "*"


def test_status_counts_schools_that_differ(client: FlaskClient, cast: Cast) -> None:
    number = close_families()
    gate.amend_window(
        window_row(number), school_id=cast.primary.id, end=Bound(instant=NOW - timedelta(hours=1)), by_operator=True,
        by=COMMAND, now=NOW,
    )  # fmt: skip
    db.session.commit()
    assert _status(client)["profiles"]["guardian"]["state"] == "partly"
    assert _status(client)["profiles"]["guardian"]["schools_closed"] == 1
    assert _status(client, f"?school={cast.primary.uai}")["profiles"]["guardian"]["open"] is True
    assert _status(client, f"?school={cast.college.uai.lower()}")["profiles"]["guardian"]["open"] is False


def test_the_picture_and_the_table_tell_the_same(client: FlaskClient, cast: Cast) -> None:
    close_families()
    page = client.get("/fermetures").text
    assert "<svg" in page
    assert "style=" not in page
    assert "Fermé du lundi 24 août 2026 au mardi 1er septembre 2026 à 8\u00a0h" in page, "the picture begins today"
    assert "lundi 17 août 2026" in page, "the table tells the start"
    assert "Élèves et responsables" in page


def test_without_closures_the_calendar_says_so(client: FlaskClient, cast: Cast) -> None:
    assert "Aucune fermeture n’est annoncée." in client.get("/fermetures").text
    assert _events(client) == []
    assert _status(client)["closures"] == []


def test_an_announced_closing_is_told_before_it_begins(client: FlaskClient, cast: Cast) -> None:
    gate.add_window(
        kind="profiles", start=Bound(day=date(2026, 10, 1)), end=Bound(day=date(2026, 10, 2)), profiles=["teacher"],
        by=COMMAND, now=NOW,
    )  # fmt: skip
    db.session.commit()
    page = client.get("/").text
    assert "L’espace fermera aux enseignants le jeudi 1er octobre 2026" in page
    assert "Ouvert" in page


def test_a_sentence_that_two_closings_share_is_said_once(client: FlaskClient, cast: Cast) -> None:
    """SITE-4, GATE-14: two maintenances that last longer than announced say the same; the status tells both."""
    _maintain(NOW - timedelta(hours=3))
    _maintain(NOW - timedelta(hours=2))
    assert client.get("/").text.count("La maintenance dure plus longtemps que prévu.") == 1
    assert len(_status(client)["closures"]) == 2
