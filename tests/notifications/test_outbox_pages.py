"""The outbox page: who sees it, what it hides, what a person decides there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.audit.queries import history, verify
from app.db import db
from app.notifications import actions, jobs
from app.notifications.models import OutboxMessage
from app.notifications.states import State
from tests.people import Cast, cast
from tests.signing import send, sign_in


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def put(key: str, *, kind: str = "notice", body: str = "Bonjour,\n\nun texte", ago: timedelta = timedelta()) -> int:
    now = clock.machine_now() - ago
    address = "alice@exemple.test"
    actions.queue(kind, key=key, address=address, subject=f"Objet {key}", body=body, language="fr", now=now)
    db.session.commit()
    number = db.session.scalars(select(OutboxMessage.id).where(OutboxMessage.key == key)).one()
    # A transaction left open would keep others from writing on SQLite.
    db.session.rollback()
    return number


def lost(key: str) -> int:
    """A message whose sender died an hour ago."""
    ago = timedelta(hours=1)
    number = put(key, ago=ago)
    assert actions.take(number, now=clock.machine_now() - ago)
    db.session.commit()
    return number


def test_the_page_is_the_projects_and_does_not_exist_for_others(client: FlaskClient, people: Cast) -> None:
    number = put("one")
    for someone in (people.head, people.teacher, people.guardian):
        sign_in(client, someone)
        assert client.get("/administration/envois").status_code == 404
        assert client.get(f"/administration/envois/{number}").status_code == 404
    for someone in (people.operator, people.owner):
        sign_in(client, someone)
        page = client.get("/administration/envois")
        assert page.status_code == 200
        assert "Objet one" in page.text
        assert client.get("/administration/envois/999999").status_code == 404


def test_without_a_mail_server_it_shows_what_would_have_been_sent(client: FlaskClient, people: Cast) -> None:
    number = put("one")
    jobs.send_waiting(clock.machine_now())
    sign_in(client, people.operator)
    assert "Aucun serveur de messagerie n’est configuré" in client.get("/administration/envois").text
    page = client.get(f"/administration/envois/{number}").text
    assert "Aurait été envoyé" in page
    assert "un texte" in page


@pytest.mark.both_databases
def test_it_filters_by_state_and_goes_back_in_time(client: FlaskClient, people: Cast) -> None:
    for count in range(52):
        put(f"n{count:02d}")
    lost("lost")
    sign_in(client, people.operator)
    assert "Objet lost" in client.get("/administration/envois?state=uncertain").text
    assert "Objet n51" not in client.get("/administration/envois?state=uncertain").text
    assert "Objet lost" not in client.get("/administration/envois?state=taken").text
    assert client.get("/administration/envois?state=nonsense").status_code == 200
    first = client.get("/administration/envois?state=waiting")
    assert "Objet n51" in first.text
    assert "Objet n01" not in first.text
    fragment = client.get("/administration/envois?state=waiting", headers={"HX-Request": "true"})
    assert "<html" not in fragment.text
    older = first.text.split("before=")[1].split('"')[0]
    assert "Objet n01" in client.get(f"/administration/envois?state=waiting&before={older}").text


def test_a_person_decides_what_is_uncertain_and_the_journal_keeps_it(client: FlaskClient, people: Cast) -> None:
    numbers = [lost(key) for key in ("again", "arrived", "never")]
    sign_in(client, people.operator)
    for number, verdict, becomes in zip(
        numbers, ("resend", "sent", "drop"), (State.WAITING, State.SENT, State.DROPPED), strict=True
    ):
        path = f"/administration/envois/{number}"
        assert "peut-être parti" in client.get(path).text
        assert send(client, path, {"verdict": verdict}).status_code == 303
        db.session.expire_all()
        assert db.session.get_one(OutboxMessage, number).state == becomes
        assert history("message", number)[0].actor_id == people.operator.id
    assert verify().holds


def test_a_decision_that_no_longer_fits_is_refused(client: FlaskClient, people: Cast) -> None:
    number, other = lost("one"), put("two")
    sign_in(client, people.operator)
    path = f"/administration/envois/{number}"
    assert send(client, path, {"verdict": "sent"}).status_code == 303
    late = send(client, path, {"verdict": "resend"}, page=f"/administration/envois/{other}")
    assert late.status_code == 409
    assert "a changé d’état" in late.text
    assert send(client, f"/administration/envois/{other}", {"verdict": "eat"}).status_code == 404
    assert client.post(path, data={"verdict": "drop"}).status_code == 400


def test_a_secret_link_is_hidden_from_the_owner(client: FlaskClient, people: Cast) -> None:
    number = put("link", kind="reset", body="https://portail.test/secret-link")
    sign_in(client, people.owner)
    assert "secret-link" not in client.get(f"/administration/envois/{number}").text
    sign_in(client, people.operator)
    assert "secret-link" in client.get(f"/administration/envois/{number}").text
