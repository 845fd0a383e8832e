"""Forgetting the rows of deliveries that nobody will apply. Never commits."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.db import db
from app.feeds.models import FeedImport, FeedImportSchool
from app.feeds.staging.loaders import Staging, left_over


def sweep(*, machine_now: datetime) -> int:
    """Forget the rows of deliveries whose reading was interrupted, and of those that newer ones have overtaken; how many."""
    known = {
        made.id: made
        for made in db.session.scalars(select(FeedImport).where(FeedImport.id.in_(left_over(db.session()))))
    }
    swept = 0
    for number in left_over(db.session()):
        made = known.get(number)
        stale = made is None or (made.state == "staging" and machine_now - made.started_at > timedelta(hours=6))
        overtaken = made is not None and made.state in ("planned", "applied") and _overtaken(made)
        if stale or overtaken:
            Staging(db.session(), number).drop()
            if made is not None and made.state != "applied":
                made.state = "withdrawn"
            swept += 1
    return swept


def _overtaken(made: FeedImport) -> bool:
    """Has a newer complete delivery been applied in every school for which the rows still wait?

    A source may deliver school by school (ONDE, CSV), or in two halves (AAF of the first and of the second degree): what was applied
    in other schools overtakes nothing. A run of the campaign can be undone and done again in each of its schools (G8).
    """
    newer = (
        FeedImport.source == made.source,
        FeedImport.id > made.id,
        FeedImport.state == "applied",
        FeedImport.complete,
    )
    if db.session.scalar(select(FeedImport.id).where(*newer).limit(1)) is None:
        return False
    wanted = select(FeedImportSchool.key).where(FeedImportSchool.import_id == made.id)
    if made.run_id is None:
        wanted = wanted.where(FeedImportSchool.state != "applied")
    told = select(FeedImportSchool.key).join(FeedImport, FeedImport.id == FeedImportSchool.import_id)
    told = told.where(*newer, FeedImportSchool.state == "applied")
    return db.session.scalar(wanted.where(FeedImportSchool.key.not_in(told)).limit(1)) is None
