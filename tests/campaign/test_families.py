"""Families wait where the new classes have not arrived, day by day, until somebody decides or the classes come (CAL-11)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.actions import COMMAND
from app.campaign.firing.jobs import fire_due
from app.campaign.models import Campaign
from app.db import db
from app.directory.models import SchoolClass
from app.gate.actions import amend_window, remove_window
from app.gate.queries import closures
from app.gate.windows import Bound, WindowKind
from app.profiles import Place, Profile
from app.pulse import pulse
from tests.campaign.test_dates import make, windows
from tests.people import Cast, cast

#: 8:00 on the first day, in Paris.
OPENING = datetime(2026, 9, 1, 6, tzinfo=UTC)


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


@pytest.fixture
def campaign(people: Cast) -> Campaign:
    return made()


def made(**how: list[int]) -> Campaign:
    """A campaign whose maintenances are over: they hold until their runs are green."""
    campaign = make(**how)
    for window in windows("maintenance"):
        remove_window(window, by=COMMAND, now=OPENING - timedelta(days=4))
    db.session.commit()
    return campaign


def lose_classes(people: Cast) -> list[SchoolClass]:
    """The college's feed of N+1 has not arrived."""
    where = (SchoolClass.year_id == people.years[2026].id, SchoolClass.school_id == people.college.id)
    found = list(db.session.scalars(select(SchoolClass).where(*where)))
    for one in found:
        one.set_aside_by = 1
    db.session.commit()
    return found


def closed(people: Cast, at: datetime, profile: Profile = Profile.STUDENT) -> bool:
    pulse().forget()
    kind = closures().at_place(Place(school_id=people.college.id, profile=profile), at).kind
    return kind == WindowKind.PROFILES


def test_where_the_classes_are_there_families_enter_on_the_first_day(people: Cast, campaign: Campaign) -> None:
    fire_due(OPENING - timedelta(hours=3))
    assert closed(people, OPENING - timedelta(seconds=1))
    assert not closed(people, OPENING)
    assert windows("profiles")[0].amendments == []


def test_without_a_class_of_the_new_year_the_window_goes_on_day_by_day(people: Cast, campaign: Campaign) -> None:
    """CAL-11: it does not end by itself there; the page promises nothing."""
    lose_classes(people)
    fire_due(OPENING - timedelta(days=2))
    assert not closed(people, OPENING), "the day before is early enough"
    fire_due(OPENING - timedelta(hours=3))
    assert closed(people, OPENING)
    assert not closed(people, OPENING + timedelta(days=1))
    fire_due(OPENING + timedelta(hours=21))
    assert closed(people, OPENING + timedelta(days=1))
    (amendment,) = windows("profiles")[0].amendments
    assert "pas encore arrivées" in (amendment.message or "")


def test_looking_often_prolongs_once_a_day(people: Cast, campaign: Campaign) -> None:
    """CAL-8: whatever wakes the worker."""
    lose_classes(people)
    for minutes in range(5):
        fire_due(OPENING - timedelta(hours=3) + timedelta(minutes=minutes))
    assert windows("profiles")[0].amendments[0].end_at == OPENING + timedelta(days=1)


def test_when_the_classes_arrive_the_school_follows_the_calendar_again(people: Cast, campaign: Campaign) -> None:
    classes = lose_classes(people)
    fire_due(OPENING - timedelta(hours=3))
    for one in classes:
        one.set_aside_by = None
    db.session.commit()
    fire_due(OPENING + timedelta(hours=2))
    assert windows("profiles")[0].amendments == []
    assert not closed(people, OPENING + timedelta(hours=2))


def test_who_opens_with_classes_to_come_is_not_overruled(people: Cast, campaign: Campaign) -> None:
    """CAL-11: the owner prolongs it or opens; the portal does not touch it any more."""
    lose_classes(people)
    fire_due(OPENING - timedelta(hours=3))
    now = OPENING + timedelta(hours=1)
    (window,) = windows("profiles")
    amend_window(window, school_id=people.college.id, end=Bound(instant=now), by_operator=True, by=COMMAND, now=now)
    db.session.commit()
    fire_due(now + timedelta(minutes=1))
    fire_due(now + timedelta(hours=3))
    assert not closed(people, now + timedelta(hours=3))


def test_the_project_may_prolong_it_further_and_that_stays(people: Cast, campaign: Campaign) -> None:
    lose_classes(people)
    fire_due(OPENING - timedelta(hours=3))
    (window,) = windows("profiles")
    week = OPENING + timedelta(days=7)
    amend_window(
        window, school_id=people.college.id, end=Bound(instant=week), by_operator=True, by=COMMAND, now=OPENING
    )
    db.session.commit()
    fire_due(OPENING + timedelta(days=6, hours=12))
    assert windows("profiles")[0].amendments[0].end_at == week


def test_other_schools_are_left_alone(people: Cast) -> None:
    """One window of the whole project: only the school without classes waits."""
    made(schools=[people.college.id, people.primary.id])
    lose_classes(people)
    fire_due(OPENING - timedelta(hours=3))
    assert {a.school_id for a in windows("profiles")[0].amendments} == {people.college.id}


def shortened(people: Cast, by: timedelta) -> datetime:
    """The college's own end of the window, which it has brought forward (GATE-4)."""
    (window,) = windows("profiles")
    end = OPENING - by
    amend_window(
        window,
        school_id=people.college.id,
        end=Bound(instant=end),
        by_operator=False,
        by=COMMAND,
        now=OPENING - timedelta(days=20),
    )
    db.session.commit()
    return end


@pytest.mark.both_databases
def test_a_school_that_shortened_its_window_waits_for_its_classes_too(people: Cast, campaign: Campaign) -> None:
    """CAL-11, GATE-4: it is the school's own end that does not come by itself."""
    classes = lose_classes(people)
    end = shortened(people, timedelta(days=5))
    for hour in range(-30, 30, 6):
        fire_due(end + timedelta(hours=hour))
    assert closed(people, end)
    assert closed(people, end + timedelta(hours=29))
    for one in classes:
        one.set_aside_by = None
    db.session.commit()
    fire_due(end + timedelta(hours=30))
    assert not closed(people, end + timedelta(hours=30)), "it follows its own end again"


def test_a_shortened_window_ends_where_the_classes_are_there(people: Cast, campaign: Campaign) -> None:
    end = shortened(people, timedelta(days=5))
    fire_due(end - timedelta(hours=3))
    assert not closed(people, end)


def test_an_end_that_the_worker_slept_over_is_caught_up(people: Cast, campaign: Campaign) -> None:
    """CAL-11, G18: the first look after it closes the school again until the next morning; what was held is held on."""
    lose_classes(people)
    now = OPENING + timedelta(hours=30)
    fire_due(now)
    assert closed(people, now)
    assert windows("profiles")[0].amendments[0].end_at == OPENING + timedelta(days=2)
    later = OPENING + timedelta(days=9, hours=1)
    fire_due(later)
    assert closed(people, later)
    assert windows("profiles")[0].amendments[0].end_at == OPENING + timedelta(days=10)


def test_what_the_project_has_opened_before_is_not_caught_up(people: Cast, campaign: Campaign) -> None:
    """CAL-11: 'classes to come' said before the portal has prolonged anything."""
    lose_classes(people)
    (window,) = windows("profiles")
    now = OPENING - timedelta(days=4)
    amend_window(window, school_id=people.college.id, end=Bound(instant=now), by_operator=True, by=COMMAND, now=now)
    db.session.commit()
    fire_due(now + timedelta(minutes=1))
    assert not closed(people, now + timedelta(minutes=1))


def test_a_window_that_ended_long_ago_stays_over(people: Cast, campaign: Campaign) -> None:
    lose_classes(people)
    now = OPENING + timedelta(days=4)
    fire_due(now)
    assert not closed(people, now)
