"""Giving punishments and sanctions, and following them up. The audit never holds their words."""

from __future__ import annotations

from datetime import date, datetime

from app.audit.actions import Actor, record
from app.content.actions import ChangedMeanwhile as ChangedMeanwhile
from app.content.actions import demand_version as demand_version
from app.db import db
from app.schoollife.conduct.kinds_of_measure import MeasureKind
from app.schoollife.conduct.models import Measure
from app.schoollife.standing import PupilFacts


def give(
    pupil: PupilFacts,
    kind: MeasureKind,
    *,
    type_id: int | None,
    reason_id: int | None,
    words: str,
    decided_on: date,
    due_on: date | None,
    by: Actor,
    now: datetime,
) -> Measure:
    """Give a punishment, or pronounce a sanction; the caller has checked who may."""
    made = Measure(
        school_id=pupil.school_class.school_id,
        year_id=pupil.school_class.year_id,
        class_id=pupil.school_class.id,
        student_id=pupil.id,
        kind=kind,
        type_id=type_id,
        reason_id=reason_id,
        words=words,
        decided_on=decided_on,
        due_on=due_on,
        author_id=by.person_id,
        recorded_at=now,
    )
    db.session.add(made)
    db.session.flush()
    _record("given", made, by=by, now=now)
    return made


def change(
    measure: Measure,
    *,
    type_id: int | None,
    reason_id: int | None,
    words: str,
    decided_on: date,
    due_on: date | None,
    by: Actor,
    now: datetime,
) -> None:
    """Correct a measure."""
    measure.type_id, measure.reason_id, measure.words = type_id, reason_id, words
    measure.decided_on, measure.due_on = decided_on, due_on
    _record("changed", measure, by=by, now=now)


def set_done(measure: Measure, done: bool, *, by: Actor, now: datetime) -> None:
    """Say that a measure was done, or take that back."""
    if done != (measure.done_at is not None):
        measure.done_at = now if done else None
        _record("done" if done else "reopened", measure, by=by, now=now)


def remove(measure: Measure, *, by: Actor, now: datetime) -> None:
    """Take a measure back for good."""
    _record("removed", measure, by=by, now=now)
    db.session.delete(measure)


def _record(verb: str, measure: Measure, *, by: Actor, now: datetime) -> None:
    record(f"{measure.kind}.{verb}", by=by, now=now, subject=("measure", measure.id), school_id=measure.school_id)
