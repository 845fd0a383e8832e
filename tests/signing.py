"""Signing somebody in for a test, without the form: ``sign_in(client, cast.guardian, door="families")``."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import clock
from app.accounts import actions, sessions
from app.accounts.doors import Door, behind
from app.accounts.queries import standing_of
from app.db import db
from tests.people import Someone


def sign_in(client: FlaskClient, person: Someone, door: str | None = None) -> str:
    """Open a session for ``person`` by ``door`` (their own profile's unless given) and give its cookie to ``client``.

    What the form and the providers do beside it is tested in tests/accounts. Returns the cookie's secret. Asserts that the
    door opens to them.
    """
    # As a request would: what the test holds open must not lock the portal out.
    db.session.commit()
    with client.application.app_context():
        through = Door(door or person.door)
        revision = actions.directory_revision()
        standing = standing_of(person.id)
        assert standing is not None
        places, roles = behind(through, standing.places, standing.roles)
        assert places or roles, f"{person.name} has nothing behind the door '{through}'"
        token = actions.open_session(
            person.id,
            through,
            standing,
            revision=revision,
            browser="Firefox, Linux",
            at=clock.machine_now(),
            now=clock.portal_now(),
        )
        db.session.commit()
    client.set_cookie(sessions.cookie_name(client.application.extensions["settings"].https), token)
    return token


def form_token(html: str) -> str:
    """The token of a form, to be sent back with it as ``csrf_token``."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
    assert found is not None, "the page has no form with a token"
    return found.group(1)


def without_tokens(html: str) -> str:
    """A page without its forms' tokens, in whose random letters any short word may stand."""
    return re.sub(r'name="csrf_token"[^>]*', "", html)


def send(
    client: FlaskClient, path: str, fields: dict[str, Any] | None = None, *, page: str | None = None
) -> TestResponse:
    """Open ``page`` (``path`` unless given) for its form's token, then post ``fields`` to ``path``, as a browser would."""
    token = form_token(client.get(page or path).text)
    return client.post(path, data={**(fields or {}), "csrf_token": token})
