"""Going through a bundle once, from front to back: what its entries unpack to, and a checksum of every byte. Plain."""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from typing import IO, Any, Protocol

from isal import isal_zlib
from isal.igzip_lib import IsalError

CHUNK = 1 << 18
#: Bytes up to which an entry is packed and unpacked in one piece, several times as quick.
PIECE = 8 << 20
#: The comment at the end of a bundle, which is a checksum of everything before it.
SEAL = b"bascule %08x"
SEAL_LENGTH = len(SEAL % 0)
#: What says that it cannot be unpacked.
UNREADABLE: tuple[Any, ...] = (zipfile.BadZipFile, zlib.error, IsalError, EOFError, struct.error)
_LOCAL = struct.Struct("<4s22xHH")


class Digest(Protocol):
    """What ``hashlib`` makes."""

    def update(self, data: Any, /) -> None:
        """Take more bytes."""


def unpacked(walk: Walk, info: zipfile.ZipInfo, most: int) -> tuple[int, str]:
    """Size and SHA-256 of an entry, of which no more is unpacked than it should have. Raises BadZipFile, as zipfile does."""
    at = info.header_offset
    sign, name_length, more = _LOCAL.unpack(walk.take(at, at + _LOCAL.size))
    at += _LOCAL.size
    name = bytes(walk.take(at, at + name_length)).decode("utf-8" if info.flag_bits & 0x800 else "cp437")
    packed = info.compress_type == zipfile.ZIP_DEFLATED
    if sign != b"PK\x03\x04" or name != info.orig_filename or info.flag_bits & 1:
        raise zipfile.BadZipFile
    if not packed and info.compress_type != zipfile.ZIP_STORED:
        raise zipfile.BadZipFile
    at += name_length + more
    end, piece = at + info.compress_size, PIECE if max(most, info.compress_size) <= PIECE else CHUNK
    unpacking = isal_zlib.decompressobj(-15) if packed else None
    digest, checksum, size = hashlib.sha256(), 0, 0
    while at < end and size <= most:
        data: memoryview | bytes = walk.take(at, min(end, at + piece))
        at += len(data)
        while data:
            told = unpacking.decompress(data, piece + 1) if unpacking is not None else data
            digest.update(told)
            checksum = isal_zlib.crc32(told, checksum)
            size += len(told)
            # What does not fit into a piece is unpacked next; what stands behind the end of the packed bytes is not theirs.
            data = unpacking.unconsumed_tail if unpacking is not None and size <= most else b""
            if data and not told:
                raise zipfile.BadZipFile
    if size <= most and (checksum != info.CRC or (unpacking is not None and not unpacking.eof)):
        raise zipfile.BadZipFile
    return size, digest.hexdigest()


class Walk:
    """Goes through a bundle once, from front to back, up to its seal: every byte goes into the checksum, and into ``whole``."""

    def __init__(self, stream: IO[bytes], size: int, whole: Digest | None) -> None:
        self._stream, self._size, self._whole = stream, size, whole
        #: What was read last and where it begins; how far the file was read.
        self._held, self._begin, self._read = memoryview(b""), 0, 0
        self._checksum = 0
        stream.seek(0)

    def take(self, begin: int, end: int) -> memoryview:
        """The bytes from ``begin`` to ``end``; never before those that were taken. Raises BadZipFile where there are none."""
        if not self._begin <= begin <= end <= self._size:
            raise zipfile.BadZipFile
        while self._read < end:
            piece = self._stream.read(min(max(end - self._read, CHUNK), self._size - self._read))
            if not piece:
                raise zipfile.BadZipFile
            self._checksum = isal_zlib.crc32(piece, self._checksum)
            if self._whole is not None:
                self._whole.update(piece)
            kept = self._held[begin - self._begin :]
            self._begin = self._read - len(kept)
            self._held = memoryview(b"".join((kept, piece))) if kept else memoryview(piece)
            self._read += len(piece)
        return self._held[begin - self._begin : end - self._begin]

    def finish(self) -> None:
        """Read what is left, and compare the checksum that stands at the end. Raises BadZipFile."""
        for at in range(self._read, self._size, CHUNK):
            self.take(at, min(at + CHUNK, self._size))
        seal = self._stream.read()
        if seal != SEAL % self._checksum:
            raise zipfile.BadZipFile
        if self._whole is not None:
            self._whole.update(seal)
