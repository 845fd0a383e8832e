"""The e-mail that says that something has arrived: no subject, text, name, class or school (PORTAL-21). Plain."""

from __future__ import annotations

from app.words import N_, Words

SUBJECT = N_("Du nouveau sur le portail")
BODY = N_(
    "Bonjour,\n\nVous avez reçu au moins un message sur le portail. Pour le lire : %(url)s\n\n"
    "Au plus un courriel de ce genre part chaque jour. Vous pouvez ne plus en recevoir : %(choices)s\n\n%(portal)s"
)


def subject() -> Words:
    """The e-mail's subject."""
    return Words(SUBJECT)


def body(*, url: str, choices: str, portal: str) -> Words:
    """The e-mail's text: where to read, where to change one's mind, whose portal."""
    return Words(BODY, url=url, choices=choices, portal=portal)
