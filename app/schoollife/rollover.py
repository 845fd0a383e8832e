"""What somebody has in school life before the rollover, and takes along: every part's answer together (DATA-3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from app.fates import Space
from app.schoollife.binder import rollover as binder
from app.schoollife.conduct import rollover as conduct
from app.schoollife.liaison import rollover as liaison
from app.schoollife.pupils import rollover as pupils
from app.schoollife.reports import rollover as reports
from app.schoollife.results import rollover as results
from app.schoollife.work import rollover as work

PARTS = (work, binder, liaison, results, reports, conduct, pupils)


def owned(person_id: int, now: datetime) -> dict[tuple[str, Space], int]:
    """How many live rows of each owned kind of school life somebody has, by kind and space; a fixed number of queries."""
    found: Counter[tuple[str, Space]] = Counter()
    for part in PARTS:
        found.update(part.owned(person_id, now))
    return dict(found)


def takeaway(person_id: int, now: datetime) -> Iterator[tuple[str, bytes | Path]]:
    """Everything of school life that is somebody's, as (path inside the ZIP, bytes or a file)."""
    for part in PARTS:
        yield from part.takeaway(person_id, now)
