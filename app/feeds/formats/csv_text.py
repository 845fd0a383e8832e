"""A CSV file's bytes as rows of text: encoding, separator and quotes settled, broken ones refused. Plain.

Exports come in ISO-8859-1; copies come back from spreadsheets in UTF-8 with one or several byte order marks, in UTF-16, or with
another separator. A quote that never closes would swallow the rest of the file, so it is refused and not repaired.
"""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass

from app.directory.names import folded
from app.feeds.formats.xml_bytes import UnreadableFile
from app.words import N_, Words

_SEPARATORS = ";\t,"
#: Characters of one cell.
_LONGEST_CELL = 20_000


@dataclass(frozen=True)
class Table:
    """A header, and the rows below it with the number of the line on which each ends."""

    name: str
    header: list[str]
    rows: list[tuple[int, list[str]]]


def table(name: str, content: bytes) -> Table:
    """The rows of a CSV file, blank ones left out, cells stripped. Raises ``UnreadableFile``."""
    text = _text(name, content)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=first.count)
    rows: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                if max(map(len, stripped)) > _LONGEST_CELL:
                    raise UnreadableFile(name, Words(N_("la ligne %(line)s est démesurée."), line=reader.line_num))
                rows.append((reader.line_num, stripped))
    except csv.Error:
        why = Words(N_("les guillemets de la ligne %(line)s sont incorrects."), line=reader.line_num)
        raise UnreadableFile(name, why) from None
    if not rows:
        raise UnreadableFile(name, Words(N_("il est vide.")))
    return Table(name, rows[0][1], rows[1:])


def _text(name: str, content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8", "cp1252", "iso8859-1"]
    for encoding in encodings:
        try:
            text = content.decode(encoding).lstrip("\ufeff")
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise UnreadableFile(name, Words(N_("ce n’est pas un fichier de texte.")))


def plain(label: str) -> str:
    """A header's label as it is looked up: lower case, without accents, spaces, apostrophes and stars."""
    return folded(label).replace(" ", "")
