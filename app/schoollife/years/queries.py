"""Periods, rotations, lists and settings of a school."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from app.db import db
from app.directory.models import SchoolYear as SchoolYear
from app.errors import NotFound
from app.schoollife.years.models import Period as Period
from app.schoollife.years.models import SchoolLifeSettings
from app.schoollife.years.models import SchoolParameter as SchoolParameter
from app.schoollife.years.models import WeekRotation as WeekRotation
from app.schoollife.years.parameters import ParameterList, Settings


def settings_of(school_id: int) -> Settings:
    """The school's settings; those of a new school where it has none."""
    row = db.session.get(SchoolLifeSettings, school_id)
    return Settings.read(row.values if row is not None else {})


def settings_row(school_id: int) -> SchoolLifeSettings | None:
    """The row to change."""
    return db.session.get(SchoolLifeSettings, school_id)


def parameters(school_id: int, which: ParameterList, *, retired: bool = False) -> Sequence[SchoolParameter]:
    """The entries of one list in its order; ``retired``: those no longer offered too."""
    query = select(SchoolParameter).where(SchoolParameter.school_id == school_id, SchoolParameter.list == which)
    if not retired:
        query = query.where(SchoolParameter.retired_at.is_(None))
    return db.session.scalars(query.order_by(SchoolParameter.position, SchoolParameter.id)).all()


def all_parameters(school_id: int) -> Mapping[ParameterList, list[SchoolParameter]]:
    """Every entry of every list, those no longer offered too; one query."""
    query = select(SchoolParameter).where(SchoolParameter.school_id == school_id)
    found: dict[ParameterList, list[SchoolParameter]] = defaultdict(list)
    for row in db.session.scalars(query.order_by(SchoolParameter.position, SchoolParameter.id)):
        found[ParameterList(row.list)].append(row)
    return found


def parameter(school_id: int, parameter_id: int) -> SchoolParameter:
    """One entry of the school's lists. Raises ``NotFound``."""
    row = db.session.get(SchoolParameter, parameter_id)
    if row is None or row.school_id != school_id:
        raise NotFound()
    return row


def school_years() -> Sequence[SchoolYear]:
    """The project's school years, the newest first."""
    return db.session.scalars(select(SchoolYear).order_by(SchoolYear.begins.desc()).limit(6)).all()


def year_of(year_id: int) -> SchoolYear:
    """A school year. Raises ``NotFound``."""
    row = db.session.get(SchoolYear, year_id)
    if row is None:
        raise NotFound()
    return row


def periods(school_id: int, year_id: int | None = None) -> Sequence[Period]:
    """The school's periods of one year, or of all of them, in their order."""
    query = select(Period).where(Period.school_id == school_id)
    if year_id is not None:
        query = query.where(Period.year_id == year_id)
    return db.session.scalars(query.order_by(Period.year_id.desc(), Period.position)).all()


def period_at(school_id: int, year_id: int, day: date) -> Period | None:
    """The period of ``day``: the one it lies in, else the next one, else the last."""
    found = periods(school_id, year_id)
    coming = [one for one in found if one.last_day >= day]
    return coming[0] if coming else (found[-1] if found else None)


def period(school_id: int, period_id: int) -> Period:
    """One of the school's periods. Raises ``NotFound``."""
    row = db.session.get(Period, period_id)
    if row is None or row.school_id != school_id:
        raise NotFound()
    return row


def rotations(school_id: int, year_id: int | None = None) -> Sequence[WeekRotation]:
    """The weeks that have a letter, in their order."""
    query = select(WeekRotation).where(WeekRotation.school_id == school_id)
    if year_id is not None:
        query = query.where(WeekRotation.year_id == year_id)
    return db.session.scalars(query.order_by(WeekRotation.monday).limit(400)).all()


def letter_of(school_id: int, monday: date) -> str:
    """The rotation of a week; empty where there is none."""
    query = select(WeekRotation.letter).where(WeekRotation.school_id == school_id, WeekRotation.monday == monday)
    return db.session.scalar(query) or ""
