"""What a planned delivery's report keeps: a line a school with its figures and what stops it, and the classes that come back (G11, S4-3).

Never commits. Planned again, a delivery keeps what was decided and lifted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import select, text

from app.db import db
from app.directory.models import SchoolYear
from app.feeds.applying import problems
from app.feeds.applying.queries import lines_of
from app.feeds.figures import loaders as figures
from app.feeds.models import FeedDecision, FeedImport, FeedImportSchool
from app.feeds.reasons import pack
from app.feeds.returning.evidence import comes_back
from app.feeds.returning.loaders import find_returning
from app.feeds.staging.loaders import Importing, Staging
from app.feeds.thresholds import Leaving, too_many, too_many_staff


def keep_lines(made: FeedImport, schools: Iterator[dict[str, Any]], missing: Iterator[dict[str, Any]]) -> None:
    """A line for each of ``schools`` (``figures.by_school``), and for each that is ``missing``; one that is applied keeps its state."""
    settings = current_app.extensions["settings"]
    fed = fed_schools(made.year_id)
    before = {line.key: line for line in lines_of(made.id)}
    told = set()
    for found in schools:
        told.add(found["key"])
        line = before.get(found["key"]) or FeedImportSchool(import_id=made.id, key=found["key"])
        line.school_id, line.uai, line.name, line.counts = (
            found["school_id"],
            found["uai"],
            found["name"],
            found["counts"],
        )
        reasons = []
        pupils = _pupils(found)
        limit = settings.feed_leavers if line.school_id in fed else settings.feed_leavers_rollover
        line.empties = pupils.empties
        if pupils.empties or too_many(pupils, limit):
            reasons.append(problems.too_many_words(pupils, limit))
        staff = _staff(found)
        if too_many_staff(staff, settings.feed_staff_leavers):
            reasons.append(problems.too_many_staff_words(staff, settings.feed_staff_leavers))
        if line.state != "applied":
            reason = problems.together(reasons) if not _lifted(line) else None
            line.state = "waiting" if reason is None else "stopped"
            line.reason = None if reason is None else pack(reason)
        db.session.add(line)
    for found in missing:
        told.add(found["key"])
        line = before.get(found["key"]) or FeedImportSchool(import_id=made.id, **found)
        line.counts, line.empties, line.state = dict.fromkeys(figures.SCHOOL_COUNTS, 0), True, "stopped"
        line.reason = pack(problems.missing_words(line.name, line.uai))
        db.session.add(line)
    for key, line in before.items():
        if key not in told:
            db.session.delete(line)
    db.session.flush()


def _pupils(found: dict[str, Any]) -> Leaving:
    counts = found["counts"]
    leaving = counts["left"] + counts["gone"]
    return Leaving(school=found["name"], uai=found["uai"], held=found["had"], leaving=leaving, left=counts["pupils"])


def _staff(found: dict[str, Any]) -> Leaving:
    """Of those who worked there by the word of the delivery's source."""
    held, leaving, left = found["staff"]
    return Leaving(school=found["name"], uai=found["uai"], held=held, leaving=leaving, left=left)


def _lifted(line: FeedImportSchool) -> bool:
    return line.lifted_by_id is not None and (line.second_by_id is not None or not line.empties)


def fed_schools(year_id: int) -> set[int]:
    """The schools that have classes of the year already: there a pupil leaves in mid-year, not with the rollover."""
    query = "SELECT DISTINCT school_id FROM school_class WHERE year_id = :year AND set_aside_by IS NULL"
    return set(db.session.scalars(text(query), {"year": year_id}))


def keep_decisions(made: FeedImport, staging: Staging, importing: Importing) -> None:
    """What somebody must decide: each class of the year before that comes back, with what speaks for it."""
    begins = db.session.scalar(select(SchoolYear.begins).where(SchoolYear.id == made.year_id)) or 0
    before = db.session.scalar(select(SchoolYear).where(SchoolYear.begins == begins - 1))
    year_before = before.id if before is not None else None
    ends = before.last_day if before is not None and before.last_day is not None else date(begins or 1, 7, 31)
    asked = {(one.school_id, one.code): one for one in db.session.scalars(_decisions(made.id))}
    for school_id, code, evidence, alone in find_returning(staging, importing, year_before, ends):
        if comes_back(evidence):
            one = asked.pop((school_id, code), None) or FeedDecision(import_id=made.id, school_id=school_id, code=code)
            one.evidence, one.alone = evidence.document(), alone
            db.session.add(one)
    for one in asked.values():
        if one.verdict is None:
            db.session.delete(one)
    db.session.flush()


def _decisions(import_id: int) -> Any:
    return select(FeedDecision).where(FeedDecision.import_id == import_id)
