"""The notices of leaving may wait for pupils and guardians, to mid-September at the latest (S4-4, ACCT-6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from app import clock
from app.audit.actions import COMMAND, record
from app.audit.queries import history
from app.db import db
from app.directory.leaving.law_clock import Dates, as_warned, latest_pause, waits
from app.directory.leaving.models import Leaver
from app.directory.models import Affiliation, Person, RoleGrant, School, SchoolYear
from app.feeds.leavers.actions import NoFirstDay, PastDay, TooLate, pause_notices
from app.feeds.leavers.jobs import keep_the_law
from app.feeds.leavers.models import LeaverPause
from app.feeds.models import FeedImport
from app.messaging.models import Message
from app.notifications.models import OutboxMessage
from app.profiles import Role, Visitor
from tests import builders
from tests.people import Cast, cast
from tests.signing import send, sign_in

FED = datetime(2026, 8, 24, 6, tzinfo=UTC)
OPERATOR = Visitor(person_id=None, roles=frozenset({(Role.OPERATOR, None)}))


@pytest.fixture
def more_settings() -> dict[str, str]:
    """Notices leave on the day the clock starts unless somebody lets them wait."""
    return {"BASCULE_LEAVER_NOTICE_DAYS": "0"}


@pytest.fixture
def people(app: Flask) -> Cast:
    """The cast, of whom a pupil and a teacher have left; the new year's first complete feed is in."""
    made = cast(app)
    # The teacher is known to have worked: by a function that a feed gave.
    person, college = db.session.get_one(Person, made.teacher.id), db.session.get_one(School, made.college.id)
    builders.give_function(person, college, "ENS", "ENSEIGNEMENT")
    for one in (made.other_student, made.teacher):
        db.session.execute(delete(Affiliation).where(Affiliation.person_id == one.id))
        db.session.execute(delete(RoleGrant).where(RoleGrant.person_id == one.id))
    fed = FeedImport(source="hand", name="d", digest="x", year_id=made.years[2026].id, state="applied", started_at=FED)
    fed.counts = {}
    db.session.add(fed)
    db.session.flush()
    record("feed.applied", by=COMMAND, now=FED, subject=("feed-import", fed.id))
    db.session.commit()
    return made


def at(day: date, hour: int = 6) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def run(now: datetime) -> set[int]:
    """Who is warned once the job has run."""
    keep_the_law(now, now)
    db.session.expire_all()
    return set(db.session.scalars(select(Leaver.person_id).where(Leaver.warned_at.is_not(None))))


# The days --------------------------------------------------------------------------------------------------------------


def test_mid_september_is_the_schools_own() -> None:
    """S4-4, CAL-12: September is a metropolitan value."""
    assert latest_pause(date(2026, 9, 1)) == date(2026, 9, 15)
    assert latest_pause(date(2026, 9, 3)) == date(2026, 9, 15)
    assert latest_pause(date(2026, 8, 17)) == date(2026, 8, 31)
    assert latest_pause(date(2027, 2, 15)) == date(2027, 3, 1)


def test_nobody_waits_until_there_is_less_than_a_week_left() -> None:
    """LAW-1: the law's days do not move."""
    september = date(2026, 9, 15)
    calm = Dates(warned_on=date(2026, 9, 1), disabled_on=date(2026, 10, 21), erased_on=date(2026, 11, 29))
    june = Dates(warned_on=date(2026, 6, 20), disabled_on=date(2026, 9, 22), erased_on=date(2026, 9, 30))
    assert waits(calm, september, september)
    assert not waits(calm, september, september + timedelta(days=1))
    assert not waits(calm, None, september)
    assert not waits(june, september, date(2026, 9, 1))


def test_whoever_is_warned_late_has_a_week_and_is_told_so() -> None:
    """ACCT-6."""
    days = Dates(warned_on=date(2026, 9, 1), disabled_on=date(2026, 9, 10), erased_on=date(2026, 9, 14))
    assert as_warned(days, date(2026, 9, 2)).disabled_on == date(2026, 9, 10)
    assert as_warned(days, date(2026, 9, 6)).disabled_on == date(2026, 9, 13)
    assert as_warned(days, date(2026, 9, 12)).disabled_on == date(2026, 9, 14)


# The notices -----------------------------------------------------------------------------------------------------------


def test_pupils_and_guardians_wait_and_staff_do_not(people: Cast) -> None:
    """S4-4: to pupils and parents."""
    pause_notices(date(2026, 9, 15), by=OPERATOR, now=at(date(2026, 8, 26)))
    db.session.commit()
    assert run(at(date(2026, 9, 2))) == {people.teacher.id}
    assert run(at(date(2026, 9, 15), 21)) == {people.teacher.id}
    assert run(at(date(2026, 9, 15), 22)) == {people.teacher.id, people.other_student.id}
    line = history(action="leaver-notices.")[0]
    assert line.action == "leaver-notices.paused"


def test_without_a_pause_everybody_is_told_on_their_day(people: Cast) -> None:
    """ACCT-6."""
    assert run(at(date(2026, 9, 2))) == {people.teacher.id, people.other_student.id}


def test_a_pause_that_is_lifted_lets_the_notices_go(people: Cast) -> None:
    """S4-4."""
    pause_notices(date(2026, 9, 15), by=OPERATOR, now=at(date(2026, 8, 26)))
    pause_notices(None, by=OPERATOR, now=at(date(2026, 9, 1)))
    db.session.commit()
    assert people.other_student.id in run(at(date(2026, 9, 2)))


def test_the_notice_says_how_many_days_remain(people: Cast) -> None:
    """ACCT-6: warned with remaining days."""
    run(at(date(2026, 9, 2)))
    (text,) = set(db.session.scalars(select(Message.source).where(Message.subject.contains("accès au portail"))))
    assert "Jours restants\u00a0: 50." in text
    assert "jeudi 22 octobre 2026" in text
    mail = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "leaver")).first()
    assert mail is not None


def test_somebody_back_before_their_notice_gets_none(people: Cast) -> None:
    """FEED-5, CAL-11: whoever reappears has not left."""
    pause_notices(date(2026, 9, 15), by=OPERATOR, now=at(date(2026, 8, 26)))
    db.session.commit()
    run(at(date(2026, 9, 2)))
    back = Affiliation(person_id=people.other_student.id, school_id=people.college.id, profile="student", source="hand")
    db.session.add(back)
    db.session.commit()
    assert run(at(date(2026, 9, 16))) == {people.teacher.id}
    assert db.session.get(Leaver, people.other_student.id) is None


# Setting it ------------------------------------------------------------------------------------------------------------


def test_a_pause_beyond_mid_september_is_refused(people: Cast) -> None:
    """S4-4."""
    now = at(date(2026, 8, 26))
    with pytest.raises(TooLate):
        pause_notices(date(2026, 9, 16), by=OPERATOR, now=now)
    with pytest.raises(PastDay):
        pause_notices(date(2026, 8, 25), by=OPERATOR, now=now)
    db.session.scalars(select(SchoolYear).where(SchoolYear.begins == 2026)).one().first_day = None
    with pytest.raises(NoFirstDay):
        pause_notices(date(2026, 9, 1), by=OPERATOR, now=now)
    assert db.session.scalars(select(LeaverPause)).all() == []


def test_the_operator_sets_and_lifts_it_on_a_page(people: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """S4-4."""
    monkeypatch.setattr(clock, "portal_now", lambda: at(date(2026, 8, 26)))
    client = app.test_client()
    path = "/administration/departs/avis"
    for who, may in ((people.operator, True), (people.head, False), (people.school_admin, False)):
        sign_in(client, who)
        assert client.get(path).status_code == (200 if may else 404)
    sign_in(client, people.operator)
    assert "mardi 15 septembre 2026" in client.get(path).text
    late = send(client, path, {"until": "2026-09-16"})
    assert late.status_code == 422
    assert "mardi 15 septembre 2026" in late.text
    assert send(client, path, {"until": "2026-09-10"}).status_code == 303
    assert "jeudi 10 septembre 2026" in client.get("/administration/departs").text
    assert send(client, path, {"until": ""}).status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(LeaverPause)).all() == []
