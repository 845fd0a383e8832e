"""Setting a school's periods, rotations, lists and settings. Every change leaves an audit line."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete

from app.audit.actions import Actor, record
from app.db import db
from app.errors import Refused
from app.schoollife.years import queries
from app.schoollife.years.models import Period, SchoolLifeSettings, SchoolParameter, WeekRotation
from app.schoollife.years.parameters import DEFAULT_COUNTERPARTS, DEFAULTS, ParameterList, Settings
from app.schoollife.years.rotations import alternated, monday_of
from app.words import N_


class PeriodsOverlap(Refused):
    """Two periods of a year would share a day."""

    status = 422
    message = N_("Cette période a des jours en commun avec « %(other)s ».")
    advice = N_("Chaque jour n’appartient qu’à une seule période : changez l’une des deux dates.")


class PeriodBackwards(Refused):
    """A period ends before it begins."""

    status = 422
    message = N_("La période finit avant de commencer.")


class AlreadyListed(Refused):
    """The list has that entry already."""

    status = 422
    message = N_("« %(label)s » est déjà dans cette liste.")


def save_period(
    school_id: int,
    year_id: int,
    *,
    name: str,
    first_day: date,
    last_day: date,
    period: Period | None = None,
    by: Actor,
    now: datetime,
) -> Period:
    """Add a period, or change ``period``; both days inclusive. Raises ``PeriodsOverlap``, ``PeriodBackwards``."""
    if last_day < first_day:
        raise PeriodBackwards(field="last_day")
    others = [one for one in queries.periods(school_id, year_id) if one is not period]
    for other in others:
        if other.first_day <= last_day and first_day <= other.last_day:
            raise PeriodsOverlap(other=other.name, field="first_day")
    made = period is None
    if period is None:
        position = max((one.position for one in others), default=0) + 1
        period = Period(school_id=school_id, year_id=year_id, position=position)
        db.session.add(period)
    period.name, period.first_day, period.last_day = name, first_day, last_day
    db.session.flush()
    after = {"name": name, "first_day": first_day.isoformat(), "last_day": last_day.isoformat()}
    subject = ("period", period.id)
    record(
        "period.added" if made else "period.changed", by=by, now=now, subject=subject, school_id=school_id, after=after
    )
    return period


def remove_period(period: Period, *, by: Actor, now: datetime) -> None:
    """Remove a period; what was marked in it keeps its day."""
    before = {"name": period.name, "year": period.year_id}
    record("period.removed", by=by, now=now, subject=("period", period.id), school_id=period.school_id, before=before)
    db.session.delete(period)


def alternate_weeks(
    school_id: int, year_id: int, *, first: date, last: date, letters: list[str], by: Actor, now: datetime
) -> int:
    """Give the weeks from ``first`` to ``last`` the letters in turn, over those they had. How many weeks."""
    if last < first:
        raise PeriodBackwards(field="last")
    db.session.execute(
        delete(WeekRotation).where(
            WeekRotation.school_id == school_id,
            WeekRotation.monday >= monday_of(first),
            WeekRotation.monday <= last,
        )
    )
    weeks = [
        WeekRotation(school_id=school_id, year_id=year_id, monday=monday, letter=letter)
        for monday, letter in alternated(first, last, letters)
    ]
    db.session.add_all(weeks)
    after = {"first": first.isoformat(), "last": last.isoformat(), "letters": letters}
    record("rotation.set", by=by, now=now, subject=("school", school_id), school_id=school_id, after=after)
    return len(weeks)


def set_week(rotation: WeekRotation, letter: str, *, by: Actor, now: datetime) -> None:
    """Change the letter of one week; an empty one takes the week out (holidays)."""
    before = {"monday": rotation.monday.isoformat(), "letter": rotation.letter}
    if letter:
        rotation.letter = letter
    else:
        db.session.delete(rotation)
    record(
        "rotation.changed",
        by=by,
        now=now,
        subject=("rotation", rotation.id),
        school_id=rotation.school_id,
        before=before,
        after={"letter": letter},
    )


def add_parameter(
    school_id: int, which: ParameterList, label: str, *, counterpart_id: int | None = None, by: Actor, now: datetime
) -> SchoolParameter:
    """Add an entry at the end of a list, or offer a retired one again. Raises ``AlreadyListed``."""
    rows = queries.parameters(school_id, which, retired=True)
    for row in rows:
        if row.label.casefold() == label.casefold():
            if row.retired_at is None:
                raise AlreadyListed(label=label, field="label")
            row.retired_at = None
            record("parameter.offered", by=by, now=now, subject=("parameter", row.id), school_id=school_id)
            return row
    row = SchoolParameter(
        school_id=school_id,
        list=which.value,
        label=label,
        position=max((one.position for one in rows), default=0) + 1,
        counterpart_id=counterpart_id,
    )
    db.session.add(row)
    db.session.flush()
    after = {"list": which.value, "label": label}
    record("parameter.added", by=by, now=now, subject=("parameter", row.id), school_id=school_id, after=after)
    return row


def change_parameter(row: SchoolParameter, *, label: str, counterpart_id: int | None, by: Actor, now: datetime) -> None:
    """Change an entry's words, and what it goes with; rows that name it say the new words. Raises ``AlreadyListed``."""
    rows = queries.parameters(row.school_id, ParameterList(row.list), retired=True)
    if any(one is not row and one.label.casefold() == label.casefold() for one in rows):
        raise AlreadyListed(label=label, field="label")
    before = {"label": row.label}
    row.label, row.counterpart_id = label, counterpart_id
    record(
        "parameter.changed",
        by=by,
        now=now,
        subject=("parameter", row.id),
        school_id=row.school_id,
        before=before,
        after={"label": label},
    )


def retire_parameter(row: SchoolParameter, *, by: Actor, now: datetime) -> None:
    """Offer an entry no longer, or again; rows that name it keep it."""
    row.retired_at = now if row.retired_at is None else None
    verb = "parameter.retired" if row.retired_at else "parameter.offered"
    record(verb, by=by, now=now, subject=("parameter", row.id), school_id=row.school_id)


def add_defaults(school_id: int, *, by: Actor, now: datetime) -> int:
    """Fill the lists that are still empty with what most schools use. How many entries were made."""
    have = queries.all_parameters(school_id)
    made: dict[tuple[ParameterList, str], SchoolParameter] = {}
    for which, labels in DEFAULTS.items():
        if have.get(which):
            continue
        for position, label in enumerate(labels, start=1):
            made[which, label] = SchoolParameter(school_id=school_id, list=which.value, label=label, position=position)
    db.session.add_all(made.values())
    db.session.flush()
    for label, reason in DEFAULT_COUNTERPARTS.items():
        row, other = (
            made.get((ParameterList.NON_ASSESSMENT, label)),
            made.get((ParameterList.ABSENCE_REASON, reason)),
        )
        if row is not None and other is not None:
            row.counterpart_id = other.id
    if made:
        after = {"entries": len(made)}
        record("parameter.defaults", by=by, now=now, subject=("school", school_id), school_id=school_id, after=after)
    return len(made)


def save_settings(school_id: int, settings: Settings, *, by: Actor, now: datetime) -> None:
    """Keep the school's settings."""
    row = queries.settings_row(school_id)
    before = dict(row.values) if row is not None else None
    if row is None:
        row = SchoolLifeSettings(school_id=school_id)
        db.session.add(row)
    row.values = settings.stored()
    if before != row.values:
        record(
            "school-life.set",
            by=by,
            now=now,
            subject=("school", school_id),
            school_id=school_id,
            before=before,
            after=row.values,
        )
