"""The dates of the schools that decide about somebody's data."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.campaign.dates.queries import steps_ahead
from app.db import db
from app.directory.models import Affiliation, Person, School
from app.directory.queries import project, years
from app.fates import preset_of
from app.gate.queries import public_closures
from app.gate.windows import WindowKind
from app.home.data.dates import SchoolDates, soonest
from app.profiles import Visitor


def schools_of(visitor: Visitor, now: datetime) -> list[SchoolDates]:
    """The schools of whoever asks, with what is known of each one's rollover; their home school's first.

    Person-scoped data belong to the home school's rollover: it is the first of the list.
    """
    person = db.session.get(Person, visitor.person_id)
    if person is None:
        return []
    held = select(Affiliation.school_id).where(Affiliation.person_id == person.id)
    rows = db.session.scalars(select(School).where(School.id.in_(held)).order_by(School.search_name)).all()
    known = project()
    year = years().get(known.rollover_year - 1)
    steps = steps_ahead([school.id for school in rows])
    found = [
        SchoolDates(
            name=school.name,
            preset=preset_of(school.kind),
            maintenance=next(
                (
                    closure.starts
                    for closure in public_closures(now, school.id)
                    if closure.kind == WindowKind.MAINTENANCE and closure.starts > now
                ),
                None,
            ),
            last_day=year.last_day if year is not None else None,
            zone=school.zone,
            steps=steps.get(school.id, {}),
        )
        for school in rows
    ]
    home = {school.name for school in rows if school.id == person.home_school_id}
    return sorted(soonest(found), key=lambda school: school.name not in home)
