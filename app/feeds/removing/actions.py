"""A class of N+1 is refused after it was made (S4-3). Never commits; ``now`` is portal time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update

from app.audit.actions import Actor, record
from app.content.models import Section
from app.db import db
from app.directory.models import ClassMembership, Person, SchoolClass
from app.feeds.deciding.actions import refuse_class
from app.feeds.removing.queries import removable
from app.pulse import DIRECTORY, GATE, PUBLIC, bump


def remove(class_id: int, school_id: int, *, by: Actor, now: datetime, machine_now: datetime) -> tuple[str, bool]:
    """Refuse the class: no delivery names it any more, and those whom the feed put there are out of it.

    Where nothing hangs on it, it goes with its empty space; otherwise it stays with the work that was done. Its code, and did it
    stay? Raises ``NotFound``.
    """
    gone = removable(class_id, school_id)
    found, code = gone.school_class, gone.school_class.code
    refuse_class(school_id, found.year_id, code, by=by, now=now)
    fed = (ClassMembership.class_id == class_id, ClassMembership.source == found.source)
    bare = {"synchronize_session": False, "unconfirmed": True}
    inside = select(ClassMembership.person_id).where(*fed).execution_options(unconfirmed=True)
    cut = update(Person).where(Person.id.in_(inside)).values(sessions_valid_from=machine_now)
    db.session.execute(cut, execution_options=bare)
    db.session.execute(delete(ClassMembership).where(*fed), execution_options=bare)
    after = {"class": code, "pupils": gone.pupils, "alone": gone.alone, "kept": bool(gone.hanging)}
    record("class.removed", by=by, now=now, subject=("class", class_id), school_id=school_id, after=after)
    if not gone.hanging:
        db.session.execute(delete(Section).where(Section.class_id == class_id), execution_options=bare)
        db.session.execute(delete(SchoolClass).where(SchoolClass.id == class_id), execution_options=bare)
    db.session.flush()
    db.session.expire_all()
    bump(db.session(), DIRECTORY, PUBLIC, GATE)
    return code, bool(gone.hanging)
