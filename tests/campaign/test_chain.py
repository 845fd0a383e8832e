"""Primary schools run their steps each for itself when their classes have arrived, behind their own closure (CAL-10, GATE-14, CAL-7)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.audit.actions import COMMAND
from app.campaign.calendar import EventKind
from app.campaign.firing.jobs import fire_due
from app.campaign.models import CalendarEvent, Campaign
from app.campaign.overview.queries import needs, standings
from app.campaign.planning.queries import schools_done
from app.campaign.running.models import Run
from app.campaign.working.jobs import run_to_end
from app.db import db
from app.demo.academy import make_academy
from app.demo.loaders import write_delivery
from app.demo.next_year import NextYear
from app.directory.models import School
from app.feeds.applying.jobs import plan_again, receive
from app.feeds.deciding.actions import decide_all
from app.feeds.queries import import_by_id
from app.gate.holds.queries import closed_schools
from tests.campaign.academies import PEOPLE, SCHOOLS, SEED, approved, new_campaign

pytestmark = pytest.mark.usefixtures("academy")
STEPS = (1, 2, 3, 4)


def chain(campaign: Campaign, at: datetime) -> None:
    """The calendar's event of a primary campaign."""
    db.session.add(
        CalendarEvent(
            campaign_id=campaign.id, key="steps-1-4", title="Étapes 1 à 4", kind=EventKind.STEPS.value, actor="operator",
            automatic=True, at=at, state="open", details={"steps": list(STEPS), "chain": True},
        )
    )  # fmt: skip
    db.session.commit()


def look(moment: datetime) -> None:
    """A tick of the scheduler, and the worker until nothing is left to do."""
    fire_due(moment)
    for number in db.session.scalars(select(Run.id).where(Run.state == "running")).all():
        run_to_end(number)
    db.session.rollback()


def test_a_school_of_the_chain_closes_runs_its_steps_and_opens(
    academy: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = new_campaign(("primary",))
    school = db.session.scalars(select(School).where(School.kind == "primary", School.in_service)).first()
    assert school is not None
    number, moment = school.id, clock.portal_now()
    monkeypatch.setattr(clock, "portal_now", lambda: moment)
    chain(campaign, moment)

    look(moment)
    assert number not in closed_schools([number], moment), "without a word of approval nothing closes (G1)"
    write_delivery(NextYear(make_academy(SEED, SCHOOLS, PEOPLE)), tmp_path, day=moment.date())
    arrived = receive(tmp_path / "1D", plan=True, by=COMMAND, now=moment)
    decide_all(import_by_id(arrived), "accept", by=COMMAND, now=moment)
    plan_again(arrived, by=COMMAND, now=moment)
    said = [str(item.words) for item in needs(campaign, standings(campaign.id), moment)]
    assert any(school.name in words and "attendent que leurs étapes soient approuvées" in words for words in said)
    for step in STEPS[:3]:
        approved(campaign, step, number)
    look(moment)
    assert number not in closed_schools([number], moment), "a chain that cannot be finished does not begin"
    approved(campaign, 4, number)
    look(moment)
    assert number in closed_schools([number], moment)
    said = [str(item.words) for item in needs(campaign, standings(campaign.id), moment)]
    assert not any("attendent que leurs étapes" in words for words in said)
    assert not schools_done(campaign.id, 1), "what was being written may still be sent"
    for _step in STEPS:
        moment += timedelta(minutes=3)
        look(moment)
    assert all(number in schools_done(campaign.id, step) for step in STEPS)
    moment += timedelta(minutes=3)
    look(moment)
    assert number not in closed_schools([number], moment), "its checks are green: it opens (GATE-14)"
