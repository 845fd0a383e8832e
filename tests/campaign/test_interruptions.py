"""Maintenances that do not go as planned: a school is opened, a step is dropped or put off, a school is corrected (GATE-14, G13, G18)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.audit.actions import COMMAND
from app.campaign.calendar import Dates, EventKind
from app.campaign.dates import actions as dates
from app.campaign.dates.models import EventWindow
from app.campaign.dates.queries import facts, gate_stands
from app.campaign.firing.jobs import fire_due
from app.campaign.models import CalendarEvent, Campaign
from app.campaign.overview.queries import needs, standings
from app.campaign.planning.queries import schools_done
from app.campaign.problems import GateOpen
from app.campaign.running import actions as running
from app.campaign.running.models import Run, RunPart, RunTask
from app.campaign.running.queries import figures, parts_of, run_called, runs_of
from app.campaign.steps.change import Change
from app.campaign.working import jobs
from app.campaign.working.jobs import run_to_end
from app.campaign.working.leases import Lease
from app.db import db
from app.fates import Scope
from app.feeds.reasons import unpack
from app.gate import actions as gate
from app.gate.holds.queries import closed_schools
from app.gate.models import ClosingWindow
from app.gate.windows import Bound
from tests.campaign.academies import (
    approved,
    begun,
    close_gate,
    done,
    export,
    new_campaign,
    operator_id,
    school_of_kind,
)
from tests.people import Someone
from tests.signing import sign_in

pytestmark = pytest.mark.usefixtures("academy")
DAYS = timedelta(days=3)


def maintenance(campaign: Campaign, steps: list[int], *, ago: timedelta = timedelta(seconds=5)) -> int:
    """A maintenance of the calendar that has closed the project ``ago``, and is due; its number."""
    at = clock.portal_now() - ago
    event = CalendarEvent(
        campaign_id=campaign.id, key="steps", title="Maintenance", kind=EventKind.STEPS.value, actor="operator",
        automatic=True, at=at, until=at + DAYS, state="open", details={"steps": steps},
    )  # fmt: skip
    db.session.add(event)
    db.session.flush()
    window = gate.add_window(
        kind="maintenance",
        start=Bound(instant=at),
        end=Bound(instant=at + DAYS),
        holds=True,
        grace=0,
        by=COMMAND,
        now=at,
    )
    db.session.add(EventWindow(event_id=event.id, window_id=window.id))
    db.session.commit()
    return event.id


def event_called(number: int) -> CalendarEvent:
    db.session.expire_all()
    return db.session.get_one(CalendarEvent, number)


def look(now: datetime | None = None) -> None:
    """A tick of the scheduler, and the worker until nothing is left to do."""
    fire_due(now or clock.portal_now())
    for number in db.session.scalars(select(Run.id).where(Run.state == "running")).all():
        run_to_end(number)
    db.session.rollback()


def said(campaign: Campaign, now: datetime) -> str:
    return " | ".join(str(item.words) for item in needs(campaign, standings(campaign.id), now))


def closed(*numbers: int) -> set[int]:
    return set(closed_schools(numbers, clock.portal_now()))


def parts(run: Run, school_id: int) -> list[RunPart]:
    return [part for part in parts_of(run.id) if part.school_id == school_id]


def test_a_school_that_is_opened_is_passed_over_and_holds_up_no_other(academy: Flask) -> None:
    """G13, G15, G18: nothing is done in it, the report says why, somebody is told; its own plan goes on and ends the event."""
    campaign = new_campaign(("college", "lycee"))
    college, lycee = school_of_kind("college").id, school_of_kind("lycee").id
    for step in (1, 2):
        approved(campaign, step)
    number = maintenance(campaign, [1, 2])
    look()
    gate.open_(school_id=lycee, reason="urgence", by=COMMAND, now=clock.portal_now())
    db.session.commit()
    before = export(lycee)
    look()
    run = runs_of(campaign.id)[0]
    assert (run.step, run.state) == (2, "done")
    assert {part.state for part in parts(run, college)} == {"done"}
    (left,) = parts(run, lycee)
    assert left.state == "skipped"
    assert left.reason is not None
    assert "était ouvert" in str(unpack(left.reason))
    told = figures(run.id)
    assert told.planned == told.done > 0, "what is left out was not planned (G20)"
    assert export(lycee) == before
    look()
    assert event_called(number).state == "late"
    assert closed(college, lycee) == set(), "finished schools reopen"
    assert "attend votre décision. Toutes les étapes ont été menées, mais des établissements" in said(
        campaign, clock.portal_now()
    )
    close_gate(lycee)
    done(campaign, 2, lycee)
    assert schools_done(campaign.id, 2) == {college, lycee}
    look()
    assert event_called(number).state == "done"


def test_where_everything_is_open_the_steps_wait_but_not_for_ever(academy: Flask) -> None:
    """G18: after the time that a step may be late somebody is told why."""
    campaign = new_campaign(("college", "lycee"))
    for step in (1, 2):
        approved(campaign, step)
    number = maintenance(campaign, [1, 2])
    look()
    gate.open_(reason="urgence", by=COMMAND, now=clock.portal_now())
    db.session.commit()
    fire_due(clock.portal_now() + timedelta(hours=5))
    assert event_called(number).state == "running"
    later = clock.portal_now() + timedelta(hours=7)
    fire_due(later)
    assert event_called(number).state == "late"
    assert "n’est pas fermé dans 2 établissement(s)" in said(campaign, later)
    assert [run.step for run in runs_of(campaign.id)] == [1]


def test_a_grace_that_is_not_over_is_waited_for(academy: Flask) -> None:
    """G13: the schools begin together; only one that is open is passed over."""
    campaign = new_campaign(("college", "lycee"))
    college, lycee = school_of_kind("college").id, school_of_kind("lycee").id
    plan = approved(campaign, 1)
    close_gate(college)
    slow = gate.close(school_id=lycee, grace=120, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    with pytest.raises(GateOpen):
        begun(plan)
    db.session.rollback()
    gate.end_window(slow, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    run = begun(plan)
    assert {part.school_id: part.state for part in parts_of(run.id)} == {college: "waiting", lycee: "skipped"}


def poison(monkeypatch: pytest.MonkeyPatch, *school_ids: int) -> None:
    """Whatever is tried in these schools fails."""
    real = jobs.walk

    def walk(task: RunTask, change: Change, scope: Scope, lease: Lease, *rest: Any) -> int:
        if lease.school_id in school_ids:
            raise RuntimeError("poisoned")
        return real(task, change, scope, lease, *rest)

    monkeypatch.setattr(jobs, "walk", walk)


def corrected(run: Run, school_id: int) -> None:
    """The school is tried again by a click."""
    number = run.id
    running.retry(run_called(number), school_id, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    run_to_end(number)
    db.session.rollback()


def test_schools_that_were_corrected_reopen_one_by_one_and_the_last_ends_the_event(
    academy: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GATE-14: green checks open it, whenever they come; the attention list does not say that nothing was begun."""
    campaign = new_campaign(("college", "lycee"))
    college, lycee = school_of_kind("college").id, school_of_kind("lycee").id
    approved(campaign, 1)
    number = maintenance(campaign, [1])
    with monkeypatch.context() as patch:
        poison(patch, college, lycee)
        look()
    look()
    assert event_called(number).state == "late"
    assert closed(college, lycee) == {college, lycee}
    told = said(campaign, clock.portal_now())
    assert "attendent une correction" in told
    assert "n’a pas été lancé" not in told
    run = runs_of(campaign.id)[0]
    corrected(run, college)
    look()
    assert event_called(number).state == "late"
    assert closed(college, lycee) == {lycee}
    corrected(run, lycee)
    look()
    found = event_called(number)
    assert (found.state, found.note) == ("done", "")
    assert closed(college, lycee) == set()


def test_a_school_corrected_in_one_step_stays_closed_until_the_next_ones_are_done_there(
    academy: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GATE-14: the steps after passed it over."""
    campaign = new_campaign(("college", "lycee"))
    college, lycee = school_of_kind("college").id, school_of_kind("lycee").id
    for step in (1, 2):
        approved(campaign, step)
    number = maintenance(campaign, [1, 2])
    with monkeypatch.context() as patch:
        poison(patch, lycee)
        look()
        look()
    look()
    first = runs_of(campaign.id)[-1]
    corrected(first, lycee)
    assert run_called(first.id).state == "done"
    look()
    assert event_called(number).state == "late"
    assert closed(college, lycee) == {lycee}
    done(campaign, 2, lycee)
    look()
    assert event_called(number).state == "done"
    assert closed(college, lycee) == set()


def late_one(campaign: Campaign, steps: list[int]) -> int:
    """A maintenance that was found nine hours late: nothing of it has begun, and the project is closed."""
    number = maintenance(campaign, steps, ago=timedelta(hours=9))
    look()
    assert event_called(number).state == "late"
    return number


def test_a_late_step_that_is_dropped_closes_nothing_any_more(academy: Flask) -> None:
    """CAL-8, GATE-14: what it had written ahead goes, as the page says."""
    campaign = new_campaign(("college", "lycee"))
    college, lycee = school_of_kind("college").id, school_of_kind("lycee").id
    number = late_one(campaign, [1])
    assert closed(college, lycee) == {college, lycee}
    dates.drop(event_called(number), note="", by=COMMAND, now=clock.portal_now())
    db.session.commit()
    assert closed(college, lycee) == set()
    (window,) = db.session.scalars(select(ClosingWindow)).all()
    assert window.ended_at is not None, "it has been closed: that stays in the history"
    assert window.removed_at is None


def test_a_late_step_that_is_put_off_opens_until_then(academy: Flask) -> None:
    """GATE-14. A school that somebody had opened meanwhile is closed then with the others."""
    campaign = new_campaign()
    college, lycee = school_of_kind("college").id, school_of_kind("lycee").id
    number = late_one(campaign, [1])
    gate.open_(school_id=lycee, by=COMMAND, now=clock.portal_now())
    row, at = event_called(number), clock.portal_now() + timedelta(days=2)
    put_off = replace(Dates.of(facts(row)), at=at, until=at + DAYS)
    dates.redate(row, put_off, version=row.version, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    assert event_called(number).state == "open"
    assert closed(college, lycee) == set()
    assert set(closed_schools([college, lycee], at + timedelta(minutes=1))) == {college, lycee}
    assert gate_stands(campaign.id) == {"steps": True}


def test_only_the_announced_end_of_a_late_step_moves(academy: Flask) -> None:
    """GATE-14: it was closed, and stays so."""
    campaign = new_campaign()
    college = school_of_kind("college").id
    number = late_one(campaign, [1])
    row = event_called(number)
    assert row.until is not None
    until = row.until + timedelta(days=1)
    longer = replace(Dates.of(facts(row)), until=until)
    dates.redate(row, longer, version=row.version, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    (window,) = db.session.scalars(select(ClosingWindow)).all()
    assert (window.end_at, window.ended_at) == (until, None)
    assert closed(college) == {college}


def test_what_an_operator_has_opened_is_not_closed_again_by_a_later_end(academy: Flask) -> None:
    """GATE-14: the calendar closes ahead, never again."""
    campaign = new_campaign()
    college = school_of_kind("college").id
    row = event_called(late_one(campaign, [1]))
    gate.open_(by=COMMAND, now=clock.portal_now())
    longer = replace(Dates.of(facts(row)), until=clock.portal_now() + 2 * DAYS)
    dates.redate(row, longer, version=row.version, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    assert closed(college) == set()


def test_a_closing_behind_which_a_step_has_begun_outlives_its_event_and_the_page_says_so(academy: Flask) -> None:
    """GATE-14: only green checks or an operator open what a run has closed."""
    campaign = new_campaign(("college",))
    college = school_of_kind("college").id
    approved(campaign, 1)
    number = maintenance(campaign, [1, 2])
    look()
    client = academy.test_client()
    sign_in(client, Someone(id=operator_id(), first_name="", last_name="", door="guest"))
    page = f"/administration/campagnes/{campaign.id}/evenements/{number}/decider?do=drop"
    look()
    assert event_called(number).state == "late", "step 2 has no plan"
    assert "Des étapes ont commencé derrière la fermeture" in client.get(page).text
    dates.drop(event_called(number), note="", by=COMMAND, now=clock.portal_now())
    db.session.commit()
    assert closed(college) == {college}
