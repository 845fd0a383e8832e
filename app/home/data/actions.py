"""Gathering what somebody owns from every room, and what they take along."""

from __future__ import annotations

import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from app.audit.actions import Actor, record
from app.content import rollover as content
from app.directory import rollover as directory
from app.fates import Space
from app.files.names import numbered, safe_name
from app.home import rollover as home
from app.messaging import rollover as messaging
from app.schoollife import rollover as schoollife

#: Every room that holds something of people's own, and the folder of the archive in which it goes.
ROOMS = (
    ("compte", directory),
    ("espaces", content),
    ("messagerie", messaging),
    ("vie-scolaire", schoollife),
    ("personnel", home),
)
#: Beyond this the archive lies on disk while it is made.
_IN_MEMORY = 8 * 1024 * 1024


def owned(person_id: int, now: datetime) -> dict[tuple[str, Space], int]:
    """How many rows of each (kind, space) somebody owns, over all rooms (DATA-3)."""
    found: Counter[tuple[str, Space]] = Counter()
    for _folder, room in ROOMS:
        found.update(room.owned(person_id, now))
    return dict(found)


def pack(person_id: int, *, by: Actor, now: datetime) -> IO[bytes]:
    """A ZIP of everything that is somebody's own, open at its beginning (DATA-4, LAW-4). The caller closes it.

    Files stand under the room's folder; a name that comes twice gets a number. Nothing of anybody else's is in it.
    """
    out = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  (handed on to the caller)
    taken: set[str] = set()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        for folder, room in ROOMS:
            for name, content_ in _of(room.takeaway, person_id, now):
                path = numbered(f"{folder}/{name}", taken)
                if isinstance(content_, bytes):
                    archive.writestr(path, content_)
                elif content_.exists():
                    archive.write(content_, path)
        if not taken:
            archive.writestr("rien.txt", "Rien n'est enregistré sous ce compte.\n")
    record("data.taken-along", by=by, now=now, subject=("person", person_id))
    out.seek(0)
    return out


def _of(
    takeaway: Callable[[int, datetime], Iterator[tuple[str, bytes | Path]]], person_id: int, now: datetime
) -> Iterator[tuple[str, bytes | Path]]:
    """What a room hands over, under names that are no paths out of the archive."""
    for name, content_ in takeaway(person_id, now):
        yield "/".join(safe_name(part) for part in name.replace("\\", "/").split("/") if part.strip(". ")), content_
