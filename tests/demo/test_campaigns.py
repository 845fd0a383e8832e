"""The demo begins with two campaigns, planned and not approved; its deliveries of year N+1 come in their hour."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from app import clock, create_app
from app.campaign.calendar import Event
from app.campaign.models import Approval, CalendarEvent, Campaign, CampaignSchool, Plan
from app.campaign.moving import Preset, moved
from app.db import db
from app.demo.deliveries import actions as jobs
from app.demo.moments import ANCHORS, DELIVERIES, PRIMARY, SECONDARY, ZONE
from app.directory.models import School
from app.feeds.pauses.models import FeedPause
from app.gate.models import ClosingWindow
from app.schoolyear import zone_of
from tests.conftest import settings_for


def test_each_kind_of_school_has_its_campaign(demo_app: Flask) -> None:
    """CAL-10."""
    with demo_app.app_context():
        query = select(Campaign.preset, School.kind).join(CampaignSchool, CampaignSchool.campaign_id == Campaign.id)
        found = db.session.execute(query.join(School, School.id == CampaignSchool.school_id)).all()
        assert sorted(map(tuple, found)) == [("present", "college"), ("present", "lycee"), ("primary-2018", "primary")]


def test_the_windows_and_stops_are_the_campaigns_own(demo_app: Flask) -> None:
    """GATE-2, CAL-3: nothing beside what the calendar wrote."""
    with demo_app.app_context():
        windows = db.session.scalars(select(ClosingWindow)).all()
        assert {(window.kind, window.source) for window in windows} == {
            ("maintenance", "campaign"),
            ("profiles", "campaign"),
        }
        assert all(window.message for window in windows)
        kinds = {school.id: school.kind for school in db.session.scalars(select(School))}
        assert {kinds[window.school_id] for window in windows} == {"college", "lycee"}
        assert {pause.target for pause in db.session.scalars(select(FeedPause))} == {"portal"}


def test_every_step_that_acts_is_planned_and_none_is_approved(demo_app: Flask) -> None:
    """G1, CAL-5."""
    with demo_app.app_context():
        plans = db.session.execute(select(Campaign.preset, Plan.step).join(Campaign)).all()
        assert {("present", 1), ("present", 2), ("present", 3), ("primary-2018", 1)} <= {tuple(row) for row in plans}
        assert db.session.scalar(select(func.count()).select_from(Approval)) == 0
        states = set(db.session.scalars(select(CalendarEvent.state).where(CalendarEvent.kind == "steps")))
        assert states == {"open"}


def test_the_deliveries_come_before_what_waits_for_them() -> None:
    second, first, *deltas = DELIVERIES
    step_4, chain = (
        next(event.at for event in _events(preset) if event.key == key)
        for preset, key in ((SECONDARY, "step-4"), (PRIMARY, "steps-1-4"))
    )
    assert step_4 is not None
    assert chain is not None
    assert second.at < step_4 < first.at < chain < deltas[0].at


def _events(preset: Preset) -> list[Event]:
    return moved(preset, ANCHORS, zone_of(ZONE))


def test_a_delivery_is_laid_in_the_drop_folder_at_its_hour_and_once(
    demo_database: Path, coming: Path, tmp_path: Path
) -> None:
    app = create_app(settings_for(f"sqlite:///{demo_database}", tmp_path / "data", BASCULE_DEMO="1"), testing=True)
    shutil.copytree(coming, tmp_path / "data" / "livraisons")
    drop = tmp_path / "data" / "inbox" / "aaf"
    with app.app_context():
        for one in DELIVERIES:
            assert jobs.lay(one.at - timedelta(seconds=1)) == 0
            held = sum(other.at == one.at for other in DELIVERIES)
            if not (drop / one.name).exists():
                assert jobs.lay(one.at) == held
            assert list((drop / one.name).glob("*.xml"))
            assert jobs.lay(one.at) == 0
        assert not list((tmp_path / "data" / "livraisons").iterdir())
        db.session.remove()
        db.engine.dispose()
    clock.set_offset(timedelta())


def test_nothing_is_laid_in_a_portal_that_is_no_demo(demo_database: Path, coming: Path, tmp_path: Path) -> None:
    app = create_app(settings_for(f"sqlite:///{demo_database}", tmp_path / "data"), testing=True)
    shutil.copytree(coming, tmp_path / "data" / "livraisons")
    with app.app_context():
        assert jobs.lay(DELIVERIES[-1].at) == 0
        db.session.remove()
        db.engine.dispose()
    assert not (tmp_path / "data" / "inbox").exists()
