"""What an uploaded file is, by its content: the name only says what it claims to be, and the two must agree. Plain.

Nothing is extracted to a disk and nothing of a file is run. Whatever passes is sent to others as an attachment only
(``app.web.downloads``), so that a file which is two things at once stays harmless.
"""

from __future__ import annotations

import codecs
import warnings
from collections.abc import Callable
from typing import IO

from PIL import Image

from app.files.archives import check_archive, opened_archive
from app.files.limits import MOST_PIXELS
from app.files.names import ending
from app.files.problems import FileRefused, WrongKind

Check = Callable[[IO[bytes], str], bool]


def kind_of(file: IO[bytes], name: str) -> str:
    """The media type of ``file`` (seekable, read from its beginning), called ``name``.

    Raises ``WrongKind`` for an ending that is not taken or a content that is not what the ending says, ``Bomb`` for what would
    unfold to far more than it weighs.
    """
    found = KINDS.get(ending(name))
    if found is None:
        raise WrongKind(name=name)
    kind, check = found
    file.seek(0)
    try:
        fits = check(file, name)
    except FileRefused:
        raise
    except Exception:  # a hostile file must not find a way out of the libraries that read it
        fits = False
    if not fits:
        raise WrongKind(name=name)
    file.seek(0)
    return kind


def _image(form: str) -> Check:
    def check(file: IO[bytes], name: str) -> bool:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(file, formats=(form,)) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise WrongKind(name=name)
                # A JPEG is decoded at an eighth of its size: enough to know that it is one.
                opened.draft("RGB", (opened.width // 8, opened.height // 8))
                opened.load()
        return True

    return check


def _begins(*beginnings: bytes, at: int = 0) -> Check:
    def check(file: IO[bytes], _name: str) -> bool:
        head = file.read(at + 16)[at:]
        return head.startswith(beginnings)

    return check


def _pdf(file: IO[bytes], _name: str) -> bool:
    return file.read(1024).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-")


def _mp3(file: IO[bytes], _name: str) -> bool:
    head = file.read(3)
    # A tag, or at once the first frame of layer III, in one of MPEG's three versions.
    return head == b"ID3" or (
        head[:1] == b"\xff" and head[1:2] in (b"\xfb", b"\xfa", b"\xf3", b"\xf2", b"\xe3", b"\xe2")
    )


def _wav(file: IO[bytes], _name: str) -> bool:
    head = file.read(12)
    return head[:4] == b"RIFF" and head[8:] == b"WAVE"


def _archive(file: IO[bytes], name: str) -> bool:
    check_archive(file, name)
    return True


def _office(part: bytes) -> Check:
    """OOXML: the content types name the main part, and no macros come along."""

    def check(file: IO[bytes], name: str) -> bool:
        check_archive(file, name)
        with opened_archive(file) as archive:
            types = archive.read("[Content_Types].xml")
            whole = {entry.filename.lower() for entry in archive.infolist()}
        macros = b"macroEnabled" in types or any(entry.endswith("vbaproject.bin") for entry in whole)
        return part in types and not macros

    return check


def _document(kind: str) -> Check:
    """OpenDocument and EPUB: the first entry is called 'mimetype' and says what it is."""

    def check(file: IO[bytes], name: str) -> bool:
        check_archive(file, name)
        with opened_archive(file) as archive:
            entry = archive.infolist()[0]
            return entry.filename == "mimetype" and archive.read(entry).strip() == kind.encode()

    return check


def _holding(entry: str) -> Check:
    def check(file: IO[bytes], name: str) -> bool:
        check_archive(file, name)
        with opened_archive(file) as archive:
            return entry in archive.namelist()

    return check


def _text(file: IO[bytes], _name: str) -> bool:
    """It decodes, as UTF-8, UTF-16 with its mark, or else Windows-1252, and has no control characters but ends of lines and tabs."""
    head = file.read(2)
    file.seek(0)
    if head in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return _decodes(file, "utf-16")
    if _decodes(file, "utf-8"):
        return True
    file.seek(0)
    return _decodes(file, "cp1252")


_BINARY = frozenset(map(chr, range(32))) - frozenset("\t\n\r\f\v")


def _decodes(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := file.read(1 << 20):
            if not _BINARY.isdisjoint(decoder.decode(chunk)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
_OLE = _begins(bytes.fromhex("D0CF11E0A1B11AE1"))


def _ooxml(kind: str, part: str) -> tuple[str, Check]:
    return f"{_OOXML}.{kind}", _office(f"{part}.main+xml".encode())


def _odf(kind: str) -> tuple[str, Check]:
    return f"{_ODF}.{kind}", _document(f"{_ODF}.{kind}")


#: What may come in: the ending, the media type under which it is kept and sent, and how the content is looked at. Pages and
#: drawings that could run something are texts here.
KINDS: dict[str, tuple[str, Check]] = {
    "jpg": ("image/jpeg", _image("JPEG")),
    "jpeg": ("image/jpeg", _image("JPEG")),
    "png": ("image/png", _image("PNG")),
    "webp": ("image/webp", _image("WEBP")),
    "gif": ("image/gif", _image("GIF")),
    "pdf": ("application/pdf", _pdf),
    "docx": _ooxml("wordprocessingml.document", "wordprocessingml.document"),
    "xlsx": _ooxml("spreadsheetml.sheet", "spreadsheetml.sheet"),
    "pptx": _ooxml("presentationml.presentation", "presentationml.presentation"),
    "odt": _odf("text"),
    "ods": _odf("spreadsheet"),
    "odp": _odf("presentation"),
    "odg": _odf("graphics"),
    "doc": ("application/msword", _OLE),
    "xls": ("application/vnd.ms-excel", _OLE),
    "ppt": ("application/vnd.ms-powerpoint", _OLE),
    "rtf": ("application/rtf", _begins(b"{\\rtf")),
    "epub": ("application/epub+zip", _document("application/epub+zip")),
    "ggb": ("application/vnd.geogebra.file", _holding("geogebra.xml")),
    "sb3": ("application/x.scratch.sb3", _holding("project.json")),
    "csv": ("text/csv", _text),
    "txt": ("text/plain", _text),
    "md": ("text/plain", _text),
    "html": ("text/plain", _text),
    "htm": ("text/plain", _text),
    "xml": ("text/plain", _text),
    "svg": ("text/plain", _text),
    "mp3": ("audio/mpeg", _mp3),
    "ogg": ("audio/ogg", _begins(b"OggS")),
    "wav": ("audio/wav", _wav),
    "m4a": ("audio/mp4", _begins(b"ftyp", at=4)),
    "mp4": ("video/mp4", _begins(b"ftyp", at=4)),
    "webm": ("video/webm", _begins(bytes.fromhex("1A45DFA3"))),
    "zip": ("application/zip", _archive),
}

#: For the ``accept`` of a form's field.
ACCEPTED = ",".join(f".{one}" for one in KINDS)
