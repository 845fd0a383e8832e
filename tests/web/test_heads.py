"""HEAD changes nothing: it is a GET without its body, on every page (guarantees, Security)."""

from __future__ import annotations

from flask.testing import FlaskClient

from app.accounts.models import Account
from app.audit.models import AuditLine
from app.db import db
from tests.people import cast
from tests.signing import sign_in


def test_a_head_request_never_acts_as_a_form(client: FlaskClient) -> None:
    """Views that act on whatever is not GET were reached by HEAD, which needs no token."""
    people = cast(client.application)
    sign_in(client, people.head)
    before = db.session.query(AuditLine).count()
    path = f"/administration/ecole/{people.college.uai}/personnes/{people.student.id}/code"
    answer = client.head(path)
    db.session.expire_all()
    assert db.session.query(AuditLine).count() == before
    account = db.session.get(Account, people.student.id)
    assert account is not None
    assert account.password_hash is not None
    assert account.code_hash is None
    assert answer.data == b""
    assert answer.status_code == client.get(path).status_code == 200


def test_a_head_request_tells_the_length_that_a_get_has(client: FlaskClient) -> None:
    cast(client.application)
    got, told = client.get("/connexion"), client.head("/connexion")
    assert told.headers["Content-Type"] == got.headers["Content-Type"]
    assert told.data == b""
