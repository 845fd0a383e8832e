"""Rows of the directory's parts, for tests: free groups, exits, changed numbers. They flush and never commit."""

from __future__ import annotations

from datetime import date, datetime

from app.db import db
from app.directory.groups.models import FreeGroup, FreeGroupMember
from app.directory.kin.models import PhoneChange, PupilExit
from app.directory.models import GroupMembership, TeachingGroup
from tests.builders import MADE


def make_free_group(
    school_id: int,
    name: str = "Club théâtre",
    *,
    lifetime: str = "year",
    managers: tuple[int, ...] = (),
    members: tuple[int, ...] = (),
) -> FreeGroup:
    """A free group with these people in it."""
    group = FreeGroup(school_id=school_id, name=name, lifetime=lifetime, created_at=MADE)
    db.session.add(group)
    db.session.flush()
    for person_id in (*managers, *members):
        db.session.add(
            FreeGroupMember(group_id=group.id, person_id=person_id, manager=person_id in managers, since=MADE)
        )
    db.session.flush()
    return group


def make_teaching_group(
    school_id: int, year_id: int, name: str, person_id: int, role: str = "student"
) -> TeachingGroup:
    """A group that a feed made, with one person in it."""
    group = TeachingGroup(school_id=school_id, year_id=year_id, code=name, name=name, source="aaf")
    db.session.add(group)
    db.session.flush()
    db.session.add(GroupMembership(group_id=group.id, person_id=person_id, role=role, source="aaf"))
    db.session.flush()
    return group


def make_exit(student_id: int, school_id: int, kind: str = "left", since: date = date(2026, 6, 1)) -> PupilExit:
    """An exit that has not taken effect."""
    made = PupilExit(school_id=school_id, student_id=student_id, kind=kind, since=since, recorded_at=MADE)
    db.session.add(made)
    db.session.flush()
    return made


def make_phone_change(person_id: int, number: str = "06 00 00 00 01", changed_at: datetime = MADE) -> PhoneChange:
    """A mobile number that somebody has changed and nobody taken over."""
    made = PhoneChange(person_id=person_id, which="mobile_phone", number=number, changed_at=changed_at)
    db.session.add(made)
    db.session.flush()
    return made
