"""Every endpoint declares who may use it; public ones are an explicit list (SITE-1, GATE-6)."""

from __future__ import annotations

from flask import Flask

from app.web.allowed import ANYBODY

#: The endpoints that anybody may open at any moment. Adding one is a decision: it is never gated.
PUBLIC: set[str] = {
    "accounts.doors",
    "accounts.forgotten",
    "accounts.from_provider",
    "accounts.prove",
    "accounts.reset",
    "accounts.sign_in",
    "home_data.help_",
    "home_questionnaires.public",
    "accounts.to_provider",
    "content_minisite.public",
    "gate.project_redirect_page",
    "gate.redirect_page",
    "notifications.wish",
    "publicsite.accessibility",
    "publicsite.article",
    "publicsite.closures",
    "publicsite.closures_ics",
    "publicsite.contact",
    "publicsite.file",
    "publicsite.healthz",
    "publicsite.home",
    "publicsite.legal",
    "publicsite.news",
    "publicsite.privacy",
    "publicsite.school",
    "publicsite.school_closures",
    "publicsite.school_closures_ics",
    "publicsite.search",
    "publicsite.section",
    "publicsite.status",
    "publicsite.theme",
    "static",
}


def declared(app: Flask) -> dict[str, frozenset[object]]:
    return {name: getattr(view, "allowed_to", None) for name, view in app.view_functions.items() if name != "static"}


def test_every_endpoint_declares_who_may_use_it(sqlite_app: Flask) -> None:
    assert not [name for name, who in declared(sqlite_app).items() if not who]


def test_public_endpoints_are_the_listed_ones(sqlite_app: Flask) -> None:
    public = {name for name, who in declared(sqlite_app).items() if who and ANYBODY in who} | {"static"}
    assert public == PUBLIC
