"""The files of a delivery, whatever packs them, and the spool of their rows (FEED-1, G14).

Names inside archives are labels, never paths; sizes, counts and compression ratios are limited. Everything is read and
checked before the database is asked for anything: a delivery that cannot be read whole changes nothing. The spool is a
file without a name, so an interrupted import leaves none.
"""

from __future__ import annotations

import errno
import hashlib
import io
import lzma
import marshal
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from gzip import GzipFile
from pathlib import Path
from typing import IO, Any

from app.errors import Refused
from app.feeds.formats import aaf
from app.feeds.formats.aaf_files import Category, DeltaRefused, FileName, NotADelivery, check_whole, file_name
from app.feeds.formats.rows import Row
from app.feeds.formats.xml_bytes import UnreadableFile, inspect
from app.words import N_, Words

MOST_FILES = 20_000
#: Bytes of one file and of all, unpacked.
LARGEST_FILE = 4 << 30
LARGEST_DELIVERY = 16 << 30
#: Unpacked over packed, once a file is larger than ``RATIO_FROM``: XML of a directory packs ten to forty times.
LARGEST_RATIO = 250
RATIO_FROM = 8 << 20
_BLOCK = 1 << 20


class UnreadableArchive(Refused):
    """An archive is broken, or is no archive of feed files at all."""

    message = N_("« %(name)s » ne peut pas être ouvert : l’archive est abîmée, protégée ou incomplète.")
    advice = N_("Rien n’a été modifié. Vérifiez que la copie est entière, ou demandez une nouvelle livraison.")


class TooLarge(Refused):
    """Files that unpack beyond every directory's size."""

    message = N_("« %(name)s » contient trop de données pour être une livraison : l’import s’arrête avant de la lire.")
    advice = N_("Rien n’a été modifié. Vérifiez l’origine de ce fichier.")


_BROKEN = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    RuntimeError,
    NotImplementedError,
)


@dataclass
class Budget:
    """What a delivery may still unpack."""

    left: int = LARGEST_DELIVERY
    files: int = MOST_FILES

    def take_file(self, name: str) -> None:
        self.files -= 1
        if self.files < 0:
            raise TooLarge(name=name)


def parcels(path: Path, budget: Budget | None = None) -> Iterator[tuple[FileName, IO[bytes]]]:
    """The delivery's files with a seekable stream each, good until the next is asked for.

    ``path`` is a file, a folder (and its folders), or an archive: gz, tar, tgz, zip. Files that are no part of a delivery are
    passed over. Raises ``UnreadableArchive``, ``TooLarge``, ``DeltaRefused``.
    """
    budget = budget or Budget()
    if path.is_dir():
        for inner in sorted(found for found in path.rglob("*") if found.is_file()):
            yield from _file(inner, budget)
    else:
        yield from _file(path, budget)


def _file(path: Path, budget: Budget) -> Iterator[tuple[FileName, IO[bytes]]]:
    budget.take_file(path.name)
    try:
        with path.open("rb") as stream:
            start = stream.read(4)
            stream.seek(0)
            if start[:2] == b"\x1f\x8b":
                yield from _gzip(path, stream, budget)
            elif start == b"PK\x03\x04" or start == b"PK\x05\x06":
                yield from _zip(path.name, stream, budget)
            elif _is_tar(stream):
                yield from _tar(path.name, stream, "r:", budget)
            elif (file := file_name(path.name)) is not None:
                if path.stat().st_size > LARGEST_FILE:
                    raise TooLarge(name=path.name)
                yield file, stream
    except OSError as wrong:
        if wrong.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO):
            raise  # the machine's trouble, not the delivery's
        raise UnreadableArchive(name=path.name) from wrong
    except _BROKEN as wrong:
        raise UnreadableArchive(name=path.name) from wrong


def _is_tar(stream: IO[bytes]) -> bool:
    start = stream.read(512)
    stream.seek(0)
    return start[257:262] == b"ustar"


def _refuse_delta(name: str) -> None:
    if "delta" in name.lower():
        raise DeltaRefused(name=name)


def _gzip(path: Path, stream: IO[bytes], budget: Budget) -> Iterator[tuple[FileName, IO[bytes]]]:
    with GzipFile(fileobj=stream) as unpacked:
        is_tar = unpacked.read(512)[257:262] == b"ustar"
    stream.seek(0)
    if is_tar:
        yield from _tar(path.name, stream, "r|gz", budget)
        return
    file = file_name(path.name.removesuffix(".gz"))
    if file is not None:
        with GzipFile(fileobj=stream) as unpacked:
            yield from _unpacked(file, path.name, unpacked, path.stat().st_size, budget)


def _tar(name: str, stream: IO[bytes], mode: Any, budget: Budget) -> Iterator[tuple[FileName, IO[bytes]]]:
    _refuse_delta(name)
    packed = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        for member in archive:
            budget.take_file(name)
            label = member.name.replace("\\", "/").rsplit("/", 1)[-1]
            file = file_name(label.removesuffix(".gz")) if member.isfile() else None
            content = archive.extractfile(member) if file is not None else None
            if file is None or content is None:
                if member.size > budget.left:
                    raise TooLarge(name=name)
                continue
            if label.endswith(".gz"):
                with GzipFile(fileobj=content) as unpacked:
                    yield from _unpacked(file, label, unpacked, member.size, budget)
            else:
                # A plain tar packs nothing; in a tgz the whole archive's size is the only one known.
                yield from _unpacked(file, label, content, max(packed, 1) if mode == "r|gz" else member.size, budget)


def _zip(name: str, stream: IO[bytes], budget: Budget) -> Iterator[tuple[FileName, IO[bytes]]]:
    _refuse_delta(name)
    with zipfile.ZipFile(stream) as archive:
        for entry in archive.infolist():
            budget.take_file(name)
            label = entry.filename.replace("\\", "/").rsplit("/", 1)[-1]
            file = None if entry.is_dir() else file_name(label.removesuffix(".gz"))
            if file is None:
                continue
            with archive.open(entry) as content:
                if label.endswith(".gz"):
                    with GzipFile(fileobj=content) as unpacked:
                        yield from _unpacked(file, label, unpacked, entry.compress_size, budget)
                else:
                    yield from _unpacked(file, label, content, entry.compress_size, budget)


def _unpacked(
    file: FileName, name: str, content: IO[bytes] | GzipFile, packed: int, budget: Budget
) -> Iterator[tuple[FileName, IO[bytes]]]:
    """The content in a nameless file of its own, so that it can be read twice. Raises ``TooLarge`` beyond every limit."""
    size = 0
    with tempfile.TemporaryFile() as held:
        while block := content.read(_BLOCK):
            size += len(block)
            budget.left -= len(block)
            bomb = size > RATIO_FROM and size > packed * LARGEST_RATIO
            if bomb or size > LARGEST_FILE or budget.left < 0:
                raise TooLarge(name=name)
            held.write(block)
        held.seek(0)
        yield file, held


# The spool -------------------------------------------------------------------------------------------------------------


@dataclass
class Spool:
    """The rows of a delivery on disk, table by table, and what was seen on the way."""

    file: IO[bytes]
    name: str
    files: list[FileName] = field(default_factory=list)
    records: dict[Category, int] = field(default_factory=dict)
    warnings: list[Words] = field(default_factory=list)
    digests: list[tuple[str, bytes]] = field(default_factory=list)
    day: date | None = None

    @property
    def digest(self) -> str:
        """SHA-256 over the files' content, whatever order or archive they came in."""
        whole = hashlib.sha256()
        for name, digest in sorted(self.digests):
            whole.update(name.encode() + b"\0" + digest)
        return whole.hexdigest()

    def holds(self, category: Category) -> bool:
        """Does the delivery hold at least one entry of that category? An empty one removes nothing (FEED-9)."""
        return self.records.get(category, 0) > 0

    def tables(self) -> Iterator[tuple[str, list[Row]]]:
        """Batches of rows with their table, in the order in which they were read."""
        self.file.seek(0)
        while length := self.file.read(8):
            # Whole batches at once: marshal reads a stream value by value, which takes ten times longer.
            yield marshal.loads(self.file.read(int.from_bytes(length)))  # noqa: S302 (written by this process itself)

    def close(self) -> None:
        self.file.close()


def spool(path: Path, *, tell: Callable[[str, int], None] = lambda name, records: None) -> Spool:
    """Read and check the whole delivery at ``path``, its rows into a spool. ``tell`` hears of each file read.

    Raises ``Refused`` in all its kinds; nothing outside the spool has changed then.
    """
    waiting = Spool(file=tempfile.TemporaryFile(), name=path.name[:200])  # noqa: SIM115 (closed with the spool)
    try:
        for file, stream in parcels(path):
            _take(waiting, file, stream)
            tell(file.name, sum(waiting.records.values()))
        waiting.day = check_whole(waiting.files)
        if not any(waiting.records.values()):
            raise NotADelivery(Words(N_("La livraison ne contient aucune fiche.")))
    except BaseException:
        waiting.close()
        raise
    return waiting


def _take(waiting: Spool, file: FileName, stream: IO[bytes]) -> None:
    waiting.files.append(file)
    seen = inspect(file.name, stream)
    waiting.digests.append((f"{file.prefix}_{file.category}_{file.part:04d}", seen.digest))
    stream.seek(0)
    taken = 0
    for rows in aaf.read(file, stream, seen):
        taken += rows.records
        waiting.warnings += rows.warnings
        _write(waiting.file, rows.tables.items())
    waiting.records[file.category] = waiting.records.get(file.category, 0) + taken
    if not taken:
        waiting.warnings.append(Words(N_("« %(name)s » ne contient aucune fiche."), name=file.name))


def _write(file: IO[bytes], tables: Iterable[tuple[str, list[Row]]]) -> None:
    for name, rows in tables:
        if rows:
            batch = marshal.dumps((name, rows))
            file.write(len(batch).to_bytes(8) + batch)


__all__ = ["Spool", "TooLarge", "UnreadableArchive", "UnreadableFile", "parcels", "spool"]
