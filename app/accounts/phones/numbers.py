"""Telephone numbers as families write them. Plain."""

from __future__ import annotations

import re

_ALLOWED = re.compile(r"^\+?[0-9][0-9 .\-/()]{4,38}$")


def read_number(text: str) -> str | None:
    """The number in one spelling ('06 12 34 56 78', '+33612345678'), '' for none, None for what is no number."""
    text = " ".join(text.split())
    if not text:
        return ""
    if not _ALLOWED.match(text):
        return None
    digits = re.sub(r"\D", "", text)
    if not 6 <= len(digits) <= 15:
        return None
    if text.startswith("+"):
        return f"+{digits}"
    return " ".join(digits[at : at + 2] for at in range(0, len(digits), 2)) if len(digits) == 10 else digits
