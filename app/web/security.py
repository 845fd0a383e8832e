"""Headers on every answer, and the refusal of forged requests.

The policy allows nothing inline. Public pages say themselves how long they may be kept; everything else is ``no-store``, so
that Back shows nothing private after a closure or a sign-out.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFError, CSRFProtect

csrf = CSRFProtect()

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def register(app: Flask) -> None:
    """Bind csrf, the origin check and the headers to ``app``."""
    csrf.init_app(app)
    app.before_request(_refuse_other_origins)
    app.after_request(_add_headers)


def _refuse_other_origins() -> None:
    """A changing request comes from our own pages: by Sec-Fetch-Site, or by Origin where a browser sends only that."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise CSRFError("sent by another site")
        return
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise CSRFError("sent by another site")


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def safe_target(target: str | None, fallback: str, hosts: frozenset[str] = frozenset()) -> str:
    """``target`` if it is a path of ours or on one of the allowed ``hosts``, else ``fallback``."""
    if not target or target.startswith(("//", "/\\")) or "\\" in target or any(ord(c) < 32 for c in target):
        return fallback
    parts = urlsplit(target)
    if not parts.scheme and not parts.netloc:
        return target if target.startswith("/") else fallback
    return target if parts.scheme == "https" and parts.hostname in hosts else fallback
