"""An import's report speaks of every school of its source, and goes when the last of them is through (S3-2)."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask
from sqlalchemy import select

from app import clock
from app.audit.actions import COMMAND
from app.campaign.models import Campaign, CampaignSchool
from app.campaign.planning.queries import lines_of, plan_called
from app.campaign.running import actions as running
from app.campaign.running.models import Run
from app.campaign.running.queries import figures, parts_of, run_called
from app.campaign.undoing.actions import begin_undo
from app.campaign.working.jobs import run_to_end
from app.db import db
from app.directory.models import School
from app.feeds.models import FeedImport, FeedReject, FeedStructure
from tests.campaign.academies import done
from tests.campaign.crashing import Snapshot


def two_schools(campaign: Campaign) -> Sequence[School]:
    """The collège and a lycée that one source feeds, the owner of the reports first; both are in the campaign."""
    college = db.session.query(School).filter(School.kind == "college").one()
    lycee = School(
        uai="9990009Z", name="Lycée", search_name="lycee", kind="lycee", created_at=college.created_at, source="aaf"
    )
    db.session.add(lycee)
    db.session.flush()
    db.session.add(CampaignSchool(campaign_id=campaign.id, school_id=lycee.id))
    for school in (college, lycee):
        db.session.add(FeedStructure(source="aaf", key=str(school.id), school_id=school.id))
    db.session.commit()
    return college, lycee


def reports() -> tuple[int, int]:
    """Live reports and rejects."""
    db.session.expire_all()
    return len(db.session.scalars(select(FeedImport)).all()), len(db.session.scalars(select(FeedReject)).all())


def again(run: Run) -> Run:
    number = run.id
    running.resume(run_called(number), by=COMMAND, now=clock.portal_now())
    db.session.commit()
    run_to_end(number)
    db.session.expire_all()
    return run_called(number)


def test_a_report_waits_for_the_last_school_of_its_source(app: Flask, hamlet: tuple[Campaign, Snapshot]) -> None:
    """S3-2, G11: one school through leaves it; the plan counts it once; an undo brings it back."""
    campaign = db.session.get_one(Campaign, hamlet[0].id)
    college, lycee = two_schools(campaign)
    was = reports()
    assert was[0] > 0
    assert was[1] > 0
    for step in (1, 2):
        assert done(campaign, step).state == "done"
    first = done(campaign, 3, college.id)
    assert first.state == "failed"
    assert [part.people for part in parts_of(first.id) if part.state == "failed"] == [True]
    planned = [line for line in lines_of(plan_called(first.plan_id)) if "import-report" in line.change]
    assert [(line.school_id, line.count) for line in planned] == [(college.id, was[0])]
    assert reports() == was
    assert done(campaign, 3, lycee.id).state == "done"
    assert reports() == was
    first = again(first)
    assert first.state == "done"
    assert figures(first.id).left == 0
    assert reports() == (0, 0)
    undoing = begin_undo(first, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    run_to_end(undoing.id)
    assert reports() == was
