"""Bundles: ZIP archives that say what they hold and can be read back to the last byte (S2-3, S2-4, S2-5, G9). Plain.

The entries come in the order in which they are added, all with the same date and permissions: the same content gives the same
bytes. ``manifest.json`` comes last, with the size and SHA-256 of every entry and the rows of the portal that the bundle covers.
The comment at the very end of the file is a checksum of everything before it, so that no byte can change unseen.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NamedTuple, Self

from isal import isal_zlib

from app.files.names import ending, numbered, safe_name
from app.files.problems import Damaged
from app.files.walks import CHUNK, PIECE, SEAL, SEAL_LENGTH, UNREADABLE, Digest, Walk, unpacked

#: Kind of the table of fates -> how many of its rows, and the sum of their numbers.
Covers = dict[str, tuple[int, int]]

MANIFEST = "manifest.json"
_FORMAT = 1
#: How much is deflated: what is packed in one piece, and what is longer.
_QUICK, _LEVEL = 2, 5
#: Characters of one part of a path: folders, a download folder before them included, stay below what Windows opens.
_LONGEST_PART = 80
#: What deflate makes no smaller.
_PACKED = frozenset(
    {
        "7z", "aac", "avif", "bz2", "docx", "epub", "gif", "gz", "heic", "jpeg", "jpg", "m4a", "mkv", "mov", "mp3", "mp4",
        "odp", "ods", "odt", "ogg", "opus", "pdf", "png", "pptx", "rar", "webm", "webp", "xlsx", "xz", "zip",
    }
)  # fmt: skip
#: The end record of a ZIP without comment, and the comment that is written into it.
_END = 22
_MOST_MANIFEST = 200_000_000


class Entry(NamedTuple):
    """A file of a bundle. ``size`` in bytes, unpacked."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """What a bundle says of itself. ``made_at`` is an aware instant; ``covers``: kind -> (rows, sum of their numbers)."""

    title: str
    made_at: datetime
    entries: tuple[Entry, ...]
    covers: Mapping[str, tuple[int, int]]


class Bundle:
    """A bundle being written to ``stream``, from beginning to end, never back: files go through in pieces.

    ``made_at``: an aware instant, the date of every entry (UTC). Leaving the ``with`` block writes the manifest; leaving it by an
    exception writes nothing more, and what stands in the stream is no bundle.
    """

    def __init__(self, stream: IO[bytes], *, title: str, made_at: datetime) -> None:
        if made_at.tzinfo is None:
            raise ValueError("a naive instant cannot date a bundle")
        self.title = title
        self.made_at = made_at.astimezone(UTC)
        self._sink = _Sink(stream)
        self._date = _zip_date(self.made_at)
        self._zip = zipfile.ZipFile(self._sink, "w", compresslevel=_LEVEL)  # type: ignore[call-overload]
        self._entries: list[Entry] = []
        self._taken: set[str] = {MANIFEST}
        self._promised: set[str] = set()
        self._covers: Covers = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._sink.drop()
            self._zip.close()
            return
        if self._promised:
            raise ValueError(f"promised, never added: {sorted(self._promised)[:3]}")
        self._write(MANIFEST, io.BytesIO(self._manifest()), size=0)
        self._zip.close()
        self._sink.seal()

    @property
    def covers(self) -> Covers:
        """What was covered so far."""
        return dict(self._covers)

    def place(self, path: str) -> str:
        """Promise an entry and say where it will stand: ``path`` made safe for any computer, numbered where it is taken.

        A page can link to what comes after it. ``add`` then takes the answer as it is.
        """
        parts = [_safe(part) for part in path.split("/") if part not in ("", ".", "..")]
        folder = "".join(f"{part}/" for part in parts[:-1])
        found = numbered(folder + (parts[-1] if parts else "fichier"), self._taken)
        self._promised.add(found)
        return found

    def add(self, path: str, data: bytes | Path, *, sha256: str = "") -> str:
        """Write an entry, bytes or the file at a path of this computer, and say where it stands (``place``).

        ``sha256``: of what is kept by its hash; it is not hashed again here, and reading back tells whether it is still so. Raises
        OSError where the file cannot be read or the stream takes no more.
        """
        where = path if path in self._promised else self.place(path)
        self._promised.discard(where)
        if isinstance(data, bytes):
            self._entries.append(self._write_whole(where, data, sha256))
            return where
        with data.open("rb", buffering=0) as file:
            if (size := os.fstat(file.fileno()).st_size) <= PIECE:
                self._entries.append(self._write_whole(where, file.readall(), sha256))
            else:
                self._entries.append(self._write(where, file, size=size, sha256=sha256))
        return where

    def cover(self, kind: str, numbers: Iterable[int]) -> None:
        """Say that the rows ``numbers`` of ``kind``, as the table of fates calls it, are in the bundle, once each."""
        count, total = self._covers.get(kind, (0, 0))
        for number in numbers:
            count, total = count + 1, total + number
        self._covers[kind] = (count, total)

    def _info(self, path: str, size: int) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(path, date_time=self._date)
        info.compress_type = zipfile.ZIP_STORED if ending(path) in _PACKED else zipfile.ZIP_DEFLATED
        info.create_system, info.external_attr = 3, 0o100644 << 16
        info.file_size = size
        return info

    def _write_whole(self, path: str, data: bytes, sha256: str) -> Entry:
        """An entry in one piece: its sizes stand before it, and it is packed by the quicker of two libraries."""
        if len(data) > PIECE:
            return self._write(path, io.BytesIO(data), size=len(data), sha256=sha256)
        sink, info = self._sink, self._info(path, len(data))
        packed = data if info.compress_type == zipfile.ZIP_STORED else _deflated(data)
        info.CRC, info.compress_size, info.header_offset = isal_zlib.crc32(data), len(packed), sink.written
        sink.write(info.FileHeader(zip64=False))
        sink.write(packed)
        self._zip.filelist.append(info)
        self._zip.NameToInfo[path] = info
        return Entry(path, len(data), sha256 or hashlib.sha256(data).hexdigest())

    def _write(self, path: str, source: IO[bytes], *, size: int, sha256: str = "") -> Entry:
        info = self._info(path, size)
        # From 3.13 zipfile names the level itself; before, it is the entry's own.
        info._compresslevel = _LEVEL  # type: ignore[attr-defined]
        digest, written = hashlib.sha256(), 0
        with self._zip.open(info, "w") as entry:
            while piece := source.read(CHUNK):
                if not sha256:
                    digest.update(piece)
                entry.write(piece)
                written += len(piece)
        return Entry(path, written, sha256 or digest.hexdigest())

    def _manifest(self) -> bytes:
        document = {
            "format": _FORMAT,
            "title": self.title,
            "made_at": self.made_at.isoformat(),
            "covers": {kind: list(pair) for kind, pair in sorted(self._covers.items())},
            "entries": [{"path": one.path, "size": one.size, "sha256": one.sha256} for one in self._entries],
        }
        # Without indentation: only then is JSON written by the quick encoder.
        return json.dumps(document, ensure_ascii=False).encode()


def verify(stream: IO[bytes], whole: Digest | None = None) -> Manifest:
    """Read the whole bundle back, once, and compare it with its manifest; ``stream`` must allow to seek.

    ``whole`` is fed every byte of the file, front to back, so that its hash needs no second reading. Raises ``Damaged`` for a
    changed byte, a missing end, a missing, added, renamed or altered file, or a manifest that says nothing sensible. OSError where
    the stream cannot be read.
    """
    size = stream.seek(0, io.SEEK_END)
    if size < _END + SEAL_LENGTH:
        raise Damaged(part=MANIFEST)
    try:
        with zipfile.ZipFile(stream) as archive:
            manifest = _read_manifest(archive)
            found = archive.infolist()
    except (*UNREADABLE, NotImplementedError, RuntimeError, ValueError, KeyError):
        raise Damaged(part=MANIFEST) from None
    names, promised = [info.filename for info in found], [*(entry.path for entry in manifest.entries), MANIFEST]
    if names != promised:
        wrong = sorted(set(names) ^ set(promised))
        raise Damaged(part=wrong[0] if wrong else MANIFEST)
    walk = Walk(stream, size - SEAL_LENGTH, whole)
    for info, entry in zip(found, manifest.entries, strict=False):
        _check_entry(walk, info, entry)
    try:
        walk.finish()
    except zipfile.BadZipFile:
        raise Damaged(part=MANIFEST) from None
    return manifest


def manifest_of(stream: IO[bytes]) -> Manifest:
    """What the bundle says of itself; nothing is compared. Raises ``Damaged`` where it says nothing sensible."""
    try:
        with zipfile.ZipFile(stream) as archive:
            return _read_manifest(archive)
    except (*UNREADABLE, NotImplementedError, RuntimeError, ValueError, KeyError):
        raise Damaged(part=MANIFEST) from None


def look_up(path: Path, entry: str) -> tuple[int, Iterator[bytes]] | None:
    """The size and the bytes, in pieces, of one entry of the bundle at ``path``; None where it has no such entry.

    Raises ``Damaged`` where it is no bundle any more, FileNotFoundError where there is none. The file is closed when the pieces
    are used up or dropped.
    """
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise Damaged(part=entry) from None
    with ExitStack() as stack:
        stack.enter_context(archive)
        try:
            info = archive.getinfo(entry)
        except KeyError:
            return None
        held = stack.pop_all()
        return info.file_size, _pieces(archive, info, held)


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo, held: ExitStack) -> Iterator[bytes]:
    with held, archive.open(info) as packed:
        while piece := packed.read(CHUNK):
            yield piece


def _check_entry(walk: Walk, info: zipfile.ZipInfo, entry: Entry) -> None:
    try:
        size, digest = unpacked(walk, info, entry.size)
    except (*UNREADABLE, ValueError):
        raise Damaged(part=entry.path) from None
    if size != entry.size or digest != entry.sha256:
        raise Damaged(part=entry.path)


def _deflated(data: bytes) -> bytes:
    packing = isal_zlib.compressobj(_QUICK, isal_zlib.DEFLATED, -15)
    return packing.compress(data) + packing.flush()


def _read_manifest(archive: zipfile.ZipFile) -> Manifest:
    """Raises ``Damaged``, or what ``verify`` takes for it."""
    if archive.getinfo(MANIFEST).file_size > _MOST_MANIFEST:
        raise Damaged(part=MANIFEST)
    try:
        read: Any = json.loads(archive.read(MANIFEST))
        if read["format"] != _FORMAT:
            raise Damaged(part=MANIFEST)
        entries = tuple(Entry(str(one["path"]), int(one["size"]), str(one["sha256"])) for one in read["entries"])
        covers = {str(kind): (int(count), int(total)) for kind, (count, total) in read["covers"].items()}
        made_at = datetime.fromisoformat(read["made_at"])
        return Manifest(title=str(read["title"]), made_at=made_at, entries=entries, covers=covers)
    except (TypeError, AttributeError):
        raise Damaged(part=MANIFEST) from None


@lru_cache(maxsize=2000)
def _safe(part: str) -> str:
    name = safe_name(part)
    if len(name) <= _LONGEST_PART:
        return name
    tail = ending(name)
    kept = f".{tail}" if tail and len(tail) <= 10 else ""
    return name[: _LONGEST_PART - len(kept)].rstrip(". ") + kept


def _zip_date(instant: datetime) -> tuple[int, int, int, int, int, int]:
    # ZIP counts from 1980, in steps of two seconds.
    return max(instant.year, 1980), instant.month, instant.day, instant.hour, instant.minute, instant.second // 2 * 2


class _Sink:
    """Where the ZIP is written, front to back: keeps a checksum, and the end record back until the seal goes into it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._checksum = 0
        self._held = bytearray()
        self._dropped = False
        #: How many bytes came so far.
        self.written = 0

    def tell(self) -> int:
        """Where the next byte will stand."""
        return self.written

    def write(self, data: bytes) -> int:
        many = len(data)
        self.written += many
        if self._dropped:
            return many
        if many > CHUNK:
            # Long pieces are passed on as they are.
            self._pass(self._held)
            self._pass(memoryview(data)[:-_END])
            self._held = bytearray(data[-_END:])
            return many
        self._held += data
        if len(self._held) > CHUNK:
            self._pass(memoryview(self._held)[:-_END])
            self._held = self._held[-_END:]
        return many

    def flush(self) -> None:
        """The owner of the stream flushes it."""

    def drop(self) -> None:
        """Write nothing more."""
        self._dropped = True

    def seal(self) -> None:
        """Write the end record, its comment being the checksum of everything before the comment."""
        self._pass(self._held[:-2] + SEAL_LENGTH.to_bytes(2, "little"))
        self._stream.write(SEAL % self._checksum)
        self._held.clear()

    def _pass(self, data: bytes | bytearray | memoryview) -> None:
        self._checksum = isal_zlib.crc32(data, self._checksum)
        self._stream.write(data)
