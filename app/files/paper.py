"""A PDF document of chapters: cover, table of contents, sanitised HTML, pictures. Plain: bytes in, bytes out.

The letters come from the fonts beside this module, so that ’ « » œ € – print everywhere; a letter that they lack is shown as
a box. ``html`` is what ``content.markup`` makes: paragraphs, headings, lists, links, emphasis.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from fpdf import FPDF, FontFace, TextStyle
from fpdf.outline import OutlineSection
from PIL import Image, UnidentifiedImageError

#: Where the documents’ typefaces stand.
FONTS = Path(__file__).parent / "fonts"
_LETTERS, _MORE = "atkinson", "atkinson-ext"
#: A picture is printed at most this many pixels wide or high; one with more pixels than this in all is left out.
_WIDEST, _MOST_PIXELS = 1400, 60_000_000
_INK, _QUIET = (27, 31, 36), (90, 96, 104)
_MARGIN = 20
#: Tags that print as the text they hold.
_BARE = re.compile(r"</?abbr\b[^>]*>")
#: A paragraph inside an item or a quotation would open a line of its own.
_INNER = re.compile(r"<(li|blockquote)>\s*<p>(.*?)</p>\s*</\1>", re.DOTALL)
#: Headings of a text are no chapters: they print bold and do not enter the contents.
_HEADING = re.compile(r"<h([23])>(.*?)</h\1>", re.DOTALL)
_SIZES = {"2": 14, "3": 12}


class _Pages(FPDF):
    """A4 pages with a foot: the document's title and the page's number."""

    foot = ""

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font(_LETTERS, size=9)
        self.set_text_color(*_QUIET)
        self.cell(0, 8, self.foot[:90], align="L")
        self.set_x(self.l_margin)
        self.cell(0, 8, str(self.page_no()), align="R")
        self.set_text_color(*_INK)


class Paper:
    """A document that is written from front to back; ``finish`` gives its bytes.

    ``title`` and ``lines`` stand on the first page, above the contents headed ``contents`` (left out where it is empty).
    ``language`` is an ISO code such as 'fr'; ``made_at``: the aware instant that the document bears, so that the same content gives
    the same bytes.
    """

    def __init__(
        self,
        title: str,
        lines: Sequence[str] = (),
        *,
        language: str = "fr",
        contents: str = "",
        made_at: datetime | None = None,
    ) -> None:
        logging.getLogger("fpdf").setLevel(logging.ERROR)
        logging.getLogger("fontTools").setLevel(logging.ERROR)
        pdf = self._pdf = _Pages(format="A4")
        pdf.set_margins(_MARGIN, _MARGIN)
        pdf.set_auto_page_break(True, margin=_MARGIN)
        for style, weight in (("", 400), ("I", 400), ("B", 700), ("BI", 700)):
            pdf.add_font(_LETTERS, style, FONTS / f"atkinson-hyperlegible-latin-{weight}.ttf")
            pdf.add_font(_MORE, style, FONTS / f"atkinson-hyperlegible-latin-ext-{weight}.ttf")
        pdf.set_fallback_fonts([_MORE], exact_match=False)
        pdf.set_title(printable(title))
        pdf.set_lang(language)
        pdf.set_creator("Bascule")
        if made_at is not None:
            pdf.set_creation_date(made_at)
        pdf.foot = printable(title)
        pdf.add_page()
        self._write(title, size=24, style="B", after=3)
        for line in lines:
            self._write(line, size=12, colour=_QUIET, after=1)
        self._contents = bool(contents)
        if contents:
            pdf.ln(6)
            self._write(contents, size=15, style="B", after=2)
            pdf.set_font(_LETTERS, size=11)
            pdf.insert_toc_placeholder(_contents, allow_extra_pages=True)

    def chapter(self, title: str, note: str = "", html: str = "", pictures: Iterable[tuple[bytes, str]] = ()) -> None:
        """A chapter: its title (listed in the contents), a quiet line, its text, its pictures with what they show."""
        pdf = self._pdf
        if (not self._contents and (pdf.page > 1 or pdf.get_y() > 120)) or (self._contents and pdf.get_y() > 150):
            pdf.add_page()
        pdf.start_section(printable(title))
        self._write(title, size=18, style="B", after=1)
        if note:
            self._write(note, size=10, colour=_QUIET, after=3)
        if html:
            self._html(html)
        for data, words in pictures:
            self._picture(data, words)
        pdf.ln(8)

    def paragraph(self, text: str) -> None:
        """Lines of plain text."""
        self._write(text, size=11, after=3)

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int] | None = None) -> None:
        """A table whose head is repeated on each page; ``widths`` are the columns' shares."""
        pdf = self._pdf
        pdf.set_font(_LETTERS, size=10)
        with pdf.table(
            headings_style=FontFace(emphasis="BOLD"), col_widths=tuple(widths) if widths else None, line_height=6
        ) as table:
            for cells in (head, *rows):
                row = table.row()
                for cell in cells:
                    row.cell(printable(cell))
        pdf.ln(4)

    def finish(self) -> bytes:
        """The document."""
        return bytes(self._pdf.output())

    def _write(self, text: str, *, size: int, style: Any = "", colour: tuple[int, int, int] = _INK, after: int) -> None:
        pdf = self._pdf
        pdf.set_font(_LETTERS, style, size)
        pdf.set_text_color(*colour)
        pdf.multi_cell(0, size * 0.5, printable(text), align="L", new_x="LMARGIN", new_y="NEXT")
        pdf.set_text_color(*_INK)
        pdf.ln(after)

    def _html(self, html: str) -> None:
        self._pdf.set_font(_LETTERS, size=11)
        text = _INNER.sub(r"<\1>\2</\1>", _BARE.sub("", printable(html)))
        text = _HEADING.sub(lambda m: f'<p><font size="{_SIZES[m[1]]}"><b>{m[2]}</b></font></p>', text)
        styles: dict[str, Any] = {
            "a": FontFace(color=(20, 70, 120), emphasis="UNDERLINE"),
            "blockquote": TextStyle(color=_QUIET, t_margin=2, b_margin=2, l_margin=6),
        }
        self._pdf.write_html(text, font_family=_LETTERS, tag_styles=styles, ul_bullet_char="•")
        self._pdf.ln(3)

    def _picture(self, data: bytes, words: str) -> None:
        pdf = self._pdf
        made = _jpeg(data)
        if made is None:
            return
        jpeg, width, height = made
        wide = min(pdf.epw, width * 25.4 / 110)
        high = wide * height / width
        if high > pdf.eph * 0.6:
            wide, high = wide * pdf.eph * 0.6 / high, pdf.eph * 0.6
        if pdf.will_page_break(high + 8):
            pdf.add_page()
        pdf.image(BytesIO(jpeg), w=wide, h=high, alt_text=printable(words))
        if words:
            self._write(words, size=9, colour=_QUIET, after=3)


def _contents(pdf: FPDF, sections: list[OutlineSection]) -> None:
    """The table of contents: each chapter, cut to a line, and its page; both lead there."""
    pdf.set_font(_LETTERS, size=11)
    for section in sections:
        link = pdf.add_link(page=section.page_number)
        name = section.name if len(section.name) <= 80 else section.name[:79] + "…"
        pdf.cell(pdf.epw - 15, 7, name, link=link)
        pdf.cell(15, 7, str(section.page_number), align="R", link=link, new_x="LMARGIN", new_y="NEXT")


def _jpeg(data: bytes) -> tuple[bytes, int, int] | None:
    """A picture as the page needs it, with its size in pixels; None for what cannot be read."""
    try:
        with Image.open(BytesIO(data)) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                return None
            picture.thumbnail((_WIDEST, _WIDEST))
            if picture.mode not in ("RGB", "L"):
                clear = picture.convert("RGBA")
                flat = Image.new("RGB", clear.size, "white")
                flat.paste(clear, mask=clear.getchannel("A"))
            else:
                flat = picture.convert("RGB")
            out = BytesIO()
            flat.save(out, "JPEG", quality=82)
            return out.getvalue(), flat.width, flat.height
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError, SyntaxError):
        return None


def printable(text: str) -> str:
    """``text`` with the spaces that the fonts know, and without control characters."""
    text = text.replace("\u202f", "\u00a0").replace("\u2009", " ")
    return "".join(sign for sign in text if sign in "\n\t" or ord(sign) >= 32)
