"""Hanging files on rows of school life, and taking them off."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import delete

from app.db import db
from app.files.actions import Received
from app.schoollife.diary.models import SchoolLifeFile


def attach(received: Iterable[Received], *, owner: str, number: int) -> None:
    """Hang files that were taken on the row ``number``; ``owner`` names the column: 'lesson_id', 'homework_id' ..."""
    for one in received:
        db.session.add(SchoolLifeFile(**{owner: number}, sha256=one.sha256, name=one.name, size=one.size))


def detach(life_file_ids: Collection[int], *, owner: str, number: int) -> int:
    """Take those files off the row ``number``; others are left alone. How many there were."""
    if not life_file_ids:
        return 0
    column = getattr(SchoolLifeFile, owner)
    chosen = delete(SchoolLifeFile).where(SchoolLifeFile.id.in_(life_file_ids), column == number)
    return db.session.execute(chosen).rowcount  # type: ignore[attr-defined, no-any-return]
