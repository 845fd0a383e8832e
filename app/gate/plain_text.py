"""Texts that people write are words with paragraphs: HTML is refused with a reason, never stripped in silence."""

from __future__ import annotations

import re
from html.entities import html5
from typing import NamedTuple

from app.words import N_, Words

#: Longest window message and longest redirect text, in characters.
MESSAGE_LIMIT = 1000
TEXT_LIMIT = 4000

# '<' opens a tag only where a letter, '/', '!' or '?' follows: "5 < 6" and "<3" are words.
_TAG = re.compile(r"<[A-Za-z/!?][^<>]{0,80}>?")
_ENTITY = re.compile(r"&(#\d+|#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);")


class Problem(NamedTuple):
    """Something that cannot stay as it was typed: the form field it concerns and a sentence."""

    field: str
    words: Words


def check_plain_text(text: str, *, field: str, limit: int) -> list[Problem]:
    """The problems of ``text``, meant for the form field ``field`` and at most ``limit`` characters long."""
    problems = []
    if len(text) > limit:
        problems.append(
            Problem(
                field,
                Words(
                    N_("Le texte a %(length)s caractères ; il peut en avoir %(limit)s au plus."),
                    length=len(text),
                    limit=limit,
                ),
            )
        )
    if tag := _TAG.search(text):
        problems.append(
            Problem(
                field,
                Words(
                    N_(
                        "Le texte contient « %(tag)s », qui est du HTML. Écrivez du texte simple ; une ligne vide sépare deux paragraphes."
                    ),
                    tag=tag[0],
                ),
            )
        )
    if entity := next((m[0] for m in _ENTITY.finditer(text) if m[1][0] == "#" or f"{m[1]};" in html5), None):
        problems.append(
            Problem(
                field,
                Words(
                    N_("Le texte contient « %(entity)s », qui est du HTML. Écrivez le caractère lui-même."),
                    entity=entity,
                ),
            )
        )
    if any((ord(c) < 32 and c not in "\t\r\n") or ord(c) == 127 for c in text):
        problems.append(
            Problem(
                field,
                Words(
                    N_("Le texte contient un caractère invisible de commande. Tapez-le de nouveau sans copier-coller.")
                ),
            )
        )
    return problems


def paragraphs(text: str) -> tuple[str, ...]:
    """``text`` cut at its blank lines; line breaks inside a paragraph stay."""
    blocks = re.split(r"\n[ \t]*(?:\n[ \t]*)+", text.replace("\r\n", "\n").replace("\r", "\n"))
    return tuple(block.strip() for block in blocks if block.strip())
