"""What a backup holds, and how values are spelled in it whatever the database. Plain.

A backup is a folder: a file a table (a JSON list a row), the bytes of every blob under their SHA-256, and ``manifest.json``, written last.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

#: The form that this portal writes and reads.
FORM = 1
MANIFEST = "manifest.json"
#: Says what the folder is, from the first moment, and is locked by who writes into it.
MARK = "bascule-backup"
BLOBS = "blobs"


@dataclass(frozen=True, kw_only=True)
class Member:
    """The file of one table: where it is inside the folder, its columns with their kinds, its rows, bytes and SHA-256."""

    table: str
    file: str
    columns: tuple[tuple[str, str], ...]
    rows: int
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The whole backup. ``at`` is the portal's time of the snapshot; ``revision`` the schema's, None where it has none.

    ``tables`` stand parents before children. ``blobs``: SHA-256 -> bytes, of all that are in the folder; ``lost``: named by a row
    and missing or damaged already when the backup was made.
    """

    project: str
    revision: str | None
    at: datetime
    tables: tuple[Member, ...]
    blobs: Mapping[str, int]
    lost: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        return sum(member.rows for member in self.tables)

    @property
    def size(self) -> int:
        """Bytes of the tables and of the blobs."""
        return sum(member.size for member in self.tables) + sum(self.blobs.values())

    def spelled(self) -> bytes:
        """The file's bytes, with a digest of themselves."""
        full = {
            "form": FORM,
            "project": self.project,
            "revision": self.revision,
            "at": self.at.astimezone(UTC).isoformat(),
            "tables": [asdict(member) for member in self.tables],
            "blobs": dict(self.blobs),
            "lost": list(self.lost),
        }
        return json.dumps({**full, "digest": _digest(full)}, sort_keys=True, indent=1, ensure_ascii=False).encode()

    @classmethod
    def read(cls, data: bytes) -> Manifest:
        """From the file's bytes. Raises ValueError for a damaged one or another form."""
        try:
            full = json.loads(data)
            if full.pop("digest") != _digest(full) or full["form"] != FORM:
                raise ValueError("the digest or the form of the manifest is another")
            return cls(
                project=full["project"],
                revision=full["revision"],
                at=datetime.fromisoformat(full["at"]),
                tables=tuple(_member(one) for one in full["tables"]),
                blobs=full["blobs"],
                lost=tuple(full["lost"]),
            )
        except (KeyError, TypeError, AttributeError) as wrong:
            raise ValueError("the manifest is not one") from wrong


def _member(full: Mapping[str, Any]) -> Member:
    return Member(**{**full, "columns": tuple((name, kind) for name, kind in full["columns"])})


def _digest(full: object) -> str:
    return hashlib.sha256(json.dumps(full, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def spelled_row(values: tuple[Any, ...]) -> bytes:
    """A row as a line."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=_spelled).encode() + b"\n"


def _spelled(value: object) -> str:
    if isinstance(value, datetime):
        # SQLite keeps instants without their zone, which is UTC.
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"a backup has no spelling for {type(value).__name__}")


#: Kinds of columns whose values JSON does not know: how one is read.
_READ: Mapping[str, Callable[[str], Any]] = {
    "instant": datetime.fromisoformat,
    "day": date.fromisoformat,
    "bytes": bytes.fromhex,
    "decimal": Decimal,
}


def read_row(line: str, columns: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """A line as a row: values by the names of their columns."""
    return {
        name: _READ[kind](value) if value is not None and kind in _READ else value
        for (name, kind), value in zip(columns, json.loads(line), strict=True)
    }
