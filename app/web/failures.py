"""What a page answers when something is refused, missing or broken: one handler for the domain's exceptions.

Every answer says what happened, that nothing is lost, and what to do; a fetch gets ``application/problem+json``.
"""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.db import db
from app.errors import Refused
from app.web.say import say

_log = logging.getLogger(__name__)


def wants_html() -> bool:
    """Is the reader a person with a browser, rather than a program?"""
    return request.accept_mimetypes.best_match(("text/html", "application/json"), "text/html") == "text/html"


def register(app: Flask) -> None:
    """Bind the handlers to ``app``."""
    app.register_error_handler(Refused, refused)
    app.register_error_handler(CSRFError, forged)
    app.register_error_handler(HTTPException, plain_http)
    if not app.testing:
        app.register_error_handler(Exception, broken)


def refused(error: Refused) -> Response:
    """A refusal of the domain, with its words and its hint."""
    db.session.rollback()
    title = _("Page introuvable") if error.status == 404 else _("Action refusée")
    return _answer(error.status, title, say(error.words), say(error.hint) if error.hint else "")


def forged(error: CSRFError) -> Response:
    """A form without its token, or sent from elsewhere."""
    return _answer(
        400,
        _("Formulaire expiré"),
        _("Ce formulaire ne vient pas d’une page ouverte dans votre session. Rien n’a été enregistré."),
        _("Revenez à la page précédente, rechargez-la et recommencez."),
    )


def plain_http(error: HTTPException) -> Response:
    """404, 405, 413 and their like."""
    if error.code is not None and error.code < 400:
        return make_response(error.get_response())
    if error.code == 404:
        return _answer(404, _("Page introuvable"), _("Cette page n’existe pas, ou n’existe plus."), "")
    return _answer(error.code or 500, _("Demande refusée"), _("Le portail ne peut pas répondre à cette demande."), "")


def broken(error: Exception) -> Response:
    """A fault of ours: logged without names, told without details."""
    _log.exception("unhandled error on %s", request.endpoint)
    db.session.rollback()
    return _answer(
        500,
        _("Le portail a rencontré une erreur"),
        _("Rien de ce qui était enregistré n’est perdu. L’erreur a été notée."),
        _("Réessayez dans quelques minutes."),
    )


def _answer(status: int, title: str, words: str, hint: str) -> Response:
    if not wants_html():
        response = jsonify({"type": "about:blank", "title": title, "status": status, "detail": words, "hint": hint})
        response.mimetype = "application/problem+json"
        response.status_code = status
        return response
    context: dict[str, Any] = {"title": title, "words": words, "hint": hint, "status": status}
    return make_response(render_template("errors/error.html", **context), status)
