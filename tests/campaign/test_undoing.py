"""Undo beside everything else: a school alone, a run that goes on, steps that follow, what had nothing to do (G7, G8, G9, G13)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from app import clock
from app.audit.actions import COMMAND
from app.campaign.firing.queries import next_step
from app.campaign.planning.queries import schools_done
from app.campaign.problems import NothingToUndo
from app.campaign.running import actions as running
from app.campaign.running.models import Run, RunTask
from app.campaign.running.queries import figures, parts_of, run_called, tasks_of
from app.campaign.stepping.queries import standing
from app.campaign.stepping.stages import PLANNING, Stage
from app.campaign.steps.change import Change
from app.campaign.undoing.actions import begin_undo
from app.campaign.working import jobs
from app.campaign.working.actions import take
from app.campaign.working.jobs import run_to_end
from app.campaign.working.leases import Lease, LeaseLost
from app.db import db
from app.feeds.models import FeedImport
from app.gate import actions as gate
from app.gate.holds.queries import unfinished
from app.gate.models import ServiceClosure
from app.messaging.models import MessageCopy
from tests.campaign.academies import approved, begun, close_gate, done, export, new_campaign, school_of_kind

pytestmark = pytest.mark.both_databases


def undone(run_id: int, school_id: int | None = None) -> Run:
    """A run taken back to the end, in one school or everywhere."""
    undoing = begin_undo(run_called(run_id), school_id=school_id, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    return ended(undoing.id)


def ended(run_id: int) -> Run:
    """The run after a worker has done what it could."""
    run_to_end(run_id)
    db.session.expire_all()
    return run_called(run_id)


def resumed(run_id: int) -> Run:
    running.resume(run_called(run_id), by=COMMAND, now=clock.portal_now())
    db.session.commit()
    return ended(run_id)


def poisoned(run_id: int, refuses: Callable[[RunTask, Change, Lease], bool]) -> Run:
    """The run after a worker for whom some tasks raise."""
    real = jobs.walk

    def walk(task: RunTask, change: Change, scope: Any, lease: Lease, *rest: Any) -> int:
        if refuses(task, change, lease):
            raise RuntimeError("poisoned")
        return real(task, change, scope, lease, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "walk", walk)
        return ended(run_id)


def sums(run_id: int) -> tuple[int, int]:
    """G20: what was planned, and what is done, passed over or failed."""
    told = figures(run_id)
    return told.planned, told.planned - told.left


# A school that was undone, and its run that goes on ---------------------------------------------------------------------


def test_a_run_that_goes_on_takes_nothing_again_in_a_school_that_was_undone(academy: Flask) -> None:
    """G8: what failed is tried again in the other schools only."""
    campaign = new_campaign(("college", "lycee"))
    close_gate()
    mine, other = school_of_kind("college").id, school_of_kind("lycee").id
    done(campaign, 1)
    done(campaign, 2)
    before = export(mine)
    run_id = begun(approved(campaign, 3)).id
    assert poisoned(run_id, lambda _task, change, _lease: change.kind == "period").state == "failed"
    undone(run_id, mine)
    assert export(mine) == before
    run = resumed(run_id)
    assert export(mine) == before, "nothing was taken again"
    assert run.state == "done"
    assert schools_done(campaign.id, 3) == {other}
    assert sums(run_id)[0] == sums(run_id)[1]
    with pytest.raises(NothingToUndo):
        begin_undo(run, school_id=mine, by=COMMAND, now=clock.portal_now())
    db.session.rollback()
    # A plan of its own does it again there.
    assert done(campaign, 3, mine).state == "done"
    assert schools_done(campaign.id, 3) == {mine, other}


def test_a_paused_run_takes_nothing_in_a_school_that_was_undone_meanwhile(academy: Flask) -> None:
    """G8: a part that was given back and undone is over."""
    campaign = new_campaign(("college", "lycee"))
    close_gate()
    mine, other = school_of_kind("college").id, school_of_kind("lycee").id
    before = export(mine)
    run_id = begun(approved(campaign, 1)).id
    pause_after(run_id, 1)
    held = next(part for part in parts_of(run_id) if any(task.done for task in tasks_of(part.id)))
    assert (held.school_id, held.state) == (mine, "waiting")
    undone(run_id, mine)
    assert export(mine) == before
    assert resumed(run_id).state == "done"
    assert export(mine) == before
    assert schools_done(campaign.id, 1) == {other}
    assert sums(run_id)[0] == sums(run_id)[1]


# What had nothing to do, and what is left of a run that was undone --------------------------------------------------------


def test_a_run_that_was_undone_is_undone_where_it_had_nothing_to_do_too(academy: Flask) -> None:
    """G8: step, undo, step again; a school whose trash was empty does not keep the run 'done'."""
    campaign = new_campaign(("college", "lycee"))
    close_gate()
    mine = school_of_kind("college").id
    # The collège's own run leaves it nothing for the second, common one.
    done(campaign, 1, mine)
    run = done(campaign, 1)
    assert undone(run.id).state == "done"
    assert run_called(run.id).state == "undone"
    assert schools_done(campaign.id, 1) == {mine}, "its own run stands"
    shown = standing(campaign.id, 1)
    assert shown.stage == Stage.UNDONE
    assert shown.stage in PLANNING
    assert done(campaign, 1).state == "done"


def test_a_school_is_not_done_by_a_part_of_it_that_had_nothing_to_do(academy: Flask) -> None:
    """G8, the order of the steps: nobody has anything of theirs, step 3 is undone, and step 4 finds no school ready."""
    campaign = new_campaign(("college",))
    close_gate()
    for step in (1, 2):
        done(campaign, step)
    db.session.execute(delete(MessageCopy))
    db.session.execute(update(FeedImport).values(set_aside_by=999_999))
    db.session.commit()
    run = done(campaign, 3)
    assert [len(tasks_of(part.id)) > 0 for part in parts_of(run.id) if part.people] == [False]
    undone(run.id)
    assert run_called(run.id).state == "undone"
    assert schools_done(campaign.id, 3) == set()
    assert next_step(campaign.id, (3,)).step == 3
    # GATE-10: the diary that step 3 had closed was never closed.
    assert db.session.scalar(select(func.count(ServiceClosure.id))) == 0


def test_what_a_failed_run_kept_closed_opens_when_it_is_undone(academy: Flask) -> None:
    """G13: an undone run keeps nothing closed any more, in one school or everywhere."""
    campaign = new_campaign(("college", "lycee"))
    close_gate()
    mine, other = school_of_kind("college").id, school_of_kind("lycee").id
    run_id = begun(approved(campaign, 1)).id
    assert poisoned(run_id, lambda task, _change, _lease: task.position > 0).state == "failed"
    assert {hold.school_id for hold in unfinished()} == {mine, other}
    undone(run_id, mine)
    assert {hold.school_id for hold in unfinished()} == {other}
    undone(run_id)
    assert run_called(run_id).state == "undone"
    assert sums(run_id)[0] == sums(run_id)[1]
    gate.open_(by=COMMAND, now=clock.portal_now())
    db.session.commit()


def test_of_a_paused_run_what_a_worker_takes_last_is_brought_back_too(academy: Flask) -> None:
    """G6, G8: a worker that has not seen the pause yet holds its part no more; it writes nothing after the undo has begun."""
    campaign = new_campaign(("college",))
    close_gate()
    before = export()
    run_id = begun(approved(campaign, 1)).id
    lease = take(run_id, "a worker", lambda _name: False)
    assert lease is not None
    db.session.commit()
    part = jobs._known(lease, lambda: False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "pace", lambda: jobs.Pace(1, 9.0, 0.0))
        jobs._transaction(part)
    running.pause(run_called(run_id), by=COMMAND, now=clock.portal_now())
    db.session.commit()
    undone(run_id)
    with pytest.raises(LeaseLost):
        jobs._transaction(part)
    db.session.rollback()
    assert run_called(run_id).state == "undone"
    assert [line for line in export() if "gate_hold" not in line] == [
        line for line in before if "gate_hold" not in line
    ]


def pause_after(run_id: int, slices: int) -> None:
    """Somebody asks for a pause when a worker has done so many small transactions."""
    count = [0]
    real = jobs._attempt

    def attempt(part: Any) -> Any:
        if count[0] == slices:
            running.pause(run_called(run_id), by=COMMAND, now=clock.portal_now())
            db.session.commit()
        count[0] += 1
        return real(part)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "pace", lambda: jobs.Pace(1, 9.0, 0.0))
        patch.setattr(jobs, "_attempt", attempt)
        assert ended(run_id).state == "paused"
