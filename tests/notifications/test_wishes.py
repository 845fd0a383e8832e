"""'Tell me when it reopens' (SITE-7): told once, after the real reopening (GATE-14), and erased."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.audit.actions import COMMAND
from app.db import db
from app.gate import actions as gate
from app.gate.windows import Bound
from app.notifications import actions, jobs
from app.notifications.models import OutboxMessage, ReopeningWish, WishCount
from app.pulse import pulse
from tests.people import Cast, cast

NOW = datetime(2026, 8, 20, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def wish(place_of: int, profile: str = "guardian", address: str = "alice@exemple.test", language: str = "fr") -> None:
    actions.leave_wish(
        address=address, school_id=place_of, profile=profile, language=language, network="n", now=clock.machine_now()
    )
    db.session.commit()


def closed(people: Cast, **more: object) -> int:
    row = gate.add_window(
        kind="profiles",
        profiles=("student", "guardian"),
        start=Bound(instant=NOW - HOUR),
        end=Bound(instant=NOW + HOUR),
        by=COMMAND,
        now=NOW,
        **more,  # type: ignore[arg-type]
    )
    db.session.commit()
    pulse().forget()
    return row.id


def tell(at: datetime) -> str:
    pulse().forget()
    return jobs.tell_reopenings(at, clock.machine_now())


def outbox() -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


@pytest.mark.both_databases
def test_a_wish_is_told_when_its_own_space_opens_and_erased(app: Flask, people: Cast) -> None:
    closed(people)
    wish(people.college.id)
    wish(people.college.id, address="bob@exemple.test", language="en")
    assert tell(NOW) == ""
    assert tell(NOW + HOUR - timedelta(microseconds=1)) == ""
    assert tell(NOW + HOUR) == "told 2"
    assert tell(NOW + HOUR) == ""
    assert db.session.scalars(select(ReopeningWish)).all() == []
    first, second = outbox()
    assert first.address == "alice@exemple.test"
    assert "l’espace des responsables" in first.body
    assert people.college.name in first.body
    assert "/en/connexion" in second.body
    for class_code in ("6A", "5A", "6e"):
        assert class_code not in first.body


@pytest.mark.both_databases
def test_a_wish_left_twice_is_told_once_and_two_workers_tell_it_once(app: Flask, people: Cast) -> None:
    closed(people)
    wish(people.college.id)
    wish(people.college.id)
    [row] = db.session.scalars(select(ReopeningWish)).all()
    # Another worker saw the wish and queued it, but was stopped before it could erase it.
    actions.queue(
        "reopening",
        key=f"reopening:{row.id}:{row.left_at.timestamp():.6f}",
        address=row.address,
        subject="s",
        body="b",
        language="fr",
        now=NOW,
    )
    db.session.commit()
    assert tell(NOW + HOUR) == ""
    assert len(outbox()) == 1
    assert db.session.scalars(select(ReopeningWish)).all() == []


def test_an_overrunning_maintenance_is_not_a_reopening_until_somebody_opens(app: Flask, people: Cast) -> None:
    """GATE-14: the announced hour passes and nothing is sent."""
    gate.add_window(
        kind="maintenance",
        start=Bound(instant=NOW - HOUR),
        end=Bound(instant=NOW + HOUR),
        holds=True,
        by=COMMAND,
        now=NOW,
    )
    db.session.commit()
    wish(people.college.id, "teacher")
    assert tell(NOW + HOUR) == ""
    assert tell(NOW + 30 * HOUR) == ""
    gate.open_(by=COMMAND, now=NOW + 31 * HOUR)
    db.session.commit()
    assert tell(NOW + 31 * HOUR) == "told 1"


def test_schools_reopen_one_by_one(app: Flask, people: Cast) -> None:
    gate.close(by=COMMAND, now=NOW)
    db.session.commit()
    wish(people.college.id)
    wish(people.primary.id)
    pulse().forget()
    gate.open_(school_id=people.college.id, by=COMMAND, now=NOW + HOUR)
    db.session.commit()
    assert tell(NOW + HOUR) == "told 1"
    [left] = db.session.scalars(select(ReopeningWish)).all()
    assert left.school_id == people.primary.id


def test_the_letter_says_when_some_levels_come_later_and_names_none(app: Flask, people: Cast) -> None:
    """GATE-13, GATE-16."""
    number = closed(people)
    gate.amend_window(
        gate.window_row(number),
        school_id=people.college.id,
        level="6e",
        end=Bound(instant=NOW + 5 * HOUR),
        by_operator=True,
        by=COMMAND,
        now=NOW,
    )
    db.session.commit()
    wish(people.college.id)
    assert tell(NOW + HOUR) == "told 1"
    [letter] = outbox()
    assert "Certains niveaux rentrent un autre jour" in letter.body
    assert "6e" not in letter.body


@pytest.mark.both_databases
def test_unanswered_wishes_are_forgotten(app: Flask, people: Cast) -> None:
    wish(people.college.id)
    left = clock.machine_now()
    assert jobs.forget(left + timedelta(days=179)) == "erased 1"  # the count of the network
    assert jobs.forget(left + timedelta(days=181)) == "erased 1"
    assert db.session.scalars(select(ReopeningWish)).all() == []
    assert db.session.scalars(select(WishCount)).all() == []


class TestPage:
    @pytest.fixture(autouse=True)
    def _closed(self, people: Cast) -> None:
        now = clock.machine_now()
        gate.add_window(
            kind="profiles",
            profiles=("student", "guardian"),
            start=Bound(instant=now - HOUR),
            end=Bound(instant=now + HOUR),
            by=COMMAND,
            now=now,
        )
        db.session.commit()
        pulse().forget()

    @staticmethod
    def post(client: FlaskClient, people: Cast, **fields: str):  # type: ignore[no-untyped-def]
        path = f"/prevenir?school={people.college.uai}"
        page = client.get(path)
        assert page.status_code == 200
        assert "Set-Cookie" not in page.headers
        assert page.headers["Cache-Control"] == "no-store"
        token = re.search(r'name="token" value="([^"]+)"', page.text)
        return client.post(path, data={"token": token[1] if token else "", **fields})

    def test_leaving_an_address_needs_no_session_and_answers_the_same_twice(
        self, client: FlaskClient, people: Cast
    ) -> None:
        answers = [self.post(client, people, profile="guardian", address="Alice@Exemple.test") for _ in range(2)]
        assert [answer.status_code for answer in answers] == [303, 303]
        assert answers[0].headers["Location"] == answers[1].headers["Location"]
        assert "Set-Cookie" not in answers[0].headers
        assert "C’est noté" in client.get(answers[0].headers["Location"]).text
        [left] = db.session.scalars(select(ReopeningWish)).all()
        assert (left.address, left.profile, left.school_id) == ("Alice@exemple.test", "guardian", people.college.id)

    def test_an_open_space_answers_the_same_and_keeps_nothing(self, client: FlaskClient, people: Cast) -> None:
        answer = self.post(client, people, profile="teacher", address="t@exemple.test")
        assert answer.status_code == 303
        assert db.session.scalars(select(ReopeningWish)).all() == []

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"profile": "guardian", "address": "alice"}, "Une adresse s’écrit avec un @"),
            ({"profile": "guardian", "address": ""}, "Écrivez une adresse"),
            ({"address": "alice@exemple.test"}, "Choisissez qui vous êtes."),
            ({"profile": "king", "address": "alice@exemple.test"}, "Il reste quelque chose à corriger"),
            ({"profile": "guardian", "address": "a@e.fr\r\nBcc: b@e.fr"}, "n’est pas"),
        ],
    )
    def test_what_is_missing_is_said_beside_the_field(
        self, client: FlaskClient, people: Cast, fields: dict[str, str], said: str
    ) -> None:
        answer = self.post(client, people, **fields)
        assert answer.status_code == 422
        assert said in answer.text
        assert db.session.scalars(select(ReopeningWish)).all() == []

    def test_a_form_without_its_token_or_from_elsewhere_is_refused(self, client: FlaskClient, people: Cast) -> None:
        path = f"/prevenir?school={people.college.uai}"
        fields = {"profile": "guardian", "address": "alice@exemple.test"}
        assert client.post(path, data=fields).status_code == 422
        stolen = re.search(r'name="token" value="([^"]+)"', client.get(f"/prevenir?school={people.primary.uai}").text)
        assert stolen is not None
        assert client.post(path, data={**fields, "token": stolen[1]}).status_code == 422
        other = client.post(path, data=fields, headers={"Sec-Fetch-Site": "cross-site"})
        assert other.status_code == 400
        assert db.session.scalars(select(ReopeningWish)).all() == []

    def test_a_network_has_a_limit_an_hour(
        self, client: FlaskClient, people: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(actions, "WISHES_AN_HOUR", 2)
        for number in range(2):
            assert self.post(client, people, profile="guardian", address=f"a{number}@exemple.test").status_code == 303
        full = self.post(client, people, profile="guardian", address="a3@exemple.test")
        assert full.status_code == 429
        assert "Trop de demandes" in full.text
        assert len(db.session.scalars(select(ReopeningWish)).all()) == 2

    def test_without_a_school_one_searches_it(self, client: FlaskClient, people: Cast) -> None:
        assert "De quel établissement" in client.get("/prevenir").text
        found = client.get("/prevenir?q=simone&profile=guardian").text
        assert f"school={people.college.uai}" in found
        assert "profile=guardian" in found
        assert "Aucun établissement" in client.get("/prevenir?q=atlantis").text
        assert client.get("/prevenir?school=0000000X").status_code == 404

    def test_the_page_exists_in_english(self, client: FlaskClient, people: Cast) -> None:
        page = client.get(f"/en/prevenir?school={people.college.uai}")
        assert page.status_code == 200
        assert '<html lang="en">' in page.text
