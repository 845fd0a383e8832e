"""Attaching a replacement to a class, with dates; it begins and ends by itself (CLASS-8). Never commits; ``now`` is portal time.

The replacement gets the class, never the absent teacher's offer. Meanwhile the absent teacher's links rest; at the end they are back.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, or_, select

from app import clock
from app.accounts.actions import issue_code
from app.accounts.loaders import open_accounts
from app.accounts.queries import account_to_change
from app.audit.actions import SCHEDULER, Actor, actor_of, record
from app.classchoice.actions import insert_once
from app.classchoice.models import ClassReplacement
from app.classchoice.problems import AlreadyReplaced, BadDays
from app.classchoice.queries import of_new_year
from app.classchoice.replacing.queries import TEMPORARY, may_replace
from app.db import db
from app.directory.actions import affiliate, make_person
from app.directory.models import Affiliation, ClassMembership, Person, School, SchoolClass
from app.errors import NotFound
from app.profiles import Profile, Visitor
from app.pulse import DIRECTORY, bump
from app.schoolyear import local_day

#: What a replacement writes into the sources of links and profiles.
SOURCE = "replacement"


def make_temporary(
    school: School, *, last_name: str, first_name: str, by: Visitor, now: datetime
) -> tuple[Person, str, str]:
    """An account limited to the year for somebody whom no feed brings yet, their login and a one-time code that is shown once.

    It opens nothing before a replacement has begun; the feed's own record is brought together with it later.
    """
    actor = actor_of(by)
    key = f"{school.uai}:{TEMPORARY}:{secrets.token_hex(8)}"
    person = make_person(key, last_name=last_name, first_name=first_name, by=actor, now=now)
    person.lifetime, person.home_school_id = "year", school.id
    db.session.flush()
    open_accounts(db.session(), [person.id], now=clock.machine_now())
    values = {"kind": "replacement", "lifetime": "year"}
    record("account.made-by-hand", by=actor, now=now, subject=("person", person.id), school_id=school.id, after=values)
    account = account_to_change(person.id)
    return person, account.login, issue_code(account, by=actor, now=now)


def attach(
    school: School,
    class_id: int,
    person_id: int,
    *,
    absent_id: int | None,
    first_day: date,
    last_day: date | None,
    by: Actor,
    now: datetime,
) -> ClassReplacement:
    """Somebody stands in for a teacher of a class of the new year (``absent_id`` None: for nobody) from the first day to the last.

    Raises ``NotFound`` for a class of another school or year, somebody who is no teacher, or an absent one who is not in the class;
    ``BadDays``, ``AlreadyReplaced``.
    """
    if last_day is not None and last_day < first_day:
        raise BadDays(field="last_day")
    own = select(SchoolClass.id).where(SchoolClass.id == class_id, SchoolClass.school_id == school.id, of_new_year())
    if db.session.scalar(own.with_for_update()) is None or not may_replace(person_id, school) or person_id == absent_id:
        raise NotFound()
    overlapping = select(ClassReplacement.id).where(
        ClassReplacement.class_id == class_id,
        ClassReplacement.person_id == person_id,
        ClassReplacement.state != "ended",
        or_(ClassReplacement.last_day.is_(None), ClassReplacement.last_day >= first_day),
    )
    if last_day is not None:
        overlapping = overlapping.where(ClassReplacement.first_day <= last_day)
    if db.session.scalar(overlapping.limit(1)) is not None:
        raise AlreadyReplaced(field="person")
    if absent_id is not None and not _is_in(class_id, absent_id):
        raise NotFound()
    made = ClassReplacement(
        school_id=school.id,
        class_id=class_id,
        person_id=person_id,
        absent_id=absent_id,
        first_day=first_day,
        last_day=last_day,
        state="planned",
        held=[],
        made_at=now,
        made_by_id=by.person_id,
    )
    db.session.add(made)
    db.session.flush()
    after = {
        "class": class_id,
        "person": person_id,
        "absent": absent_id,
        "from": first_day.isoformat(),
        "to": last_day.isoformat() if last_day is not None else None,
    }
    _record("replacement.made", made, by=by, now=now, after=after)
    turn(made.id, by=by, now=now)
    return made


def _is_in(class_id: int, person_id: int) -> bool:
    """Has somebody the class, or would have it but for a replacement that runs or waits?"""
    links = select(ClassMembership.id).where(
        ClassMembership.class_id == class_id, ClassMembership.person_id == person_id, ClassMembership.role != "student"
    )
    away = select(ClassReplacement.id).where(
        ClassReplacement.class_id == class_id,
        ClassReplacement.absent_id == person_id,
        ClassReplacement.state != "ended",
    )
    return any(db.session.scalar(query.limit(1)) is not None for query in (links, away))


def end(replacement: ClassReplacement, *, last_day: date, by: Actor, now: datetime) -> None:
    """The last day of a replacement, sooner or later than it was; one that is over by then ends at once. Raises ``BadDays``."""
    if last_day < replacement.first_day and replacement.state == "running":
        raise BadDays(field="last_day")
    before = replacement.last_day
    replacement.last_day = max(last_day, replacement.first_day)
    if replacement.state == "planned" and last_day < replacement.first_day:
        replacement.state = "ended"
    db.session.flush()
    told = {"to": before.isoformat() if before is not None else None}
    after = {"to": replacement.last_day.isoformat(), "state": replacement.state}
    _record("replacement.changed", replacement, by=by, now=now, before=told, after=after)
    turn(replacement.id, by=by, now=now)


def turn(replacement_id: int, *, by: Actor = SCHEDULER, now: datetime) -> bool:
    """Begin or end a replacement if its day has come, once; was anything done?"""
    row = db.session.scalar(
        select(ClassReplacement).where(ClassReplacement.id == replacement_id).with_for_update(),
        execution_options={"populate_existing": True},
    )
    if row is None or row.state == "ended":
        return False
    day = local_day(now, ZoneInfo(db.session.get_one(School, row.school_id).zone))
    over = row.last_day is not None and row.last_day < day
    if row.state == "planned" and over:
        row.state = "ended"
        return True
    if row.state == "planned" and row.first_day <= day:
        _begin(row, by=by, now=now)
    elif row.state == "running" and over:
        _end(row, by=by, now=now)
    else:
        return False
    db.session.flush()
    bump(db.session(), DIRECTORY)
    return True


def _begin(row: ClassReplacement, *, by: Actor, now: datetime) -> None:
    school, person = db.session.get_one(School, row.school_id), db.session.get_one(Person, row.person_id)
    own = select(Affiliation.id).where(
        Affiliation.person_id == person.id, Affiliation.school_id == school.id, Affiliation.profile == Profile.TEACHER
    )
    row.attached = db.session.scalar(own) is None
    affiliate(person, school, Profile.TEACHER, by=by, now=now, source=SOURCE)
    if row.absent_id is not None:
        links = (
            ClassMembership.class_id == row.class_id,
            ClassMembership.person_id == row.absent_id,
            ClassMembership.role != "student",
        )
        found = select(ClassMembership.role, ClassMembership.subject_code, ClassMembership.source).where(*links)
        row.held = [list(one) for one in db.session.execute(found.order_by(ClassMembership.id))]
        db.session.execute(delete(ClassMembership).where(*links))
    _link(row.class_id, row.person_id, "teacher", "", SOURCE)
    row.state = "running"
    _record("replacement.begun", row, by=by, now=now, after={"class": row.class_id, "person": row.person_id})


def _end(row: ClassReplacement, *, by: Actor, now: datetime) -> None:
    """The class is the absent teacher's again; the replacement leaves the school unless they stand there for something else."""
    row.state = "ended"
    db.session.flush()
    running = select(ClassReplacement.id).where(
        ClassReplacement.person_id == row.person_id, ClassReplacement.state == "running"
    )
    if db.session.scalar(running.where(ClassReplacement.class_id == row.class_id).limit(1)) is None:
        mine = (ClassMembership.class_id == row.class_id, ClassMembership.person_id == row.person_id)
        db.session.execute(delete(ClassMembership).where(*mine, ClassMembership.source == SOURCE))
    if db.session.scalar(running.where(ClassReplacement.school_id == row.school_id).limit(1)) is None:
        db.session.execute(
            delete(Affiliation).where(
                Affiliation.person_id == row.person_id,
                Affiliation.school_id == row.school_id,
                Affiliation.profile == Profile.TEACHER,
                Affiliation.source == SOURCE,
            )
        )
    if row.absent_id is not None:
        for role, subject, source in row.held:
            _link(row.class_id, row.absent_id, role, subject, source)
    _record("replacement.ended", row, by=by, now=now, after={"class": row.class_id, "person": row.person_id})


def _link(class_id: int, person_id: int, role: str, subject: str, source: str) -> None:
    values = {
        "class_id": class_id,
        "person_id": person_id,
        "role": role,
        "subject_code": subject,
        "source": source,
        "unconfirmed": False,
    }
    db.session.execute(insert_once(ClassMembership).values(**values).on_conflict_do_nothing())


def _record(
    action: str,
    row: ClassReplacement,
    *,
    by: Actor,
    now: datetime,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    subject = ("replacement", row.id)
    record(action, by=by, now=now, subject=subject, school_id=row.school_id, before=before, after=after)
