"""Steps 1 to 3 on an academy with a year of every kind of content: the plan's truth, twice, undo, isolation (G1 to G4, G8, G11, G20)."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.audit.actions import COMMAND
from app.audit.queries import verify
from app.campaign.planning.queries import lines_of, plan_called
from app.campaign.problems import Conflicts, GateOpen, LaterRunFirst, NotApproved, PreviousStepMissing
from app.campaign.rollover import marked_tables
from app.campaign.running.models import RunTask
from app.campaign.running.queries import figures, parts_of
from app.campaign.undoing.actions import begin_undo
from app.campaign.working.jobs import run_to_end
from app.content.models import Section
from app.db import db
from app.directory.models import SchoolClass, SchoolYear
from app.gate import actions as gate
from tests.campaign.academies import (
    approved,
    begun,
    close_gate,
    done,
    export,
    new_campaign,
    school_of_kind,
)


def undo(run: object) -> None:
    undoing = begin_undo(run, by=COMMAND, now=clock.portal_now())  # type: ignore[arg-type]
    db.session.commit()
    number = undoing.id
    run_to_end(number)
    db.session.expire_all()
    assert parts_of(number)
    assert {part.state for part in parts_of(number)} == {"done"}


def marked(column: str) -> int:
    """Rows of all tables whose mark names a task."""
    tables = marked_tables()
    counts = [
        select(func.count()).select_from(table).where(table.c[column].is_not(None)).scalar_subquery()
        for table in tables
    ]
    return int(sum(db.session.execute(select(*counts)).one()))


def test_three_steps_do_what_their_plans_say_to_the_row_and_undo_puts_everything_back(academy: Flask) -> None:
    """G3, G20: done = planned. G8: undo(apply(x)) = x by canonical export. S3-5: no class of year N is left."""
    campaign = new_campaign()
    close_gate()
    before = export()
    runs = []
    for step in (1, 2, 3):
        run = done(campaign, step)
        assert run.state == "done", [(part.school_id, part.reason) for part in parts_of(run.id)]
        told = figures(run.id)
        planned = sum(line.count for line in lines_of(plan_called(run.exact_plan_id or 0)))
        assert (told.planned, told.done, told.left) == (planned, planned, 0)
        assert told.planned > 0
        runs.append(run)
    ended = select(func.count(SchoolClass.id)).join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
    assert db.session.scalar(ended.where(SchoolYear.begins == 2025)) == 0
    # The marks count what the ledger says: rows of the kinds, and rows that follow theirs.
    aside = select(func.sum(RunTask.done + RunTask.following)).where(RunTask.change.startswith("set-aside:"))
    assert marked("set_aside_by") == db.session.scalar(aside)
    for run in reversed(runs):
        undo(run)
    assert export() == before
    assert marked("set_aside_by") == marked("made_by") == 0
    db.session.rollback()
    assert verify().broken_at is None


def test_a_step_run_twice_changes_nothing_more(academy: Flask) -> None:
    """G4: the same plan gives the same run and report; a new plan of a step that is done has nothing to do."""
    campaign = new_campaign(("college",))
    close_gate()
    run = done(campaign, 1)
    after = export()
    again = begun(plan_called(run.plan_id))
    assert again.id == run.id
    run_to_end(again.id)
    assert export() == after
    second = done(campaign, 1)
    assert second.id != run.id
    assert figures(second.id).planned == 0
    assert export() == after


def test_plans_change_nothing_and_provisional_ones_count_as_if_the_steps_before_had_run(academy: Flask) -> None:
    """G2: a dry run of the whole campaign writes nothing but plans, and its figures are the real ones."""
    from app.campaign.planning.actions import dry_run

    before = export()
    campaign = new_campaign()
    plans = dry_run(campaign, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    assert [plan.provisional for plan in plans] == [False, True, True, True]
    assert export() == before
    assert [bool(plan.warnings) for plan in plans if plan.step == 4] == [True], "no delivery of the new year is planned"
    close_gate()
    for plan in plans[:3]:
        foreseen = {(line.change, line.school_id): (line.count, line.following) for line in lines_of(plan)}
        run = done(campaign, plan.step)
        exact = plan_called(run.exact_plan_id or 0)
        assert not exact.provisional
        assert {(line.change, line.school_id): (line.count, line.following) for line in lines_of(exact)} == foreseen


def others(school_id: int) -> list[str]:
    """A school's export. Which import last spoke for a structure is the project's own, and goes with the import's report (S3-2)."""
    return [line for line in export(school_id) if '"table":"feed_structure"' not in line]


def test_a_step_on_one_school_touches_no_other(academy: Flask) -> None:
    """G11: the export of the others is the same before and after."""
    mine, other = school_of_kind("college"), school_of_kind("lycee")
    campaign = new_campaign(("college", "lycee"))
    close_gate()
    kept, changed = others(other.id), export(mine.id)
    for step in (1, 2, 3):
        run = done(campaign, step, mine.id)
        # Whoever is in both schools keeps their messages until both are through.
        assert {part.people for part in parts_of(run.id) if part.state == "failed"} <= {True}
        assert others(other.id) == kept
    assert export(mine.id) != changed


def test_nothing_runs_without_an_approval_a_closed_gate_and_the_step_before(academy: Flask) -> None:
    """G1, G13, and the order of the steps."""
    from app.campaign.planning.actions import make_plan

    campaign = new_campaign(("college",))
    before = export()
    plan = make_plan(campaign, 1, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    with pytest.raises(NotApproved):
        begun(plan)
    db.session.rollback()
    with pytest.raises(GateOpen):
        begun(approved(campaign, 1))
    db.session.rollback()
    assert export() == before
    close_gate()
    before = export()
    with pytest.raises(PreviousStepMissing):
        begun(approved(campaign, 2))
    db.session.rollback()
    assert export() == before


def test_a_plan_that_no_longer_fits_stops_the_run_before_it_acts(academy: Flask) -> None:
    """G1: outside the tolerance nothing is done; the run says what differs."""
    campaign = new_campaign(("college",))
    plan = approved(campaign, 1)
    school = school_of_kind("college")
    now = clock.portal_now()
    for number in range(60):
        db.session.add(
            Section(
                school_id=school.id, title=f"Jetée {number}", slug=f"jetee-{number}", created_at=now,
                trashed_at=now, trash_reason="hand",
            )
        )  # fmt: skip
    db.session.commit()
    close_gate()
    before = export()
    run = begun(plan)
    assert run.state == "stopped"
    assert run.reason is not None
    assert export() == before


@pytest.mark.both_databases
def test_what_was_edited_since_is_a_conflict_listed_and_left(academy: Flask) -> None:
    """G8: an archived section that somebody has taken out of the trash since keeps what they did."""
    campaign = new_campaign(("college",))
    close_gate()
    done(campaign, 1)
    first = done(campaign, 2)
    touched = db.session.scalars(select(Section).where(Section.trash_reason == "archived")).first()
    assert touched is not None
    number = touched.id
    touched.trashed_at, touched.trash_reason = None, ""
    db.session.commit()
    with pytest.raises(Conflicts):
        begin_undo(first, by=COMMAND, now=clock.portal_now())
    db.session.rollback()
    undoing = begin_undo(first, leave_conflicts=True, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    run_to_end(undoing.id)
    db.session.expire_all()
    told = figures(undoing.id)
    assert told.skipped == 1
    assert told.planned == told.done + 1
    assert db.session.get_one(Section, number).trashed_at is None


def test_an_older_run_waits_for_the_later_one_to_be_undone(academy: Flask) -> None:
    campaign = new_campaign(("college",))
    close_gate()
    first = done(campaign, 1)
    done(campaign, 2)
    with pytest.raises(LaterRunFirst):
        begin_undo(first, by=COMMAND, now=clock.portal_now())


def test_opening_the_gate_stops_what_removes(academy: Flask) -> None:
    """G13: an operator may always open, with a reason; the run then does nothing more in that school."""
    from app.gate.holds.actions import RunUnfinished

    campaign = new_campaign(("college",))
    close_gate()
    before = [line for line in export() if "closing_window" not in line]
    run = begun(approved(campaign, 1))
    with pytest.raises(RunUnfinished):
        gate.open_(by=COMMAND, now=clock.portal_now())
    db.session.rollback()
    gate.open_(reason="urgence", by=COMMAND, now=clock.portal_now())
    db.session.commit()
    run_to_end(run.id)
    db.session.expire_all()
    assert run.state == "failed"
    told = figures(run.id)
    assert (told.done, told.failed) == (0, told.planned)
    assert [line for line in export() if "closing_window" not in line] == before
    close_gate()
    again = begun(plan_called(run.plan_id))
    run_to_end(again.id)
    db.session.expire_all()
    assert again.state == "done"
    assert figures(again.id).done == told.planned
