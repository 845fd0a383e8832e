"""Changing the directory by hand: roles, years, ended sessions; each change leaves its line (G10)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.audit.actions import COMMAND
from app.audit.models import AuditLine
from app.db import db
from app.directory import actions, queries
from app.directory.models import Person, School, SessionsCut
from app.profiles import Profile, Role
from app.pulse import DIRECTORY, pulse
from tests.people import Cast, cast

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def last_actions() -> list[str]:
    db.session.commit()
    return list(db.session.scalars(select(AuditLine.action).order_by(AuditLine.number)))


def test_a_role_is_granted_once_and_taken_back(people: Cast) -> None:
    person, school = db.session.get_one(Person, people.staff.id), db.session.get_one(School, people.college.id)
    before = pulse().number(DIRECTORY)
    assert actions.grant_role(person, Role.SCHOOL_ADMIN, school, by=COMMAND, now=NOW)
    assert not actions.grant_role(person, Role.SCHOOL_ADMIN, school, by=COMMAND, now=NOW)
    assert queries.roles_of(person.id) == {(Role.SCHOOL_ADMIN, school.id)}
    assert actions.revoke_role(person, Role.SCHOOL_ADMIN, school, by=COMMAND, now=NOW)
    assert not actions.revoke_role(person, Role.SCHOOL_ADMIN, school, by=COMMAND, now=NOW)
    assert queries.roles_of(person.id) == frozenset()
    assert last_actions() == ["role.granted", "role.revoked"]
    pulse().forget()
    assert pulse().number(DIRECTORY) > before


def test_a_projects_role_belongs_to_no_school_and_a_schools_role_to_one(people: Cast) -> None:
    person, school = db.session.get_one(Person, people.staff.id), db.session.get_one(School, people.college.id)
    with pytest.raises(actions.RoleMisplaced):
        actions.grant_role(person, Role.OPERATOR, school, by=COMMAND, now=NOW)
    with pytest.raises(actions.RoleMisplaced):
        actions.grant_role(person, Role.HEAD, None, by=COMMAND, now=NOW)


def test_the_last_operator_cannot_be_taken_away(people: Cast) -> None:
    operator, owner = (db.session.get_one(Person, someone.id) for someone in (people.operator, people.owner))
    with pytest.raises(actions.LastOperator):
        actions.revoke_role(operator, Role.OPERATOR, None, by=COMMAND, now=NOW)
    actions.grant_role(owner, Role.OPERATOR, None, by=COMMAND, now=NOW)
    assert actions.revoke_role(operator, Role.OPERATOR, None, by=COMMAND, now=NOW)


def test_a_years_anchors_change_only_where_given(people: Cast) -> None:
    year = actions.set_year(2026, {"first_day": date(2026, 9, 2), "last_day": None}, by=COMMAND, now=NOW)
    assert (year.first_day, year.teachers_first_day) == (date(2026, 9, 2), date(2026, 8, 31))
    actions.set_year(2026, {"first_day": date(2026, 9, 2)}, by=COMMAND, now=NOW)
    assert last_actions() == ["year.set"]


def test_ending_sessions_is_told_in_machine_time(people: Cast) -> None:
    earlier = clock.machine_now()
    actions.end_sessions_of_person(people.guardian.id, by=COMMAND, now=NOW)
    ended = db.session.get_one(Person, people.guardian.id).sessions_valid_from
    assert ended is not None
    assert earlier <= ended <= clock.machine_now()
    for _ in range(2):
        actions.end_sessions_of_profile(people.college.id, Profile.STUDENT, by=COMMAND, now=NOW)
    db.session.flush()
    (cut,) = db.session.scalars(select(SessionsCut))
    assert (cut.school_id, cut.profile) == (people.college.id, Profile.STUDENT)
    assert cut.at >= earlier


def test_a_profile_is_given_once(people: Cast) -> None:
    person, school = db.session.get_one(Person, people.operator.id), db.session.get_one(School, people.college.id)
    first = actions.affiliate(person, school, Profile.STAFF, by=COMMAND, now=NOW)
    assert actions.affiliate(person, school, Profile.STAFF, by=COMMAND, now=NOW) is first
