"""Undo beside everything else: a school alone, a run that goes on, steps that follow, what had nothing to do (G7, G8, G9, G13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from app import clock
from app.audit.actions import COMMAND
from app.campaign.calendar import Actor, Event, EventKind
from app.campaign.chaining.queries import links_of
from app.campaign.expunging.jobs import expunge_due
from app.campaign.firing.jobs import fire_due
from app.campaign.firing.queries import approved_plan, next_step
from app.campaign.models import CalendarEvent
from app.campaign.planning.queries import plan_called, schools_done
from app.campaign.problems import Conflicts, LaterRunUnfinished, NothingToUndo, PreviousStepMissing, UndoUnfinished
from app.campaign.rollover import marked_tables
from app.campaign.running import actions as running
from app.campaign.running.models import Run, RunTask
from app.campaign.running.queries import figures, parts_of, run_called, tasks_of
from app.campaign.stepping.queries import standing
from app.campaign.stepping.stages import PLANNING, Stage
from app.campaign.steps.change import Change
from app.campaign.undoing.actions import begin_undo
from app.campaign.working import actions as working
from app.campaign.working import jobs
from app.campaign.working.jobs import run_to_end
from app.campaign.working.leases import Lease, LeaseLost
from app.content.models import Section
from app.db import db
from app.feeds.models import FeedImport
from app.gate import actions as gate
from app.gate.holds.queries import unfinished
from app.gate.models import ServiceClosure
from app.messaging.models import MessageCopy
from tests.campaign.academies import approved, begun, close_gate, done, export, new_campaign, school_of_kind


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
    real = working.walk

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
    lease = working.take(run_id, "a worker", lambda _name: False)
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


# Steps that follow, while one is being undone ---------------------------------------------------------------------------


def undo_begun(run_id: int, school_id: int | None = None) -> int:
    """An undo that nobody has worked on yet."""
    undoing = begin_undo(run_called(run_id), school_id=school_id, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    return undoing.id


def test_no_step_begins_while_the_one_before_is_being_undone(academy: Flask) -> None:
    """G8, G9: diaries are not taken where the archives of step 2 are going. A paused undo and one that failed count too."""
    campaign = new_campaign(("college",))
    close_gate()
    done(campaign, 1)
    second = done(campaign, 2)
    plan_id = approved(campaign, 3).id
    undo_id = undo_begun(second.id)
    with pytest.raises(UndoUnfinished) as refused:
        begun(plan_called(plan_id))
    assert str(undo_id) in str(refused.value.words)
    db.session.rollback()
    running.pause(run_called(undo_id), by=COMMAND, now=clock.portal_now())
    db.session.commit()
    with pytest.raises(UndoUnfinished):
        begun(plan_called(plan_id))
    db.session.rollback()
    run_called(undo_id).state = "failed"
    db.session.commit()
    with pytest.raises(UndoUnfinished):
        begun(plan_called(plan_id))
    db.session.rollback()
    resumed(undo_id)
    with pytest.raises(PreviousStepMissing):
        begun(plan_called(plan_id))
    db.session.rollback()


def test_a_school_whose_undo_has_failed_is_passed_over_and_stops_no_other(academy: Flask) -> None:
    """G15: the others do their step; the school says why it did not."""
    campaign = new_campaign(("college", "lycee"))
    close_gate()
    mine, other = school_of_kind("college").id, school_of_kind("lycee").id
    first = done(campaign, 1)
    plan_id = approved(campaign, 2).id
    undo_id = undo_begun(first.id, mine)
    run_called(undo_id).state = "failed"
    for part in parts_of(undo_id):
        part.state = "failed"
    db.session.commit()
    run_id = begun(plan_called(plan_id)).id
    states = {(part.school_id, part.state, part.reason is not None) for part in parts_of(run_id)}
    assert states == {(mine, "skipped", True), (other, "waiting", False)}


def test_a_step_is_not_undone_while_a_later_one_is_at_work(academy: Flask) -> None:
    """G8: not even where that one has done nothing yet; and it does not go on where the step before was undone."""
    campaign = new_campaign(("college",))
    close_gate()
    first = done(campaign, 1)
    run_id = begun(approved(campaign, 2)).id
    for state in ("running", "paused"):
        assert run_called(run_id).state == state
        with pytest.raises(LaterRunUnfinished) as refused:
            begin_undo(run_called(first.id), by=COMMAND, now=clock.portal_now())
        assert str(run_id) in str(refused.value.words)
        db.session.rollback()
        if state == "running":
            running.pause(run_called(run_id), by=COMMAND, now=clock.portal_now())
            db.session.commit()
    # It fails before it has done anything: then step 1 may be undone, and step 2 does not begin there again.
    running.resume(run_called(run_id), by=COMMAND, now=clock.portal_now())
    gate.open_(reason="urgence", by=COMMAND, now=clock.portal_now())
    db.session.commit()
    assert ended(run_id).state == "failed"
    undo_id = undo_begun(first.id)
    with pytest.raises(UndoUnfinished):
        running.resume(run_called(run_id), by=COMMAND, now=clock.portal_now())
    db.session.rollback()
    with pytest.raises(UndoUnfinished):
        running.retry(run_called(run_id), school_of_kind("college").id, by=COMMAND, now=clock.portal_now())
    db.session.rollback()
    assert ended(undo_id).state == "done"
    close_gate()
    assert resumed(run_id).state == "failed"
    assert figures(run_id).done == 0


def due_now(campaign_id: int, step: int) -> int:
    """The number of an event of the calendar that does the step, and whose hour has come."""
    now = clock.portal_now()
    event = CalendarEvent(
        campaign_id=campaign_id, key="steps", kind="steps", title="Étape", actor="operator", automatic=True,
        at=now, until=now + timedelta(hours=2), state="open", details={"steps": [step]}, note="",
    )  # fmt: skip
    db.session.add(event)
    db.session.commit()
    return event.id


def test_the_calendar_waits_for_somebody_where_an_undo_is_in_the_way(academy: Flask) -> None:
    """G18: the scheduler does not try in silence for ever; the event says which undo it waits for."""
    campaign = new_campaign(("college",))
    close_gate()
    done(campaign, 1)
    second = done(campaign, 2)
    approved(campaign, 3)
    undo_id = undo_begun(second.id)
    number = due_now(campaign.id, 3)
    assert fire_due(clock.portal_now()) == 1
    db.session.expire_all()
    waits = db.session.get_one(CalendarEvent, number)
    assert waits.state == "late"
    assert str(undo_id) in waits.note
    assert fire_due(clock.portal_now()) == 0


def test_an_event_does_not_end_while_its_last_step_is_being_undone_and_an_undone_run_is_not_repeated(
    academy: Flask,
) -> None:
    """GATE-14, G1: the event waits for somebody, whose new plan it needs; it does not turn in silence."""
    campaign = new_campaign(("college",))
    close_gate()
    number = due_now(campaign.id, 1)
    approved(campaign, 1)
    fire_due(clock.portal_now())
    first = db.session.query(Run).one().id
    run_to_end(first)
    undo_id = undo_begun(first)
    fire_due(clock.portal_now())
    db.session.expire_all()
    assert db.session.get_one(CalendarEvent, number).state == "late"

    run_to_end(undo_id)
    db.session.expire_all()
    assert db.session.get_one(Run, first).state == "undone"
    assert approved_plan(campaign.id, 1) is None
    again = next_step(campaign.id, [1])
    assert (again.step, again.run, again.plan) == (1, None, None)


def test_a_chain_waits_in_the_school_in_which_a_step_is_being_undone(academy: Flask) -> None:
    """CAL-10: a school holds up no other."""
    campaign = new_campaign(("college", "lycee"))
    close_gate()
    mine = school_of_kind("college").id
    first = done(campaign, 1)
    undo_id = undo_begun(first.id, mine)
    event = Event(key="chain", kind=EventKind.STEPS, title="Chaîne", actor=Actor.OPERATOR, steps=(1, 2, 3), chain=True)
    assert {link.school.id: (link.at_work, link.failed) for link in links_of(campaign.id, event)}[mine] == (True, False)
    run_called(undo_id).state = "failed"
    db.session.commit()
    found = {link.school.id: (link.at_work, link.failed) for link in links_of(campaign.id, event)}
    assert found.pop(mine) == (False, True)
    assert set(found.values()) == {(False, False)}


# One undo a school ------------------------------------------------------------------------------------------------------


def test_each_school_has_its_own_undo(academy: Flask) -> None:
    """G4, G8: asked for one school, the undo of another is not meant; what is asked for everywhere names the one in the way."""
    campaign = new_campaign(("college", "lycee"))
    close_gate()
    mine, other = school_of_kind("college").id, school_of_kind("lycee").id
    before = export()
    run = done(campaign, 1)
    run_id = run.id
    first = undo_begun(run_id, mine)
    running.pause(run_called(first), by=COMMAND, now=clock.portal_now())
    db.session.commit()
    assert undo_begun(run_id, mine) == first, "asked again, it is the same"
    with pytest.raises(UndoUnfinished) as refused:
        undo_begun(run_id)
    assert str(first) in str(refused.value.words)
    db.session.rollback()
    second = undo_begun(run_id, other)
    assert second != first
    assert {part.school_id for part in parts_of(second)} == {other}
    assert ended(second).state == "done"
    assert run_called(run_id).state == "done"
    shown = standing(campaign.id, 1)
    assert (shown.stage, shown.undo and shown.undo.id) == (Stage.UNDOING, first), "the one that waits is shown"
    assert undo_begun(run_id) == first, "it is all that is left"
    assert resumed(first).state == "done"
    assert run_called(run_id).state == "undone"
    assert export() == before


def test_an_undo_of_everything_is_the_one_of_each_school(academy: Flask) -> None:
    campaign = new_campaign(("college", "lycee"))
    close_gate()
    run_id = done(campaign, 1).id
    undo_id = undo_begun(run_id)
    assert undo_begun(run_id, school_of_kind("lycee").id) == undo_id
    assert undo_begun(run_id) == undo_id


# What a run that does not go on has taken -------------------------------------------------------------------------------


def aside() -> int:
    """Rows that some task has set aside, of all tables."""
    counts = [
        select(func.count()).select_from(table).where(table.c.set_aside_by.is_not(None)).scalar_subquery()
        for table in marked_tables()
    ]
    return int(sum(db.session.execute(select(*counts)).one()))


def thrown_away(count: int) -> None:
    """So many sections lie in the collège's trash, and no others: nothing that is live hangs on these."""
    now, school_id = clock.portal_now(), school_of_kind("college").id
    others = update(Section).where(Section.school_id == school_id, Section.trashed_at.is_not(None))
    db.session.execute(others.values(trashed_at=None, trash_reason=""))
    for number in range(count):
        db.session.add(
            Section(
                school_id=school_id, title=f"Jetée {number}", slug=f"jetee-{number}", created_at=now,
                trashed_at=now, trash_reason="hand",
            )
        )  # fmt: skip
    db.session.commit()


def begun_tasks(run_id: int) -> list[RunTask]:
    return [task for part in parts_of(run_id) for task in tasks_of(part.id) if task.done]


def test_what_was_taken_before_the_school_was_opened_is_erased_in_its_time(academy: Flask) -> None:
    """G7, G17: nobody tries the part again; tried again later, it takes the rest and that is erased in its own time."""
    campaign = new_campaign(("college",))
    thrown_away(3)
    close_gate()
    run_id = begun(approved(campaign, 1)).id
    pause_after(run_id, 1)
    running.resume(run_called(run_id), by=COMMAND, now=clock.portal_now())
    gate.open_(reason="urgence", by=COMMAND, now=clock.portal_now())
    db.session.commit()
    assert ended(run_id).state == "failed"
    (task,) = begun_tasks(run_id)
    end = task.expunge_after
    assert end is not None
    assert task.done < task.planned
    expunge_due(end - timedelta(seconds=1))
    assert aside() > 0
    expunge_due(end)
    assert aside() == 0
    db.session.expire_all()
    with pytest.raises((NothingToUndo, Conflicts)):
        begin_undo(run_called(run_id), by=COMMAND, now=clock.portal_now())
    db.session.rollback()
    close_gate()
    assert resumed(run_id).state == "done"
    assert sums(run_id)[0] == figures(run_id).done
    assert aside() > 0
    later = max(task.expunge_after for task in begun_tasks(run_id) if task.expunge_after is not None)
    expunge_due(later + timedelta(days=400))
    assert aside() == 0


def test_a_run_that_stays_paused_keeps_nothing_back_for_ever(academy: Flask) -> None:
    """G7, G17: its date counts from the pause; one that goes on is dated anew."""
    campaign = new_campaign(("college",))
    thrown_away(3)
    close_gate()
    run_id = begun(approved(campaign, 1)).id
    pause_after(run_id, 1)
    (task,) = begun_tasks(run_id)
    number, end = task.id, task.expunge_after
    assert (task.state, end is not None) == ("waiting", True)
    running.resume(run_called(run_id), by=COMMAND, now=clock.portal_now())
    db.session.commit()
    assert db.session.get_one(RunTask, number, populate_existing=True).expunge_after is None
    running.pause(run_called(run_id), by=COMMAND, now=clock.portal_now())
    db.session.commit()
    end = db.session.get_one(RunTask, number, populate_existing=True).expunge_after
    assert end is not None
    expunge_due(end - timedelta(seconds=1))
    assert aside() > 0
    expunge_due(end)
    assert aside() == 0
    # Somebody goes on all the same: the rest is done.
    assert resumed(run_id).state == "done"
    assert sums(run_id)[0] == figures(run_id).done
