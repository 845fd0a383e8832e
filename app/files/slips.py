"""A PDF of slips to cut out, eight a page, with dashed lines between them. Plain: words in, bytes out.

Meant for hundreds of pages at once: text is set line by line, nothing is laid out by the library.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from fpdf import FPDF

from app.files.paper import FONTS, printable

COLUMNS, ROWS = 2, 4
_WIDE, _HIGH = 105.0, 69.0
_TOP, _PAD = 15.0, 8.0
_LETTERS, _MORE = "atkinson", "atkinson-ext"
_INK, _QUIET, _LINE = (27, 31, 36), (90, 96, 104), (150, 154, 160)


@dataclass(frozen=True, kw_only=True, slots=True)
class Slip:
    """One slip, for one reader. ``facts`` are pairs of a label and what must be legible whole; ``code`` is printed large.

    ``under`` is a quiet line below the name; ``note`` the sentences at the foot.
    """

    name: str
    under: str = ""
    facts: Sequence[tuple[str, str]] = ()
    code_label: str = ""
    code: str = ""
    note: str = ""


def slips_pdf(
    title: str, sheets: Iterable[tuple[str, Sequence[Slip]]], *, language: str = "fr", made_at: datetime | None = None
) -> bytes:
    """The document: for each of ``sheets`` its heading and its slips, beginning on a page of its own.

    ``made_at`` is an aware instant; ``language`` an ISO code.
    """
    pdf = FPDF(format="A4")
    pdf.set_margins(0, 0)
    pdf.set_auto_page_break(False)
    for style, weight in (("", 400), ("B", 700)):
        pdf.add_font(_LETTERS, style, FONTS / f"atkinson-hyperlegible-latin-{weight}.ttf")
        pdf.add_font(_MORE, style, FONTS / f"atkinson-hyperlegible-latin-ext-{weight}.ttf")
    pdf.set_title(printable(title))
    pdf.set_lang(language)
    pdf.set_creator("Bascule")
    if made_at is not None:
        pdf.set_creation_date(made_at)
    drawer = _Drawer(pdf)
    for heading, slips in sheets:
        pages = -(-len(slips) // (COLUMNS * ROWS))
        for number in range(pages):
            pdf.add_page()
            some = slips[number * COLUMNS * ROWS : (number + 1) * COLUMNS * ROWS]
            drawer.page(f"{heading} · {number + 1}/{pages}" if pages > 1 else heading, some)
    return bytes(pdf.output())


class _Drawer:
    """Sets lines of text on a page; letters are measured here, many times as quick as by the library."""

    def __init__(self, pdf: FPDF) -> None:
        self._pdf = pdf
        self._notes: dict[str, list[str]] = {}
        #: (family, style) -> the width of each sign that it knows, in thousandths of its size.
        self._widths: dict[tuple[str, str], dict[int, float]] = {}
        for family in (_LETTERS, _MORE):
            for style in ("", "B"):
                font: Any = pdf.fonts[family + style]
                self._widths[family, style] = {sign: float(font.cw[sign]) for sign in font.cmap}

    def page(self, heading: str, slips: Sequence[Slip]) -> None:
        self._text(_PAD, 9, heading, size=9, colour=_QUIET, width=2 * _WIDE - 2 * _PAD)
        for place, slip in enumerate(slips):
            self._slip((place % COLUMNS) * _WIDE + _PAD, _TOP + (place // COLUMNS) * _HIGH, slip)
        self._cuts(len(slips))

    def _cuts(self, count: int) -> None:
        """Dashed lines around the slips that are there."""
        pdf, rows = self._pdf, -(-count // COLUMNS)
        pdf.set_draw_color(*_LINE)
        pdf.set_dash_pattern(dash=1.5, gap=1.5)
        for row in range(rows + 1):
            pdf.line(0, _TOP + row * _HIGH, COLUMNS * _WIDE, _TOP + row * _HIGH)
        pdf.line(_WIDE, _TOP, _WIDE, _TOP + rows * _HIGH)
        pdf.set_dash_pattern()

    def _slip(self, x: float, y: float, slip: Slip) -> None:
        width = _WIDE - 2 * _PAD
        self._text(x, y + 9, slip.name, size=14, bold=True, width=width)
        self._text(x, y + 14.5, slip.under, size=9, colour=_QUIET, width=width)
        line = y + 22
        for label, value in slip.facts:
            self._text(x, line, label, size=8.5, colour=_QUIET, width=27)
            self._text(x + 28, line, value, size=11, bold=True, width=width - 28, whole=True)
            line += 6.5
        if slip.code:
            self._text(x, line + 3, slip.code_label, size=8.5, colour=_QUIET, width=27)
            self._text(x + 28, line + 4, slip.code, size=19, bold=True, width=width - 28, whole=True)
            line += 10
        for words in self._wrapped(slip.note, 8.5, width, most=4):
            self._text(x, line + 2, words, size=8.5, width=width)
            line += 4

    def _text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        width: float,
        bold: bool = False,
        colour: tuple[int, int, int] = _INK,
        whole: bool = False,
    ) -> None:
        """A line at a base line; what is too wide is cut, or set smaller where it must stay whole."""
        pdf = self._pdf
        style: Literal["", "B"] = "B" if bold else ""
        text = printable(text).replace("\n", " ")
        while text and (found := self._width(text, size, style)) > width:
            if whole:
                size *= width / found * 0.99
            else:
                text = text[:-2].rstrip() + "…" if len(text) > 2 else ""
        pdf.set_text_color(*colour)
        for family, run in self._runs(text, style):
            pdf.set_font(family, style, size)
            pdf.text(x, y, run)
            x += self._width(run, size, style)

    def _width(self, text: str, size: float, style: str) -> float:
        """Millimetres; ``size`` is in points."""
        letters, more = self._widths[_LETTERS, style], self._widths[_MORE, style]
        units = sum(letters.get(sign) or more.get(sign, 500.0) for sign in map(ord, text))
        return units / 1000 * size * 25.4 / 72

    def _runs(self, text: str, style: str) -> Iterator[tuple[str, str]]:
        """The text cut where the letters' font changes; a sign that neither knows stays with the first."""
        letters, more = self._widths[_LETTERS, style], self._widths[_MORE, style]
        if all(ord(sign) in letters for sign in text):
            yield _LETTERS, text
            return
        run, family = "", _LETTERS
        for sign in text:
            wanted = _MORE if ord(sign) not in letters and ord(sign) in more else _LETTERS
            if wanted != family and run:
                yield family, run
                run = ""
            family, run = wanted, run + sign
        if run:
            yield family, run

    def _wrapped(self, text: str, size: float, width: float, most: int) -> list[str]:
        """The lines of a note; a document has few different ones."""
        if text not in self._notes:
            lines: list[str] = []
            for word in printable(text).split(" "):
                if lines and self._width(f"{lines[-1]} {word}", size, "") <= width:
                    lines[-1] += f" {word}"
                else:
                    lines.append(word)
            self._notes[text] = lines[:most]
        return self._notes[text]
