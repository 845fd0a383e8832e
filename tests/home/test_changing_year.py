"""What homes say of the campaign: its dates on 'Mes données', and that the year is changing between steps 3 and 4 (CAL-11, DATA-3)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.campaign.dates.queries import changing, steps_ahead
from app.campaign.models import Campaign
from app.campaign.running.models import Plan, Run, RunPart
from app.db import db
from app.fates import Preset, kind_called
from app.home.data.dates import SchoolDates, soonest, when
from tests.campaign.test_dates import SPRING, make
from tests.gate.stage import set_time
from tests.people import Cast, cast
from tests.signing import sign_in

STEPS = {step: datetime(2026, 7, 12, 18, tzinfo=UTC) for step in (1, 2, 3)}


@pytest.fixture
def people(app: Flask) -> Cast:
    made = cast(app)
    set_time(SPRING)
    return made


def ran(campaign: Campaign, step: int, school_id: int, state: str = "done") -> RunPart:
    """A run of a step that did, or did not do, a school."""
    plan = Plan(
        campaign_id=campaign.id,
        step=step,
        provisional=False,
        fingerprint="",
        cutoff=SPRING,
        made_at=SPRING,
        warnings=[],
    )
    db.session.add(plan)
    db.session.flush()
    run = Run(campaign_id=campaign.id, step=step, plan_id=plan.id, state="done", started_at=SPRING)
    db.session.add(run)
    db.session.flush()
    part = RunPart(run_id=run.id, school_id=school_id, people=False, state=state, attempts=1, worker="", epoch=0)
    db.session.add(part)
    db.session.commit()
    return part


def test_the_year_is_changing_between_steps_three_and_four(people: Cast) -> None:
    """CAL-11, school by school; a step that was undone does not count."""
    campaign = make()
    college, primary = people.college.id, people.primary.id
    assert changing([college, primary]) == set()
    ran(campaign, 2, college)
    assert changing([college]) == set()
    part = ran(campaign, 3, college)
    assert changing([college, primary]) == {college}
    part.undone_by_id = part.run_id
    db.session.commit()
    assert changing([college]) == set()
    ran(campaign, 3, college)
    ran(campaign, 4, college, state="failed")
    assert changing([college]) == {college}
    ran(campaign, 4, college)
    assert changing([college]) == set()


def test_every_home_of_the_school_says_so_and_no_other(people: Cast, client: FlaskClient) -> None:
    campaign = make()
    sign_in(client, people.teacher)
    assert "L’année change." not in client.get("/espace").text
    ran(campaign, 3, people.college.id)
    assert "L’année change." in client.get("/espace").text
    sign_in(client, people.primary_head)
    assert "L’année change." not in client.get("/espace").text


def test_a_guardian_of_two_schools_is_told_which_of_them_changes(people: Cast, client: FlaskClient) -> None:
    """CAL-10, CAL-11: the other child's école is in no campaign; its class is still there."""
    campaign = make()
    ran(campaign, 3, people.college.id)
    sign_in(client, people.guardian)
    page = client.get("/espace").text
    assert f"L’année change à {people.college.name}." in page
    assert "Rien ne change ailleurs" in page
    assert people.primary.name not in page.split("L’année change à")[1].split("</p>")[0]
    # Both of them change: nothing needs to be told apart.
    ran(campaign, 3, people.primary.id)
    assert "L’année change." in client.get("/espace").text


def test_my_data_tells_the_dates_of_the_campaign(people: Cast, client: FlaskClient) -> None:
    """DATA-3: when, from the calendar and from nowhere else."""
    make()
    assert steps_ahead([people.college.id])[people.college.id] == STEPS | {4: datetime(2026, 8, 25, 18, tzinfo=UTC)}
    assert steps_ahead([people.primary.id]) == {}


def test_the_calendars_date_comes_before_an_announced_maintenance() -> None:
    announced = datetime(2026, 6, 20, tzinfo=UTC)
    school = SchoolDates(
        name="Collège", preset=Preset.SECONDARY, maintenance=announced, last_day=None, zone="Europe/Paris", steps=STEPS
    )
    rule = kind_called("message-inbox").fate(Preset.SECONDARY)
    assert "dimanche 12 juillet 2026" in str(when(rule, school))
    earlier = SchoolDates(name="A", preset=Preset.SECONDARY, maintenance=announced, last_day=None, zone="UTC")
    assert soonest([school, earlier]) == [earlier, school]
