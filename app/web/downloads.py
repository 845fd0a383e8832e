"""Files that people have sent go out as attachments, never as pages of the portal (guarantees, Security)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from flask import Response, request

from app.errors import NotFound

#: What may be shown in the browser: pictures that the portal has made anew, and PDF in the browser's own viewer.
SHOWN = frozenset({"image/webp", "image/jpeg", "image/png", "application/pdf"})

_CHUNK = 1 << 17
_SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


def deliver(path: Path, name: str, kind: str, *, inline: bool = False) -> Response:
    """The file at ``path`` under the name ``name``, whose media type ``kind`` was checked.

    An attachment unless ``inline`` and of a kind that is shown. Always ``nosniff``, in a sandbox, never kept by a cache. The
    caller has checked the right. Raises ``NotFound`` where the bytes are gone.
    """
    shown = inline and kind in SHOWN
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise NotFound() from None
    response = Response(_pieces(path), mimetype=kind)
    response.content_length = size
    # A download that was cut can go on where it stopped.
    response.make_conditional(request, accept_ranges=True, complete_length=size)
    return _enclosed(response, "inline" if shown else "attachment", name)


def attached(body: str | bytes, name: str, kind: str = "text/csv") -> Response:
    """What the portal itself has written, a list or a document, as an attachment called ``name``."""
    response = Response(body, mimetype=kind)
    response.headers["Content-Disposition"] = _disposition("attachment", name)
    return response


def deliver_pieces(
    pieces: Iterator[bytes], size: int, name: str, *, kind: str = "application/octet-stream"
) -> Response:
    """A file that is on no disk, ``size`` bytes in all: an attachment, of a kind that nobody vouches for unless ``kind`` is given."""
    response = Response(pieces, mimetype=kind)
    response.content_length = size
    return _enclosed(response, "attachment", name)


def _enclosed(response: Response, how: str, name: str) -> Response:
    response.headers["Content-Disposition"] = _disposition(how, name)
    response.headers["Content-Security-Policy"] = _SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response


def _pieces(path: Path) -> Iterator[bytes]:
    # Opened when the first piece is asked for, so that an answer that is never read leaves nothing open.
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            yield piece


def _disposition(how: str, name: str) -> str:
    """For every browser: plain letters, and where the name has others the whole of it as RFC 6266 has it."""
    plain = "".join(sign if sign.isascii() and sign.isprintable() and sign not in '"\\%' else "_" for sign in name)
    whole = f"; filename*=UTF-8''{quote(name, safe='')}" if plain != name else ""
    return f'{how}; filename="{plain}"{whole}'
