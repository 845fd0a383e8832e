"""What of a school's calendar belongs to the year that ends: periods and rotations (S3-1). Its parameters stay (DATA-8)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from app.fates import Scope
from app.schoollife.years.models import Period, WeekRotation

KINDS = ("period", "rotation")


def rows(kind: str, scope: Scope) -> Select[Any]:
    """The rows of ``kind`` that belong to year N: ``id`` and ``school_id``, of every school. Raises KeyError."""
    table = {"period": Period.__table__, "rotation": WeekRotation.__table__}[kind]
    return select(table.c.id, table.c.school_id).where(table.c.year_id == scope.year_id)
