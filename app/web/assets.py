"""Addresses of static files that change with their content, so that browsers may keep them for a year."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, current_app, request

from app.web.allowed import visitor
from app.web.language import current_language, same_page_in

_YEAR = 365 * 24 * 3600


@cache
def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def static(name: str) -> str:
    """The versioned address of the static file ``name``; the same in both languages."""
    folder = Path(current_app.static_folder or "")
    return f"{current_app.static_url_path}/{name}?v={_fingerprint(folder / name)}"


@cache
def _compressed(path: Path) -> bytes:
    # No time stamp inside: the same file is the same bytes in every process.
    return gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)


def _compress(response: Response) -> Response:
    """Style sheets and scripts travel compressed: on an old telephone the page's weight is its speed."""
    if request.endpoint != "static" or not request.path.endswith((".css", ".js", ".svg")):
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code != 200 or not request.accept_encodings["gzip"] or "Range" in request.headers:
        return response
    name = str((request.view_args or {})["filename"])
    response.close()  # the file that would have been sent as it is
    response.direct_passthrough = False
    response.set_data(_compressed(Path(current_app.static_folder or "") / name))
    response.headers["Content-Encoding"] = "gzip"
    response.set_etag(f"{_fingerprint(Path(current_app.static_folder or '') / name)}-gzip")
    response.make_conditional(request)
    return response


def _keep_for_long(response: Response) -> Response:
    if request.endpoint == "static" and "v" in request.args and response.status_code in (200, 304):
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    return response


def register(app: Flask) -> None:
    """Template globals: ``static``, ``language``, ``same_page_in``, ``visitor``."""
    app.after_request(_keep_for_long)
    app.after_request(_compress)
    app.add_template_global(static, "static")
    app.add_template_global(same_page_in, "same_page_in")

    @app.context_processor
    def _globals() -> dict[str, object]:
        return {"language": current_language(), "visitor": visitor()}
