"""The announcement to those who have not chosen. Never commits."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from app.audit.actions import Actor, record
from app.classchoice.overview.queries import teachers
from app.classchoice.telling import reminder
from app.db import db
from app.directory.kin.queries import silenced
from app.directory.models import School
from app.messaging.ending.loaders import send
from app.schoolyear import local_day

#: On whose behalf the letters leave: step 4 fills the new year (DATA-9).
STEP = 4


def remind(school_id: int, *, by: Actor, now: datetime) -> int:
    """Write to the teachers who are still to choose, once a day each; how many were written to. ``now`` is portal time."""
    school = db.session.get_one(School, school_id)
    day = local_day(now, ZoneInfo(school.zone)).strftime("%Y%m%d")
    waiting = [line.person_id for line in teachers(school_id, now) if line.waiting]
    quiet = silenced(waiting)
    letters = [reminder(day, one, school_id, school.name) for one in waiting if one not in quiet]
    sent = send(letters, step=STEP, now=now)
    if sent:
        subject = ("school", school_id)
        record("class-choice.reminded", by=by, now=now, subject=subject, school_id=school_id, after={"count": sent})
    return sent
