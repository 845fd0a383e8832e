"""The bytes of a feed's XML file before a parser sees them: hostile prologs refused, encoding settled, entities repaired.

Feeds are hostile (guarantees, Security): an internal DTD subset or an entity declaration is refused, AAF's own external
DOCTYPE is normal and never loaded. Plain: the streams are opened elsewhere.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import html5
from typing import IO

from app.errors import Refused
from app.words import N_, Words

BLOCK = 1 << 18
#: The prolog (declaration, comments, DOCTYPE) must fit in these first bytes.
PROLOG = 1 << 16
LATIN = "iso8859-15"
#: Encodings that feeds declare; anything else is refused rather than guessed.
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-1": "iso8859-1",
    "iso-8859-15": LATIN,
    "latin1": "iso8859-1",
    "windows-1252": "cp1252",
}
_DECLARATION = re.compile(rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{0,31});")
_WHITE = b" \t\r\n"


class UnreadableFile(Refused):
    """A file of a delivery cannot be read; the whole delivery is refused and nothing changes (G14)."""

    advice = N_("Rien n’a été modifié. Demandez une nouvelle livraison complète, ou vérifiez que la copie est entière.")

    def __init__(self, name: str, why: Words) -> None:
        super().__init__(Words(N_("Le fichier « %(name)s » ne peut pas être lu : %(why)s"), name=name, why=why))


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """What one look at every byte of a file showed.

    ``encoding`` is the codec to read it with; ``note`` says so when it is not the declared one. ``head`` are the first
    bytes, in which formats find their version comments.
    """

    size: int
    digest: bytes
    encoding: str
    root: str
    head: bytes
    note: Words | None = None


def inspect(name: str, stream: IO[bytes]) -> Inspection:
    """Read ``stream`` once to its end: digest, encoding, and a prolog that can be trusted. Raises ``UnreadableFile``."""
    head = stream.read(PROLOG)
    if not head.strip():
        raise UnreadableFile(name, Words(N_("il est vide.")))
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\x00", b"\x00<")):
        raise UnreadableFile(name, Words(N_("il est en UTF-16 ; on attend de l’UTF-8 ou de l’ISO-8859-15.")))
    found = _DECLARATION.search(head[:400])
    declared = found.group(1).decode("ascii").lower() if found else ""
    if declared and declared not in _ENCODINGS:
        raise UnreadableFile(
            name, Words(N_("son encodage « %(encoding)s » n’est pas accepté."), encoding=declared[:40])
        )
    root = _root_of(name, head)
    digest = hashlib.sha256(head)
    size, ascii_only = len(head), head.isascii()
    decoder = _still_utf8(codecs.getincrementaldecoder("utf-8")(), head)
    while block := stream.read(BLOCK * 4):
        size += len(block)
        digest.update(block)
        if decoder is not None and not (ascii_only and block.isascii()):
            ascii_only = False
            decoder = _still_utf8(decoder, block)
    is_utf8 = decoder is not None and _ended_well(decoder)
    wanted = _ENCODINGS.get(declared, "utf-8")
    encoding, note = wanted, None
    if wanted == "utf-8" and not is_utf8:
        encoding = LATIN
        note = Words(N_("« %(name)s » n’est pas en UTF-8 ; il a été lu en ISO-8859-15."), name=name)
    elif wanted != "utf-8" and is_utf8:
        encoding = "utf-8"
        if not ascii_only:
            # Latin text is practically never valid UTF-8: the declaration lies, and names would be garbled.
            note = Words(
                N_("« %(name)s » se dit en %(declared)s mais il est en UTF-8 ; il a été lu en UTF-8."),
                name=name,
                declared=declared,
            )
    return Inspection(size=size, digest=digest.digest(), encoding=encoding, root=root, head=head[:4096], note=note)


def _still_utf8(decoder: codecs.IncrementalDecoder, block: bytes) -> codecs.IncrementalDecoder | None:
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        return None
    return decoder


def _ended_well(decoder: codecs.IncrementalDecoder) -> bool:
    try:
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _root_of(name: str, head: bytes) -> str:
    """The root element's name, after a prolog of declaration, comments, instructions and an external DOCTYPE only."""
    at = 3 if head.startswith(codecs.BOM_UTF8) else 0
    while True:
        while at < len(head) and head[at] in _WHITE:
            at += 1
        if head.startswith(b"<!--", at):
            at = _after(name, head, b"-->", at)
        elif head.startswith(b"<?", at):
            at = _after(name, head, b"?>", at)
        elif head[at : at + 9].upper() == b"<!DOCTYPE":
            at = _after_doctype(name, head, at)
        elif root := re.match(rb"<([A-Za-z_][A-Za-z0-9_.:-]{0,80})[\s/>]", head[at : at + 100]):
            return root.group(1).decode("ascii")
        else:
            raise UnreadableFile(name, Words(N_("ce n’est pas un fichier XML.")))


def _after(name: str, head: bytes, end: bytes, at: int) -> int:
    found = head.find(end, at)
    if found < 0:
        raise UnreadableFile(name, Words(N_("son début n’est pas celui d’un fichier XML entier.")))
    return found + len(end)


def _after_doctype(name: str, head: bytes, at: int) -> int:
    quote = 0
    for place in range(at, len(head)):
        byte = head[place]
        if quote:
            quote = 0 if byte == quote else quote
        elif byte in b"\"'":
            quote = byte
        elif byte == ord("["):
            raise UnreadableFile(name, Words(N_("il déclare des entités ou une DTD interne, ce qui est interdit.")))
        elif byte == ord(">"):
            return place + 1
    raise UnreadableFile(name, Words(N_("son début n’est pas celui d’un fichier XML entier.")))


def utf8_blocks(stream: IO[bytes], encoding: str) -> Iterator[bytes]:
    """The stream's content as UTF-8 without declaration trouble: undefined HTML entities become their characters."""
    held = b""
    while block := stream.read(BLOCK):
        if encoding != "utf-8":
            block = block.decode(encoding, "replace").encode()
        block = held + block
        cut = block.rfind(b"&", -40)
        if cut >= 0 and b";" not in block[cut:]:
            block, held = block[:cut], block[cut:]
        else:
            held = b""
        if block:
            yield _ENTITY.sub(_character, block)
    if held:
        yield held


def _character(found: re.Match[bytes]) -> bytes:
    """``&eacute;`` becomes é; a name that HTML does not know stays as the text that was written."""
    text = html5.get(found.group(1).decode("ascii") + ";")
    if text is None:
        text = found.group(0).decode("ascii")
    return text.replace("&", "&amp;").replace("<", "&lt;").encode()  # html5 knows &LT; and &AMP; too
