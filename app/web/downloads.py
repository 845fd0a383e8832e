"""Files that people have sent go out as attachments, never as pages of the portal (guarantees, Security)."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from flask import Response, send_file

from app.errors import NotFound

#: What may be shown in the browser: pictures that the portal has made anew, and PDF in the browser's own viewer.
SHOWN = frozenset({"image/webp", "image/jpeg", "image/png", "application/pdf"})

_SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


def deliver(path: Path, name: str, kind: str, *, inline: bool = False) -> Response:
    """The file at ``path`` under the name ``name``, whose media type ``kind`` was checked.

    An attachment unless ``inline`` and of a kind that is shown. Always ``nosniff``, in a sandbox, never kept by a cache. The
    caller has checked the right. Raises ``NotFound`` where the bytes are gone.
    """
    shown = inline and kind in SHOWN
    # A text is announced with its encoding left open: the reader's program looks for it.
    try:
        response = send_file(path, mimetype=kind, as_attachment=False, conditional=True, etag=False, max_age=None)
    except FileNotFoundError:
        raise NotFound() from None
    response.headers["Content-Disposition"] = _disposition("inline" if shown else "attachment", name)
    response.headers["Content-Security-Policy"] = _SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    response.headers.pop("Last-Modified", None)
    return response


def _disposition(how: str, name: str) -> str:
    """For every browser: plain letters, and the whole name as RFC 6266 has it."""
    plain = "".join(sign if sign.isascii() and sign.isprintable() and sign not in '"\\%' else "_" for sign in name)
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
