"""Imports in a rollover: the reports of year N go, their rejects with them (S3-2). What feeds know of structures and people stays."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select

from app.directory.models import School
from app.fates import Scope, Space
from app.feeds.models import FeedImport, FeedStructure

KINDS = frozenset({"import-report"})


def rows(kind: str, space: Space, scope: Scope) -> Select[Any]:
    """The reports of year N: ``id``, ``school_id`` and ``source``, live or not. Raises KeyError for a kind of another room.

    A report speaks of all schools of its source together; it goes in the part of the first of them, or of the project's first, once
    every school of that ``source`` is through.
    """
    if kind not in KINDS:
        raise KeyError(kind)
    made, structure, school = FeedImport.__table__, FeedStructure.__table__, School.__table__
    fed = (
        select(func.min(school.c.id))
        .join_from(structure, school, school.c.id == structure.c.school_id)
        .where(structure.c.source == made.c.source, school.c.in_service)
        .correlate(made)
        .scalar_subquery()
    )
    anyone = select(func.min(school.c.id)).where(school.c.in_service).scalar_subquery()
    school_id = func.coalesce(fed, anyone, 0).label("school_id")
    return select(made.c.id, school_id, made.c.source).where(made.c.year_id == scope.year_id)
