"""A pupil's punishments and sanctions before the rollover, and as they take them along (DATA-3, LAW-4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, select

from app.db import db
from app.fates import Scope, Space
from app.files.sheets import spreadsheet
from app.schoollife.conduct.kinds_of_measure import RULES, MeasureKind
from app.schoollife.conduct.models import Measure
from app.schoollife.conduct.queries import lines
from app.web.say import say

_MOST = 2000

KINDS = ("punishment", "sanction")


def owned(person_id: int, now: datetime) -> dict[tuple[str, Space], int]:
    """How many punishments and sanctions a pupil has; one query."""
    query = select(Measure.kind, func.count()).where(Measure.student_id == person_id).group_by(Measure.kind)
    return {(str(kind), Space.NONE): many for kind, many in db.session.execute(query)}


def takeaway(person_id: int, now: datetime) -> Iterator[tuple[str, bytes | Path]]:
    """A pupil's measures as a table."""
    rows = [
        (
            line.measure.decided_on.isoformat(), say(RULES[MeasureKind(line.measure.kind)].name), line.type, line.reason,
            line.measure.words, line.measure.due_on.isoformat() if line.measure.due_on else "",
            _("oui") if line.measure.done_at else _("non"),
        )
        for line in lines(select(Measure).where(Measure.student_id == person_id), _MOST)
    ]  # fmt: skip
    if rows:
        head = [_("Jour"), _("Mesure"), _("Type"), _("Motif"), _("Précisions"), _("À faire pour le"), _("Faite")]
        yield f"{_('Vie scolaire')}/{_('Punitions et sanctions')}.csv", spreadsheet(head, rows)


def rows(kind: str, scope: Scope) -> Select[Any]:
    """The rows of ``kind`` that belong to year N: ``id`` and ``school_id``, of every school."""
    measure = Measure.__table__
    return select(measure.c.id, measure.c.school_id).where(measure.c.kind == kind, measure.c.year_id == scope.year_id)
