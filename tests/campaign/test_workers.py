"""Several workers, one that was away too long, a pause in the middle: nothing is done twice, nothing is lost (G6, G12)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask

from app import clock
from app.audit.actions import COMMAND
from app.campaign.archiving import jobs as archiving
from app.campaign.holding import actions as holding
from app.campaign.models import Campaign, CampaignSchool
from app.campaign.planning.queries import plan_called
from app.campaign.running import actions as running
from app.campaign.running.models import RunPart
from app.campaign.running.queries import figures, figures_by_change, parts_of, run_called
from app.campaign.working import actions as working
from app.campaign.working import jobs
from app.db import db
from app.directory.models import School
from app.files import jobs as files
from app.files.models import Archive
from app.pulse import DIRECTORY, GATE, PUBLIC, pulse
from tests.campaign.academies import approved, begun, done, export
from tests.campaign.crashing import Snapshot, carry_out, end_of, in_child, run_of, start

LONG_AGO = timedelta(seconds=-60)


def through(world: Snapshot, campaign_id: int, step: int) -> tuple[int, Any]:
    """A plan of ``step`` with its predecessors done, and how it ends when nobody disturbs; the world as before it began."""
    for before in range(1, step):
        assert done(db.session.get_one(Campaign, campaign_id), before).state == "done"
    plan_id = approved(db.session.get_one(Campaign, campaign_id), step).id
    world.take()
    carry_out(plan_id)
    expected = end_of(run_of(plan_id))
    world.restore()
    return plan_id, expected


def once(act: Callable[[], object], then: Callable[..., Any], *, call: int = 1) -> Callable[..., Any]:
    """``then``, but before its ``call``-th call ``act`` happens."""
    calls = 0

    def acting(*given: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            act()
        return then(*given, **more)

    return acting


@pytest.mark.both_databases
@pytest.mark.parametrize("away", ["while it builds an archive", "between two slices"])
def test_a_worker_that_was_away_longer_than_its_lease_writes_nothing(
    app: Flask, hamlet: tuple[Campaign, Snapshot], monkeypatch: pytest.MonkeyPatch, away: str
) -> None:
    """G6: another has finished meanwhile; the first one's write is refused, and nothing stands there twice."""
    campaign, world = hamlet
    plan_id, expected = through(world, campaign.id, 2)
    refused: list[int] = []
    monkeypatch.setattr(working, "LEASE", LONG_AGO)

    def finished_by_another() -> None:
        in_child(app, partial(carry_out, plan_id))

    def fence(*given: Any, **more: Any) -> None:
        try:
            working.fence(*given, **more)
        except Exception:
            refused.append(1)
            raise

    if away == "between two slices":
        monkeypatch.setattr(jobs, "fence", once(finished_by_another, fence, call=4))
    else:
        monkeypatch.setattr(jobs, "fence", fence)
        monkeypatch.setattr(archiving, "fence", fence)
        # Nor does it look up between two files: only the fence is left.
        monkeypatch.setattr(holding, "LOOK", 10_000_000.0)
        monkeypatch.setattr(archiving, "build", once(finished_by_another, archiving.build, call=2))
    carry_out(plan_id)
    assert refused == [1]
    assert end_of(run_of(plan_id)) == expected


@pytest.mark.both_databases
def test_workers_started_by_mistake_do_nothing_twice(app: Flask, hamlet: tuple[Campaign, Snapshot]) -> None:
    """G6: four processes with the same order."""
    campaign, world = hamlet
    primary = db.session.query(School).filter(School.kind == "primary").one()
    db.session.add(CampaignSchool(campaign_id=campaign.id, school_id=primary.id))
    db.session.commit()
    plan_id, expected = through(world, campaign.id, 2)
    run_id = begun(plan_called(plan_id)).id
    children = [start(app, partial(jobs.run_to_end, run_id)) for _ in range(4)]
    for child in children:
        assert child.ended() is not None
    assert end_of(run_of(plan_id)) == expected
    assert {part.state for part in parts_of(run_id)} == {"done"}


def ask_for_a_pause(app: Flask, run_id: int) -> None:
    """Somebody else does, in another process."""

    def ask() -> None:
        running.pause(run_called(run_id), by=COMMAND, now=clock.portal_now())
        db.session.commit()

    in_child(app, ask)


def test_a_pause_is_heeded_before_the_next_slice_and_the_part_is_given_back(
    app: Flask, hamlet: tuple[Campaign, Snapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    """G12: not one slice more is written; going on ends as if there had been no pause."""
    campaign, world = hamlet
    plan_id, expected = through(world, campaign.id, 1)
    monkeypatch.setattr(jobs, "SLICE", 1)
    run_id = begun(plan_called(plan_id)).id
    fence = jobs.fence
    monkeypatch.setattr(jobs, "fence", once(partial(ask_for_a_pause, app, run_id), fence, call=3))
    jobs.run_to_end(run_id)
    monkeypatch.setattr(jobs, "fence", fence)
    db.session.expire_all()
    assert run_called(run_id).state == "paused"
    assert figures(run_id).done == 2
    assert given_back(run_id)
    carry_out(plan_id)
    assert end_of(run_of(plan_id)) == expected


def test_a_pause_while_an_archive_is_written_leaves_no_half_of_it(
    app: Flask, hamlet: tuple[Campaign, Snapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    """G12, G5: the archive under way is dropped, and made again afterwards."""
    campaign, world = hamlet
    plan_id, expected = through(world, campaign.id, 2)
    run_id = begun(plan_called(plan_id)).id
    monkeypatch.setattr(holding, "LOOK", -1.0)
    build = archiving.build
    monkeypatch.setattr(archiving, "build", once(partial(ask_for_a_pause, app, run_id), build, call=2))
    jobs.run_to_end(run_id)
    monkeypatch.setattr(archiving, "build", build)
    db.session.expire_all()
    assert run_called(run_id).state == "paused"
    assert db.session.query(Archive).count() == 1
    assert not list((files._data() / "incoming").glob("*"))
    assert given_back(run_id)
    carry_out(plan_id)
    assert end_of(run_of(plan_id)) == expected


def given_back(run_id: int) -> bool:
    """Does nobody hold a part of the run?"""
    held = db.session.query(RunPart).filter(RunPart.run_id == run_id, RunPart.lease_until.is_not(None)).count()
    db.session.rollback()
    return held == 0


@pytest.mark.parametrize("step", [2, 3])
def test_a_lease_is_renewed_during_long_work_which_holds_no_lock(
    hamlet: tuple[Campaign, Snapshot], monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """G6, G12: archives are written and read back for longer than a lease; whoever writes meanwhile need not wait."""
    campaign, _ = hamlet
    renewed: list[int] = []
    for before in range(1, step):
        assert done(campaign, before).state == "done"
    monkeypatch.setattr(holding, "LOOK", -1.0)
    monkeypatch.setattr(holding, "RENEW", -1.0)
    monkeypatch.setattr(holding, "renew", once(lambda: renewed.append(1), holding.renew))
    assert done(campaign, step).state == "done"
    assert renewed


@pytest.mark.long
def test_a_new_plan_of_a_step_that_is_done_has_nothing_to_do(hamlet: tuple[Campaign, Snapshot]) -> None:
    """G4: nor an archive to make again; what lies in archived sections is only counted."""
    campaign, _ = hamlet
    for step in (1, 2, 3):
        assert done(campaign, step).state == "done"
        before = export()
        again = done(campaign, step)
        assert again.state == "done"
        assert {name for name in figures_by_change(again.id) if not name.startswith("carried")} == set()
        assert export() == before


def test_every_process_learns_that_a_run_has_changed_people_closures_and_public_pages(
    hamlet: tuple[Campaign, Snapshot],
) -> None:
    """SITE-3: kept pages, compiled closures and the facts beside sessions are made anew after a run."""
    campaign, _ = hamlet
    pulse().forget()
    before = {name: pulse().number(name) for name in (DIRECTORY, GATE, PUBLIC)}
    assert done(campaign, 1).state == "done"
    pulse().forget()
    assert all(pulse().number(name) > number for name, number in before.items())


@pytest.mark.both_databases
def test_two_who_begin_one_plan_at_once_have_one_run(app: Flask, hamlet: tuple[Campaign, Snapshot]) -> None:
    """G4: whoever comes second waits for the first, and goes on with the same run."""
    plan_id = approved(hamlet[0], 1).id
    db.session.remove()
    together, runs = Barrier(2), []

    def begin() -> None:
        with app.app_context():
            together.wait(20)
            run = running.begin(plan_called(plan_id), by=COMMAND, now=clock.portal_now())
            db.session.commit()
            runs.append(run.id)
            db.session.remove()

    threads = [Thread(target=begin) for _one in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(runs) == 2
    assert len(set(runs)) == 1
