"""What the scheduler calls for spaces."""

from __future__ import annotations

from datetime import datetime

from app.audit.actions import SCHEDULER
from app.content.actions import make_class_spaces
from app.directory.queries import project, years
from app.errors import NotSetUp


def make_spaces(now: datetime) -> int:
    """Make the spaces that classes of year N still lack, in every school; how many. The caller commits."""
    try:
        year = years().get(project().rollover_year - 1)
    except NotSetUp:
        return 0
    return make_class_spaces(year.id, by=SCHEDULER, now=now) if year is not None else 0
