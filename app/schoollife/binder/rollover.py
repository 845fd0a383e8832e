"""A teacher's activities, and those given to a pupil, before the rollover and to take along (S2-4, DATA-3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, select, union_all

from app.db import db
from app.directory.models import SchoolClass, SchoolYear
from app.fates import Scope, Space
from app.files.names import numbered, safe_name
from app.files.queries import path_of
from app.gate.disclosure import may_know
from app.gate.queries import closures
from app.profiles import Place, Profile
from app.schoollife.attachments.queries import files_of
from app.schoollife.diary.models import Activity, ActivityGiven
from app.schoollife.pages_kept import kept_page

#: Activities read at once.
_SLICE = 200

KINDS = ("activity-given",)


def owned(person_id: int, now: datetime) -> dict[tuple[str, Space], int]:
    """How many activities somebody has written, and how many were given to them in classes that they may know; three queries."""
    written = db.session.scalar(select(func.count(Activity.id)).where(Activity.author_id == person_id))
    query = select(func.count(ActivityGiven.id)).where(ActivityGiven.student_id == person_id)
    given = db.session.scalar(query.where(ActivityGiven.class_id.in_(_known_classes(person_id, now))))
    counts = {("activity", Space.NONE): written or 0, ("activity-given", Space.NONE): given or 0}
    return {key: many for key, many in counts.items() if many}


def takeaway(person_id: int, now: datetime) -> Iterator[tuple[str, bytes | Path]]:
    """Each activity as a page, its files beside it."""
    own = select(Activity).where(Activity.author_id == person_id)
    yield from _pages(own, f"{_('Vie scolaire')}/{_('Classeur pédagogique')}")
    given = select(ActivityGiven.activity_id).where(
        ActivityGiven.student_id == person_id, ActivityGiven.class_id.in_(_known_classes(person_id, now))
    )
    yield from _pages(select(Activity).where(Activity.id.in_(given)), f"{_('Vie scolaire')}/{_('Activités reçues')}")


def _pages(query: Select[Any], folder: str) -> Iterator[tuple[str, bytes | Path]]:
    names: set[str] = set()
    last = 0
    query = query.order_by(Activity.id).limit(_SLICE)
    while rows := db.session.scalars(query.where(Activity.id > last)).all():
        files = files_of("activity_id", [row.id for row in rows])
        for row in rows:
            last = row.id
            title = numbered(safe_name(row.title), names)
            yield f"{folder}/{title}.html", kept_page(row.title, [row.subject], row.body)
            for one in files[row.id]:
                yield f"{folder}/{numbered(f'{title} {safe_name(one.name)}', names)}", path_of(one.sha256)


def _known_classes(person_id: int, now: datetime) -> list[int]:
    """The classes through which a pupil was given something and of which they may know (GATE-8)."""
    theirs = select(ActivityGiven.class_id).where(ActivityGiven.student_id == person_id)
    query = (
        select(SchoolClass.id, SchoolClass.school_id, SchoolClass.level, SchoolYear.begins)
        .join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
        .where(SchoolClass.id.in_(theirs))
    )
    return [
        number
        for number, school_id, level, begins in db.session.execute(query)
        if may_know(
            closures(),
            Place(school_id=school_id, profile=Profile.STUDENT, level=level, class_id=number),
            begins,
            now,
        ).allowed
    ]


def rows(kind: str, scope: Scope) -> Select[Any]:
    """The rows of ``kind`` that belong to year N: ``id`` and ``school_id``, of every school. Raises KeyError.

    What was given through a class is of its class's school and year; alone, of the activity's school and of the year that ends
    where it was given by the cut-off: what was given earlier has gone with its own year.
    """
    given, school_class, activity = ActivityGiven.__table__, SchoolClass.__table__, Activity.__table__
    through = (
        select(given.c.id.label("id"), school_class.c.school_id.label("school_id"))
        .join_from(given, school_class, school_class.c.id == given.c.class_id)
        .where(school_class.c.year_id == scope.year_id)
    )
    alone = (
        select(given.c.id, activity.c.school_id)
        .join_from(given, activity, activity.c.id == given.c.activity_id)
        .where(given.c.class_id.is_(None), given.c.given_on <= scope.cutoff.date())
    )
    both = {"activity-given": union_all(through, alone).subquery()}[kind]
    return select(both.c.id, both.c.school_id)
