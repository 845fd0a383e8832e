"""Writing activities, giving them to pupils, noting that they were seen."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from app.audit.actions import Actor, record
from app.content.actions import demand_version as demand_version
from app.content.markup import to_html
from app.db import db
from app.errors import NotFound, Refused
from app.schoollife.binder import queries
from app.schoollife.diary.models import Activity, ActivityGiven
from app.schoollife.queries import pupils_of
from app.schoollife.standing import ClassFacts
from app.words import N_


class NobodyChosen(Refused):
    """An activity is given to nobody."""

    status = 422
    message = N_("Choisissez au moins un élève.")


def save_activity(
    activity: Activity | None,
    *,
    school_id: int,
    author_id: int | None,
    subject: str,
    title: str,
    source: str,
    by: Actor,
    now: datetime,
) -> Activity:
    """Add an activity to a binder, or change ``activity``; those who have it see the change."""
    made = activity is None
    if activity is None:
        activity = Activity(school_id=school_id, author_id=author_id)
        db.session.add(activity)
    activity.subject, activity.title = subject, title
    activity.source, activity.body, activity.written_at = source, to_html(source), now
    db.session.flush()
    verb = "activity.written" if made else "activity.changed"
    record(verb, by=by, now=now, subject=("activity", activity.id), school_id=activity.school_id)
    return activity


def give(
    activity: Activity, facts: ClassFacts, student_ids: Collection[int], *, today: date, by: Actor, now: datetime
) -> int:
    """Give an activity to pupils of a class; who has it already keeps it. How many are new.

    Raises ``NobodyChosen``, ``NotFound`` for somebody who is not a pupil of the class.
    """
    if not student_ids:
        raise NobodyChosen()
    pupils = {pupil.id for pupil in pupils_of(facts.id)}
    if not set(student_ids) <= pupils:
        raise NotFound()
    have = {row.student_id for row in queries.receivers(activity.id)}
    new = sorted(set(student_ids) - have)
    db.session.add_all(
        ActivityGiven(activity_id=activity.id, student_id=student_id, class_id=facts.id, given_on=today)
        for student_id in new
    )
    after = {"class_id": facts.id, "pupils": len(new)}
    record("activity.given", by=by, now=now, subject=("activity", activity.id), school_id=facts.school_id, after=after)
    return len(new)


def note_seen(given: ActivityGiven, *, by: Actor, now: datetime) -> None:
    """The pupil has seen it; the first time counts."""
    if given.seen_at is None:
        given.seen_at = now
        record("activity.seen", by=by, now=now, subject=("activity", given.activity_id))


def remove_activity(activity: Activity, *, by: Actor, now: datetime) -> None:
    """Remove an activity from the binder, and from the pupils who have it."""
    record("activity.removed", by=by, now=now, subject=("activity", activity.id), school_id=activity.school_id)
    db.session.delete(activity)
