"""Which fields of a form that came too late are kept, so that no text is lost and no secret is stored."""

from __future__ import annotations

from collections.abc import Iterable

#: Characters of all values together, and fields, that one draft keeps; a page of 4 MB is no text that somebody typed.
MOST_CHARACTERS = 200_000
MOST_FIELDS = 200

_SECRETS = ("pass", "secret", "token", "code", "csrf", "mdp")


def kept_fields(form: Iterable[tuple[str, list[str]]]) -> dict[str, list[str]]:
    """The fields worth keeping, by name: those with a text, without passwords, codes and tokens.

    What goes beyond the size of a draft is cut, not refused: some text kept is better than none.
    """
    kept: dict[str, list[str]] = {}
    left = MOST_CHARACTERS
    for name, values in form:
        if len(kept) == MOST_FIELDS or left <= 0:
            break
        if any(secret in name.lower() for secret in _SECRETS):
            continue
        texts = []
        for value in values:
            if value.strip() and left > 0:
                texts.append(value[:left])
                left -= len(value)
        if texts:
            kept[name[:100]] = texts
    return kept
