"""What a rollover asks school life: what somebody has and takes along (DATA-3), and which rows belong to the year that ends (S3-1).

Every part's answer together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Select

from app.fates import Scope, Space
from app.files.bundles import Covers
from app.schoollife.archives import rollover as archives
from app.schoollife.archives.units import KeepGoing, Unit, Writer
from app.schoollife.binder import rollover as binder
from app.schoollife.conduct import rollover as conduct
from app.schoollife.diary import rollover as diary
from app.schoollife.liaison import rollover as liaison
from app.schoollife.presence import rollover as presence
from app.schoollife.pupils import rollover as pupils
from app.schoollife.registers import rollover as registers
from app.schoollife.registers.sections import SECTIONS as SECTIONS
from app.schoollife.reports import rollover as reports
from app.schoollife.results import rollover as results
from app.schoollife.work import rollover as work
from app.schoollife.years import rollover as years

PARTS = (work, binder, liaison, results, reports, conduct, pupils)
#: Who selects the rows of each kind of the table of fates.
SELECTED: dict[str, Callable[[str, Scope], Select[Any]]] = {
    kind: part.rows
    for part in (diary, work, binder, liaison, presence, results, reports, conduct, pupils, years)
    for kind in part.KINDS
}
#: The kinds that school life answers for.
KINDS = frozenset(SELECTED)
#: Who makes the archives of each kind (S2-3 to S2-6).
MAKERS = {archive: part for part in (archives, registers) for archive in part.ARCHIVES}


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


def rows(kind: str, space: Space, scope: Scope) -> Select[Any]:
    """The rows of ``kind`` that belong to year N, whatever the school and whether live or not.

    Two columns, ``id`` and ``school_id``; no order. Raises KeyError for a kind that school life does not hold; ``space`` is
    always ``Space.NONE`` here.
    """
    return SELECTED[kind](kind, scope)


def archive_units(archive: str, school_id: int, scope: Scope) -> list[Unit]:
    """The archives of a kind ('diary', 'pupil', 'roll-calls' ...) to be made for a school, in order. Raises KeyError."""
    found: list[Unit] = MAKERS[archive].units(archive, school_id, scope)
    return found


def archive_writer(archive: str, units: Sequence[Unit], school_id: int, scope: Scope) -> Writer:
    """Who writes the archives of some units of a kind; what they need is read here, for all of them together.

    Each is a bundle (``app.files.bundles``), except 'sanctions-csv', which is a table alone. Raises KeyError.
    """
    made: Writer = MAKERS[archive].writer(archive, units, school_id, scope)
    return made


def write_archive(
    archive: str, unit: Unit, school_id: int, scope: Scope, stream: IO[bytes], keep_going: KeepGoing
) -> Covers:
    """Write one archive to ``stream``; the rows that it covers, by kind. ``keep_going`` is called between its files.

    Raises what ``keep_going`` raises, OSError.
    """
    return archive_writer(archive, [unit], school_id, scope)(unit, stream, keep_going)
