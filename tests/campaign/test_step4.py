"""Step 4, the directory of the new year, inside the campaign: plan, run, undo, run again (S4-1 to S4-8, G3, G4, G8, G11, G14, G20)."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app import clock
from app.audit.actions import COMMAND
from app.campaign.planning.queries import lines_of
from app.campaign.problems import NoDelivery
from app.campaign.running import actions as running
from app.campaign.running.models import RunTask
from app.campaign.running.queries import figures
from app.campaign.undoing.actions import begin_undo
from app.campaign.undoing.queries import conflicts, undoable
from app.campaign.working.jobs import run_to_end
from app.content.models import Section
from app.db import db
from app.demo.academy import make_academy
from app.demo.loaders import write_delivery
from app.demo.next_year import NextYear
from app.directory.models import Affiliation, ClassMembership, School, SchoolClass, SchoolYear
from app.feeds.applying.jobs import apply_identities, plan_again, receive
from app.feeds.deciding.actions import decide_all
from app.feeds.models import FeedDeparture, FeedImport, FeedImportSchool
from app.feeds.queries import import_by_id
from app.feeds.rolling.rollover import FED
from app.feeds.staging.loaders import Staging
from tests.campaign.academies import (
    PEOPLE,
    SCHOOLS,
    SEED,
    approved,
    begun,
    close_gate,
    done,
    export,
    new_campaign,
    school_of_kind,
)

pytestmark = pytest.mark.usefixtures("academy")


def planned(folder: Path) -> int:
    """The academy's delivery of the new year, read and planned, every class that comes back accepted."""
    write_delivery(NextYear(make_academy(SEED, SCHOOLS, PEOPLE)), folder, day=clock.portal_now().date())
    number = receive(folder / "2D", plan=True, by=COMMAND, now=clock.portal_now())
    decide_all(import_by_id(number), "accept", by=COMMAND, now=clock.portal_now())
    plan_again(number, by=COMMAND, now=clock.portal_now())
    return number


def live_rows() -> dict[str, set[int]]:
    """The numbers of the live rows of every table that a delivery fills school by school."""
    return {
        name: set(db.session.scalars(text(f"SELECT id FROM {name} WHERE set_aside_by IS NULL")))
        for name in (*FED.values(), "role_grant", "section")
    }


def classes_of(begins: int) -> int:
    query = select(func.count()).select_from(SchoolClass).join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
    return db.session.scalar(query.where(SchoolYear.begins == begins)) or 0


def test_the_delivery_is_a_step_planned_run_undone_and_run_again(academy: Flask, tmp_path: Path, still: None) -> None:
    campaign = new_campaign(("college", "lycee"))
    close_gate()
    for step in (1, 2, 3):
        done(campaign, step)
    with pytest.raises(NoDelivery):
        running.begin(approved(campaign, 4), by=COMMAND, now=clock.portal_now())
    db.session.rollback()
    number = planned(tmp_path / "feed")
    before = export()
    stood = live_rows()

    plan = approved(campaign, 4)
    told = sum(line.count for line in lines_of(plan))
    assert told > 100
    assert export() == before, "a plan writes nothing but itself (G2)"
    run = begun(plan)
    run_to_end(run.id)
    db.session.expire_all()
    found = figures(run.id)
    assert (found.planned, found.done, found.already, found.failed) == (told, told, 0, 0)
    assert run.state == "done"
    assert classes_of(2026) > 0
    with_space = select(func.count()).select_from(SchoolClass).join(Section, Section.class_id == SchoolClass.id)
    with_space = with_space.join(SchoolYear, SchoolYear.id == SchoolClass.year_id).where(SchoolYear.begins == 2026)
    assert db.session.scalar(with_space) == classes_of(2026), "every new class has its space (S4-1)"
    in_campaign = set(db.session.scalars(select(School.id).where(School.kind.in_(("college", "lycee")))))
    filled = set(db.session.scalars(select(SchoolClass.school_id).where(SchoolClass.set_aside_by.is_(None)).join(
        SchoolYear, SchoolYear.id == SchoolClass.year_id).where(SchoolYear.begins == 2026)))  # fmt: skip
    assert filled <= in_campaign, "schools of no campaign are not fed by its step (G11)"
    after = export()
    assert running.begin(plan, by=COMMAND, now=clock.portal_now()).id == run.id, "called again it is the same run (G4)"
    assert db.session.get_one(FeedImport, number).state == "applied"

    assert conflicts(undoable(run)) == []
    undo = begin_undo(run, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    run_to_end(undo.id)
    db.session.expire_all()
    assert run.state == "undone"
    assert classes_of(2026) == 0
    assert db.session.scalar(select(func.count()).select_from(RunTask).where(RunTask.state == "undone")) > 0
    assert live_rows() == stood, "every row that came is gone, every row that went is back (G8)"
    lines = db.session.scalars(select(FeedImportSchool.state).where(FeedImportSchool.import_id == number)).all()
    assert "applied" not in lines
    assert db.session.get_one(FeedImport, number).state == "planned"

    again = done(campaign, 4)
    assert again.state == "done"
    assert [line for line in export() if '"class_membership"' in line] == [
        line for line in after if '"class_membership"' in line
    ]
    assert db.session.scalar(select(func.count()).select_from(ClassMembership)) > 0


@pytest.mark.parametrize("written", [False, True])
def test_a_run_whose_delivery_lost_its_rows_ends_and_holds_up_no_import(
    academy: Flask, tmp_path: Path, *, written: bool
) -> None:
    """G5, G16: PostgreSQL empties staged rows after a crash; the next delivery may come."""
    campaign = new_campaign(("college",))
    close_gate()
    for step in (1, 2, 3):
        done(campaign, step)
    number = planned(tmp_path / "feed")
    run = begun(approved(campaign, 4))
    if written:
        apply_identities(number, now=clock.portal_now(), checkpoint=db.session.commit)
    Staging(db.session(), number).drop()
    db.session.commit()
    run_to_end(run.id)
    db.session.expire_all()
    assert run.state == "failed"
    assert import_by_id(number).state == "refused"
    db.session.rollback()
    again = receive(tmp_path / "feed" / "2D", plan=True, by=COMMAND, now=clock.portal_now())
    assert import_by_id(again).state == "planned"


def test_a_school_that_the_delivery_leaves_out_is_skipped_and_said(academy: Flask, tmp_path: Path) -> None:
    """CAL-11: a missing feed changes nothing and makes nobody a leaver."""
    campaign = new_campaign(("college", "lycee", "primary"))
    close_gate()
    for step in (1, 2, 3):
        done(campaign, step)
    planned(tmp_path / "feed")
    # It is the second degree's delivery.
    left_out = school_of_kind("primary")
    school_id, name = left_out.id, left_out.name
    db.session.commit()
    plan = approved(campaign, 4)
    assert [name in str(one["words"]) for one in plan.warnings if one["school"] == school_id] == [True]
    assert [(line.change, line.count) for line in lines_of(plan) if line.school_id == school_id] == [("", 0)]

    run = begun(plan)
    run_to_end(run.id)
    fed = select(func.count()).select_from(SchoolClass).join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
    fed = fed.where(SchoolYear.begins == 2026, SchoolClass.set_aside_by.is_(None))
    assert db.session.scalar(fed.where(SchoolClass.school_id == school_id)) == 0
    assert db.session.scalar(fed.where(SchoolClass.school_id != school_id)) > 0
    here = select(Affiliation.person_id).where(Affiliation.school_id == school_id, Affiliation.profile == "student")
    gone = select(func.count()).select_from(FeedDeparture).where(FeedDeparture.person_id.in_(here))
    assert db.session.scalar(gone) == 0
