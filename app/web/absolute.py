"""Addresses for those who are not on the portal: in e-mails, calendars and on the command line, without a request."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import current_app


def absolute(endpoint: str, *, language: str = "fr", **values: Any) -> str:
    """The whole address of ``endpoint`` at the portal's public address. Raises werkzeug's ``BuildError`` for an unknown one."""
    public = urlsplit(current_app.extensions["settings"].url)
    adapter = current_app.url_map.bind(
        public.netloc, script_name="/en" if language == "en" else "/", url_scheme=public.scheme
    )
    return adapter.build(endpoint, values, force_external=True)
