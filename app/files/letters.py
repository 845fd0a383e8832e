"""The letters that papers are printed with: glyphs and widths of the fonts beside this module, made ready once a process. Plain."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import TTFont

#: What a byte means in the Windows alphabet, as PDF knows it.
_ALPHABET = {code: bytes((code,)).decode("cp1252", "ignore") for code in range(32, 256)}
_ALPHABET = {code: letter for code, letter in _ALPHABET.items() if letter}
_FONTS = Path(__file__).parent / "fonts"
#: Tables that a PDF needs of a font; what shapes or names it is left out.
_NEEDED = frozenset({"head", "hhea", "maxp", "hmtx", "loca", "glyf", "cvt ", "fpgm", "prep", "cmap", "OS/2", "post"})


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Face:
    """A font as PDF holds it. ``glyphs``: letter -> four hexadecimal digits; ``advances``: width of every glyph, in thousandths of the
    size, in their order.

    ``single``: the bytes of the Windows alphabet for which it has letters, and ``widths`` by byte. ``program`` is the font itself,
    packed; ``length`` its bytes unpacked.
    """

    name: str
    glyphs: Mapping[str, str]
    single: bytes
    widths: tuple[int, ...]
    program: bytes
    length: int
    advances: tuple[int, ...]
    ascent: int
    descent: int
    box: tuple[int, int, int, int]
    bold: bool

    def has(self, letter: str) -> bool:
        """Does the font have the letter?"""
        return letter in self.glyphs

    def width(self, letter: str) -> int:
        """Of a letter; one that the font lacks is as wide as the box that is shown for it."""
        return self.advances[int(self.glyphs.get(letter, "0"), 16)]


@cache
def face(part: str, weight: int) -> Face:
    """The face of 'latin' or 'latin-ext', 400 or 700."""
    font = TTFont(_FONTS / f"atkinson-hyperlegible-{part}-{weight}.ttf", recalcTimestamp=False)
    scale = 1000 / font["head"].unitsPerEm
    order = {name: number for number, name in enumerate(font.getGlyphOrder())}
    advances = tuple(round(font["hmtx"][name][0] * scale) for name in font.getGlyphOrder())
    cmap = {letter: order[name] for letter, name in font.getBestCmap().items()}
    head, hhea = font["head"], font["hhea"]
    box = (round(head.xMin * scale), round(head.yMin * scale), round(head.xMax * scale), round(head.yMax * scale))
    ascent, descent = round(hhea.ascent * scale), round(hhea.descent * scale)
    font["post"].formatType = 3.0
    for table in set(font.keys()) - _NEEDED - {"GlyphOrder"}:
        del font[table]
    out = BytesIO()
    font.save(out, reorderTables=False)
    program = out.getvalue()
    return Face(
        name=f"AtkinsonHyperlegible-{part}-{weight}",
        glyphs={chr(letter): f"{glyph:04X}" for letter, glyph in cmap.items()},
        single=bytes(code for code, letter in _ALPHABET.items() if ord(letter) in cmap),
        widths=tuple(advances[cmap.get(ord(_ALPHABET.get(code, "\0")), 0)] for code in range(256)),
        program=zlib.compress(program, 9),
        length=len(program),
        advances=advances,
        ascent=ascent,
        descent=descent,
        box=box,
        bold=weight >= 700,
    )
