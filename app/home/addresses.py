"""Which addresses a bookmark may have. Plain."""

from __future__ import annotations

from urllib.parse import urlsplit

from app.errors import Misused
from app.words import N_


class NoAddress(Misused):
    message = N_("« %(address)s » n’est pas une adresse de page.")
    advice = N_("Copiez l’adresse depuis la barre du navigateur : elle commence par https:// ou par une barre oblique.")


def checked(address: str) -> str:
    """``address`` if it is a web page's, or a path of the portal. Raises ``NoAddress`` for anything else, scripts above all."""
    address = address.strip()
    if any(ord(sign) < 33 or sign in "\\\"'<>`" for sign in address) or len(address) > 500:
        raise NoAddress(address=address[:60])
    try:
        parts = urlsplit(address)
    except ValueError:
        raise NoAddress(address=address[:60]) from None
    if parts.scheme in ("http", "https") and parts.hostname:
        return address
    if not parts.scheme and not parts.netloc and address.startswith("/"):
        return address
    raise NoAddress(address=address[:60])
