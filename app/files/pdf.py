"""The objects of a PDF file: pages, letters, contents, links. Plain: what is drawn comes in, bytes go out."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from app.files.letters import Face


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A line of the contents: its words, and the page by its place from 0."""

    title: str
    page: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A place of a page that leads to another: left, bottom, right, top in points."""

    box: tuple[float, float, float, float]
    page: int


class _Objects:
    """Numbered objects, written one after the other."""

    def __init__(self) -> None:
        self._out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        self._places: dict[int, int] = {}
        self._last = 0

    def number(self) -> int:
        self._last += 1
        return self._last

    def write(self, number: int, body: str) -> int:
        self._places[number] = len(self._out)
        self._out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
        return number

    def stream(self, number: int, packed: bytes, more: str = "") -> int:
        self._places[number] = len(self._out)
        head = f"{number} 0 obj\n<</Filter/FlateDecode/Length {len(packed)}{more}>>\nstream\n"
        self._out += head.encode() + packed + b"\nendstream\nendobj\n"
        return number

    def finish(self, root: int, info: int) -> bytes:
        begin = len(self._out)
        table = "".join(f"{self._places[number]:010d} 00000 n \n" for number in range(1, self._last + 1))
        size = self._last + 1
        self._out += (
            f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<</Size {size}/Root {root} 0 R/Info {info} 0 R>>\n"
            f"startxref\n{begin}\n%%EOF\n"
        ).encode()
        return bytes(self._out)


def document(
    pages: Sequence[bytes],
    links: Sequence[Sequence[Link]],
    contents: Sequence[Entry],
    faces: Mapping[str, Face],
    *,
    single: Collection[str],
    size: tuple[float, float],
    title: str,
    language: str,
    made_at: datetime,
) -> bytes:
    """A document of ``pages``, whose drawing is packed; ``links`` of the first ones; ``faces`` by their name in the pages,
    ``single``: those whose letters are bytes of the Windows alphabet.

    ``size``: of every page, in points. ``made_at`` is an aware instant.
    """
    out = _Objects()
    root, tree, info = out.number(), out.number(), out.number()
    fonts = "".join(f"/{name} {_font(out, one, name in single)} 0 R" for name, one in faces.items())
    resources = out.write(out.number(), f"<</Font<<{fonts}>>>>")
    numbers = [out.number() for _page in pages]
    for place, (number, drawn) in enumerate(zip(numbers, pages, strict=True)):
        own = links[place] if place < len(links) else ()
        annotations = "".join(
            f"<</Type/Annot/Subtype/Link/Border[0 0 0]/Rect[{' '.join(f'{one:.2f}' for one in link.box)}]"
            f"/Dest[{numbers[link.page]} 0 R/Fit]>>"
            for link in own
        )
        body = out.stream(out.number(), drawn)
        out.write(
            number,
            f"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 {size[0]} {size[1]}]/Resources {resources} 0 R"
            f"/Contents {body} 0 R{f'/Annots[{annotations}]/Tabs/R' if annotations else ''}>>",
        )
    kids = " ".join(f"{number} 0 R" for number in numbers)
    out.write(tree, f"<</Type/Pages/Count {len(numbers)}/Kids[{kids}]>>")
    outline = _outline(out, contents, numbers)
    out.write(
        root,
        f"<</Type/Catalog/Pages {tree} 0 R/Lang{_text(language)}/ViewerPreferences<</DisplayDocTitle true>>"
        f"{f'/Outlines {outline} 0 R' if outline else ''}>>",
    )
    when = f"D:{made_at.astimezone(UTC):%Y%m%d%H%M%S}Z"
    out.write(info, f"<</Title{_text(title)}/Creator{_text('Bascule')}/CreationDate({when})>>")
    return out.finish(root, info)


def _outline(out: _Objects, contents: Sequence[Entry], pages: Sequence[int]) -> int:
    if not contents:
        return 0
    root = out.number()
    numbers = [out.number() for _entry in contents]
    for place, (number, entry) in enumerate(zip(numbers, contents, strict=True)):
        before = f"/Prev {numbers[place - 1]} 0 R" if place else ""
        after = f"/Next {numbers[place + 1]} 0 R" if place + 1 < len(numbers) else ""
        out.write(
            number, f"<</Title{_text(entry.title)}/Parent {root} 0 R/Dest[{pages[entry.page]} 0 R/Fit]{before}{after}>>"
        )
    return out.write(root, f"<</Type/Outlines/Count {len(numbers)}/First {numbers[0]} 0 R/Last {numbers[-1]} 0 R>>")


def _font(out: _Objects, one: Face, single: bool) -> int:
    """A font whose letters are named by a byte of the Windows alphabet, or by the number of their glyph."""
    program = out.stream(out.number(), one.program, f"/Length1 {one.length}")
    box = " ".join(map(str, one.box))
    described = out.write(
        out.number(),
        f"<</Type/FontDescriptor/FontName/{one.name}/Flags {32 if single else 4}/FontBBox[{box}]/ItalicAngle 0/Ascent {one.ascent}"
        f"/Descent {one.descent}/CapHeight {one.ascent}/StemV {140 if one.bold else 80}/FontFile2 {program} 0 R>>",
    )
    if single:
        widths = " ".join(map(str, one.widths[32:]))
        return out.write(
            out.number(),
            f"<</Type/Font/Subtype/TrueType/BaseFont/{one.name}/Encoding/WinAnsiEncoding/FirstChar 32/LastChar 255"
            f"/Widths[{widths}]/FontDescriptor {described} 0 R>>",
        )
    letters = out.stream(out.number(), _letters(one))
    own = out.write(
        out.number(),
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{one.name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        f"/FontDescriptor {described} 0 R/CIDToGIDMap/Identity/W[0[{' '.join(map(str, one.advances))}]]>>",
    )
    return out.write(
        out.number(),
        f"<</Type/Font/Subtype/Type0/BaseFont/{one.name}/Encoding/Identity-H/DescendantFonts[{own} 0 R]/ToUnicode {letters} 0 R>>",
    )


@cache
def _letters(one: Face) -> bytes:
    """Which letter each glyph is, so that the text can be searched, copied and read aloud."""
    known = {glyph: letter for letter, glyph in sorted(one.glyphs.items(), reverse=True)}
    pairs = [f"<{glyph}> <{letter.encode('utf-16-be').hex()}>" for glyph, letter in sorted(known.items())]
    slices = (pairs[begin : begin + 100] for begin in range(0, len(pairs), 100))
    told = "".join("{} beginbfchar\n{}\nendbfchar\n".format(len(some), "\n".join(some)) for some in slices)
    return zlib.compress(
        (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{told}"
            "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
        ).encode()
    )


def _text(words: str) -> str:
    """Words outside the pages: the title, the contents' entries."""
    return f"<FEFF{words.encode('utf-16-be').hex().upper()}>"
