"""A HEAD request is a GET whose body is not sent. Views that ask ``request.method == "GET"`` must never take one for a form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class HeadIsGet:
    """WSGI layer, the innermost: the application sees GET, the client headers alone."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("REQUEST_METHOD") != "HEAD":
            return self._application(environ, start_response)
        answer = self._application({**environ, "REQUEST_METHOD": "GET"}, start_response)
        close = getattr(answer, "close", None)
        if close is not None:
            close()
        return []
