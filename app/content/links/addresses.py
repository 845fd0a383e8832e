"""Addresses of web pages that may be linked to. Plain."""

from __future__ import annotations

from urllib.parse import urlsplit

from app.errors import Refused
from app.words import N_


class NoAddress(Refused):
    status = 422
    message = N_("Cette adresse n’est pas celle d’une page web.")
    advice = N_("Copiez l’adresse de la page, qui commence par https://.")


def web_address(text: str) -> str:
    """The address, if it is that of a web page. Raises ``NoAddress``: for scripts, files, names and passwords in it too."""
    text = text.strip()
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        parts.port  # noqa: B018  (raises where it is no number)
    except ValueError:
        raise NoAddress(field="address") from None
    odd = any(sign.isspace() or ord(sign) < 33 or sign in "<>\"'\\" for sign in text)
    if parts.scheme not in ("http", "https") or "." not in host or parts.username or parts.password or odd:
        raise NoAddress(field="address")
    return text
