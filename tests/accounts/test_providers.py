"""Doors with an identity provider (GATE-9): a real OpenID Connect provider on the loopback, the whole code flow."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import clock
from app.accounts.actions import IdentityTaken, link_identity
from app.accounts.models import SignInSession
from app.audit.actions import COMMAND
from app.db import db
from app.directory.models import Person
from tests.people import Cast, Someone, cast

with warnings.catch_warnings():
    # The package imports a part of Authlib that a later version will move.
    warnings.simplefilter("ignore")
    import oidc_provider_mock

# The provider's own code runs in a thread of this process.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

SUBJECT = "educonnect-alice"


@dataclass
class Provider:
    """The provider, and what it was sent at its token endpoint."""

    issuer: str
    asked: list[dict[str, list[str]]] = field(default_factory=list)


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    from oidc_provider_mock._server import _threaded_server

    application = oidc_provider_mock.app(
        user_claims=[
            oidc_provider_mock.User(sub=SUBJECT, claims={"fredu_id": "E-1234"}),
            oidc_provider_mock.User(sub="unknown", claims={}),
        ]
    )
    found = Provider("")
    inner = application.wsgi_app

    def listening(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] == "/oauth2/token":
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            found.asked.append(parse_qs(body.decode()))
            environ["wsgi.input"] = io.BytesIO(body)
        return inner(environ, start_response)

    application.wsgi_app = listening
    with _threaded_server(port=0, app=application) as server:
        found.issuer = f"http://localhost:{server.server_port}"
        yield found


@pytest.fixture
def more_settings(provider: Provider) -> dict[str, str]:
    shared = {"issuer": provider.issuer, "client_id": "portal", "client_secret": "a secret"}
    return {
        "BASCULE_OIDC": json.dumps(
            [
                {"id": "educonnect", "door": "families", "title": "EduConnect", "claim": "fredu_id", **shared},
                {"id": "academy", "door": "school", "title": "Guichet académique", "portal_too": "1", **shared},
                {
                    "id": "elsewhere",
                    "door": "authority",
                    "title": "Ailleurs",
                    **shared,
                    "issuer": "http://localhost:1",
                },
            ]
        )
    }


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def known(person: Someone, provider: str, subject: str) -> None:
    link_identity(db.session.get_one(Person, person.id), provider, subject, by=COMMAND, now=clock.portal_now())
    db.session.commit()


def go(client: FlaskClient, way: str, subject: str = SUBJECT, **form: str) -> tuple[TestResponse, dict[str, list[str]]]:
    """Leave for the provider, sign in there as ``subject``, come back; also what the provider was asked."""
    left = client.get(way)
    assert left.status_code == 302, left.text
    asked = parse_qs(urlsplit(left.headers["Location"]).query)
    answer = requests.post(left.headers["Location"], data={"sub": subject, **form}, allow_redirects=False, timeout=10)
    back = urlsplit(answer.headers["Location"])
    return client.get(f"{back.path}?{back.query}"), asked


def test_the_whole_flow_signs_in_whoever_the_directory_knows(
    people: Cast, client: FlaskClient, provider: Provider
) -> None:
    known(people.guardian, "educonnect", "E-1234")
    answer, asked = go(client, "/connexion/families/educonnect")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/espace")
    assert people.guardian.name in client.get("/espace").text
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["state"] != asked["nonce"]
    sent = provider.asked[-1]["code_verifier"][0]
    digest = base64.urlsafe_b64encode(hashlib.sha256(sent.encode()).digest()).rstrip(b"=").decode()
    assert digest == asked["code_challenge"][0]
    row = db.session.scalars(select(SignInSession)).one()
    assert (row.door, row.provider) == ("families", "educonnect")


def test_the_return_address_is_the_portals_own(people: Cast, client: FlaskClient) -> None:
    asked = parse_qs(urlsplit(client.get("/connexion/families/educonnect").headers["Location"]).query)
    assert asked["redirect_uri"] == ["http://127.0.0.1:5000/connexion/retour/educonnect"]


def test_the_way_back_and_the_language_are_kept(people: Cast, client: FlaskClient) -> None:
    known(people.guardian, "educonnect", "E-1234")
    answer, _asked = go(client, "/connexion/families/educonnect?next=/compte")
    assert answer.headers["Location"] == "/compte"
    answer, _asked = go(client, "/en/connexion/families/educonnect")
    assert answer.headers["Location"] == "/en/espace"


def test_somebody_whom_the_directory_does_not_know_gets_no_account(people: Cast, client: FlaskClient) -> None:
    answer, _asked = go(client, "/connexion/families/educonnect")
    assert answer.status_code == 403
    assert "secrétariat" in answer.text
    assert db.session.scalars(select(SignInSession)).all() == []
    assert client.get("/espace").status_code == 303


def test_a_provider_that_does_not_tell_the_claim_signs_nobody_in(people: Cast, client: FlaskClient) -> None:
    """The subject itself is never taken in place of the configured claim."""
    known(people.guardian, "educonnect", "unknown")
    answer, _asked = go(client, "/connexion/families/educonnect", "unknown")
    assert answer.status_code == 403


def test_the_door_of_the_provider_decides(people: Cast, client: FlaskClient) -> None:
    """GATE-15: a guardian whom the academy's provider knows is not a teacher for it."""
    known(people.guardian, "academy", SUBJECT)
    answer, _asked = go(client, "/connexion/school/academy")
    assert answer.status_code == 403
    assert "Élèves et responsables" in answer.text


def test_a_denial_is_told_and_signs_nobody_in(people: Cast, client: FlaskClient) -> None:
    known(people.guardian, "educonnect", "E-1234")
    answer, _asked = go(client, "/connexion/families/educonnect", action="deny")
    assert answer.status_code == 403
    assert "n’a pas abouti" in answer.text


def test_an_answer_that_nobody_asked_for_is_refused(people: Cast, client: FlaskClient, app: Flask) -> None:
    """State is tied to the browser that left: somebody else's answer opens no session (login CSRF)."""
    known(people.guardian, "educonnect", "E-1234")
    left = client.get("/connexion/families/educonnect").headers["Location"]
    back = urlsplit(requests.post(left, data={"sub": SUBJECT}, allow_redirects=False, timeout=10).headers["Location"])
    victim = app.test_client()
    assert victim.get(f"{back.path}?{back.query}").status_code == 403
    assert victim.get("/espace").status_code == 303
    assert client.get(f"{back.path}?{back.query}").status_code == 303
    assert client.get(f"{back.path}?{back.query}").status_code == 403, "an answer serves once"


def test_a_provider_that_is_down_is_told(people: Cast, client: FlaskClient) -> None:
    answer = client.get("/connexion/authority/elsewhere")
    assert answer.status_code == 503
    assert "Ailleurs" in answer.text


def test_a_door_that_is_a_providers_has_no_form_unless_it_is_the_portals_too(people: Cast, client: FlaskClient) -> None:
    families = client.get("/connexion/families").text
    assert "EduConnect" in families
    assert 'name="password"' not in families
    assert client.post("/connexion/families", data={}).status_code in (400, 404)
    school = client.get("/connexion/school").text
    assert "Guichet académique" in school
    assert 'name="password"' in school


def test_a_provider_has_one_door(people: Cast, client: FlaskClient) -> None:
    assert client.get("/connexion/school/educonnect").status_code == 404
    assert client.get("/connexion/families/nobody").status_code == 404


def test_the_own_page_says_that_the_password_is_elsewhere(people: Cast, client: FlaskClient) -> None:
    known(people.guardian, "educonnect", "E-1234")
    go(client, "/connexion/families/educonnect")
    assert "EduConnect" in client.get("/compte").text


@pytest.mark.both_databases
def test_one_identity_is_one_person(people: Cast, app: Flask) -> None:
    known(people.guardian, "educonnect", "E-1234")
    known(people.guardian, "educonnect", "E-1234")
    with pytest.raises(IdentityTaken):
        known(people.other_guardian, "educonnect", "E-1234")


def test_such_an_account_is_not_reset_here(people: Cast, client: FlaskClient) -> None:
    """ACCT-4: where the door is EduConnect the page says who resets instead."""
    from tests.signing import sign_in

    sign_in(client, people.school_admin)
    page = client.get(f"/administration/ecole/{people.college.uai}/personnes/{people.student.id}")
    assert "EduConnect" in page.text
    assert "Donner un nouveau code" not in page.text
    code = client.get(f"/administration/ecole/{people.college.uai}/personnes/{people.student.id}/code")
    assert code.status_code == 403
