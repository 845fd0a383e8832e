"""AAF's usual form, read as text: three times as fast as a parser that makes a tree. Plain.

The patterns describe a small part of XML, the way academies write it. What they take is well-formed and means what a parser would
say of it: no comment or CDATA inside an entry, no character that XML forbids, only XML's own entities. The first thing that they do
not know, a delta's operations among it, goes with everything that follows to the parser, which takes it or says what is wrong.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

ROOT = "ficAlimMENESR"
#: Characters without a finished entry: the parser decides what becomes of it.
LONGEST = 8 << 20
#: Characters that the parser gets at once.
_PIECE = 1 << 17

_WHITE = r"[ \t\r\n]*+"
# '>' is allowed in text but for ']]>', a return becomes a newline: both are left to the parser.
_PLAIN = r"[^<>&\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]*+"
_TEXT = rf"{_PLAIN}(?:&(?:amp|lt|gt|quot|apos);{_PLAIN})*+"
_VALUE = rf"(?:<value>{_TEXT}</value>|<value ?/>){_WHITE}"
_ATTRIBUTE = rf'<attr name="[A-Za-z0-9]++">{_WHITE}(?:{_VALUE})*+</attr>{_WHITE}'
_COMMENTS = rf"(?:<!--(?:[^<>&\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff-]|-(?!-))*+-->{_WHITE})*+"
_HEAD = re.compile(
    rf'\ufeff?(?:<\?xml version="1\.0" encoding="[A-Za-z0-9._-]++"(?: standalone="(?:yes|no)")? ?\?>)?{_WHITE}{_COMMENTS}'
    rf'(?:<!DOCTYPE {ROOT} SYSTEM "[A-Za-z0-9./:_-]*+">)?{_WHITE}{_COMMENTS}<{ROOT}>{_WHITE}{_COMMENTS}'
)
_ENTRY = re.compile(
    rf"{_WHITE}<addRequest>{_WHITE}(?:<operationalAttributes>{_WHITE}(?:{_ATTRIBUTE})*+</operationalAttributes>{_WHITE})?"
    rf"<identifier>{_WHITE}<id>({_TEXT})</id>{_WHITE}</identifier>{_WHITE}"
    rf"<attributes>{_WHITE}((?:{_ATTRIBUTE})*+)</attributes>{_WHITE}</addRequest>"
)
#: A finished entry, or the beginning of something else: nothing more need be read to know whether it has the usual form.
_REQUEST = re.compile(r"</addRequest>|<(?:modify|delete)Request")
_END = re.compile(rf"{_WHITE}</{ROOT}>{_WHITE}")
#: Of a checked entry: an attribute's name, its first value if it is not empty, and the other values as they are written.
_ATTRIBUTES = re.compile(
    rf'<attr name="([A-Za-z0-9]++)">{_WHITE}(?:<value>([^<]*+)</value>|<value ?/>)?{_WHITE}(.*?)</attr>', re.DOTALL
)
_VALUES = re.compile(r"<value>([^<]++)</value>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))


class Entry(NamedTuple):
    """An addRequest: its identifier, and what ``values_of`` reads of each attribute: name, first value, the others."""

    identifier: str
    attributes: list[tuple[str, str, str]]


class Usual:
    """The entries of a file of which every byte comes in ``blocks`` of UTF-8, as far as they have the usual form.

    Afterwards ``rest`` are the bytes for a parser, as a whole document, None where nothing is left; ``lines`` were read before them.
    """

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._text = ""
        self._begun = False
        self.lines = 0
        self.rest: Iterator[bytes] | None = None

    def __iter__(self) -> Iterator[Entry]:
        while self._more() and _REQUEST.search(self._text) is None and len(self._text) < LONGEST:
            pass
        head = _HEAD.match(self._text)
        if head is None or self.rest is not None:
            self._leave("", 0)
            return
        at, self._begun = head.end(), True
        while self.rest is None:
            while (found := _ENTRY.match(self._text, at)) is not None:
                at = found.end()
                yield Entry(_read(found[1]), _ATTRIBUTES.findall(found[2]))
            if _REQUEST.search(self._text, at) is not None or len(self._text) - at > LONGEST:
                self._leave(f"<{ROOT}>", at)
                return
            self.lines += self._text.count("\n", 0, at)
            self._text, at = self._text[at:], 0
            if not self._more():
                if self.rest is None and _END.fullmatch(self._text) is None:
                    self._leave(f"<{ROOT}>", 0)
                return

    def _more(self) -> bool:
        """Read on; False at the end of the file, and where it is no UTF-8 (then there is a rest)."""
        block = next(self._blocks, None)
        if block is None:
            return False
        try:
            self._text += self._decoder.decode(block)
        except UnicodeDecodeError:
            self._leave(f"<{ROOT}>" if self._begun else "", 0, block)
            return False
        return True

    def _leave(self, begins: str, at: int, block: bytes = b"") -> None:
        if self.rest is not None:
            return
        self.lines += self._text.count("\n", 0, at)
        left, held = begins + self._text[at:], self._decoder.getstate()[0]
        pieces = (left[start : start + _PIECE].encode() for start in range(0, len(left), _PIECE))
        self.rest = chain(pieces, [held + block], self._blocks)
        self._text = ""


def _read(text: str) -> str:
    """A text without its entities."""
    if "&" in text:
        for entity, character in _ENTITIES:
            text = text.replace(entity, character)
    return text


def values_of(first: str, others: str) -> list[str]:
    """The values of an attribute that are not empty."""
    values = [_read(first)] if first else []
    if others:
        values += map(_read, _VALUES.findall(others))
    return values


__all__ = ["LONGEST", "ROOT", "Entry", "Usual", "values_of"]
