"""The files of a delivery, whatever packs them (FEED-1, G14).

Names inside archives are labels, never paths; sizes, counts and compression ratios are limited. What a file is called decides whether
it is a part of the delivery; each format knows its own names.
"""

from __future__ import annotations

import errno
import io
import lzma
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from gzip import GzipFile
from pathlib import Path
from typing import IO, Any, Generic, Protocol, TypeVar

from app.errors import Refused
from app.words import N_

Part = TypeVar("Part")
Found = TypeVar("Found", covariant=True)


class Naming(Protocol[Found]):
    """What a file of that name is, within an archive and a folder of these names ('' for none); None for a file to pass over."""

    def __call__(self, name: str, *, archive: str, folder: str) -> Found | None: ...


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


def parcels(path: Path, naming: Naming[Part], budget: Budget | None = None) -> Iterator[tuple[Part, IO[bytes]]]:
    """The delivery's files as ``naming`` calls them, with a seekable stream each, good until the next is asked for.

    ``path`` is a file, a folder (and its folders), or an archive: gz, tar, tgz, zip. Raises ``UnreadableArchive``, ``TooLarge``, and
    what ``naming`` raises.
    """
    opening = _Opening(naming, budget or Budget(), path.name if path.is_dir() else "")
    if path.is_dir():
        for inner in sorted(found for found in path.rglob("*") if found.is_file()):
            yield from opening.file(inner)
    else:
        yield from opening.file(path)


def is_tar(start: bytes) -> bool:
    """Do these first 512 bytes begin a tar archive?"""
    return start[257:262] == b"ustar"


class _Opening(Generic[Part]):
    """One walk through a delivery's files."""

    def __init__(self, naming: Naming[Part], budget: Budget, folder: str) -> None:
        self._naming, self._budget, self._folder = naming, budget, folder

    def _named(self, label: str, archive: str = "") -> Part | None:
        return self._naming(label.removesuffix(".gz"), archive=archive, folder=self._folder)

    def file(self, path: Path) -> Iterator[tuple[Part, IO[bytes]]]:
        self._budget.take_file(path.name)
        try:
            with path.open("rb") as stream:
                start = stream.read(512)
                stream.seek(0)
                if start[:2] == b"\x1f\x8b":
                    yield from self._gzip(path, stream)
                elif start[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
                    yield from self._zip(path.name, stream)
                elif is_tar(start):
                    yield from self._tar(path.name, stream, "r:")
                elif (file := self._named(path.name)) is not None:
                    if path.stat().st_size > LARGEST_FILE:
                        raise TooLarge(name=path.name)
                    yield file, stream
        except OSError as wrong:
            if wrong.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO):
                raise  # the machine's trouble, not the delivery's
            raise UnreadableArchive(name=path.name) from wrong
        except _BROKEN as wrong:
            raise UnreadableArchive(name=path.name) from wrong

    def _gzip(self, path: Path, stream: IO[bytes]) -> Iterator[tuple[Part, IO[bytes]]]:
        with GzipFile(fileobj=stream) as unpacked:
            tar = is_tar(unpacked.read(512))
        stream.seek(0)
        if tar:
            yield from self._tar(path.name, stream, "r|gz")
            return
        file = self._named(path.name)
        if file is not None:
            with GzipFile(fileobj=stream) as unpacked:
                yield from self._unpacked(file, path.name, unpacked, path.stat().st_size)

    def _tar(self, name: str, stream: IO[bytes], mode: Any) -> Iterator[tuple[Part, IO[bytes]]]:
        packed = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        with tarfile.open(fileobj=stream, mode=mode) as archive:
            for member in archive:
                self._budget.take_file(name)
                label = member.name.replace("\\", "/").rsplit("/", 1)[-1]
                file = self._named(label, name) if member.isfile() else None
                content = archive.extractfile(member) if file is not None else None
                if file is None or content is None:
                    if member.size > self._budget.left:
                        raise TooLarge(name=name)
                    continue
                if label.endswith(".gz"):
                    with GzipFile(fileobj=content) as unpacked:
                        yield from self._unpacked(file, label, unpacked, member.size)
                else:
                    # A plain tar packs nothing; in a tgz the whole archive's size is the only one known.
                    yield from self._unpacked(file, label, content, max(packed, 1) if mode == "r|gz" else member.size)

    def _zip(self, name: str, stream: IO[bytes]) -> Iterator[tuple[Part, IO[bytes]]]:
        with zipfile.ZipFile(stream) as archive:
            for entry in archive.infolist():
                self._budget.take_file(name)
                label = entry.filename.replace("\\", "/").rsplit("/", 1)[-1]
                file = None if entry.is_dir() else self._named(label, name)
                if file is None:
                    continue
                with archive.open(entry) as content:
                    if label.endswith(".gz"):
                        with GzipFile(fileobj=content) as unpacked:
                            yield from self._unpacked(file, label, unpacked, entry.compress_size)
                    else:
                        yield from self._unpacked(file, label, content, entry.compress_size)

    def _unpacked(
        self, file: Part, name: str, content: IO[bytes] | GzipFile, packed: int
    ) -> Iterator[tuple[Part, IO[bytes]]]:
        """The content in a nameless file of its own, so that it can be read twice. Raises ``TooLarge`` beyond every limit."""
        size = 0
        with tempfile.TemporaryFile() as held:
            while block := content.read(_BLOCK):
                size += len(block)
                self._budget.left -= len(block)
                bomb = size > RATIO_FROM and size > packed * LARGEST_RATIO
                if bomb or size > LARGEST_FILE or self._budget.left < 0:
                    raise TooLarge(name=name)
                held.write(block)
            held.seek(0)
            yield file, held
