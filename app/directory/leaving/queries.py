"""Reading who has left, and which days follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from sqlalchemy import select

from app.db import db
from app.directory.leaving.law_clock import Dates, Delays, YearDays, dates
from app.directory.leaving.models import Leaver as Leaver
from app.directory.models import SchoolYear
from app.errors import NotFound


def delays() -> Delays:
    """The project's delays, within the law's."""
    settings = current_app.extensions["settings"]
    return Delays(
        warned=settings.leaver_notice_days,
        disabled=settings.leaver_access_days,
        erased=settings.leaver_erasure_days,
    )


def year_days() -> Sequence[YearDays]:
    """Every school year with its first and last day; where the last is not known, the day before the holidays' first."""
    return [
        YearDays(
            begins=year.begins,
            first_day=year.first_day,
            last_day=year.last_day or (year.holidays_from - timedelta(days=1) if year.holidays_from else None),
        )
        for year in db.session.scalars(select(SchoolYear).order_by(SchoolYear.begins))
    ]


def leaver(person_id: int) -> Leaver:
    """Somebody who has left. Raises ``NotFound`` for everybody else."""
    found = db.session.get(Leaver, person_id)
    if found is None:
        raise NotFound()
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Departure:
    """That somebody has left, and the days ahead of them as far as they are fixed."""

    dates: Dates | None


def departure_of(person_id: int) -> Departure | None:
    """The departure of somebody who has left; None for everybody else. One query."""
    found = db.session.get(Leaver, person_id)
    return None if found is None else Departure(dates=dates_of(found))


def dates_of(found: Leaver) -> Dates | None:
    """The days that are ahead of a leaver; None while the clock waits."""
    return None if found.clock_from is None else dates(found.clock_from, delays())
