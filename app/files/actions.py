"""Keeping bytes: those that the portal has made (``store``), and those that people send (``receive``)."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from flask import current_app
from sqlalchemy.dialects import postgresql, sqlite

from app.db import db
from app.errors import NotFound
from app.files import addresses
from app.files.checking import kind_of
from app.files.limits import MOST_BYTES
from app.files.models import Blob
from app.files.names import checked_name
from app.files.pictures import PICTURED, picture
from app.files.problems import Empty, TooLarge
from app.files.queries import path_of, read
from app.web.uploads import Upload
from app.weights import weight

_CHUNK = 1 << 18


@dataclass(frozen=True, kw_only=True)
class Received:
    """An upload that was taken: its bytes are kept under ``sha256``; ``kind`` is the media type that was checked."""

    sha256: str
    name: str
    kind: str
    size: int


def store(data: bytes, *, kind: str, now: datetime) -> Blob:
    """Keep ``data``, whose media type ``kind`` was checked by the caller, under its SHA-256 (G5).

    The same bytes are kept once. They stand synced in their place before the row can be seen: the caller refers to the
    blob and commits. The row is taken first, so that a removal of the same bytes waits, or is over. ``now`` is portal
    time. Raises KeyError for a media type that is never kept.
    """
    addresses.ENDINGS[kind]
    sha256 = hashlib.sha256(data).hexdigest()
    _take_row(sha256, size=len(data), kind=kind, now=now)
    _write(path_of(sha256), data)
    kept = db.session.get(Blob, sha256, populate_existing=True)
    assert kept is not None  # noqa: S101  (written above, in this transaction)
    return kept


def incoming() -> Path:
    """A fresh path under which bytes may be written before it is known what they are; what stays there is swept away."""
    return _incoming()


def put_in_place(temporary: Path, sha256: str = "") -> tuple[str, int]:
    """Sync a file that was written under ``incoming`` and move it to where its bytes belong: their SHA-256 and size (G5).

    ``sha256``: of whoever has just read the file back from end to end, so that it is not read again. No row is written, so that it can
    be done outside a transaction: ``adopt`` refers to the bytes within a day, or they go.
    """
    with temporary.open("rb") as file:
        found = sha256 or hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
        size = os.fstat(file.fileno()).st_size
    _move(temporary, path_of(found))
    return found, size


def adopt(sha256: str, *, size: int, kind: str, now: datetime) -> None:
    """The row of bytes that ``put_in_place`` has moved; ``now`` is portal time."""
    _take_row(sha256, size=size, kind=kind, now=now)


def adopt_all(moved: Iterable[tuple[str, int]], *, kind: str, now: datetime) -> None:
    """As ``adopt``, for SHA-256 and size of many files of one kind in one statement."""
    # In one order everywhere, as ``receive_all``; the same bytes once.
    rows = [{"sha256": sha256, "size": size, "kind": kind, "stored_at": now} for sha256, size in sorted(set(moved))]
    if rows:
        _take_rows(rows)


def receive(
    stream: IO[bytes],
    name: str,
    *,
    now: datetime,
    most: int = MOST_BYTES,
    afford: Callable[[int], None] | None = None,
) -> Received:
    """Take what somebody sends: read in pieces, its name and content checked, kept by its hash. ``now`` is portal time.

    ``most``: bytes. ``afford`` is called with the size before anything is kept, and may refuse. Raises ``FileRefused``'s kinds
    (app/files/problems.py): then neither a row nor a file remains. The caller refers to the blob and commits.
    """
    return receive_all([Upload(stream=stream, name=name)], now=now, most=most, afford=afford)[0]


def receive_all(
    given: Iterable[Upload],
    *,
    now: datetime,
    most: int = MOST_BYTES,
    afford: Callable[[int], None] | None = None,
) -> list[Received]:
    """Take all of them or none: every one is checked before the first is kept. As ``receive``; ``afford`` gets their sum."""
    with ExitStack() as waiting:
        taken = []
        for upload in given:
            temporary = _incoming()
            waiting.callback(temporary.unlink, missing_ok=True)
            taken.append((temporary, _looked_at(upload, temporary, most)))
        if afford is not None:
            afford(sum(received.size for _, received in taken))
        # In one order everywhere: two people who send the same files do not wait for each other's rows.
        for temporary, received in sorted(taken, key=lambda pair: pair[1].sha256):
            _take_row(received.sha256, size=received.size, kind=received.kind, now=now)
            _move(temporary, path_of(received.sha256))
        return [received for _, received in taken]


def shown_picture(sha256: str, kind: str, use: str) -> Path:
    """The file of the picture that is shown for an image: 'large' for a page, 'small' for a list (``app.files.pictures``).

    Made when it is first asked for, kept beside the blob, gone with it. Raises ``NotFound`` where ``kind`` has no picture or the
    image is missing.
    """
    if kind not in PICTURED:
        raise NotFound()
    folder: Path = current_app.extensions["settings"].data_dir
    path = folder / addresses.derived(sha256, use)
    if not path.exists():
        try:
            _write(path, picture(read(sha256), use))
        except ValueError:
            raise NotFound() from None
    return path


def _looked_at(upload: Upload, temporary: Path, most: int) -> Received:
    """Write the upload to ``temporary``, synced, and check it there."""
    name = checked_name(upload.name)
    digest, size = hashlib.sha256(), 0
    with temporary.open("x+b") as file:
        while piece := upload.stream.read(_CHUNK):
            size += len(piece)
            if size > most:
                raise TooLarge(name=name, most=weight(most))
            digest.update(piece)
            file.write(piece)
        if not size:
            raise Empty(name=name)
        kind = kind_of(file, name)
        file.flush()
        os.fsync(file.fileno())
    return Received(sha256=digest.hexdigest(), name=name, kind=kind, size=size)


def _incoming() -> Path:
    folder: Path = current_app.extensions["settings"].data_dir / addresses.incoming()
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{secrets.token_hex(8)}.part"


def _take_row(sha256: str, *, size: int, kind: str, now: datetime) -> None:
    """The row of these bytes, which stops waiting for its removal if it was there."""
    _take_rows([{"sha256": sha256, "size": size, "kind": kind, "stored_at": now}])


def _take_rows(rows: Sequence[Mapping[str, Any]]) -> None:
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session.execute(
        insert(Blob).values(rows).on_conflict_do_update(index_elements=["sha256"], set_={"unreferenced_at": None})
    )


def _move(temporary: Path, path: Path) -> None:
    """Into its place, which keeps what it has: the same name is the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary.replace(path)
    _sync(path.parent)


def _write(path: Path, data: bytes) -> None:
    """Write under a temporary name, sync, rename, sync the folder: after a crash there is the whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
