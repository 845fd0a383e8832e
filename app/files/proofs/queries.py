"""Reading archives back."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from app.db import db
from app.files.bundles import Manifest, verify
from app.files.models import Archive as Archive
from app.files.problems import Damaged
from app.files.queries import blob, path_of

_BUNDLE = "application/zip"


def archives(*, slice_: int = 200) -> Iterator[Archive]:
    """Every archive that the portal knows, by number; a query a slice."""
    query = select(Archive).order_by(Archive.id).limit(slice_)
    last = 0
    while found := db.session.scalars(query.where(Archive.id > last)).all():
        yield from found
        last = found[-1].id


def read_back(archive: Archive) -> Manifest | None:
    """Read the bytes of an archive and compare them with what was made: their hash, and a bundle's own manifest (G9).

    None for an archive that is no bundle. Raises ``Damaged`` where a byte differs, the file is missing, or its manifest covers
    something else than the portal noted.
    """
    try:
        with path_of(archive.sha256).open("rb") as file:
            if blob(archive.sha256).kind != _BUNDLE:
                _compare(archive, hashlib.file_digest(file, "sha256"), file.tell())
                return None
            digest = hashlib.sha256()
            manifest = verify(file, digest)
            _compare(archive, digest, file.seek(0, io.SEEK_END))
    except FileNotFoundError:
        raise Damaged(part=archive.title) from None
    if {kind: list(pair) for kind, pair in manifest.covers.items()} != archive.covers:
        raise Damaged(part=archive.title)
    return manifest


def _compare(archive: Archive, digest: Any, size: int) -> None:
    if digest.hexdigest() != archive.sha256 or size != archive.size:
        raise Damaged(part=archive.title)
