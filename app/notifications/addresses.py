"""Is this an e-mail address to which the portal can write? Plain: a text in, the address or a sentence out."""

from __future__ import annotations

import hashlib
import hmac
import re
from ipaddress import ip_address, ip_network

from app.words import N_, Words

LONGEST = 254

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class NotAnAddress(ValueError):
    """The text is no address; ``words`` says what is missing."""

    def __init__(self, words: Words) -> None:
        self.words = words
        super().__init__(str(words))


def read_address(text: str) -> str:
    """The address in one spelling: no blanks around, domain in lower case and ASCII. Raises ``NotAnAddress``.

    The part before the @ keeps its capitals, since only its own server may say that they do not matter.
    """
    text = text.strip()
    if not text:
        raise NotAnAddress(Words(N_("Écrivez une adresse électronique.")))
    if len(text) > LONGEST:
        raise NotAnAddress(Words(N_("Cette adresse est trop longue.")))
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain:
        raise NotAnAddress(Words(N_("Une adresse s’écrit avec un @, comme nom@exemple.fr.")))
    if len(local) > 64 or _LOCAL.fullmatch(local) is None:
        raise NotAnAddress(Words(N_("Ce qui est avant le @ n’est pas lisible : ni espace, ni accent, ni virgule.")))
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        domain = ""
    labels = domain.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdecimal():
        raise NotAnAddress(Words(N_("Ce qui suit le @ n’est pas un nom de domaine, comme exemple.fr.")))
    address = f"{local}@{domain}"
    if len(address) > LONGEST:
        raise NotAnAddress(Words(N_("Cette adresse est trop longue.")))
    return address


def network_digest(remote: str, key: str) -> str:
    """The network of a remote address (/24, or /64 of IPv6) under a keyed digest: it counts without telling who."""
    try:
        host = ip_address(remote)
    except ValueError:
        network = remote
    else:
        network = str(ip_network((host, 24 if host.version == 4 else 64), strict=False))
    return hmac.new(key.encode(), b"wish:" + network.encode(), hashlib.sha256).hexdigest()
