"""Public pages from memory, before Flask.

A public page is a function of host, path (the language is in the path) and public revision: no session, no cookie, no name.
A view marks its answer with ``keep_public``; the WSGI layer ``PageCache`` keeps it and answers the next readers itself,
until the revision changes, a minute has passed, or the next boundary of the gate is reached, whichever comes first.
Browsers and proxies get the same limits as ``max-age``. The only query is the revision's look, once a second.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import Response, current_app

from app import clock
from app.pulse import PUBLIC, Pulse

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: A page is shown unchanged for at most this many seconds.
LONGEST = 60.0
#: What all kept pages may weigh together, and one alone.
MOST_BYTES = 48 * 1024 * 1024
LARGEST_PAGE = 2 * 1024 * 1024
#: What a page weighs beside its body, roughly: key, headers, bookkeeping.
_OVERHEAD = 1500

_MARK = "X-Bascule-Keep"
#: Never part of a public page: they would tie it to one reader.
_PRIVATE = frozenset({"set-cookie", "vary"})

Headers = list[tuple[str, str]]
Key = tuple[str, str]


def keep_public(response: Response, *, until: datetime | None, now: datetime) -> Response:
    """Mark ``response`` as a public page that is good for a minute, and no longer than ``until``.

    ``until`` is the next instant at which the page's words change by themselves (portal time, aware), None if none is
    known; ``now`` the portal's time at which the page was made. A page whose ``until`` has come is ``no-store``. In the
    demo portal time jumps, so nothing is kept (SITE-1).
    """
    seconds = LONGEST if until is None else min(LONGEST, (until - now).total_seconds())
    if current_app.extensions["settings"].demo or seconds <= 0:
        response.headers["Cache-Control"] = "no-store"
        return response
    response.headers["Cache-Control"] = f"public, max-age={int(seconds)}"
    response.headers[_MARK] = "" if until is None else f"{(until - now).total_seconds():.3f}"
    return response


@dataclass(frozen=True, slots=True)
class Page:
    """A kept answer. ``stale_at`` and ``boundary`` are counts of ``clock.seconds``."""

    revision: int
    stale_at: float
    boundary: float
    status: str
    headers: Headers
    body: bytes
    etag: str
    weight: int


class PageCache:
    """WSGI layer: answers GET and HEAD without a query string from memory, where a page was marked. Thread safe."""

    def __init__(self, application: WSGIApplication, pulse: Pulse, most_bytes: int = MOST_BYTES) -> None:
        self._application = application
        self._pulse = pulse
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._bytes = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD") or environ.get("QUERY_STRING") or "HTTP_HX_REQUEST" in environ:
            return self._application(environ, _unmarked(start_response))
        key = (
            environ.get("HTTP_HOST") or environ.get("SERVER_NAME", ""),
            environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""),
        )
        revision = self._pulse.number(PUBLIC)
        page = self._pages.get(key)
        if page is not None and page.revision == revision and clock.seconds() < page.stale_at:
            self._used(key)
            return _answer(page, environ, start_response)
        return self._fresh(key, revision, environ, start_response)

    def clear(self) -> None:
        """Forget every page."""
        with self._lock:
            self._pages.clear()
            self._bytes = 0

    def __len__(self) -> int:
        return len(self._pages)

    @property
    def weight(self) -> int:
        """Bytes that the kept pages weigh together."""
        return self._bytes

    def _used(self, key: Key) -> None:
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)

    def _fresh(
        self, key: Key, revision: int, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Ask the application; keep its answer if it is a whole public page.

        The revision was looked at before the page was made: a change in between makes the page stale at the next look.
        """
        made_at = clock.seconds()
        heard = _Heard(start_response)
        chunks = self._application(environ, heard.start_response)  # type: ignore[arg-type]
        if heard.mark is None or not heard.status.startswith("200"):
            return chunks
        try:
            body = b"".join(chunks)
        finally:
            _close(chunks)
        boundary = made_at + float(heard.mark) if heard.mark else float("inf")
        etag = '"' + hashlib.blake2b(body, digest_size=12).hexdigest() + '"'
        headers = [(name, value) for name, value in heard.headers if name.lower() not in ("etag", "content-length")]
        page = Page(
            revision=revision,
            stale_at=min(made_at + LONGEST, boundary),
            boundary=boundary,
            status=heard.status,
            headers=[*headers, ("ETag", etag), ("Content-Length", str(len(body)))],
            body=body,
            etag=etag,
            weight=len(body) + len(key[0]) + len(key[1]) + _OVERHEAD,
        )
        # A HEAD request has no body to keep.
        if environ["REQUEST_METHOD"] == "GET":
            self._keep(key, page)
            return _answer(page, environ, start_response)
        start_response(heard.status, heard.headers)
        return []

    def _keep(self, key: Key, page: Page) -> None:
        if len(page.body) > LARGEST_PAGE or len(key[0]) + len(key[1]) > 1024:
            return
        with self._lock:
            replaced = self._pages.pop(key, None)
            self._bytes += page.weight - (replaced.weight if replaced is not None else 0)
            self._pages[key] = page
            while self._bytes > self._most_bytes:
                _key, dropped = self._pages.popitem(last=False)
                self._bytes -= dropped.weight


class _Heard:
    """Stands between the application and the server until it is known whether the answer is a marked page."""

    def __init__(self, start_response: StartResponse) -> None:
        self._start_response = start_response
        self.status = ""
        self.headers: Headers = []
        self.mark: str | None = None

    def start_response(self, status: str, headers: Headers, exc_info: object = None, /) -> object:
        self.status = status
        self.mark = next((value for name, value in headers if name == _MARK), None)
        if self.mark is None:
            return self._start_response(status, headers, exc_info)  # type: ignore[arg-type]
        self.headers = [(name, value) for name, value in headers if name != _MARK and name.lower() not in _PRIVATE]
        if not status.startswith("200"):
            return self._start_response(status, self.headers, exc_info)  # type: ignore[arg-type]
        return _refuse_write


def _refuse_write(_data: bytes) -> None:
    raise RuntimeError("a public page is answered whole")


def _unmarked(start_response: StartResponse) -> StartResponse:
    """A ``start_response`` that lets the internal mark out of no answer, and nothing private with a marked one."""

    def start(status: str, headers: Headers, exc_info: object = None, /) -> object:
        if any(name == _MARK for name, _value in headers):
            headers = [(name, value) for name, value in headers if name != _MARK and name.lower() != "set-cookie"]
        return start_response(status, headers, exc_info)  # type: ignore[arg-type]

    return start  # type: ignore[return-value]


def _close(chunks: Iterable[bytes]) -> None:
    close = getattr(chunks, "close", None)
    if close is not None:
        close()


def _answer(page: Page, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    headers = page.headers
    left = page.boundary - clock.seconds()
    if left < LONGEST:
        headers = [
            (name, f"public, max-age={max(int(left), 0)}" if name == "Cache-Control" else value)
            for name, value in headers
        ]
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if asked is not None and page.etag in _tags(asked):
        start_response("304 Not Modified", [h for h in headers if h[0] not in ("Content-Length", "Content-Type")])
        return []
    start_response(page.status, list(headers))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [page.body]


def _tags(asked: str) -> Iterator[str]:
    """The entity tags of an If-None-Match, compared weakly: what they say, not how they were packed."""
    return (tag.strip().removeprefix("W/") for tag in asked.split(","))
