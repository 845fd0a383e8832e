"""Addresses inside articles and contests that lead to what was copied: they lead to the copies then (CLASS-3). Plain.

A link to something that was not taken stays as it is, and is mended when it is taken later.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

#: A file's page or preview, and an article's page in its space (``section``).
FILE = r"/fichiers/(\d+)"
ARTICLE = r"/espaces/{section}/blog/(\d+)"

#: Before an address of the portal: the beginning of a link, after a language or a host of ours at most.
_NOT_INSIDE = r"(?<![\w/-])"
_LANGUAGE = r"(?:/(?:fr|en))?"


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """Old numbers and new: of the space itself, and of what is in it."""

    section: tuple[int, int]
    articles: Mapping[int, int]
    attachments: Mapping[int, int]
    files: Mapping[int, int]
    folders: Mapping[int, int]
    contests: Mapping[int, int]
    points: Mapping[int, int]
    #: Hosts of the portal: an address elsewhere that looks alike is left alone.
    hosts: Collection[str] = ()


def numbers_in(texts: Iterable[str], word: str) -> set[int]:
    """The numbers that stand after ``/word/`` in some texts."""
    return {int(number) for text in texts for number in re.findall(rf"/{word}/(\d{{1,18}})", text)}


def mended(text: str, moved: Moved) -> str:
    """``text`` (markup or HTML) with the addresses of what was copied leading to the copies."""
    old, new = moved.section
    hosts = "|".join(re.escape(host) for host in moved.hosts)
    head = rf"{_NOT_INSIDE}(?P<head>{f'(?:https?://(?:{hosts})(?::[0-9]+)?)?' if hosts else ''}{_LANGUAGE})"

    def blog(found: re.Match[str]) -> str:
        number = moved.articles.get(int(found["article"]))
        if number is None:
            return found[0]
        piece = found["piece"]
        if piece is None:
            return f"{found['head']}/espaces/{new}/blog/{number}"
        attached = moved.attachments.get(int(piece))
        return found[0] if attached is None else f"{found['head']}/espaces/{new}/blog/{number}/pieces/{attached}"

    def library(found: re.Match[str]) -> str:
        if found["folder"] is None:
            return f"{found['head']}/espaces/{new}/mediatheque"
        number = moved.folders.get(int(found["folder"]))
        return found[0] if number is None else f"{found['head']}/espaces/{new}/mediatheque?folder={number}"

    # Most texts name little or nothing of it: looked for first, since the patterns look at every sign.
    space = f"/espaces/{old}" in text
    if space:
        text = re.sub(rf"{head}/espaces/{old}/blog/(?P<article>\d+)(?:/pieces/(?P<piece>\d+))?(?!\d)", blog, text)
        text = re.sub(rf"{head}/espaces/{old}/mediatheque(?:\?folder=(?P<folder>\d+))?(?![\d/?])", library, text)
    for word, numbers in (
        ("fichiers", moved.files),
        ("concours", moved.contests),
        ("lieux", moved.points),
        ("dossiers", moved.folders),
    ):
        if f"/{word}/" in text and numbers:
            text = re.sub(rf"{head}/{word}/(?P<number>\d+)(?!\d)", _leading(word, numbers), text)
    if not space:
        return text
    # The space's own pages that are the same for every space: its front, its blog, its map.
    return re.sub(
        rf"{head}/espaces/{old}(?P<tail>/(?:blog|concours|carte))?(?![\w/?])",
        lambda found: f"{found['head']}/espaces/{new}{found['tail'] or ''}",
        text,
    )


def _leading(word: str, numbers: Mapping[int, int]) -> Callable[[re.Match[str]], str]:
    def there(found: re.Match[str]) -> str:
        number = numbers.get(int(found["number"]))
        return found[0] if number is None else f"{found['head']}/{word}/{number}"

    return there
