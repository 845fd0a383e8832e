"""A PDF of many like sheets: titles, ruled tables, lines of text, contents. Plain: a year's report cards are printed in seconds.

``app.files.paper`` lays out anything; here every line is placed as it comes, many times as quick. The letters are the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import groupby

from isal import isal_zlib

from app.files import pdf
from app.files.letters import Face, face

#: Points of a millimetre; A4 in points; the margin.
_MM = 72 / 25.4
_WIDE, _HIGH, _MARGIN = 595.28, 841.89, 20 * _MM
_ACROSS = _WIDE - 2 * _MARGIN
_INK, _QUIET = "0.106 0.122 0.141 rg", "0.353 0.376 0.408 rg"
_RULE = "0.784 0.8 0.816 RG 0.5 w"
#: Sizes and heights of a line, in points.
_TABLE, _TABLE_LINE, _TEXT, _TEXT_LINE, _CONTENTS_LINE = 9.0, 5 * _MM, 11.0, 5.5 * _MM, 7 * _MM
#: The faces by name in a page; a letter that the first lacks is looked for in the second.
_FACES = {"F1": ("latin", 400), "F2": ("latin", 700), "F3": ("latin-ext", 400), "F4": ("latin-ext", 700)}
_NARROW_SPACES = str.maketrans(
    {"\u202f": "\u00a0", "\u2009": " ", "\t": " "} | {n: "" for n in range(32) if n not in (9, 10)}
)
#: What most texts have nothing of.
_ODD = re.compile("[\\x00-\\x09\\x0b-\\x1f\u2009\u202f]")


class Sheaf:
    """A document that is written from front to back; ``finish`` gives its bytes.

    ``title`` and ``lines`` stand on the first page, above the contents headed ``contents``. ``language``: an ISO code such as
    'fr'; ``made_at``: the aware instant that the document bears, so that the same content gives the same bytes.
    """

    def __init__(
        self, title: str, lines: Sequence[str] = (), *, contents: str, made_at: datetime, language: str = "fr"
    ) -> None:
        self._title, self._made_at, self._language = _printable(title), made_at, language
        #: Of each page after the contents, what is drawn on it.
        self._pages: list[list[str]] = []
        self._sheets: list[pdf.Entry] = []
        self._used: set[str] = set()
        self._y = 0.0
        self._draw: list[str] = []
        self._cover(lines, contents)

    def sheet(self, title: str, note: str = "") -> None:
        """A page of its own for what follows, with its title (listed in the contents) and a quiet line."""
        self._turn()
        words = _printable(title)
        self._sheets.append(pdf.Entry(title=words, page=len(self._pages) - 1))
        self._lines(words, 16, bold=True, line=8 * _MM)
        self._y -= 1 * _MM
        if note:
            self._lines(_printable(note), 10, line=5 * _MM, colour=_QUIET)
            self._y -= 3 * _MM

    def ruled(self, head: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float]) -> None:
        """A ruled table in which only the last column wraps, the others being cut to their ``widths`` (millimetres, of all but the
        last).
        """
        places, at = [], _MARGIN
        for width in widths:
            places.append((f" 1 0 0 1 {at:.2f} ", (width - 2) * _MM))
            at += width * _MM
        self._row(head, places, at, bold=True)
        for row in rows:
            self._row(row, places, at, bold=False)
        self._y -= 3 * _MM

    def paragraph(self, text: str) -> None:
        """Lines of plain text."""
        self._lines(_printable(text), _TEXT, line=_TEXT_LINE)
        self._y -= 3 * _MM

    def finish(self) -> bytes:
        """The document."""
        first = self._contents_pages()
        pages = [*first, *self._pages]
        streams = [self._page(number, drawn) for number, drawn in enumerate(pages, 1)]
        links = [
            [
                pdf.Link(
                    box=(_MARGIN, y - 2, _WIDE - _MARGIN, y + _CONTENTS_LINE - 6),
                    page=self._sheets[entry].page + len(first),
                )
                for entry, y in placed
            ]
            for placed in self._placed
        ]
        return pdf.document(
            streams,
            links,
            [pdf.Entry(title=one.title, page=one.page + len(first)) for one in self._sheets],
            {name: face(*_FACES[name]) for name in sorted(self._used)},
            single=("F1", "F2"),
            size=(_WIDE, _HIGH),
            title=self._title,
            language=self._language,
            made_at=self._made_at,
        )

    # What is drawn ------------------------------------------------------------------------------------------------------

    def _cover(self, lines: Sequence[str], contents: str) -> None:
        self._y = _HIGH - _MARGIN
        self._lines(self._title, 24, bold=True, line=12 * _MM)
        self._y -= 3 * _MM
        for line in lines:
            self._lines(_printable(line), 12, line=6 * _MM, colour=_QUIET)
            self._y -= 1 * _MM
        self._y -= 6 * _MM
        self._lines(_printable(contents), 15, bold=True, line=7.5 * _MM)
        self._y -= 2 * _MM
        self._first, self._top, self._pages = self._draw, self._y, []

    def _turn(self) -> None:
        self._draw = []
        self._pages.append(self._draw)
        self._y = _HIGH - _MARGIN

    def _room(self, height: float) -> None:
        if self._y - height < _MARGIN:
            self._turn()

    def _lines(self, text: str, size: float, *, line: float, bold: bool = False, colour: str = _INK) -> None:
        for words in _wrapped(text, size, _ACROSS, bold):
            self._room(line)
            self._y -= line
            self._draw.append(
                f"BT {colour} 1 0 0 1 {_MARGIN:.2f} {self._y + line * 0.3:.2f} Tm{self._shown(words, size, bold)} ET"
            )

    def _row(self, cells: Sequence[str], places: Sequence[tuple[str, float]], last: float, *, bold: bool) -> None:
        wrapped = _wrapped(_printable(cells[-1]), _TABLE, _WIDE - _MARGIN - last, bold)
        # A row that no page holds goes on over the next; any other stays whole.
        self._room(min(len(wrapped) * _TABLE_LINE + _MM, _HIGH - 2 * _MARGIN))
        y = f"{self._y - _TABLE_LINE * 0.7:.2f} Tm"
        here, drawn = f" 1 0 0 1 {last:.2f} ", [f"BT {_INK}"]
        for cell, (at, width) in zip(cells, places, strict=False):
            if cell:
                drawn += (at, y, self._shown(_cut(cell, _TABLE, width, bold), _TABLE, bold))
        for words in wrapped:
            if self._y - _TABLE_LINE < _MARGIN:
                self._draw.append("".join((*drawn, " ET")))
                self._turn()
                drawn = [f"BT {_INK}"]
            if words:
                y = f"{self._y - _TABLE_LINE * 0.7:.2f} Tm"
                drawn += (here, y, self._shown(words, _TABLE, bold))
            self._y -= _TABLE_LINE
        self._y -= 0.5 * _MM
        drawn.append(f" ET {_RULE} {_MARGIN:.2f} {self._y:.2f} m {_WIDE - _MARGIN:.2f} {self._y:.2f} l S")
        self._draw.append("".join(drawn))
        self._y -= 0.5 * _MM

    def _shown(self, words: str, size: float, bold: bool) -> str:
        shown, used = _spelled(words, size, bold)
        if not used <= self._used:
            self._used |= used
        return shown

    def _contents_pages(self) -> list[list[str]]:
        """The first pages; ``_placed``: of each, which entries stand on it and how high."""
        fits = int((self._top - _MARGIN) // _CONTENTS_LINE)
        each = int((_HIGH - 2 * _MARGIN) // _CONTENTS_LINE)
        many = 1 + max(0, -(-(len(self._sheets) - fits) // each))
        pages: list[list[str]] = [list(self._first)]
        placed: list[list[tuple[int, float]]] = [[]]
        y = self._top
        for number, entry in enumerate(self._sheets):
            if y - _CONTENTS_LINE < _MARGIN:
                pages.append([])
                placed.append([])
                y = _HIGH - _MARGIN
            y -= _CONTENTS_LINE
            name = _cut(entry.title, _TEXT, _ACROSS - 15 * _MM, False)
            told = str(entry.page + many + 1)
            right = _WIDE - _MARGIN - _width(told, _TEXT, False)
            pages[-1].append(
                f"BT {_INK} 1 0 0 1 {_MARGIN:.2f} {y + 6:.2f} Tm{self._shown(name, _TEXT, False)}"
                f" 1 0 0 1 {right:.2f} {y + 6:.2f} Tm{self._shown(told, _TEXT, False)} ET"
            )
            placed[-1].append((number, y + 6))
        self._placed = placed
        return pages

    def _page(self, number: int, drawn: Sequence[str]) -> bytes:
        """What a page shows, packed, with its foot: the document's title and the page's number."""
        told, y = str(number), 10 * _MM
        right = _WIDE - _MARGIN - _width(told, 9, False)
        foot = (
            f"BT {_QUIET} 1 0 0 1 {_MARGIN:.2f} {y:.2f} Tm{self._shown(_cut(self._title, 9, _ACROSS - 15 * _MM, False), 9, False)}"
            f" 1 0 0 1 {right:.2f} {y:.2f} Tm{self._shown(told, 9, False)} ET"
        )
        packed: bytes = isal_zlib.compress("\n".join((*drawn, foot)).encode(), 2)
        return packed


def _printable(text: str) -> str:
    """``text`` with the spaces that the fonts know, and without control characters."""
    return text.translate(_NARROW_SPACES) if _ODD.search(text) is not None else text


def _pair(bold: bool) -> tuple[Face, Face]:
    return (face(*_FACES["F2"]), face(*_FACES["F4"])) if bold else (face(*_FACES["F1"]), face(*_FACES["F3"]))


def _single(text: str, this: Face) -> bytes | None:
    """The text in bytes of the Windows alphabet, where the face has all its letters."""
    try:
        data = text.encode("cp1252")
    except UnicodeEncodeError:
        return None
    return None if data.translate(None, this.single) else data


def _width(text: str, size: float, bold: bool) -> float:
    """How wide the text is, in points."""
    return _measured(text, bold)[0] * size / 1000


@lru_cache(maxsize=20_000)
def _measured(text: str, bold: bool) -> tuple[int, bytes | None]:
    """How wide the text is, in thousandths of its size, and its bytes where the first face has all its letters."""
    first, second = _pair(bold)
    data = _single(text, first)
    if data is not None:
        return sum(map(first.widths.__getitem__, data)), data
    return sum(this.width(letter) for this, letters in _runs(text, first, second) for letter in letters), None


@lru_cache(maxsize=20_000)
def _word(word: str, size: float, bold: bool) -> float:
    # Of words there are fewer than of texts.
    return _width(word, size, bold)


@lru_cache(maxsize=20_000)
def _spelled(text: str, size: float, bold: bool) -> tuple[str, frozenset[str]]:
    """The operators that show a line, and the faces that they name."""
    name, other = ("F2", "F4") if bold else ("F1", "F3")
    data = _measured(text, bold)[1]
    if data is not None:
        return f" /{name} {size:g} Tf <{data.hex()}> Tj", frozenset((name,))
    first, second = _pair(bold)
    shown, used = [], set()
    for this, letters in _runs(text, first, second):
        which = name if this is first else other
        told = _single(letters, this) if this is first else None
        spelled = told.hex() if told is not None else "".join(this.glyphs.get(one, "0000") for one in letters)
        used.add(which)
        shown.append(f" /{which} {size:g} Tf <{spelled}> Tj")
    return "".join(shown), frozenset(used)


def _runs(text: str, first: Face, second: Face) -> Iterator[tuple[Face, str]]:
    """The text in pieces: what the first face shows, and what is the second's, where a letter that neither has is a box."""
    for own, letters in groupby(text, lambda letter: _single(letter, first) is not None):
        yield first if own else second, "".join(letters)


@lru_cache(maxsize=20_000)
def _cut(text: str, size: float, width: float, bold: bool) -> str:
    """One line that is no wider than ``width`` points."""
    text = _printable(text).replace("\n", " ")
    while text and _width(text, size, bold) > width:
        text = text[:-2].rstrip() + "…" if len(text) > 2 else ""
    return text


def _wrapped(text: str, size: float, width: float, bold: bool) -> list[str]:
    """The lines in which a text stands in a column ``width`` points wide; a word that is too long is broken."""
    lines: list[str] = []
    for line in text.split("\n"):
        if _width(line, size, bold) <= width:
            lines.append(line)
        else:
            lines += _broken(line, size, width, bold)
    return lines


def _broken(line: str, size: float, width: float, bold: bool) -> Iterator[str]:
    space, held, so_far = _word(" ", size, bold), list[str](), 0.0
    for word in line.split(" "):
        wide = _word(word, size, bold)
        if held and so_far + space + wide > width:
            yield " ".join(held)
            held, so_far = [], 0.0
        while wide > width and len(word) > 1:
            most = next((n for n in range(len(word) - 1, 1, -1) if _width(word[:n], size, bold) <= width), 1)
            yield word[:most]
            word = word[most:]
            wide = _width(word, size, bold)
        so_far += wide + (space if held else 0.0)
        held.append(word)
    yield " ".join(held)
