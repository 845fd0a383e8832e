"""The own account page: password, address, language, sessions; forgotten passwords."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app import clock
from app.accounts.models import Account, EmailToken, SignInSession
from app.db import db
from app.notifications.models import OutboxMessage
from tests.people import Cast, cast
from tests.signing import send, sign_in

NEW = "Un nouveau mot de passe bien long"
ADDRESS = "therese@exemple.fr"


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def mails(kind: str) -> list[OutboxMessage]:
    db.session.expire_all()
    return list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)))


def link_in(mail: OutboxMessage) -> str:
    found = re.search(r"http://127\.0\.0\.1:5000(/\S+)", mail.body)
    assert found is not None, mail.body
    return found.group(1)


def account(person_id: int) -> Account:
    db.session.expire_all()
    return db.session.get_one(Account, person_id)


# Password --------------------------------------------------------------------------------------------------------------


def test_changing_the_password_ends_the_other_sessions(people: Cast, client: FlaskClient, app: Flask) -> None:
    other = app.test_client()
    sign_in(client, people.teacher)
    sign_in(other, people.teacher)
    fields = {"current_password": people.teacher.password, "new_password": NEW, "new_password_again": NEW}
    answer = send(client, "/compte/mot-de-passe", fields)
    assert answer.headers["Location"] == "/compte"
    assert client.get("/compte").status_code == 200
    assert other.get("/compte").status_code == 303
    fields = {"login": people.teacher.login, "password": NEW}
    assert send(app.test_client(), "/connexion/school", fields).status_code == 303


def test_the_current_password_is_asked_and_guessing_it_is_slowed(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.teacher)
    fields = {"current_password": "wrong", "new_password": NEW, "new_password_again": NEW}
    for _ in range(5):
        answer = send(client, "/compte/mot-de-passe", fields)
        assert answer.status_code == 422
        assert "pas votre mot de passe actuel" in answer.text
    fields["current_password"] = people.teacher.password
    answer = send(client, "/compte/mot-de-passe", fields)
    assert "Trop d’essais" in answer.text


def test_a_password_made_of_ones_name_is_refused(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.teacher)
    name = "Therese-Marchand-1"
    fields = {"current_password": people.teacher.password, "new_password": name, "new_password_again": name}
    answer = send(client, "/compte/mot-de-passe", fields)
    assert answer.status_code == 422
    assert "votre nom" in answer.text


# Address ---------------------------------------------------------------------------------------------------------------


def give_address(client: FlaskClient, people: Cast, address: str) -> None:
    fields = {"email": address, "current_password": people.teacher.password}
    assert send(client, "/compte/adresse", fields).status_code == 303


@pytest.mark.both_databases
def test_a_new_address_counts_once_it_is_proved_and_the_old_one_is_told(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.teacher)
    give_address(client, people, f" {ADDRESS.upper()[:7].lower()}@Exemple.FR ".replace("@@", "@"))
    (mail,) = mails("prove")
    assert account(people.teacher.id).email == people.teacher.email
    assert mail.address in client.get("/compte").text
    way = link_in(mail)
    assert client.get(way).status_code == 200
    assert account(people.teacher.id).email == people.teacher.email, "opening the link proves nothing yet"
    assert send(client, way).status_code == 200
    assert account(people.teacher.id).email == mail.address
    assert [m.address for m in mails("address-changed")] == [people.teacher.email]
    assert client.get(way).status_code == 404


def test_an_address_that_is_none_is_refused_beside_its_field(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.teacher)
    answer = send(client, "/compte/adresse", {"email": "nowhere", "current_password": people.teacher.password})
    assert answer.status_code == 422
    assert "un @" in answer.text
    assert mails("prove") == []


def test_whoever_finds_an_open_session_cannot_take_the_account(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.teacher)
    answer = send(client, "/compte/adresse", {"email": ADDRESS, "current_password": "wrong"})
    assert answer.status_code == 422
    assert mails("prove") == []


def test_an_address_can_be_taken_away(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.teacher)
    give_address(client, people, "")
    assert account(people.teacher.id).email is None


def test_a_later_address_replaces_the_link_of_the_one_before(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.teacher)
    give_address(client, people, ADDRESS)
    give_address(client, people, "autre@exemple.fr")
    first, second = mails("prove")
    assert client.get(link_in(first)).status_code == 404
    assert client.get(link_in(second)).status_code == 200


# Language --------------------------------------------------------------------------------------------------------------


def test_the_language_is_that_of_pages_and_mails(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.teacher)
    answer = send(client, "/compte/langue", {"language": "en"}, page="/compte")
    assert answer.headers["Location"] == "/en/compte"
    assert account(people.teacher.id).language == "en"
    give_address(client, people, ADDRESS)
    assert link_in(mails("prove")[0]).startswith("/en/")
    answer = send(client, "/en/compte/langue", {"language": "fr"}, page="/en/compte")
    assert answer.headers["Location"] == "/compte"
    assert send(client, "/compte/langue", {"language": "xx"}, page="/compte").headers["Location"] == "/compte"


# Sessions --------------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_one_sees_and_ends_ones_own_sessions_only(people: Cast, client: FlaskClient, app: Flask) -> None:
    other, stranger = app.test_client(), app.test_client()
    sign_in(other, people.teacher)
    sign_in(stranger, people.head)
    sign_in(client, people.teacher)
    numbers = dict(db.session.execute(select(SignInSession.token_hash, SignInSession.id)).all())
    own = [n for n in numbers.values() if f"/compte/connexions/{n}/fin" in client.get("/compte").text]
    assert len(own) == 1, "one other session of hers, none of somebody else"
    foreign = db.session.scalar(select(SignInSession.id).where(SignInSession.person_id == people.head.id))
    assert send(client, f"/compte/connexions/{foreign}/fin", page="/compte").status_code == 404
    assert send(client, f"/compte/connexions/{own[0]}/fin", page="/compte").status_code == 303
    assert other.get("/compte").status_code == 303
    assert stranger.get("/compte").status_code == 200
    assert client.get("/compte").status_code == 200


def test_all_other_sessions_end_at_once(people: Cast, client: FlaskClient, app: Flask) -> None:
    others = [app.test_client() for _ in range(2)]
    for other in others:
        sign_in(other, people.teacher)
    sign_in(client, people.teacher)
    assert send(client, "/compte/connexions/fin", page="/compte").status_code == 303
    assert client.get("/compte").status_code == 200
    assert [other.get("/compte").status_code for other in others] == [303, 303]


# Forgotten -------------------------------------------------------------------------------------------------------------


def ask(client: FlaskClient, login: str) -> str:
    answer = send(client, "/mot-de-passe-oublie", {"login": login})
    assert answer.status_code == 200
    return re.sub(r'value="[^"]*"', "", answer.text)


@pytest.mark.both_databases
def test_a_link_goes_to_a_proved_address_and_serves_once(people: Cast, client: FlaskClient, app: Flask) -> None:
    inside = app.test_client()
    sign_in(inside, people.teacher)
    ask(client, people.teacher.login)
    (mail,) = mails("reset")
    assert mail.address == people.teacher.email
    way = link_in(mail)
    assert client.get(way).status_code == 200
    assert send(client, way, {"new_password": "court", "new_password_again": "court"}).status_code == 422
    answer = send(client, way, {"new_password": NEW, "new_password_again": NEW})
    assert answer.headers["Location"] == "/connexion"
    assert inside.get("/compte").status_code == 303, "every session is over"
    assert client.get(way).status_code == 404
    fields = {"login": people.teacher.login, "password": NEW}
    assert send(client, "/connexion/school", fields).status_code == 303


def test_the_answer_is_the_same_for_everybody(people: Cast, client: FlaskClient) -> None:
    db.session.execute(update(Account).where(Account.person_id == people.student.id).values(email_proved_at=None))
    known, unproved, unknown = (ask(client, login) for login in (people.teacher.login, people.student.login, "nobody"))
    assert known == unproved == unknown
    assert len(mails("reset")) == 1


def test_the_page_says_whom_to_ask_by_door(people: Cast, client: FlaskClient) -> None:
    page = client.get("/mot-de-passe-oublie").text
    assert "un de ses enseignants" in page
    assert "secrétariat" in page
    assert "exploitants du projet" in page


def test_a_link_is_over_after_an_hour(people: Cast, client: FlaskClient) -> None:
    ask(client, people.teacher.login)
    expires_at = db.session.scalar(select(EmailToken.expires_at))
    assert timedelta(minutes=59) < expires_at - clock.machine_now() <= timedelta(hours=1)
    db.session.execute(update(EmailToken).values(expires_at=clock.machine_now()))
    assert client.get(link_in(mails("reset")[0])).status_code == 404


def test_mails_are_not_sent_without_end(people: Cast, client: FlaskClient) -> None:
    pages = {ask(client, people.teacher.login) for _ in range(6)}
    assert len(mails("reset")) == 3
    assert len(pages) == 1, "and the answer does not tell"


def test_a_disabled_account_gets_no_link(people: Cast, client: FlaskClient) -> None:
    db.session.execute(update(Account).values(disabled_at=clock.machine_now()))
    ask(client, people.teacher.login)
    assert db.session.scalar(select(func.count()).select_from(OutboxMessage)) == 0


def test_links_are_kept_as_digests(people: Cast, client: FlaskClient) -> None:
    ask(client, people.teacher.login)
    token = link_in(mails("reset")[0]).rsplit("/", 1)[1]
    assert db.session.scalar(select(EmailToken.token_hash)) != token
