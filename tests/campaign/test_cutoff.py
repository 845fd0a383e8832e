"""From when on what arrives is not taken: one instant for all schools of a plan, which none of them moves for the others (DATA-9)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app import clock
from app.audit.actions import COMMAND
from app.campaign.models import Campaign
from app.campaign.planning.actions import make_plan
from app.campaign.planning.queries import cutoff_of, lines_of, schools_of
from app.db import db
from app.gate import actions as gate
from app.gate.models import ClosingWindow
from tests.campaign.academies import new_campaign, school_of_kind
from tests.campaign.test_dates import make, row
from tests.people import Cast, cast

NOW, STEPS_AT = datetime(2026, 7, 10, 8, tzinfo=UTC), datetime(2026, 7, 12, 18, tzinfo=UTC)
LATER = STEPS_AT + timedelta(hours=5)


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def both(people: Cast) -> Campaign:
    """A campaign of two schools with the present calendar."""
    return make(schools=[people.college.id, people.primary.id])


def figures(campaign: Campaign, school_id: int) -> dict[tuple[int, str], int]:
    """What the plans of steps 1 to 3 would take in a school."""
    plans = [make_plan(campaign, step, by=COMMAND, now=clock.portal_now()) for step in (1, 2, 3)]
    return {
        (plan.step, line.change): line.count
        for plan in plans
        for line in lines_of(plan)
        if line.school_id == school_id and line.count
    }


def cutoff(campaign: Campaign, now: datetime) -> datetime:
    return cutoff_of(campaign, [school.id for school in schools_of(campaign.id)], now)


@pytest.mark.both_databases
def test_a_school_that_was_closed_long_before_changes_nothing_in_another(academy: Flask, still: None) -> None:
    """DATA-9, S1-1, S2-1, G11: messages, trash and class sections of the collège go as if the lycée had been open."""
    campaign = new_campaign(("college", "lycee"))
    college, lycee = school_of_kind("college").id, school_of_kind("lycee").id
    before = figures(campaign, college)
    gate.close(school_id=lycee, by=COMMAND, now=clock.portal_now() - timedelta(days=300))
    assert figures(campaign, college) == before
    gate.close(by=COMMAND, now=clock.portal_now())
    assert figures(campaign, college) == before
    db.session.rollback()


def test_closings_count_from_when_every_school_of_the_plan_is_closed(people: Cast) -> None:
    """DATA-9: by hand, one school after the other; one school's plan looks at that school alone."""
    campaign, first, other = both(people), people.college.id, people.primary.id
    gate.close(school_id=first, by=COMMAND, now=NOW - timedelta(days=30))
    assert cutoff(campaign, NOW) == STEPS_AT
    assert cutoff_of(campaign, [first], NOW) == NOW - timedelta(days=30)
    gate.close(school_id=other, by=COMMAND, now=NOW - timedelta(days=1))
    assert cutoff(campaign, NOW) == NOW - timedelta(days=1)


def test_the_campaigns_own_maintenance_counts_for_all_once_it_has_begun(people: Cast) -> None:
    """DATA-9: whoever was closed before; planned, announced late or reopened school by school, it is the same instant."""
    campaign, first = both(people), people.college.id
    assert cutoff(campaign, NOW) == STEPS_AT
    gate.close(by=COMMAND, now=NOW + timedelta(hours=1))
    gate.close(school_id=first, by=COMMAND, now=NOW - timedelta(days=300))
    assert cutoff(campaign, LATER) == STEPS_AT
    assert cutoff_of(campaign, [first], LATER) == STEPS_AT
    row(campaign, "steps-1-3").state = "late"
    assert cutoff(campaign, LATER) == STEPS_AT


def test_a_maintenance_that_has_ended_counts_no_more(people: Cast) -> None:
    """DATA-9: what is closed again later counts from then."""
    campaign = both(people)
    for window in db.session.query(ClosingWindow).filter(ClosingWindow.kind == "maintenance"):
        gate.end_window(window, reason="", by=COMMAND, now=STEPS_AT + timedelta(hours=1))
    assert cutoff(campaign, LATER) == LATER
    gate.close(by=COMMAND, now=LATER + timedelta(hours=1))
    assert cutoff(campaign, LATER + timedelta(hours=2)) == LATER + timedelta(hours=1)
