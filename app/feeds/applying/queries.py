"""Reading what a delivery changes, school by school, and what somebody must decide before (FEED-6, S4-3, G11)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.db import db
from app.feeds.models import FeedDecision, FeedImport, FeedImportSchool


def lines_of(import_id: int) -> Sequence[FeedImportSchool]:
    """The delivery's schools, in the order of their structures' keys."""
    query = select(FeedImportSchool).where(FeedImportSchool.import_id == import_id).order_by(FeedImportSchool.key)
    return db.session.scalars(query).all()


def waiting_lines(import_id: int) -> Sequence[FeedImportSchool]:
    """The schools that are still to be applied."""
    query = select(FeedImportSchool).where(FeedImportSchool.import_id == import_id, FeedImportSchool.state == "waiting")
    return db.session.scalars(query.order_by(FeedImportSchool.key)).all()


def stopped_lines(import_id: int) -> Sequence[FeedImportSchool]:
    """The schools that a threshold has stopped."""
    query = select(FeedImportSchool).where(FeedImportSchool.import_id == import_id, FeedImportSchool.state == "stopped")
    return db.session.scalars(query.order_by(FeedImportSchool.key)).all()


def failed_lines(import_id: int) -> Sequence[FeedImportSchool]:
    """The schools whose transaction failed."""
    return [line for line in lines_of(import_id) if line.state == "failed"]


def decisions_of(import_id: int, school_id: int | None = None) -> Sequence[FeedDecision]:
    """What somebody must decide, or has, of a delivery; of one school if it is named."""
    query = select(FeedDecision).where(FeedDecision.import_id == import_id)
    if school_id is not None:
        query = query.where(FeedDecision.school_id == school_id)
    return db.session.scalars(query.order_by(FeedDecision.school_id, FeedDecision.code)).all()


def open_decisions(import_id: int) -> Sequence[FeedDecision]:
    """What is not decided yet."""
    return [one for one in decisions_of(import_id) if one.verdict is None]


def interrupted() -> FeedImport | None:
    """The delivery that is being applied, or whose application was interrupted."""
    return db.session.scalar(select(FeedImport).where(FeedImport.state == "applying"))
