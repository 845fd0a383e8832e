"""Who asks? Answered before every request that is not public, by one query: the session's row.

A public page never looks (SITE-1). The visitor's places and roles are kept beside the session and read anew only when the
directory's revision has changed since; 'sessions valid from' is compared then (GATE-15).
"""

from __future__ import annotations

from typing import Any

from authlib.integrations.flask_client import OAuth
from flask import Flask, current_app, g, request
from flask_login import LoginManager
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from app import clock
from app.accounts import sessions
from app.accounts.actions import directory_revision
from app.accounts.doors import Door, Provider, behind, providers_of
from app.accounts.models import SignInSession
from app.accounts.queries import SessionRow, account_by_login, session_row, standing_of
from app.accounts.sessions import OpenSession
from app.db import db, reading_only
from app.profiles import NOBODY
from app.settings import Settings
from app.web.allowed import is_public

#: Seconds that a provider may take to answer.
PROVIDER_TIMEOUT = 10


def register(app: Flask) -> None:
    """Bind the hook, Flask-Login's ``current_user``, the form's cookie and the identity providers to ``app``."""
    settings: Settings = app.extensions["settings"]
    app.config.update(
        SESSION_COOKIE_NAME="__Host-bascule-form" if settings.https else "bascule-form",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )
    app.before_request(_recognise)
    _bind_flask_login(app)
    # The gate explains for a login, and stands to the left of the accounts: it finds here how to read one.
    app.extensions["person_by_login"] = lambda login: account_by_login(login).person_id
    app.extensions["doors"] = providers_of(settings.oidc)
    app.extensions["providers"] = _clients(app, app.extensions["doors"])

    @app.context_processor
    def _who() -> dict[str, object]:
        found: OpenSession | None = g.get("sign_in_session")
        return {"person_name": found.name} if found is not None else {}


def _bind_flask_login(app: Flask) -> None:
    """``current_user`` is our session's.

    ``init_app`` is not called: it would read Flask's cookie after every request and look for a user in every template,
    public pages included.
    """
    manager = LoginManager()
    manager.session_protection = None
    manager.request_loader(lambda _request: g.get("sign_in_session"))
    app.login_manager = manager  # type: ignore[attr-defined]


def _clients(app: Flask, providers: tuple[Provider, ...]) -> OAuth:
    """Authlib's clients, one a provider: authorization code with PKCE, addresses from the provider's discovery."""
    registry = OAuth(app)
    for provider in providers:
        registry.register(
            provider.id,
            client_id=provider.client_id,
            client_secret=provider.client_secret,
            server_metadata_url=f"{provider.issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid profile",
                "code_challenge_method": "S256",
                "default_timeout": PROVIDER_TIMEOUT,
            },
        )
    return registry


def _recognise() -> None:
    """1. A public page asks nobody. 2. No cookie, or one of no session: nobody. 3. A session that has ended or idled: nobody.
    4. Facts older than the directory are read anew. 5. At most every five minutes it is noted that the session was used.
    """
    g.visitor, g.sign_in_session = NOBODY, None
    g.pop("_login_user", None)
    if is_public(request.endpoint):
        return
    settings: Settings = current_app.extensions["settings"]
    token = request.cookies.get(sessions.cookie_name(settings.https))
    row = session_row(token) if token else None
    at = clock.machine_now()
    if row is None or sessions.over(ended_at=row.ended_at, seen_at=row.seen_at, hours=settings.session_hours, at=at):
        return
    changed: dict[str, Any] = {}
    facts: dict[str, Any] | None = row.facts
    if row.facts_revision < (revision := directory_revision()):
        facts = _facts_anew(row)
        changed = {"facts": facts, "facts_revision": revision} if facts is not None else {"ended_at": at}
    if facts is not None and at - row.seen_at >= sessions.SEEN_EVERY:
        changed["seen_at"] = at
    if changed:
        _note(row.id, changed)
    if facts is None:
        return
    g.visitor = sessions.visitor_of(row.person_id, facts)
    g.sign_in_session = OpenSession(
        id=row.id,
        person_id=row.person_id,
        door=Door(row.door),
        provider=row.provider,
        name=facts["name"],
        must_change=row.must_change,
        created_at=row.created_at,
        visitor=g.visitor,
    )


def _facts_anew(row: SessionRow) -> dict[str, Any] | None:
    """The facts as the directory now tells them; None where it ends the session."""
    try:
        with reading_only():
            standing = standing_of(row.person_id)
    finally:
        # The view's own transaction is to begin in the view, where it may be a writing one.
        db.session.rollback()
    if standing is None or standing.disabled:
        return None
    places, roles = behind(Door(row.door), standing.places, standing.roles)
    if not places and not roles and not standing.leaving:
        return None
    if sessions.cut_off(row.created_at, valid_from=standing.valid_from, cuts=standing.cuts, places=places):
        return None
    return sessions.facts_of(standing.name, places, roles)


def _note(session_id: int, changed: dict[str, Any]) -> None:
    """Write on the session's row, in a transaction of its own. Where the database is busy the next request tries again."""
    with db.engine.connect() as connection:
        raw = connection.connection.driver_connection if connection.dialect.name == "sqlite" else None
        if raw is not None:
            raw.execute("PRAGMA busy_timeout=250")
        try:
            connection.execute(update(SignInSession).where(SignInSession.id == session_id).values(**changed))
            connection.commit()
        except OperationalError:
            connection.rollback()
            current_app.logger.info("a session's row could not be written now")
        finally:
            if raw is not None:
                raw.execute("PRAGMA busy_timeout=15000")
