"""A practical notice gives place and hours, and names no class: families learn that on their own day (SITE-8, GATE-8)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from app.gate.plain_text import MESSAGE_LIMIT, Problem, check_plain_text
from app.words import N_, Words


def check_notice(
    text: str, class_names: Iterable[str], *, shown_from: datetime, shown_until: datetime | None
) -> list[Problem]:
    """What cannot stay in a notice: HTML, nothing at all, the code or name of one of the school's classes, an end first.

    Fields: text, shown_until.
    """
    problems = check_plain_text(text, field="text", limit=MESSAGE_LIMIT)
    if not text.strip():
        problems.append(Problem("text", Words(N_("Écrivez l’avis : un lieu, des horaires."))))
    for name in named_classes(text, class_names):
        sentence = N_(
            "L’avis nomme la classe « %(name)s ». Il est lu par tout le monde : la répartition en classes reste secrète jusqu’à "
            "la rentrée. Donnez un lieu et des horaires sans nommer de classe."
        )
        problems.append(Problem("text", Words(sentence, name=name)))
    if shown_until is not None and shown_until <= shown_from:
        problems.append(Problem("shown_until", Words(N_("L’avis disparaîtrait avant d’être affiché."))))
    return problems


def named_classes(text: str, class_names: Iterable[str]) -> list[str]:
    """The classes that ``text`` names as whole words, capitals aside. A name of one character is too common to tell."""
    names = sorted({name.strip() for name in class_names})
    return [name for name in names if len(name) > 1 and _names(text, name)]


def _names(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None
