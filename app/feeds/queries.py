"""Reading imports and their reports (FEED-6, S4-7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select

from app.db import db
from app.directory.models import School, SchoolYear
from app.errors import NotFound
from app.feeds.models import FeedImport, FeedImportSchool, FeedReject
from app.feeds.reasons import unpack
from app.schoolyear import YearName
from app.words import N_, Words

#: The counts of a report, in the order of the contract.
COUNTS = (
    "schools", "classes", "groups", "students", "guardians", "contacts", "unreferenced", "teachers", "staff", "created",
    "changed", "unchanged", "moved", "left", "reappeared",
)  # fmt: skip


def import_by_id(import_id: int) -> FeedImport:
    """The import with that number. Raises ``NotFound``."""
    found = db.session.get(FeedImport, import_id)
    if found is None:
        raise NotFound(Words(N_("Il n’y a pas d’import numéro %(id)s."), id=import_id))
    return found


def imports(limit: int = 50, before: int | None = None) -> Sequence[FeedImport]:
    """The newest imports; ``before`` is the number of the last one of the page before."""
    query = select(FeedImport).order_by(FeedImport.id.desc()).limit(limit)
    return db.session.scalars(query if before is None else query.where(FeedImport.id < before)).all()


def year_of(made: FeedImport) -> YearName:
    """The school year that an import filled."""
    return YearName(begins=db.session.scalar(select(SchoolYear.begins).where(SchoolYear.id == made.year_id)) or 0)


def year_names() -> dict[int, YearName]:
    """The school years by the number that imports carry."""
    return {
        number: YearName(begins=begins)
        for number, begins in db.session.execute(select(SchoolYear.id, SchoolYear.begins))
    }


def rejects(import_id: int, *, limit: int | None = None) -> Sequence[FeedReject]:
    """The entries that were not taken, in the order in which they were met."""
    return _rejects(import_id, True, limit)


def set_aside(import_id: int, *, limit: int | None = None) -> Sequence[FeedReject]:
    """The links that were set aside although their entry came in."""
    return _rejects(import_id, False, limit)


def _rejects(import_id: int, whole: bool, limit: int | None) -> Sequence[FeedReject]:
    query = (
        select(FeedReject).where(FeedReject.import_id == import_id, FeedReject.whole == whole).order_by(FeedReject.id)
    )
    return db.session.scalars(query.limit(limit)).all()


def how_many(import_id: int) -> tuple[int, int]:
    """How many entries were rejected, and how many links set aside."""
    query = select(FeedReject.whole, func.count()).where(FeedReject.import_id == import_id).group_by(FeedReject.whole)
    counted = dict(db.session.execute(query).all())
    return counted.get(True, 0), counted.get(False, 0)


def school_names(found: Iterable[FeedReject]) -> dict[int, str]:
    """The names of the schools to which these rejects belong."""
    numbers = {reject.school_id for reject in found if reject.school_id is not None}
    query = select(School.id, School.name).where(School.id.in_(numbers))
    return dict(db.session.execute(query).all())


def reason_of(reject: FeedReject) -> Words:
    """Why an entry or link was set aside."""
    return unpack({"template": reject.reason, "values": reject.values})


def stops(import_id: int) -> list[dict[str, Any]]:
    """Why thresholds stop schools of a delivery, as ``reasons.pack`` keeps it."""
    query = select(FeedImportSchool.reason).where(
        FeedImportSchool.import_id == import_id, FeedImportSchool.state == "stopped"
    )
    return [reason for reason in db.session.scalars(query.order_by(FeedImportSchool.uai)) if reason is not None]


def report(import_id: int) -> dict[str, Any]:
    """The report of an import as the command line prints it, its sentences still ``Words``. Raises ``NotFound``."""
    found = import_by_id(import_id)
    return {
        "import": found.id,
        "state": found.state,
        **{name: found.counts.get(name, 0) for name in COUNTS},
        "warnings": [unpack(words) for words in [*found.warnings, *stops(import_id)]],
        "rejected": [{"id": reject.entry, "reason": reason_of(reject)} for reject in rejects(import_id)],
    }
