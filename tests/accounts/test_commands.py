"""``flask accounts ...`` (the stable contract of the command line)."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import select

from app.accounts.models import ForeignIdentity
from app.accounts.role_table import role_table
from app.db import db
from app.directory.queries import roles_of
from app.profiles import Role
from tests.people import Cast, cast
from tests.signing import send


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


@pytest.fixture
def more_settings() -> dict[str, str]:
    provider = {"id": "educonnect", "door": "families", "title": "EduConnect", "issuer": "https://idp.test"}
    return {"BASCULE_OIDC": json.dumps([{**provider, "client_id": "c", "client_secret": "s", "portal_too": "1"}])}


def test_a_code_from_the_command_line_lets_in(people: Cast, runner: FlaskCliRunner, client: FlaskClient) -> None:
    done = runner.invoke(args=["accounts", "code", people.operator.login, "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert set(told) == {"login", "code", "expires_at"}
    assert told["login"] == people.operator.login
    assert datetime.fromisoformat(told["expires_at"]).tzinfo is not None
    fields = {"login": people.operator.login, "password": told["code"]}
    assert send(client, "/connexion/guest", fields).status_code == 303


def test_a_code_is_told_to_a_person_too(people: Cast, runner: FlaskCliRunner) -> None:
    done = runner.invoke(args=["accounts", "code", people.teacher.login])
    assert done.exit_code == 0
    assert people.teacher.login in done.stdout


def test_an_unknown_login_is_refused_with_a_hint(people: Cast, runner: FlaskCliRunner) -> None:
    done = runner.invoke(args=["accounts", "code", "nobody", "--json"])
    assert done.exit_code == 3
    assert done.stdout == ""
    assert set(json.loads(done.stderr)) == {"error", "hint"}


def test_roles_are_given_and_taken_back(people: Cast, runner: FlaskCliRunner) -> None:
    give = ["accounts", "grant", people.staff.login, "school-admin", "--school", people.college.uai, "--json"]
    assert json.loads(runner.invoke(args=give).stdout)["changed"] is True
    assert json.loads(runner.invoke(args=give).stdout)["changed"] is False
    assert roles_of(people.staff.id) == {(Role.SCHOOL_ADMIN, people.college.id)}
    take = ["accounts", "revoke", people.staff.login, "school-admin", "--school", people.college.uai, "--json"]
    assert json.loads(runner.invoke(args=take).stdout)["changed"] is True
    assert roles_of(people.staff.id) == frozenset()
    assert runner.invoke(args=["accounts", "grant", people.staff.login, "owner"]).exit_code == 0
    assert roles_of(people.staff.id) == {(Role.OWNER, None)}


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["grant", "s.leroux", "king"], 2),
        (["grant", "s.leroux", "head"], 3),
        (["grant", "s.leroux", "operator", "--school", "9990002B"], 3),
        (["grant", "s.leroux", "head", "--school", "0000000X"], 3),
        (["grant", "nobody", "owner"], 3),
        (["revoke", "o.perrin", "operator"], 3),
        (["grant"], 2),
        (["link", "a.moreau", "nowhere", "x"], 2),
    ],
)
def test_what_cannot_be_is_refused(people: Cast, runner: FlaskCliRunner, args: list[str], code: int) -> None:
    done = runner.invoke(args=["accounts", *args, "--json"])
    assert done.exit_code == code, done.output
    assert done.stdout == ""
    assert json.loads(done.stderr)["error"]
    assert roles_of(people.operator.id) == {(Role.OPERATOR, None)}


def test_an_identity_is_linked_once(people: Cast, runner: FlaskCliRunner) -> None:
    link = ["accounts", "link", people.guardian.login, "educonnect", "E-1", "--json"]
    assert json.loads(runner.invoke(args=link).stdout)["changed"] is True
    assert json.loads(runner.invoke(args=link).stdout)["changed"] is False
    assert db.session.scalar(select(ForeignIdentity.person_id)) == people.guardian.id
    other = ["accounts", "link", people.other_guardian.login, "educonnect", "E-1", "--json"]
    assert runner.invoke(args=other).exit_code == 3


def test_the_table_is_printed(runner: FlaskCliRunner) -> None:
    assert runner.invoke(args=["accounts", "table"]).stdout == role_table()
