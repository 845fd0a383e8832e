"""Stand-ins of a function: rights on their days, notices to them, schools with nobody (CHECK-4, S2-6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from app import clock
from app.audit.actions import COMMAND
from app.campaign.firing.queries import readers
from app.campaign.functions.jobs import keep_functions
from app.campaign.letters import Audience
from app.db import db
from app.directory.models import Person, RoleGrant, School
from app.directory.queries import roles_of
from app.directory.standins.actions import WrongDays, end_stand_in, name_stand_in
from app.directory.standins.models import StandIn
from app.directory.standins.queries import headless, lacking
from app.messaging.actions import post
from app.messaging.models import Message, MessageCopy
from app.profiles import Profile, Role
from tests.builders import affiliate, make_person
from tests.people import Cast, Someone, cast
from tests.signing import send, sign_in

NOW = datetime(2026, 7, 6, 8, tzinfo=UTC)
MONDAY, FRIDAY = date(2026, 7, 6), date(2026, 7, 10)
DAY = timedelta(days=1)


@pytest.fixture
def people(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(clock, "portal_now", lambda: NOW)
    return cast(app)


def named(people: Cast, who: Someone, role: Role = Role.HEAD, first: date = MONDAY, last: date = FRIDAY) -> StandIn:
    made = name_stand_in(
        db.session.get_one(Person, who.id),
        role,
        db.session.get_one(School, people.college.id),
        from_day=first,
        last_day=last,
        by=COMMAND,
        now=NOW,
    )
    db.session.commit()
    return made


def leads(people: Cast, who: Someone) -> bool:
    return (Role.HEAD, people.college.id) in roles_of(who.id)


def test_a_stand_in_has_the_function_from_the_first_day_to_the_last_inclusive(people: Cast) -> None:
    """CHECK-4, GATE-3: the last day ends at midnight of the school's own zone."""
    named(people, people.teacher, first=MONDAY + 2 * DAY)
    assert not leads(people, people.teacher)
    begins = datetime(2026, 7, 7, 22, tzinfo=UTC)
    assert keep_functions(begins - timedelta(seconds=1), begins) == ""
    assert keep_functions(begins, begins) == "standins 1"
    assert keep_functions(begins, begins) == ""
    assert leads(people, people.teacher)
    ends = datetime(2026, 7, 10, 22, tzinfo=UTC)
    keep_functions(ends - timedelta(seconds=1), ends)
    assert leads(people, people.teacher)
    assert keep_functions(ends, ends) == "standins 1"
    assert not leads(people, people.teacher)
    assert leads(people, people.head)


def test_a_stand_in_that_has_begun_counts_at_once_and_ends_at_once(people: Cast) -> None:
    """CHECK-4; what somebody holds otherwise stays theirs."""
    made = named(people, people.head)
    assert leads(people, people.head)
    end_stand_in(made, by=COMMAND, now=NOW)
    db.session.commit()
    assert leads(people, people.head)
    other = named(people, people.teacher)
    assert leads(people, people.teacher)
    end_stand_in(other, by=COMMAND, now=NOW)
    db.session.commit()
    assert not leads(people, people.teacher)


def test_days_that_do_not_hold_together_are_refused(people: Cast) -> None:
    for first, last in ((FRIDAY, MONDAY), (MONDAY - 9 * DAY, MONDAY - DAY), (MONDAY, MONDAY + 400 * DAY)):
        with pytest.raises(WrongDays):
            named(people, people.teacher, first=first, last=last)
        db.session.rollback()


def test_notices_to_a_function_reach_its_holder_and_the_stand_in(people: Cast) -> None:
    """CHECK-4: of that school and no other."""
    named(people, people.teacher)
    found = readers([people.college.id, people.primary.id], {Audience.HEADS})
    assert set(found[people.college.id]) == {people.head.id, people.teacher.id}
    assert set(found[people.primary.id]) == {people.primary_head.id}


def the_sanctions(people: Cast, to: list[int]) -> Message:
    made = post(
        subject="Sanctions", source="Table.", person_ids=to, school_id=people.college.id, step=2, by=COMMAND, now=NOW
    )
    db.session.commit()
    return made


def owners(message: Message) -> set[int]:
    return set(db.session.scalars(select(MessageCopy.owner_id).where(MessageCopy.message_id == message.id)))


def test_the_table_of_sanctions_follows_the_function_until_somebody_has_opened_it(people: Cast) -> None:
    """S2-6: holder, stand-in, and successor; once it is opened nobody else gets it."""
    message = the_sanctions(people, [people.head.id])
    named(people, people.teacher)
    assert keep_functions(NOW, NOW) == "handed 1"
    assert keep_functions(NOW, NOW) == ""
    assert owners(message) == {people.head.id, people.teacher.id}
    copy = db.session.scalars(select(MessageCopy).where(MessageCopy.owner_id == people.teacher.id)).one()
    copy.read_at = NOW
    successor = make_person("Nadia", "Neuve")
    college = db.session.get_one(School, people.college.id)
    affiliate(successor, college, Profile.STAFF)
    db.session.add(
        RoleGrant(person_id=successor.id, role=Role.HEAD, school_id=college.id, source="aaf", granted_at=NOW)
    )
    db.session.commit()
    assert keep_functions(NOW, NOW) == ""
    assert owners(message) == {people.head.id, people.teacher.id}


def test_a_school_with_nobody_is_listed_until_the_project_names_one(people: Cast, client: FlaskClient) -> None:
    """CHECK-4: absent, leaving or not appointed."""
    db.session.execute(delete(RoleGrant).where(RoleGrant.role == Role.HEAD, RoleGrant.school_id == people.college.id))
    db.session.commit()
    found, more = lacking()
    assert [(one.school.id, one.roles) for one in found if Role.HEAD in one.roles] == [
        (people.college.id, (Role.HEAD,))
    ]
    assert not more
    assert headless() == 1
    sign_in(client, people.operator)
    assert people.college.uai in client.get("/administration/suppleances").text
    page = f"/administration/ecole/{people.college.uai}/suppleances"
    values = {
        "login": people.teacher.login,
        "role": "head",
        "from_day": MONDAY.isoformat(),
        "last_day": FRIDAY.isoformat(),
    }
    assert send(client, page, values).status_code == 303
    assert leads(people, people.teacher)
    assert db.session.scalars(select(StandIn)).one().by_project
    assert headless() == 0
    shown = client.get(page).text
    assert "vendredi 10 juillet 2026" in shown
    assert "(suppléance)" in shown


def test_an_administrator_names_no_head_and_nobody_names_themselves(people: Cast, client: FlaskClient) -> None:
    """ACCT-4: nobody hands on a verb that they lack."""
    sign_in(client, people.school_admin)
    page = f"/administration/ecole/{people.college.uai}/suppleances"
    days = {"from_day": MONDAY.isoformat(), "last_day": FRIDAY.isoformat()}
    assert send(client, page, {**days, "login": people.teacher.login, "role": "head"}).status_code == 422
    own = send(client, page, {**days, "login": people.school_admin.login, "role": "school-admin"})
    assert own.status_code == 422
    assert send(client, page, {**days, "login": people.teacher.login, "role": "school-admin"}).status_code == 303
    row = db.session.scalars(select(StandIn)).one()
    assert not row.by_project
    assert client.get(f"/administration/ecole/{people.primary.uai}/suppleances").status_code == 404
    ended = send(client, f"{page}/{row.id}/fin", page=page)
    assert ended.status_code == 303
    assert (Role.SCHOOL_ADMIN, people.college.id) not in roles_of(people.teacher.id)
    assert "terminée" in client.get(page).text
