"""Archives are looked at without being extracted: entries, what they unfold to, archives inside them. Plain."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from app.files.limits import DEEPEST, MOST_ENTRIES, MOST_RATIO, MOST_UNFOLDED, UNSUSPICIOUS
from app.files.problems import Bomb, WrongKind

_CHUNK = 1 << 18
_SIGNATURE = b"PK\x03\x04"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
#: An archive inside an archive is held in memory while it is counted.
_MOST_INNER = 64_000_000


@dataclass
class _Count:
    """What was seen so far, archives inside included. ``weight``: bytes of the file that was uploaded."""

    weight: int
    entries: int = 0
    unfolded: int = 0

    def is_too_much(self) -> bool:
        return (
            self.entries > MOST_ENTRIES
            or self.unfolded > MOST_UNFOLDED
            or (self.unfolded > UNSUSPICIOUS and self.unfolded > MOST_RATIO * self.weight)
        )


def opened_archive(file: IO[bytes]) -> zipfile.ZipFile:
    """``file`` as an archive to read from. Raises zipfile's ``BadZipFile``."""
    file.seek(0)
    return zipfile.ZipFile(file)


def check_archive(file: IO[bytes], name: str) -> None:
    """Let pass an archive that is what it says.

    Raises ``Bomb`` for too many entries or bytes, also where the directory lies about them or its entries share their bytes;
    ``WrongKind`` for what is no archive, is locked by a password, is packed by rare methods, or names files outside itself.
    """
    file.seek(0, io.SEEK_END)
    _look_into(file, name, _Count(weight=file.tell()), depth=1)
    file.seek(0)


def _look_into(file: IO[bytes], name: str, count: _Count, *, depth: int) -> None:
    if depth > DEEPEST:
        raise Bomb(name=name)
    file.seek(0, io.SEEK_END)
    weight = file.tell()
    try:
        with opened_archive(file) as archive:
            entries = archive.infolist()
            count.entries += len(entries)
            packed = sum(entry.compress_size for entry in entries)
            announced = sum(entry.file_size for entry in entries)
            ahead = _Count(count.weight, count.entries, count.unfolded + announced)
            # Entries that share the same packed bytes claim more of them than there are.
            if ahead.is_too_much() or packed > weight:
                raise Bomb(name=name)
            for entry in entries:
                _look_at(archive, entry, name, count, depth)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, OSError, ValueError):
        raise WrongKind(name=name) from None
    except Exception as problem:
        if type(problem).__module__ == "zlib":
            raise WrongKind(name=name) from None
        raise


def _look_at(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, count: _Count, depth: int) -> None:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or entry.flag_bits & 0x1 or entry.compress_type not in _METHODS:
        raise WrongKind(name=name)
    if entry.is_dir():
        return
    # Counted by unfolding, a piece at a time: a directory can say what it likes. zipfile stops at the announced size and
    # compares the checksum, so that more than was announced is a broken archive.
    with archive.open(entry) as packed:
        head = packed.read(4)
        inner = io.BytesIO(head) if head == _SIGNATURE else None
        count.unfolded += len(head)
        if inner is not None:
            inner.seek(0, io.SEEK_END)
        while piece := packed.read(_CHUNK):
            count.unfolded += len(piece)
            if count.is_too_much():
                raise Bomb(name=name)
            if inner is not None:
                if inner.tell() > _MOST_INNER:
                    raise Bomb(name=name)
                inner.write(piece)
    if inner is not None:
        _look_into(inner, name, count, depth=depth + 1)
