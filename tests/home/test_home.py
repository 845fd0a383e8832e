"""The page on which somebody arrives, and what is their own (PORTAL-12, DATA-2)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.db import db
from app.home import actions, queries
from app.home.addresses import NoAddress, checked
from app.home.models import Bookmark, PersonalEvent
from tests.people import Cast, cast
from tests.signing import send, sign_in

Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


@pytest.mark.postgresql_for("guardian", "head")
@pytest.mark.parametrize("name", ["student", "guardian", "teacher", "staff", "head", "authority", "guest", "operator"])
def test_everybody_arrives_somewhere(client: FlaskClient, people: Cast, name: str) -> None:
    sign_in(client, getattr(people, name))
    page = client.get("/espace")
    assert page.status_code == 200
    assert "Mes données et la bascule" in page.text


@pytest.mark.both_databases
def test_a_bookmark_is_kept_once_and_is_its_owners_alone(client: FlaskClient, people: Cast) -> None:
    sign_in(client, people.teacher)
    fields = {"title": "Dictionnaire", "address": "https://www.cnrtl.fr/definition/"}
    assert send(client, "/espace/favoris", fields).status_code == 303
    send(client, "/espace/favoris", {**fields, "title": "Le dictionnaire"})
    kept = db.session.query(Bookmark).one()
    assert kept.title == "Le dictionnaire"
    assert "Le dictionnaire" in client.get("/espace").text
    other = client.application.test_client()
    sign_in(other, people.staff)
    token = {"title": "x", "address": "/espace"}
    assert send(other, f"/espace/favoris/{kept.id}/retirer", token, page="/espace/favoris").status_code == 404
    assert send(client, f"/espace/favoris/{kept.id}/retirer", page="/espace/favoris").status_code == 303
    assert db.session.query(Bookmark).count() == 0


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//elsewhere.test", "/\\elsewhere.test", "https://", "x y"]
)
def test_a_bookmark_never_runs_anything(address: str) -> None:
    with pytest.raises(NoAddress):
        checked(address)


def test_a_wrong_address_is_told_and_the_form_keeps_what_was_typed(client: FlaskClient, people: Cast) -> None:
    sign_in(client, people.teacher)
    page = send(client, "/espace/favoris", {"title": "Piège", "address": "javascript:alert(1)"})
    assert page.status_code == 422
    assert "pas une adresse de page" in page.text
    assert "Piège" in page.text
    assert db.session.query(Bookmark).count() == 0


@pytest.mark.both_databases
def test_a_date_of_ones_own_is_wall_time_and_nobody_elses(client: FlaskClient, people: Cast) -> None:
    sign_in(client, people.guardian)
    fields = {"title": "Réunion", "starts_at": "2027-01-14T18:00", "ends_at": "2027-01-14T19:30", "place": "Salle 3"}
    assert send(client, "/espace/agenda/nouvelle-date", fields).status_code == 303
    kept = db.session.query(PersonalEvent).one()
    assert kept.starts_at.isoformat() == "2027-01-14T17:00:00+00:00"
    assert "jeudi 14 janvier 2027 à 18\u00a0h" in client.get("/espace/agenda").text
    other = client.application.test_client()
    sign_in(other, people.other_guardian)
    assert other.get(f"/espace/agenda/{kept.id}").status_code == 404
    assert "Réunion" not in other.get("/espace/agenda").text


@pytest.mark.parametrize(
    ("starts", "ends", "said"),
    [
        ("2027-01-14T18:00", "2027-01-14T17:00", "avant le début"),
        ("2027-03-28T02:30", "2027-03-28T04:00", "n’existe pas"),
    ],
)
def test_a_date_that_cannot_be_is_refused_in_words(
    client: FlaskClient, people: Cast, starts: str, ends: str, said: str
) -> None:
    sign_in(client, people.guardian)
    page = send(client, "/espace/agenda/nouvelle-date", {"title": "Nuit", "starts_at": starts, "ends_at": ends})
    assert page.status_code == 422
    assert said in page.text
    assert db.session.query(PersonalEvent).count() == 0


def test_preferences_are_those_that_are_offered(app: Flask, client: FlaskClient, people: Cast) -> None:
    sign_in(client, people.student)
    assert send(client, "/espace/preferences", {"first-block": "messages"}).status_code == 303
    assert queries.preferences(people.student.id)["first-block"] == "messages"
    assert send(client, "/espace/preferences", {"first-block": "nonsense"}).status_code == 422
    assert queries.preferences(people.student.id)["first-block"] == "messages"
    assert queries.preferences(people.guardian.id)["first-block"] == "work"


def test_the_home_costs_the_same_whatever_is_kept(client: FlaskClient, people: Cast, count_queries: Counting) -> None:
    sign_in(client, people.teacher)
    client.get("/espace")

    def cost() -> int:
        with count_queries() as statements:
            assert client.get("/espace").status_code == 200
        return len(statements)

    before, now = cost(), clock.portal_now()
    _fill(people.teacher.id, now)
    assert cost() == before


def _fill(person_id: int, now: datetime) -> None:
    for number in range(30):
        actions.add_bookmark(person_id, title=f"Page {number}", address=f"/page/{number}")
        starts = now + timedelta(days=number)
        actions.add_event(
            person_id, title=f"Date {number}", words="", place="", starts_at=starts, ends_at=starts + timedelta(hours=1)
        )
    db.session.commit()


@pytest.mark.parametrize("name", ["student", "guardian", "teacher", "head"])
def test_the_home_asks_a_bounded_number_of_questions(
    client: FlaskClient, people: Cast, count_queries: Counting, name: str
) -> None:
    """Every room is asked once; a new block costs what its room says."""
    sign_in(client, getattr(people, name))
    client.get("/espace")
    with count_queries() as statements:
        client.get("/espace")
    assert len(statements) <= 40
