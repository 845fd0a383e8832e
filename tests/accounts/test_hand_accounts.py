"""Accounts made by hand and numbers changed by guardians (PORTAL-6, PORTAL-8, ACCT-5, KIN-2)."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import Account
from app.accounts.phones.numbers import read_number
from app.db import db
from app.directory.kin.models import PhoneChange
from app.directory.models import Person, RoleGrant
from tests.people import Cast, cast
from tests.signing import send, sign_in


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def at(people: Cast, rest: str = "") -> str:
    return f"/administration/ecole/{people.college.uai}/comptes{rest}"


def person(last_name: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.last_name == last_name))


@pytest.mark.both_databases
def test_a_guest_is_made_with_a_lifetime_and_a_code_shown_once(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.school_admin)
    fields = {"last_name": "Aubert", "first_name": "Nina", "kind": "guest", "lifetime": "year"}
    page = send(client, at(people, "/nouveau"), fields)
    assert page.status_code == 200
    assert "n.aubert" in page.text
    made = person("Aubert")
    assert made is not None
    assert (made.source, made.lifetime) == ("hand", "year")
    assert db.session.get_one(Account, made.id).code_hash is not None
    listed = client.get(at(people)).text
    assert "Nina Aubert" in listed
    assert "fin de l’année scolaire" in listed
    way = at(people, f"/{made.id}/duree")
    assert send(client, way, {"lifetime": "permanent"}).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Person, made.id).lifetime == "permanent"
    assert send(client, way, {"lifetime": "forever"}).status_code == 422


@pytest.mark.parametrize(
    ("kind", "said"),
    [("teacher", "académie"), ("student", "SIECLE"), ("guardian", "SIECLE"), ("staff", "académie"), ("x", "main")],
)
def test_who_comes_from_a_feed_is_refused_with_the_reason(
    people: Cast, client: FlaskClient, kind: str, said: str
) -> None:
    """PORTAL-8."""
    sign_in(client, people.head)
    answer = send(client, at(people, "/nouveau"), {"last_name": "Aubert", "kind": kind, "lifetime": "permanent"})
    assert answer.status_code == 422
    assert said in answer.text.split("error-summary")[1]
    assert person("Aubert") is None


def test_an_administrator_gets_the_role_in_that_school_only(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.head)
    fields = {"last_name": "Aubert", "first_name": "Nina", "kind": "administrator", "lifetime": "permanent"}
    assert send(client, at(people, "/nouveau"), fields).status_code == 200
    made = person("Aubert")
    assert made is not None
    grants = db.session.execute(select(RoleGrant.role, RoleGrant.school_id).where(RoleGrant.person_id == made.id)).all()
    assert [tuple(row) for row in grants] == [("school-admin", people.college.id)]


@pytest.mark.parametrize("who", ["teacher", "staff", "guardian", "guest", "primary_head"])
def test_nobody_else_makes_accounts(people: Cast, client: FlaskClient, who: str) -> None:
    sign_in(client, getattr(people, who))
    for rest in ("", "/nouveau", f"/{people.guest.id}/duree"):
        assert client.get(at(people, rest)).status_code == 404


def test_only_hand_made_guests_of_the_school_have_a_lifetime(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.head)
    assert client.get(at(people, f"/{people.guest.id}/duree")).status_code == 200
    for one in (people.teacher, people.student, people.authority, people.operator):
        assert client.get(at(people, f"/{one.id}/duree")).status_code == 404


# Numbers ---------------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_guardian_changes_a_number_and_the_office_takes_it_over(people: Cast, client: FlaskClient) -> None:
    """PORTAL-6: listed until taken over; KIN-2: the other guardian sees nothing of it."""
    sign_in(client, people.guardian)
    assert "Voir et changer mes numéros" in client.get("/compte").text
    assert send(client, "/compte/telephones", {"mobile_phone": "06.12.34.56.78"}).status_code == 303
    assert "pas encore repris" in client.get("/compte/telephones").text
    sign_in(client, people.other_guardian)
    assert "06 12 34 56 78" not in client.get("/compte/telephones").text
    listing = f"/administration/ecole/{people.college.uai}/liste-rouge"
    for who in (people.other_guardian, people.teacher, people.primary_head):
        sign_in(client, who)
        assert client.get(listing).status_code == 404
    sign_in(client, people.school_admin)
    page = client.get(listing).text
    assert "06 12 34 56 78" in page
    assert people.guardian.name in page
    number = db.session.scalar(select(PhoneChange.id))
    assert send(client, f"{listing}/{number}/repris", page=listing).status_code == 303
    assert people.guardian.name not in client.get(listing).text.split("<main")[1]
    assert (
        send(client, f"{listing}/{number}/repris", page=listing.replace("liste-rouge", "comptes/nouveau")).status_code
        == 404
    )


def test_what_is_no_number_is_refused_and_kept_in_the_form(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.guardian)
    answer = send(client, "/compte/telephones", {"home_phone": "<b>12"})
    assert answer.status_code == 422
    assert "&lt;b&gt;12" in answer.text
    sign_in(client, people.teacher)
    assert client.get("/compte/telephones").status_code == 404
    assert db.session.scalar(select(PhoneChange.id)) is None


def test_numbers_have_one_spelling() -> None:
    assert read_number(" 06.12.34.56.78 ") == "06 12 34 56 78"
    assert read_number("+33 6 12 34 56 78") == "+33612345678"
    assert read_number("") == ""
    assert read_number("12") is read_number("appelez-moi") is read_number("+1234567890123456789") is None
