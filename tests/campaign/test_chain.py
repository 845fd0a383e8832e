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
from app.campaign.planning.actions import approve, make_plan, withdraw
from app.campaign.planning.queries import lines_of, schools_done
from app.campaign.running.models import Approval, Plan, Run
from app.campaign.stepping.queries import chain_of, standing
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
from app.profiles import Role
from tests.builders import grant, make_person
from tests.campaign.academies import PEOPLE, SCHOOLS, SEED, approved, new_campaign, operator_id

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


@pytest.mark.parametrize("whole", [False, True], ids=["approved for itself", "approved with all"])
def test_a_school_of_the_chain_closes_runs_its_steps_and_opens(
    academy: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: bool
) -> None:
    """CAL-10, GATE-14. One word for the campaign is a word for each of its schools."""
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
    asked = None if whole else number
    for step in STEPS[:3]:
        approved(campaign, step, asked)
    look(moment)
    assert number not in closed_schools([number], moment), "a chain that cannot be finished does not begin"
    approved(campaign, 4, asked)
    assert standing(campaign.id, 4).stage == ("approved" if whole else "no-plan")
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
    if whole:
        assert [standing(campaign.id, step).stage for step in STEPS] == ["done"] * 4
        assert [one.state for one in chain_of(campaign.id, 4)] == ["done"]
        assert [standing(campaign.id, step, number).stage for step in STEPS] == ["done"] * 4


def words_of(campaign: Campaign) -> list[tuple[int, bool, bool]]:
    """Of the schools' own approvals: which step, whether the second word is given, whether they are withdrawn."""
    query = select(Plan.step, Approval.second_at, Approval.withdrawn_at).join(Plan, Plan.id == Approval.plan_id)
    query = query.where(Plan.campaign_id == campaign.id, Plan.school_id.is_not(None)).order_by(Approval.id)
    return [(step, second is not None, gone is not None) for step, second, gone in db.session.execute(query)]


def test_a_second_word_and_a_word_taken_back_are_each_schools_too(academy: Flask) -> None:
    """G1, CAL-10: nothing of a chain begins by one word where two are asked, or by one that was taken back."""
    campaign = new_campaign(("primary",))
    chain(campaign, clock.portal_now())
    first = operator_id()
    second = make_person("Odette", "Deux")
    grant(second, Role.OPERATOR)
    now = clock.portal_now()
    plans = [make_plan(campaign, step, by=COMMAND, now=now) for step in (1, 2)]
    given = approve(plans, by_id=first, login="o", two=True, by=COMMAND, now=now)
    assert words_of(campaign) == [(1, False, False), (2, False, False)]
    approve(plans, by_id=second.id, login="d", two=True, by=COMMAND, now=now)
    assert words_of(campaign) == [(1, True, False), (2, True, False)]
    withdraw(given[0], by=COMMAND, now=now)
    assert words_of(campaign) == [(1, True, True), (2, True, False)]
    own = db.session.scalars(select(Plan).where(Plan.school_id.is_not(None), Plan.step == 2)).one()
    assert [line for line in lines_of(own) if line.change] == [line for line in lines_of(plans[1]) if line.change]


def test_steps_that_are_no_chains_share_nothing(academy: Flask) -> None:
    campaign = new_campaign(("college", "lycee"))
    approved(campaign, 1)
    assert words_of(campaign) == []
    assert chain_of(campaign.id, 1) == []
