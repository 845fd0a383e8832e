"""The language is in the path: French under ``/``, English under ``/en/``.

A WSGI layer moves ``/en`` from the path to SCRIPT_NAME, so that every route exists in both languages and every
``url_for`` stays in the reader's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import has_request_context, request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LANGUAGES = ("fr", "en")


class LanguageInPath:
    """WSGI layer: ``/en/aide`` is ``/aide`` in English."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/en" or path.startswith("/en/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/en"
            environ["PATH_INFO"] = path[3:] or "/"
            environ["bascule.language"] = "en"
        return self._application(environ, start_response)


def current_language(default: str = "fr") -> str:
    """'en' under ``/en/``, else 'fr'; outside a request ``default``."""
    if not has_request_context():
        return default
    return str(request.environ.get("bascule.language", "fr"))


def same_page_in(language: str) -> str:
    """The path of the page being shown, in ``language``."""
    prefix = request.root_path.removesuffix("/").removesuffix("/en")
    query = request.query_string.decode("latin-1")
    path = prefix + ("/en" if language == "en" else "") + request.path
    return f"{path}?{query}" if query and request.method == "GET" else path
