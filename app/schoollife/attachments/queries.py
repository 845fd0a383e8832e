"""The files that hang on rows of school life."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from app.db import db
from app.errors import NotFound
from app.files.models import Blob
from app.schoollife.diary.models import SchoolLifeFile as SchoolLifeFile


@dataclass(frozen=True, kw_only=True, slots=True)
class FileLine:
    """One file, as a page lists it. ``size`` in bytes."""

    id: int
    name: str
    kind: str
    size: int
    sha256: str


def files_of(owner: str, numbers: Collection[int]) -> Mapping[int, list[FileLine]]:
    """The files of some rows by their number; ``owner`` names the column: 'lesson_id', 'homework_id' ... One query."""
    found: dict[int, list[FileLine]] = defaultdict(list)
    if not numbers:
        return found
    column = getattr(SchoolLifeFile, owner)
    query = select(SchoolLifeFile, Blob.kind, column).join(Blob, Blob.sha256 == SchoolLifeFile.sha256)
    for row, kind, number in db.session.execute(query.where(column.in_(numbers)).order_by(SchoolLifeFile.id)):
        found[number].append(FileLine(id=row.id, name=row.name, kind=kind, size=row.size, sha256=row.sha256))
    return found


def file_row(life_file_id: int) -> tuple[SchoolLifeFile, str]:
    """A file and the media type that was checked. Raises ``NotFound``."""
    query = select(SchoolLifeFile, Blob.kind).join(Blob, Blob.sha256 == SchoolLifeFile.sha256)
    row = db.session.execute(query.where(SchoolLifeFile.id == life_file_id)).one_or_none()
    if row is None:
        raise NotFound()
    return row[0], row[1]
